"""The book of reads: records go in by group commit, and are found by what was read.

Whoever gets the pen first takes along all who wait, as at the ledger's door. The index beside the
entries is derived from them; the audit makes it anew and compares.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import BigInteger, Engine, insert, select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Field, Session, SQLModel

from crypto import CryptoError
from crypto.keys import PrivateKey
from crypto.notes import Signer
from ledger import LedgerError, Unrecorded, databases, store
from ledger.reads import BOOK, name_of
from ledger.reads.records import SALT_SIZE, Read, wrap
from ledger.store import Draft


class ReadOfRow(SQLModel, table=True):
    """That a record of the book tells of a read of this shipment, alert or entry."""

    __tablename__ = "read_of"
    about: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    index: int = Field(primary_key=True, sa_type=BigInteger)


READ_OF = ReadOfRow.__table__  # type: ignore[attr-defined]


@dataclass
class _Ticket:
    """One caller's record, and whether it is durable."""

    read: Read
    draft: Draft
    failed: BaseException | None = None
    done: bool = False


@dataclass
class Recorder:
    """The way in for reads: signs in the caller's thread, and writes for all who wait at once."""

    engine: Engine
    origin: str
    key: PrivateKey
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]
    _waiting: list[_Ticket] = field(default_factory=list)
    _queue: threading.Lock = field(default_factory=threading.Lock)
    _lead: threading.Lock = field(default_factory=threading.Lock)

    def record(self, read: Read) -> None:
        """Come back when the read is durably written; Unrecorded means it must not happen."""
        try:
            self._record(read)
        except (SQLAlchemyError, LedgerError, CryptoError, OSError) as error:
            raise Unrecorded("the read can't be recorded") from error

    def _record(self, read: Read) -> None:
        jwt = wrap(read, self.key, salt=self.random(SALT_SIZE))
        ticket = _Ticket(read=read, draft=Draft(jwt=jwt, tag=None))
        with self._queue:
            self._waiting.append(ticket)
        with self._lead:
            if not ticket.done:
                self._commit(self._drawn())
        if ticket.failed is not None:
            raise ticket.failed

    def _drawn(self) -> list[_Ticket]:
        """The tickets of this commit: ours is among them, since nobody else can have drawn it."""
        with self._queue:
            drawn, self._waiting = self._waiting, []
        return drawn

    def _commit(self, tickets: Sequence[_Ticket]) -> None:
        failed = None
        try:
            with databases.writing(self.engine, BOOK) as session:
                self._append(session, tickets)
        except BaseException as error:  # noqa: BLE001 - every waiter must hear of it
            failed = error
        for ticket in tickets:
            ticket.failed, ticket.done = failed, True

    def _append(self, session: Session, tickets: Sequence[_Ticket]) -> None:
        name = name_of(self.origin)
        added = store.append(
            session,
            [ticket.draft for ticket in tickets],
            before=_opened(session, name),
            signer=Signer(name=name, key=self.key),
            now=self.clock(),
            book=BOOK,
        )
        rows = [
            {"about": about, "subject": subject, "index": place.index}
            for place, ticket in zip(added.placed, tickets, strict=True)
            for about, subject in set(ticket.read.shown)
        ]
        if rows:
            session.execute(insert(READ_OF), rows)


def _opened(session: Session, name: str) -> store.Head:
    """How far the book has come; the first read of all opens it."""
    query = select(store.HEADS.c.book).where(store.HEADS.c.book == BOOK)
    if session.execute(query).one_or_none() is None:
        store.begin(session, name, BOOK)
    return store.head(session, BOOK)


def indexes_of(
    session: Session, about: str, subject: str, *, before: int | None, limit: int
) -> list[int]:
    """The newest records that tell of a read of this subject, the newest first."""
    query = select(READ_OF.c.index).where(READ_OF.c.about == about, READ_OF.c.subject == subject)
    if before is not None:
        query = query.where(READ_OF.c.index < before)
    return list(session.execute(query.order_by(READ_OF.c.index.desc()).limit(limit)).scalars())
