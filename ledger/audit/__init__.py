"""The audit: the whole ledger against its own hashes, signatures and sums.

It trusts nothing that is stored. First the log, on every core: entries are chained and grown into
the tree again; tiles, head and checkpoints must agree; each statement is signed with a key of its
issuer that was valid there, and its disclosures are those signed for. Then what the statements say,
on every core too: each passes the door once more, and all that is derived is made anew and compared
row by row. Where that does not come out even it is gone over again, one by one in order, to find
the places. It reads one moment of the database, in streams, and goes on after a fault.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Engine, func
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from crypto.notes import Verifier
from ledger import databases
from ledger.audit import derived, statements
from ledger.audit.beside import Beside, check_orders
from ledger.audit.cells import TEXT, Row, Unreadable, merged, rows, show
from ledger.audit.chain import Chain
from ledger.audit.contents import agrees
from ledger.audit.derived import Said
from ledger.audit.eyes import Eyes
from ledger.audit.faults import Fault, Faults, Report, Say
from ledger.audit.log import Log
from ledger.audit.speakers import Speakers, Walk, heard
from ledger.audit.workers import staffed
from ledger.entries import decode
from ledger.projections import Progress
from ledger.store import BOOK, CHECKPOINTS, ENTRIES, HEADS
from ledger.tilebook import TILES
from ledger.tiles import WIDTH

__all__ = ["Fault", "Report", "audit"]

_NAME = re.compile(r"[^\s+]+")  # what a note's key may be called


def audit(
    engine: Engine,
    *,
    progress: Progress = lambda _: None,
    workers: int | None = None,
    contents: bool = True,
) -> Report:
    """Check everything, or without `contents` the log alone, in a process on each core.

    `progress` is told of entries: of each once by the log, and once more as its content is read.
    `Report.check` raises Tampered for who prefers that.
    """
    faults = Faults()
    with ExitStack() as stack:
        try:
            session = stack.enter_context(_opened(engine))
            return _audited(session, faults, progress, workers, contents=contents)
        except Unreadable as error:
            faults.add("database", f"can't be read: {error}")
            return _report(faults)


@contextmanager
def _opened(engine: Engine) -> Iterator[Session]:
    """One moment of the database, if it can be opened at all."""
    with ExitStack() as stack:
        try:
            session = stack.enter_context(databases.reading(engine))
        except DBAPIError as error:
            raise Unreadable(str(error.orig)) from error
        yield session


def _audited(
    session: Session, faults: Faults, progress: Progress, workers: int | None, *, contents: bool
) -> Report:
    speakers = heard(session)
    beside = Beside(session)
    chain = Chain(session, BOOK, faults.add)
    log = Log(
        session=session,
        beside=beside,
        chain=chain,
        faults=faults,
        rosters=speakers.walk(),
        progress=progress,
    )
    count, voices = _count(session), speakers.voices()
    with staffed(session, count, voices, workers) as staff:
        log.check(speakers, staff, count)
        check_orders(session, beside.erased, speakers.roster, faults.add)
        _check_other_books(session, chain.checkpoints.verifier, faults)
        told = Onward(progress)
        read = contents and log.readable
        agreed = read and agrees(session, staff, speakers, chain.size, told.first)
    if read and not agreed:
        read = _in_order(session, beside, speakers, log, faults.add, progress=told.again)
    return _report(faults, chain, derived=read)


def _count(session: Session) -> int:
    query = select(func.count()).select_from(ENTRIES).where(ENTRIES.c.book == BOOK)
    return int(session.execute(query).scalar_one())


@dataclass
class Onward:
    """Progress that does not run back where the same is gone over again."""

    progress: Progress
    ahead: int = 0

    def first(self, count: int) -> None:
        self.ahead += count
        self.progress(count)

    def again(self, count: int) -> None:
        new = max(0, count - self.ahead)
        self.ahead -= count - new
        self.progress(new)


def _in_order(
    session: Session, beside: Beside, speakers: Speakers, log: Log, say: Say, *, progress: Progress
) -> bool:
    """Go over the contents one by one, which finds each place that is not as it should be."""
    eyes = Eyes()
    said = _said(session, beside, speakers.walk(), log, say, eyes=eyes, progress=progress)
    read = derived.check(session, said, say)
    eyes.check(session, say)
    return read


def _said(
    session: Session,
    beside: Beside,
    rosters: Walk,
    log: Log,
    say: Say,
    *,
    eyes: Eyes,
    progress: Progress,
) -> Iterator[Said | None]:
    """What each statement says, judged where the walk over the log has not done so."""
    ours = _entries(session, BOOK)
    for _, entry, disclosed in merged(ours, beside.rows(), 1):
        if entry is None or disclosed is None:
            continue  # disclosures of no entry, which was told
        (_, index), (_, data) = entry
        text: bytes = disclosed[1][1]
        told = index - index % WIDTH in log.walked
        tell = _silent if told else say
        erasing = beside.erased.get(index)
        roster = rosters.at(index)
        record = statements.read(decode(data), text, roster, tell, erasing=erasing)
        if record is not None:
            eyes.watch(record, roster)
        yield None if record is None else (index, data, text.decode("ascii"), record)
        progress(1)


def _silent(place: str, what: str) -> None:
    """For what was told before."""


def _entries(session: Session, book: str) -> Iterator[Row]:
    return rows(session, [ENTRIES.c.index, ENTRIES.c.data], ENTRIES.c.book == book)


def _check_other_books(session: Session, verifier: Verifier | None, faults: Faults) -> None:
    """Other books have chains and trees of their own, under the same key; strays have no book."""
    books = {BOOK}
    for (rank, name), origin in rows(session, [HEADS.c.book, HEADS.c.origin]):
        book = name.decode(errors="replace") if rank == TEXT else ""
        if book not in books:
            books.add(book)
            _check_book(session, book, show(origin), verifier, faults)
    for table in (ENTRIES, TILES, CHECKPOINTS):
        stray: ColumnElement[bool] = table.c.book.not_in(sorted(books))
        key: list[Any] = list(table.primary_key.columns)
        for book, *place in rows(session, key, stray):
            where = "/".join(map(show, place))
            faults.add(f"{table.name} {where}", f"is in no known book ({show(book)})")


def _check_book(
    session: Session, book: str, origin: str, verifier: Verifier | None, faults: Faults
) -> None:
    chain = Chain(session, book, faults.within(book))
    if verifier is not None and _NAME.fullmatch(origin):
        chain.checkpoints.verifier = Verifier(name=origin, key=verifier.key)
    for index, data in _entries(session, book):
        chain.take(index, data)
        chain.close()
    chain.finish(origin)


def _report(faults: Faults, chain: Chain | None = None, *, derived: bool = False) -> Report:
    return Report(
        size=chain.size if chain else 0,
        root=chain.frontier.root() if chain else b"",
        checkpoints=chain.checkpoints.count if chain else 0,
        derived=derived,
        faults=tuple(faults.kept),
        count=faults.count,
    )
