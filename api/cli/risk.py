"""`shield risk`: score a shipment, say why, and let a person decide otherwise."""

from collections.abc import Iterator, Mapping
from typing import Any

import click

from alerts.risk.scoring import MODEL, POINTS
from api.cli import alerts, door, reading
from api.cli.asking import Asking, asking
from api.cli.door import Signing, Where
from api.cli.output import answer, reporting, table

Json = Mapping[str, Any]
DO = ("release", "documents", "scan", "open", "do_not_load")
WORDS = {
    "release": "release",
    "documents": "check the documents",
    "scan": "scan",
    "open": "open and inspect",
    "do_not_load": "do not load",
    "pre_loading": "before loading",
    "pre_departure": "before departure",
    "pre_arrival": "before arrival",
}


@click.group()
def risk() -> None:
    """Score shipments, and state an analyst's decision."""


@risk.command()
@click.argument("ref")
@asking
@door.signing
@door.remote
@reporting
def show(*, ref: str, why: Asking, signer: Signing, where: Where) -> None:
    """Show how risky a shipment is at each point, why, and what is recommended."""
    document = reading.reader(where, signer, why).risk(ref)
    answer(document, "\n".join(_told(document)))


@risk.command()
@click.argument("ref")
@click.option("--point", type=click.Choice(POINTS), help="By default, the one it is at.")
@click.option("--action", type=click.Choice(DO), help="Decide this instead of what the score says.")
@click.option("--reason", help="Why: needed where an action is decided otherwise.")
@asking
@door.signing
@door.posting
@reporting
def state(
    *,
    ref: str,
    point: str | None,
    action: str | None,
    reason: str | None,
    why: Asking,
    signer: Signing,
    where: Where,
) -> None:
    """State the score as `risk.assessed`, for all who may see the shipment; or decide otherwise."""
    if (action is None) != (reason is None):
        raise click.UsageError("an action of one's own takes a reason, and a reason an action")
    document = reading.reader(where, signer, why).risk(ref)
    wanted = point or document.get("current") or POINTS[-1]
    mine = next(each for each in document["points"] if each["point"] == wanted)
    body = {
        "kind": "risk.assessed",
        "shipment": ref,
        "point": wanted,
        "score": mine["score"],
        "band": mine["band"],
        "rules_fired": mine["rules"],
        "model": MODEL,
        "trusted_trader_discount": mine["discount"],
        "action": action or mine["action"],
    }
    alerts.state(body if reason is None else {**body, "override": reason}, signer, where)


def _told(document: Json) -> Iterator[str]:
    yield document["ref"]
    heading = ("point", "score", "band", "recommended", "")
    rows = [
        (
            WORDS[each["point"]],
            str(each["score"]),
            each["band"],
            WORDS[each["action"]],
            "<- now" if each["point"] == document.get("current") else "",
        )
        for each in document["points"]
    ]
    now = document["now"]
    rows.append(("known now", str(now["score"]), now["band"], WORDS[now["action"]], ""))
    yield from (f"  {line}" for line in table([heading, *rows], empty="").splitlines())
    yield ""
    yield from _why(now)
    for each in document["containers"]:
        said = f"score {each['score']}, {each['band']}: {WORDS[each['action']]}"
        yield f"Container {each['container']}: {said}."
    yield from map(_stated, document["stated"])


def _why(now: Json) -> Iterator[str]:
    yield "Why:"
    for term in now["terms"]:
        yield f"  {term['points']:+4d}  {term['words']}"
    if not now["terms"]:
        yield "  nothing speaks for or against it"


def _stated(each: Json) -> str:
    action = WORDS.get(each.get("action", ""), "no action")
    reason = f": {each['override']}" if "override" in each else ""
    point = WORDS[each["point"]]
    return f"{each['agency']} stated {point} {each['score']} ({each['band']}), {action}{reason}"
