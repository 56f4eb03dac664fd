"""Everything derived from the log, in one place: kept up with each append, dropped and rebuilt.

What live appending leaves and what a rebuild makes are the same bytes; `audit` compares them.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, delete
from sqlmodel import Session

from ledger import casebook, history, records, standings, timeline
from ledger.history import Held, Memory
from ledger.records import Record

TABLES: tuple[Table, ...] = (
    timeline.TIMELINE,
    history.SHIPMENTS,
    history.AUDIENCE,
    history.MENTIONS,
    history.IMPORTS,
    standings.STANDINGS,
    standings.LICENSED,
    casebook.CASES,
    casebook.CASE_COUNTRIES,
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


def rebuild(
    source: Session, target: Session, *, size: int, progress: Progress = lambda _: None
) -> None:
    """Drop every projection in `target` and make it again from the log in `source`."""
    for table in TABLES:
        target.execute(delete(table))
    memory = Memory()
    for start in range(0, size, CHUNK):
        new = records.read_range(source, start, min(size, start + CHUNK))
        refs = {r.event.subject[1] for r in new if r.event.subject[0] == "shipment"}
        project(target, new, history.load(target, refs, memory), memory)
        progress(len(new))
