"""`shield alert`: list alerts, read one, take it up, and say what it turned out to be."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import click

from api.cli import door, reading
from api.cli.asking import Asking, asking
from api.cli.door import Signing, Where
from api.cli.output import answer, reporting, table
from api.client import sign
from api.config import clock
from ledger.cases import SEVERITIES, VERDICTS
from ledger.states import moment


@click.group()
def alert() -> None:
    """List, take up and judge alerts."""


@alert.command("list")
@click.option("--rule")
@click.option("--severity", type=click.Choice(SEVERITIES))
@click.option("--status")
@click.option("--country", metavar="CC")
@click.option("--about", help="The shipment, trader or country it is about.")
@click.option("--limit", type=click.IntRange(1, 200), default=50, show_default=True)
@asking
@door.signing
@door.remote
@reporting
def list_them(*, why: Asking, signer: Signing, where: Where, **filters: Any) -> None:
    """List alerts, newest first; all conditions must hold."""
    document = reading.reader(where, signer, why).alerts(reading.query(filters))
    rows = [
        (
            each["alert"],
            each["severity"],
            each["status"],
            each.get("verdict", "-"),
            each["rule"],
            each["about_id"],
        )
        for each in document["alerts"]
    ]
    heading = ("alert", "severity", "status", "verdict", "rule", "about")
    answer(document, table([heading, *rows], empty="No alert matches."))


@alert.command()
@click.argument("alert", metavar="ID")
@asking
@door.signing
@door.remote
@reporting
def show(*, alert: str, why: Asking, signer: Signing, where: Where) -> None:
    """Show an alert: what does not add up, and what was done about it."""
    document = reading.reader(where, signer, why).alert(alert)
    answer(document, _told(document))


@alert.command()
@click.argument("alert", metavar="ID")
@click.option("--assigned-to", help="The desk or team that has it.")
@door.signing
@door.posting
@reporting
def ack(*, alert: str, assigned_to: str | None, signer: Signing, where: Where) -> None:
    """Say that your agency has taken the alert up."""
    said = {"assigned_to": assigned_to} if assigned_to else {}
    state({"kind": "alert.acknowledged", "alert": alert, **said}, signer, where)


@alert.command()
@click.argument("alert", metavar="ID")
@click.option("--verdict", required=True, type=click.Choice(VERDICTS))
@click.option("--reason", required=True, help="A code, like paperwork_late.")
@click.option("--explanation")
@door.signing
@door.posting
@reporting
def judge(
    *,
    alert: str,
    verdict: str,
    reason: str,
    explanation: str | None,
    signer: Signing,
    where: Where,
) -> None:
    """Say what the alert turned out to be."""
    said = {"explanation": explanation} if explanation else {}
    body = {"kind": "alert.judged", "alert": alert, "verdict": verdict, "reason": reason, **said}
    state(body, signer, where)


@alert.command()
@click.argument("alert", metavar="ID")
@click.option("--days", type=click.IntRange(1, 90), required=True, help="For how long.")
@click.option("--reason", required=True)
@click.option("--trader", metavar="KEY", help="About every shipment of this trader.")
@click.option("--corridor", metavar="CC>CC", help="About every shipment on this corridor.")
@asking
@door.signing
@door.posting
@reporting
def suppress(
    *,
    alert: str,
    days: int,
    reason: str,
    trader: str | None,
    corridor: str | None,
    why: Asking,
    signer: Signing,
    where: Where,
) -> None:
    """Keep this alert's rule quiet for a time: about its subject, or a trader or corridor.

    What is found is kept, and alerted when the time is over. A country keeps quiet what it would be
    told itself; the hub, what anybody would.
    """
    if trader and corridor:
        raise click.UsageError("a trader or a corridor, not both")
    case = reading.reader(where, signer, why).alert(alert)["state"]
    about, subject = case["about"]
    if trader or corridor:
        about, subject = ("trader", trader) if trader else ("corridor", corridor)
    said = {"rule": case["rule"], "about": about, "about_id": subject, "reason": reason}
    until = moment(clock() + timedelta(days=days))
    state({"kind": "alert.suppressed", "alert": alert, "until": until, **said}, signer, where)


@alert.command()
@click.argument("alert", metavar="ID")
@click.argument("suppression", metavar="JTI")
@click.option("--reason", required=True)
@door.signing
@door.posting
@reporting
def resume(*, alert: str, suppression: str, reason: str, signer: Signing, where: Where) -> None:
    """End a suppression early; `alert show` names it. What still holds is alerted."""
    said = {"suppression": suppression, "reason": reason}
    state({"kind": "alert.resumed", "alert": alert, **said}, signer, where)


def state(body: Mapping[str, Any], signer: Signing, where: Where) -> None:
    """Sign what happened now, and post it."""
    caller, now = signer.caller(), clock()
    statement = sign(
        {**body, "occurred_at": moment(now)},
        agency=caller.agency,
        origin=where.pin().origin,
        key=caller.key,
        now=now,
    )
    posted = door.post_one(statement, where)
    answer(
        {"index": posted.receipt.index, "created": posted.created},
        f"Stated as entry {posted.receipt.index}.",
    )


def _told(document: dict[str, Any]) -> str:
    state = document["state"]
    lines = [
        f"{state.get('title', document['alert'])} [{state.get('severity', 'info')}]",
        f"  status     {document['status']}, verdict {state.get('verdict') or 'none yet'}",
        f"  rule       {state.get('rule', '?')}",
        f"  about      {' '.join(state.get('about', ('', '?')))}",
        f"  countries  {', '.join(state.get('countries', ()))}",
        "",
        state.get("summary", ""),
        "",
        *(_held(each) for each in state.get("suppressions", ())),
    ]
    heading = ("occurred", "entry", "kind", "agency")
    rows = [
        (each["occurred_at"][:16] + "Z", str(each["index"]), each["kind"], each["agency"])
        for each in document["timeline"]
    ]
    return "\n".join(lines) + table([heading, *rows], empty="")


def _held(said: dict[str, Any]) -> str:
    about = " ".join(said["about"])
    return f"  held back  {about}, until {said['until'][:16]}Z, by {said['by']} ({said['jti']})"
