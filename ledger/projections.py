"""Everything derived from the log, in one place: kept up with each append, dropped and rebuilt.

What live appending leaves and what a rebuild makes are the same bytes; `audit` compares them.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Engine, Table, delete
from sqlmodel import Session

from ledger import (
    casebook,
    databases,
    grantbook,
    history,
    records,
    refusalbook,
    standings,
    store,
    tallies,
    timeline,
    volumes,
)
from ledger.history import Held, Memory
from ledger.records import Record
from ledger.shipments import Shipment

TABLES: tuple[Table, ...] = (
    timeline.TIMELINE,
    history.SHIPMENTS,
    history.AUDIENCE,
    history.MENTIONS,
    volumes.IMPORTS,
    volumes.IMPORT_DAYS,
    tallies.TALLIES,
    tallies.JOURNEYS,
    tallies.ACTIVITY,
    standings.STANDINGS,
    standings.LICENSED,
    casebook.CASES,
    casebook.CASE_COUNTRIES,
    casebook.SUPPRESSIONS,
    grantbook.GRANTS,
    grantbook.READERS,
    grantbook.GROUPS,
    refusalbook.REFUSALS,
    refusalbook.EXPORTERS,
)
CHUNK = 500

Progress = Callable[[int], Any]


def project(
    session: Session, new: Sequence[Record], held: Mapping[str, Held], memory: Memory
) -> None:
    """Take new records, in order of the log, into every projection."""
    about_shipments: dict[str, list[Record]] = {}
    placed: list[tuple[Record, int | None]] = []
    for record in new:
        about, subject = record.event.subject
        if about != "shipment":
            placed.append((record, None))
            continue
        mine = about_shipments.setdefault(subject, [])
        placed.append((record, held[subject].events + len(mine)))
        mine.append(record)
    timeline.project(session, placed)
    if about_shipments:
        history.project(session, about_shipments, held, memory)
    standings.project(session, new)
    casebook.project(session, new)
    grantbook.project(session, new)
    refusalbook.project(session, new)
    tallies.count(session, new)


def again(session: Session, gone: Record) -> None:
    """Make anew what was derived from a statement whose body was erased, here as it was.

    Whoever adds a projection adds to this: nothing of what is erased may stay.
    """
    about, subject = gone.event.subject
    refusalbook.again(session, gone)
    if about == "shipment":
        _shipment_again(session, subject)
    elif about == "alert":
        casebook.again(session, subject)
    elif about in grantbook.ABOUT:
        grantbook.again(session)
    else:
        standings.again(session, about, subject)


def _shipment_again(session: Session, ref: str) -> None:
    before = history.load(session, [ref], Memory())[ref]
    if before.row is not None:
        counted = volumes.imports_of(before.state), before.row["first_occurred"]
        recount = volumes.Recount()
        recount.take(ref, counted, ({}, 0))
        recount.store(session)
    mine = (history.SHIPMENTS, history.AUDIENCE, history.MENTIONS)
    for table in (*mine, tallies.TALLIES, tallies.JOURNEYS):
        session.execute(delete(table).where(table.c.ref == ref))
    told = timeline.history(session, "shipment", ref)
    nothing = Held(row=None, state=Shipment(ref=ref))
    history.project(session, {ref: told}, {ref: nothing}, Memory())


def rebuild(session: Session, *, size: int, progress: Progress = lambda _: None) -> None:
    """Drop every projection and make it again from the first `size` entries."""
    for table in TABLES:
        session.execute(delete(table))
    memory = Memory()
    for start in range(0, size, CHUNK):
        new = records.read_range(session, start, min(size, start + CHUNK))
        take(session, new, memory)
        progress(len(new))


def take(session: Session, new: Sequence[Record], memory: Memory) -> None:
    """Project new records onto what this database holds already."""
    refs = {r.event.subject[1] for r in new if r.event.subject[0] == "shipment"}
    project(session, new, history.load(session, refs, memory), memory)


def rebuild_in_place(engine: Engine, *, progress: Progress = lambda _: None) -> int:
    """Make every projection anew under the pen, in one transaction; the number of entries read."""
    with databases.writing(engine) as session:
        size = store.head(session).size
        rebuild(session, size=size, progress=progress)
        return size
