"""Shares of what was stated, made anew by themselves and compared: one process takes one share.

A share is a stretch of shipments, by their references; all that is about nothing of the kind (few
statements, whose order matters) is a share too. Which entries are whose is read from the timeline,
and believed only as far as reading each entry says the same. Where anything is odd, whatever it is,
the share says no more than that: the audit then goes over everything in order, and words it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NoReturn

from sqlalchemy import Boolean, Column, ColumnElement, Integer, Table, type_coerce
from sqlmodel import Session, select

from ledger import Tampered, store, timeline
from ledger.audit import derived, statements
from ledger.audit.beside import Beside
from ledger.audit.cells import plain
from ledger.audit.eyes import Eyes
from ledger.audit.shipmentrows import TABLES, Plain, Rows, Sums
from ledger.audit.speakers import Rosters, Speakers, heard
from ledger.entries import decode, tag_of
from ledger.history import AUDIENCE, SHIPMENTS
from ledger.projections import TABLES as PROJECTED
from ledger.records import DISCLOSURES, HISTORY_KEYS, Record, record_of
from ledger.refusalbook import EXPORTERS, REFUSALS
from ledger.store import BOOK, ENTRIES
from ledger.tallies import ACTIVITY
from ledger.timeline import TIMELINE
from ledger.volumes import IMPORT_DAYS

EVENTS = 1_000  # that a share is to have: some 15 MB, and a quarter of a second
MOST = 20 * EVENTS
SUMMED = (ACTIVITY, IMPORT_DAYS, EXPORTERS)
# What has rows of both kinds is told apart by what a row is about.
MIXED = (TIMELINE, REFUSALS)
REST = tuple(each for each in PROJECTED if each not in (*TABLES, *SUMMED) or each in MIXED)
SHIPMENT = "shipment"


@dataclass(frozen=True, kw_only=True)
class Share:
    """The shipments behind `after` up to and with `upto`; `rest`: what is about no shipment.

    `size` is the log's in the moment that is audited.
    """

    size: int
    after: str | None = None
    upto: str | None = None
    rest: bool = False


@dataclass(frozen=True)
class Odd:
    """A share was not as it should be; `elsewhen`: this process reads another moment than ours."""

    elsewhen: bool = False


def shares(session: Session, size: int, least: int = EVENTS) -> Iterator[Share]:
    """Everything as shares of so many events, in the database's own order of references."""
    yield Share(size=size, rest=True)
    after, events = None, 0
    query = select(SHIPMENTS.c.ref, SHIPMENTS.c.events).order_by(SHIPMENTS.c.ref)
    with session.execute(query, execution_options={"yield_per": 5_000}) as found:
        for ref, count in found:
            events += count
            if events >= least:
                yield Share(size=size, after=after, upto=ref)
                after, events = ref, 0
    yield Share(size=size, after=after)


class Sharer:
    """Checks shares, one after the other."""

    def __init__(self, session: Session, speakers: Speakers | None = None) -> None:
        self._session, self._speakers = session, speakers

    @cached_property
    def _beside(self) -> Beside:
        return Beside(self._session)

    @cached_property
    def _rosters(self) -> Rosters:
        return Rosters((self._speakers or heard(self._session)).records)

    def check(self, share: Share) -> Sums | Odd:
        """What the share adds up to, if all that is stored of it follows from the log."""
        try:
            if store.head(self._session).size != share.size:
                return Odd(elsewhen=True)
            return self._rest() if share.rest else self._shipments(share)
        except Exception:  # noqa: BLE001 - whatever it is, the audit in order meets it and tells
            return Odd()

    def _shipments(self, share: Share) -> Sums:
        eyes, rows = Eyes(), Rows()
        keys = self._keys(share)
        for ref, records in self._records(share, eyes).items():
            _check_tags(keys.pop(ref), records)
            rows.take(ref, records)
        if keys:
            _odd("history key", "belongs to no shipment")
        for table, made in rows.made.items():
            self._compare(share, table, made)
            rows.sums.rows[table.name] += len(made)
        rows.sums.rows[TIMELINE.name] += rows.sums.entries
        rows.sums.rows[HISTORY_KEYS.name] += len(rows.made[SHIPMENTS])
        eyes.check(self._session, _odd)
        return rows.sums

    def _records(self, share: Share, eyes: Eyes) -> dict[str, list[Record]]:
        """Each shipment's records in order of the log, whose timeline is as it should be.

        One step for all of them and then the next: one record through all steps would have each
        step evict the code of the others from the processor's cache, a seventh of all the work.
        """
        found = self._found(share)
        records = self._read(found)
        walk = self._rosters.walk(found[0][0] if found else 0)
        rosters = [walk.at(record.index) for record in records]
        for record, roster in zip(records, rosters, strict=True):
            statements.judge_rest(record, roster)
        about: dict[str, list[Record]] = {}
        for record, (*told, _, _) in zip(records, found, strict=True):
            if record.event.subject[0] != SHIPMENT:
                _odd(f"entry {record.index}", "is about something else")
            mine = about.setdefault(record.event.subject[1], [])
            if list(timeline.row_of(record, len(mine)).values()) != told:
                _odd(f"timeline {record.index}", "is not what the log adds up to")
            mine.append(record)
        for record, roster in zip(records, rosters, strict=True):
            eyes.watch(record, roster)
        return about

    def _read(self, found: Sequence[Plain]) -> list[Record]:
        """The record of each entry, which must be the one that the timeline says lies there."""
        entries = [decode(data) for *_, data, _ in found]
        if any(entry.index != index for entry, (index, *_) in zip(entries, found, strict=True)):
            _odd("timeline", "names an entry that says it is another")
        texts = [self._beside.reveal(index, concealed) for index, *_, concealed in found]
        erased = self._beside.erased
        return [
            record_of(entry, text.decode("ascii"), erased.get(entry.index))
            for entry, text in zip(entries, texts, strict=True)
        ]

    def _found(self, share: Share) -> list[Plain]:
        columns: list[Any] = [*TIMELINE.c, ENTRIES.c.data, DISCLOSURES.c.data]
        query = (
            select(*columns)
            .join(ENTRIES, ENTRIES.c.index == TIMELINE.c.index)
            .join(DISCLOSURES, DISCLOSURES.c.index == TIMELINE.c.index)
            .where(ENTRIES.c.book == BOOK, TIMELINE.c.about == SHIPMENT)
            .where(*_within(share, TIMELINE.c.subject))
            .limit(MOST)
        )
        found = plain(self._session, query)
        if len(found) == MOST:
            _odd("timeline", "has more of a share than was to be expected")
        return sorted(found)

    def _keys(self, share: Share) -> dict[str, bytes]:
        rows = self._session.execute(
            select(HISTORY_KEYS.c.ref, HISTORY_KEYS.c.key).where(
                *_within(share, HISTORY_KEYS.c.ref)
            )
        )
        return {ref: bytes(key) for ref, key in rows}

    def _compare(self, share: Share, table: Table, made: Sequence[Plain]) -> None:
        query = select(*map(_raw, table.columns)).where(*_within(share, _ref_of(table)))
        if table is AUDIENCE:  # kept by viewer; one that should not be there shows in the count
            query = query.where(AUDIENCE.c.viewer.in_(sorted({viewer for viewer, _ in made})))
        if table is REFUSALS:
            query = query.where(REFUSALS.c.about == SHIPMENT)
        stored = plain(self._session, query)
        if len(stored) != len(made) or set(stored) != set(made):
            _odd(table.name, "is not what the log adds up to")

    def _rest(self) -> Sums:
        eyes, sums = Eyes(), Sums()
        with derived.scratch() as made:
            if not derived.rebuilt(made, self._said(eyes, sums)):
                _odd("the rest", "can't be read")
            for table in REST:
                others = [table.c.about != SHIPMENT] if table in MIXED else []
                derived.compare(self._session, made, table, _odd, *others)
                sums.rows[table.name] += derived.count(made, table)
            for day, agency, about, statements_made in made.execute(select(*ACTIVITY.c)):
                sums.activity[day, agency, about] += statements_made
        eyes.check(self._session, _odd)
        return sums

    def _said(self, eyes: Eyes, sums: Sums) -> Iterator[derived.Said]:
        query = (
            select(TIMELINE.c.index, ENTRIES.c.data, DISCLOSURES.c.data)
            .join(ENTRIES, ENTRIES.c.index == TIMELINE.c.index)
            .join(DISCLOSURES, DISCLOSURES.c.index == TIMELINE.c.index)
            .where(ENTRIES.c.book == BOOK, TIMELINE.c.about != SHIPMENT)
            .order_by(TIMELINE.c.index)
        )
        walk = self._rosters.walk(0)
        with self._session.execute(query, execution_options={"yield_per": 500}) as found:
            for index, data, concealed in found:
                roster, erasing = walk.at(index), self._beside.erased.get(index)
                entry, text = decode(bytes(data)), self._beside.reveal(index, bytes(concealed))
                record = statements.read(entry, text, roster, _odd, erasing=erasing)
                if record is None or record.event.subject[0] == SHIPMENT or entry.tag is not None:
                    _odd(f"entry {index}", "is about something else")
                eyes.watch(record, roster)
                sums.entries += 1
                yield index, bytes(data), text.decode("ascii"), record


def _check_tags(key: bytes, records: Sequence[Record]) -> None:
    if len(key) != derived.KEY_BYTES:
        _odd("history key", "is no key of 32 bytes")
    for k, record in enumerate(records):
        if record.tag != tag_of(key, k):
            _odd(f"entry {record.index}", "has another tag")


def _raw(column: Column[Any]) -> ColumnElement[Any]:
    """A value as it is stored: any number but 0 would be read as true."""
    return type_coerce(column, Integer) if isinstance(column.type, Boolean) else column


def _ref_of(table: Table) -> ColumnElement[str]:
    column: ColumnElement[str] = table.c.subject if table is REFUSALS else table.c.ref
    return column


def _within(share: Share, column: ColumnElement[str]) -> Iterator[ColumnElement[bool]]:
    if share.after is not None:
        yield column > share.after
    if share.upto is not None:
        yield column <= share.upto


def _odd(place: str, what: str) -> NoReturn:
    raise Tampered(f"{place}: {what}")
