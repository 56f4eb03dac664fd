"""The audit: the whole ledger against its own hashes, signatures and sums.

It trusts nothing that is stored. Entries are chained and grown into the tree again; tiles, head and
checkpoints must agree; each statement passes the door once more under the keys of its moment; and
all that is derived is made anew and compared row by row. It reads one moment of the database, in
streams, and goes on after a fault.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from crypto.notes import Verifier
from ledger import databases
from ledger.audit import derived
from ledger.audit.cells import TEXT, Cell, Row, Unreadable, merged, rows, show
from ledger.audit.chain import Chain
from ledger.audit.derived import Scratch
from ledger.audit.faults import Fault, Faults, Report
from ledger.audit.statements import Statements
from ledger.projections import Progress
from ledger.records import DISCLOSURES
from ledger.store import BOOK, CHECKPOINTS, ENTRIES, HEADS, TILES

__all__ = ["Fault", "Report", "audit"]

_NAME = re.compile(r"[^\s+]+")  # what a note's key may be called


def audit(engine: Engine, *, progress: Progress = lambda _: None) -> Report:
    """Check everything; `progress` is told of entries walked, each once by the log, once by sums.

    `Report.check` raises Tampered for who prefers that.
    """
    faults = Faults()
    with derived.scratch() as scratch, ExitStack() as stack:
        try:
            session = stack.enter_context(_opened(engine))
            return _audited(session, scratch, faults, progress)
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


def _audited(session: Session, scratch: Scratch, faults: Faults, progress: Progress) -> Report:
    chain = Chain(session, BOOK, faults.add)
    walk = _Walk(chain=chain, statements=Statements(faults.add), faults=faults, scratch=scratch)
    beside = rows(session, [DISCLOSURES.c.index, DISCLOSURES.c.text])
    for (index,), entry, disclosed in merged(_entries(session, BOOK), beside, 1):
        walk.take(index, entry, disclosed)
        progress(1)
    scratch.flush()
    chain.finish(walk.statements.roster.origin)
    _check_other_books(session, chain.checkpoints.verifier, faults)
    if walk.readable:
        derived.check(session, scratch.session, size=chain.size, say=faults.add, progress=progress)
    return _report(faults, chain, derived=walk.readable)


@dataclass(kw_only=True)
class _Walk:
    """Over entries and disclosures side by side; `readable` while all of them can be read back."""

    chain: Chain
    statements: Statements
    faults: Faults
    scratch: Scratch
    readable: bool = True

    def take(self, index: Cell, row: Row | None, disclosed: Row | None) -> None:
        if row is None:
            self.faults.add(f"disclosure {show(index)}", "belongs to no entry")
            return
        entry = self.chain.take(index, row[1])
        said = disclosed[1] if disclosed else None
        reads = entry is not None and self.statements.take(entry, said)
        self.readable = self.readable and reads and self.chain.whole
        if self.readable and said is not None:
            self.scratch.keep(index[1], row[1][1], said[1])
        if self.chain.checkpoints.verifier is None and self.statements.roster.hub_key:
            self.chain.checkpoints.verifier = Verifier.parse(self.statements.roster.hub_key)
        self.chain.close()


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
