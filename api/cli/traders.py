"""`shield trader`: who a trader is, and what people say about that."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import click

from api import reading_log, traders
from api.cli import door, node
from api.cli.asking import Asking, asking
from api.cli.door import Signing, Where
from api.cli.output import answer, reporting
from api.client import sign
from api.config import clock
from crypto import canonical
from ledger import Invalid, databases
from ledger.registry import Registry
from ledger.states import moment

_MOST_BYTES = 65_536


@click.group()
def trader() -> None:
    """Know a trader under all its names; say who is one and who is not."""


@trader.command()
@click.argument("file", type=click.File("r", encoding="utf-8"), default="-")
@asking
@reporting
def show(*, file: TextIO, why: Asking) -> None:
    """Show who a trader is, from the shipments of this node that may be seen.

    FILE (or standard input) holds its key as shipments have it: `lei:529900T8BM49AURSDO55`, or
    `KE:tsavo coatings ltd`. What is on a command line others on the machine can see.
    """
    key = file.read(_MOST_BYTES).strip()
    engine = node.engine()
    with databases.reading(engine) as session:
        viewer = why.viewer(Registry().current(session))
        document, refs = traders.answer(session, key, viewer, now=clock())
    # What was asked is party data: the log of reads has the shipments, not the name.
    why.record(engine, "trader show", reading_log.shipments(refs), {})
    answer(document, _told(document))


@trader.command()
@click.argument("parties", metavar="FILE", type=click.Path(exists=True, path_type=Path))
@door.signing
@door.posting
@reporting
def merge(*, parties: Path, signer: Signing, where: Where) -> None:
    """State that the two traders in FILE are one: {"trader": …, "other": …, "reason": …}.

    They are read from a file, since what is on a command line others on the machine can see.
    """
    _state("trader.merged", parties, signer, where)


@trader.command()
@click.argument("parties", metavar="FILE", type=click.Path(exists=True, path_type=Path))
@door.signing
@door.posting
@reporting
def separate(*, parties: Path, signer: Signing, where: Where) -> None:
    """Take back that the two traders in FILE are one, or keep them apart."""
    _state("trader.separated", parties, signer, where)


def _state(kind: str, parties: Path, signer: Signing, where: Where) -> None:
    said = canonical.read(parties.read_bytes(), max_bytes=_MOST_BYTES)
    if not isinstance(said, dict):
        raise Invalid("the file holds one object: trader, other, reason")
    now = clock()
    body = {**said, "kind": kind, "occurred_at": moment(now.replace(microsecond=0))}
    caller = signer.caller()
    origin = where.pin().origin
    statement = sign(body, agency=caller.agency, origin=origin, key=caller.key, now=now)
    posted = door.post_one(statement, where)
    index = posted.receipt.index
    answer({"entry": index, "kind": kind}, f"It is entry {index}; the receipt proves it.")


def _told(document: dict[str, Any]) -> str:
    names, count = ", ".join(document["names"]), len(document["shipments"])
    lines = [
        f"{names} ({document['trader']}), named in {count} shipment{'s' * (count != 1)}",
        f"Its id: {document['id']}",
    ]
    for heading, listed in (("The same:", "same"), ("Related, not the same:", "related")):
        if document[listed]:
            lines += ["", heading]
        lines += [
            f"  {', '.join(each['names'])} ({each['trader']}): {each['why']}"
            for each in document[listed]
        ]
    if document["too_common"]:
        kinds = ", ".join(document["too_common"])
        lines += ["", f"Not counted, since too many share it: {kinds}"]
    return "\n".join([*lines, *_licensed(document), *_scored(document)])


def _licensed(document: dict[str, Any]) -> Iterator[str]:
    if document["licences"]:
        yield from ("", "Licences:")
    for each in document["licences"]:
        until = each.get("valid_to", "no end")
        yield (
            f"  {each['number']} ({each['country']}), {each['status']}, {each['valid_from']} to "
            f"{until}: {', '.join(each['activities'])} of {', '.join(each['substances'])}"
        )


def _scored(document: dict[str, Any]) -> Iterator[str]:
    if document["risk"]:
        yield from ("", "Risk of its latest shipments, of 100:")
    for each in document["risk"]:
        yield f"  {each['ref']}: {each['score']} ({each['band']}; {each['action']})"
