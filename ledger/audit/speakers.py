"""Who might speak at which entry, folded from the log itself before it is walked.

Registry statements are found by what lies beside them: nothing, since all of them is public. Who
spoils that hides keys from this search, and then all that they signed is a fault. The timeline is
not asked: it is derived, and audited itself.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func
from sqlmodel import Session, select

from crypto import CryptoError, Malformed
from crypto.keyring import Enrolment
from crypto.keys import Alg, PublicKey
from ledger import LedgerError
from ledger.audit.cells import BYTES, Row, is_whole, rows
from ledger.audit.statements import clock_of
from ledger.concealment import NOTHING
from ledger.entries import decode
from ledger.intake import prepare
from ledger.records import DISCLOSURES, Record
from ledger.registry import folded
from ledger.roster import Roster
from ledger.store import BOOK, ENTRIES

KEPT = 64  # registry statements between two rosters that are kept


@dataclass(kw_only=True)
class Walk:
    """The roster beside a walk over the log: as it was at each entry, asked in order."""

    ahead: list[Record]
    roster: Roster = field(default_factory=Roster)

    def at(self, index: int) -> Roster:
        """What was known when entry `index` came: all the registry said before it."""
        while self.ahead and self.ahead[-1].index < index:
            self.roster = folded(self.roster, [self.ahead.pop()])
        return self.roster


class Rosters:
    """Walks from anywhere: every so often a roster is kept, and what came since is folded again."""

    def __init__(self, records: Sequence[Record], every: int = KEPT) -> None:
        self._records, self._every = records, every
        self._indexes = [record.index for record in records]
        self._kept = [Roster()]
        for start in range(0, len(records) - every, every):
            self._kept.append(folded(self._kept[-1], records[start : start + every]))

    def walk(self, index: int) -> Walk:
        """A walk that may be asked of this entry and of those behind it."""
        kept = min(bisect_left(self._indexes, index) // self._every, len(self._kept) - 1)
        ahead = list(reversed(self._records[kept * self._every :]))
        return Walk(ahead=ahead, roster=self._kept[kept])


@dataclass(frozen=True, kw_only=True)
class Speakers:
    """The registry statements that pass the door, in order, and what they add up to."""

    records: tuple[Record, ...]
    roster: Roster

    def walk(self) -> Walk:
        return Walk(ahead=list(reversed(self.records)))

    def voices(self) -> "Voices":
        return Voices(
            origin=self.roster.origin,
            vkey=self.roster.hub_key,
            agencies=frozenset(self.roster.agencies),
            stated=frozenset(record.index for record in self.records),
            enrolments=tuple(map(_plain, self.roster.keyring)),
        )


Plain = tuple[str, str, Alg, bytes, int, int | None]


def _plain(enrolment: Enrolment) -> Plain:
    key = enrolment.key
    return key.kid, enrolment.holder, key.alg, key.raw, enrolment.added, enrolment.revoked


@dataclass(frozen=True, kw_only=True)
class Voices:
    """What a worker must know of the registry to check signatures: plain values, to be sent.

    A keyring tells of each key from which entry to which it was valid, so the newest one serves for
    the whole log. `stated` are the registry statements, which have been checked.
    """

    origin: str
    vkey: str
    agencies: frozenset[str]
    stated: frozenset[int]
    enrolments: tuple[Plain, ...]

    def enrolment(self, kid: str) -> Enrolment:
        """One key; making it anew costs more than a signature, so keep what this gives."""
        for name, holder, alg, raw, added, revoked in self.enrolments:
            if name == kid:
                key = PublicKey(alg, raw)
                return Enrolment(holder=holder, key=key, added=added, revoked=revoked)
        raise Malformed(f"no key {kid} was enrolled")


def heard(session: Session) -> Speakers:
    """Fold the roster from the log; a registry statement that is not in order counts for nothing.

    What is wrong with it is told when the walk comes by.
    """
    made: list[Record] = []
    roster = Roster()
    for row in _without_disclosures(session):
        try:
            record = _record(row, roster)
        except (CryptoError, LedgerError):
            continue
        if "_sd" not in record.parsed.payload:
            made.append(record)
            roster = folded(roster, [record])
    return Speakers(records=tuple(made), roster=roster)


def _without_disclosures(session: Session) -> Iterator[Row]:
    columns = [ENTRIES.c.index, ENTRIES.c.data]
    # Asked on its own: a join would look beside each entry, and most have something there.
    beside = select(DISCLOSURES.c.index).where(func.length(DISCLOSURES.c.data) == NOTHING)
    return rows(session, columns, ENTRIES.c.book == BOOK, ENTRIES.c.index.in_(beside))


def _record(row: Row, roster: Roster) -> Record:
    index, (rank, data) = row
    if not is_whole(index) or rank != BYTES:
        raise Malformed("not an entry")
    entry = decode(data)
    if entry.index != index[1]:
        raise Malformed("an entry in another's place")
    statement = f"{entry.jwt}~".encode("ascii")
    clock = clock_of(entry)
    return prepare(statement, roster, size=entry.index, now=clock, time=entry.time).record
