"""`shield shipment`: find shipments, and read what happened to one."""

from collections.abc import Iterator
from typing import Any

import click

from api.cli import door, reading
from api.cli.asking import Asking, asking
from api.cli.door import Signing, Where
from api.cli.output import answer, reporting, table


@click.group()
def shipment() -> None:
    """Find shipments and read their history."""


@shipment.command()
@click.argument("ref")
@asking
@door.signing
@door.remote
@reporting
def show(*, ref: str, why: Asking, signer: Signing, where: Where) -> None:
    """Show a shipment: its state, and every event that may be seen."""
    document = reading.reader(where, signer, why).shipment(ref)
    answer(document, _told(document))


@shipment.command()
@click.argument("ref")
@asking
@door.signing
@door.remote
@reporting
def matches(*, ref: str, why: Asking, signer: Signing, where: Where) -> None:
    """Show which shipments may be its other half, told under another reference, and why."""
    document = reading.reader(where, signer, why).matches(ref)
    answer(document, "\n".join(_matched(document)))


@shipment.command("list")
@click.option("--q", help="The beginning of a reference or a trader's name, or an identifier.")
@click.option("--trader")
@click.option("--container")
@click.option("--seal")
@click.option("--document")
@click.option("--substance")
@click.option("--exporting", metavar="CC")
@click.option("--importing", metavar="CC")
@click.option("--status")
@click.option("--from", metavar="MOMENT", help="Something happened then or later.")
@click.option("--to", metavar="MOMENT", help="Something happened before.")
@click.option("--limit", type=click.IntRange(1, 200), default=50, show_default=True)
@asking
@door.signing
@door.remote
@reporting
def list_them(*, why: Asking, signer: Signing, where: Where, **filters: Any) -> None:
    """List shipments, newest first; all conditions must hold."""
    document = reading.reader(where, signer, why).shipments(reading.query(filters))
    rows = [
        (
            each["ref"],
            each["status"],
            f"{each.get('exporting', '?')}>{each.get('importing', '?')}",
            ", ".join(each["substances"]),
            each["last_occurred"][:10],
        )
        for each in document["shipments"]
    ]
    heading = ("ref", "status", "route", "substances", "last event")
    answer(document, table([heading, *rows], empty="No shipment matches."))


def _matched(document: dict[str, Any]) -> Iterator[str]:
    yield f"{document['ref']}: {document['why']}."
    if document["half"] in {"departed", "arrived"} and not document["matches"]:
        yield "No shipment that may be seen fits it."
    for each in document["matches"]:
        certain = {"likely": "likely one shipment", "possible": "possible"}[each["level"]]
        rival = "" if each["assigned"] else "; another fits better"
        yield ""
        yield f"{each['ref']}: {certain}, {each['bits']} bits{rival}"
        yield from (f"  {float(part['bits']):+6.1f}  {part['words']}" for part in each["weights"])


def _told(document: dict[str, Any]) -> str:
    state = document["state"]
    route = state.get("route", {})
    flags = ", ".join(state.get("flags", ())) or "none"
    lines = [
        f"{document['ref']}: {document['status']}",
        f"  route      {route.get('exporting', '?')} > {route.get('importing', '?')}",
        f"  substances {', '.join(state.get('substances', ())) or '?'}",
        f"  flags      {flags}",
        "",
    ]
    heading = ("occurred", "entry", "kind", "agency")
    rows = [
        (each["occurred_at"][:16] + "Z", str(each["index"]), each["kind"], each["agency"])
        for each in sorted(document["events"], key=lambda each: each["occurred_at"])
    ]
    return "\n".join(lines) + table([heading, *rows], empty="")
