"""`shield grant`, `shield preview`, `shield explain`: let others see, and know what they see."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import reduce
from typing import Any
from urllib.parse import quote

import click
from sqlmodel import Session

from api import sharing
from api.asked import PreviewQuestion
from api.cli import door, node
from api.cli.asking import Asking, asking
from api.cli.door import Signing, Where
from api.cli.output import answer, reporting, table
from api.client import sign
from api.config import clock
from ledger import databases
from ledger.registry import Registry
from ledger.roster import Roster
from ledger.schemas import load
from ledger.states import moment
from ledger.visibility import Viewer

Document = dict[str, Any]
Local = Callable[[Session, Viewer, Roster, datetime], Document]

_LIMITS = (
    click.option("--claim", "claims", multiple=True, help="A claim to show; again for another."),
    click.option("--statement", "statements", multiple=True, metavar="JTI"),
    click.option("--whole", is_flag=True, help="What others stated too, as far as it may travel."),
    click.option("--until", metavar="MOMENT", help="When the grant ends."),
)


def limits(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say what a grant is for."""
    return reduce(lambda made, option: option(made), reversed(_LIMITS), command)


@click.group()
def grant() -> None:
    """Let others see statements about a shipment, and take it back."""


@grant.command()
@click.argument("name", metavar="NAME")
@click.argument("ref")
@click.option("--to", required=True, help="A country, an agency or a sharing group.")
@click.option("--reason", required=True)
@limits
@door.signing
@door.posting
@reporting
def give(
    *, name: str, ref: str, to: str, reason: str, signer: Signing, where: Where, **limit: Any
) -> None:
    """Give the grant NAME on the shipment REF; an older one of that name ends."""
    body = {"kind": "grant.given", "to": to, "shipment": ref, "reason": reason, **_said(limit)}
    _state(name, body, signer, where)


@grant.command()
@click.argument("name", metavar="NAME")
@click.option("--reason", required=True)
@door.signing
@door.posting
@reporting
def withdraw(*, name: str, reason: str, signer: Signing, where: Where) -> None:
    """Withdraw the grant NAME, at once."""
    _state(name, {"kind": "grant.withdrawn", "reason": reason}, signer, where)


@grant.command("list")
@asking
@door.signing
@door.remote
@reporting
def list_them(*, why: Asking, signer: Signing, where: Where) -> None:
    """List the grants that your agency gave, and those for it."""

    def here(session: Session, viewer: Viewer, _: Roster, now: datetime) -> Document:
        return sharing.grants(session, viewer, now=now)

    document = _asked(why, signer, where, ("grant list", "/v1/grants"), here)
    rows = [
        (
            each["grant"],
            each["to"],
            each["shipment"],
            "whole" if each["whole"] else "own",
            ", ".join(each["claims"]) or "all but nominal",
            each.get("until", "-"),
        )
        for each in document["grants"]
    ]
    heading = ("grant", "to", "shipment", "of", "claims", "until")
    answer(document, table([heading, *rows], empty="There is no grant."))


@click.command()
@click.argument("ref")
@click.option("--viewer", required=True, metavar="ID", help="A country or an agency.")
@click.option("--grant", "granting", is_flag=True, help="As if a grant were given to it.")
@limits
@asking
@door.signing
@door.remote
@reporting
def preview(
    *,
    ref: str,
    viewer: str,
    granting: bool,
    why: Asking,
    signer: Signing,
    where: Where,
    **limit: Any,
) -> None:
    """Show what somebody would see of the shipment REF; nothing is given by it."""
    proposal = {"grant": _said(limit)} if granting or _said(limit) else {}
    question: dict[str, Any] = {"viewer": viewer, **proposal}

    def here(session: Session, asker: Viewer, roster: Roster, now: datetime) -> Document:
        read = load(PreviewQuestion, question)
        return sharing.preview(session, ref, read, asker, roster=roster, now=now)

    path = f"/v1/shipments/{quote(ref, safe='')}/preview"
    document = _asked(why, signer, where, ("preview", path), here, ref=ref, question=question)
    rows = [
        (str(each["index"]), each["kind"], each["agency"], ", ".join(sorted(each["claims"])))
        for each in document["events"]
    ]
    heading = ("entry", "kind", "agency", "claims")
    answer(document, table([heading, *rows], empty=f"{viewer} would see no such shipment."))


@click.command()
@click.argument("ref")
@click.option("--viewer", required=True, metavar="ID", help="A country or an agency.")
@asking
@door.signing
@door.remote
@reporting
def explain(*, ref: str, viewer: str, why: Asking, signer: Signing, where: Where) -> None:
    """Explain why somebody sees, or does not see, what your agency stated about REF."""

    def here(session: Session, asker: Viewer, roster: Roster, now: datetime) -> Document:
        return sharing.explanation(session, ref, viewer, asker, roster=roster, now=now)

    path = f"/v1/shipments/{quote(ref, safe='')}/explain"
    document = _asked(why, signer, where, ("explain", path), here, ref=ref, viewer=viewer)
    rows = [
        (str(told["index"]), told["kind"], each["claim"], _mark(each), each["says"])
        for told in document["statements"]
        for each in told["claims"]
    ]
    heading = ("entry", "kind", "claim", "seen", "why")
    answer(document, table([heading, *rows], empty=""))


def _mark(told: Mapping[str, Any]) -> str:
    return "yes" if told["seen"] else "no"


def _said(limit: Mapping[str, Any]) -> Document:
    """The limits that were given, as a statement writes them."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in limit.items()
        if value
    }


def _asked(
    why: Asking,
    signer: Signing,
    where: Where,
    what: tuple[str, str],
    here: Local,
    *,
    question: Mapping[str, Any] | None = None,
    ref: str | None = None,
    **query: str,
) -> Document:
    """The document from the server, or from this node's database once the read is recorded."""
    operation, path = what
    if where.is_remote:
        if why.seen_by is not None:
            raise click.UsageError("--as is for this node's own data: a server goes by --agency")
        client = where.client(signer.caller(why.purpose))
        found: Any = client.get(path, **query) if question is None else client.put(path, question)
        return dict(found)
    engine = node.engine()
    with databases.reading(engine) as session:
        roster = Registry().current(session)
        document = here(session, why.viewer(roster), roster, clock())
    asked = query if ref is None else {**query, "ref": ref}
    refs = [each["shipment"] for each in document.get("grants", ())] if ref is None else [ref]
    why.record(engine, operation, [("shipment", each) for each in refs], asked)
    return document


def _state(name: str, body: Mapping[str, Any], signer: Signing, where: Where) -> None:
    caller, now = signer.caller(), clock()
    named = name if "/" in name else f"{caller.agency}/{name}"
    statement = sign(
        {**body, "grant": named, "occurred_at": moment(now)},
        agency=caller.agency,
        origin=where.pin().origin,
        key=caller.key,
        now=now,
    )
    posted = door.post_one(statement, where)
    document = {"index": posted.receipt.index, "grant": named, "created": posted.created}
    answer(document, f"Stated as entry {posted.receipt.index}: {named}.")
