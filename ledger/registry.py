"""Who may speak, read from the log: the roster at its newest size.

Nothing is kept but the log itself; a process remembers the roster it folded and goes on from there.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import bindparam
from sqlmodel import Session, select

from ledger import records
from ledger.decisions import digest_of
from ledger.foureyes import take
from ledger.records import Record
from ledger.roster import Roster, Signer
from ledger.timeline import TIMELINE
from ledger.vocabulary import RegistryEvent


def signer_of(record: Record) -> Signer:
    said = record.parsed
    return Signer(
        agency=said.issuer,
        kid=said.kid,
        index=record.index,
        jti=said.jti,
        statement=digest_of(said.jwt),
        time=record.time,
    )


def folded(roster: Roster, new: Iterable[Record]) -> Roster:
    """The roster after more registry statements, in order of the log."""
    for record in new:
        if isinstance(record.event, RegistryEvent):
            roster = take(record.event, roster, signer_of(record))
    return roster


_NEWEST = (
    select(TIMELINE.c.index, TIMELINE.c.digest)
    .where(TIMELINE.c.about == "registry")
    .order_by(TIMELINE.c.index.desc())
    .limit(1)
)
_AT = _NEWEST.where(TIMELINE.c.index == bindparam("at"))
Mark = tuple[int, bytes]
NOWHERE: Mark = (-1, b"")


@dataclass
class Registry:
    """A process's memory of the roster; `current` catches up with the log it is given.

    It remembers up to which registry statement it folded, by index and digest, so that what a
    rolled back transaction or another database showed it once is never taken for true.
    """

    _roster: Roster = field(default_factory=Roster)
    _upto: Mark = NOWHERE
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def remembered(self) -> tuple[Roster, int] | None:
        """The roster last read, and the size of the log from which on it held; without a look."""
        with self._lock:
            return None if self._upto == NOWHERE else (self._roster, self._upto[0] + 1)

    def current(self, session: Session) -> Roster:
        """The roster at the log's newest size, as this session sees it."""
        newest = _mark(session)
        with self._lock:
            if newest != self._upto:
                if newest[0] <= self._upto[0] or _mark(session, self._upto[0]) != self._upto:
                    self._roster, self._upto = Roster(), NOWHERE
                new = records.read(session, _indexes(session, self._upto[0]))
                self._roster, self._upto = folded(self._roster, new), newest
            return self._roster


def _mark(session: Session, at: int | None = None) -> Mark:
    """The newest registry statement, or the one at this index."""
    query, said = (_NEWEST, {}) if at is None else (_AT, {"at": at})
    row = session.connection().execute(query, said).one_or_none()
    return NOWHERE if row is None else (row[0], bytes(row[1]))


def _indexes(session: Session, after: int) -> list[int]:
    rows = session.execute(
        select(TIMELINE.c.index)
        .where(TIMELINE.c.about == "registry", TIMELINE.c.index > after)
        .order_by(TIMELINE.c.index)
    )
    return list(rows.scalars())
