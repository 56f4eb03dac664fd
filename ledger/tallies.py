"""What the programme's figures are summed from: a projection of few, narrow rows.

`tally` has what came of shipments (`ledger.results`), `journey` one row a shipment with its notice
and the answer, `activity` how many statements each agency made on each day, by what they are about.
Figures are summed from these rows by period, so their cost follows the period and not the ledger.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, Index, delete
from sqlmodel import Field, Session, SQLModel

from ledger import bulk, timeline
from ledger.records import Record
from ledger.results import Fact, facts, may_tell
from ledger.shipments import Shipment
from ledger.store import micros
from ledger.volumes import DAY


class TallyRow(SQLModel, table=True):
    """One amount of what one statement says came of a shipment (`ledger.results.Fact`)."""

    __tablename__ = "tally"
    __table_args__ = (
        Index("tally_ref", "ref"),
        Index("tally_at", "measure", "at"),
        Index("tally_country", "country", "at"),
    )
    jti: str = Field(primary_key=True)
    item: str = Field(primary_key=True)
    ref: str
    country: str
    agency: str
    at: int = Field(sa_type=BigInteger)
    measure: str
    name: str
    amount: int = Field(sa_type=BigInteger)
    counts: bool


class JourneyRow(SQLModel, table=True):
    """A shipment: between whom, when it began, and what became of its notice."""

    __tablename__ = "journey"
    __table_args__ = (
        Index("journey_began", "began"),
        Index("journey_sent", "sent"),
        Index("journey_importing", "importing", "sent"),
    )
    ref: str = Field(primary_key=True)
    exporting: str | None
    importing: str | None
    began: int = Field(sa_type=BigInteger)
    sent: int | None = Field(sa_type=BigInteger)
    due: int | None = Field(sa_type=BigInteger)
    answered: int | None = Field(sa_type=BigInteger)
    reply: str | None


class ActivityRow(SQLModel, table=True):
    """How many statements an agency made on a day (since 1970) of the log's own time."""

    __tablename__ = "activity"
    day: int = Field(primary_key=True)
    agency: str = Field(primary_key=True)
    about: str = Field(primary_key=True)
    statements: int


TALLIES = TallyRow.__table__  # type: ignore[attr-defined]
JOURNEYS = JourneyRow.__table__  # type: ignore[attr-defined]
ACTIVITY = ActivityRow.__table__  # type: ignore[attr-defined]

Journey = tuple[str | None, str | None, int, int | None, int | None, int | None, str | None]


def journey_of(state: Shipment, began: int) -> Journey:
    """A shipment as its row says it: exporting, importing, began, sent, due, answered, reply."""
    ends = (state.route.exporting, state.route.importing) if state.route else (None, None)
    reply = state.reply
    if reply is None:
        return (*ends, began, None, None, None, None)
    answered = micros(reply.answered_at) if reply.answered_at else None
    due = None if reply.stopped else micros(reply.due)  # a question halts the clock
    return (*ends, began, micros(reply.sent_at), due, answered, reply.state)


@dataclass
class Retelling:
    """What a batch of shipments changes in these tables, gathered so that each is written once."""

    _gone: list[str] = field(default_factory=list)
    _journeys: dict[str, Journey] = field(default_factory=dict)
    _told: dict[str, Shipment] = field(default_factory=dict)

    def take(
        self,
        before: tuple[Shipment, Mapping[str, Any] | None],
        after: tuple[Shipment, Mapping[str, Any]],
        records: Sequence[Record],
    ) -> None:
        """A shipment as it was and is, each with its row, and the records that made the change."""
        (was, old), (now, new) = before, after
        journey = journey_of(now, new["first_occurred"])
        if old is None:
            self._journeys[now.ref] = journey
        elif journey != journey_of(was, old["first_occurred"]):
            self._gone.append(now.ref)
            self._journeys[now.ref] = journey
        if may_tell(was, now, (record.event for record in records)):
            self._told[now.ref] = now

    def store(self, session: Session) -> None:
        """Write it. The timeline has the new records already."""
        if self._gone:
            session.execute(delete(JOURNEYS).where(JOURNEYS.c.ref.in_(self._gone)))
        rows = [(ref, *said) for ref, said in self._journeys.items()]
        bulk.add(session, JOURNEYS, rows)
        if self._told:
            self._retell(session)

    def _retell(self, session: Session) -> None:
        session.execute(delete(TALLIES).where(TALLIES.c.ref.in_(sorted(self._told))))
        told = timeline.histories(session, "shipment", self._told)
        rows = [
            row_of(fact)
            for ref, state in sorted(self._told.items())
            for fact in facts(state, (record.stated for record in told[ref]))
        ]
        bulk.add(session, TALLIES, rows)


def row_of(fact: Fact) -> dict[str, Any]:
    plain = {name: getattr(fact, name) for name in Fact.__slots__}
    return {**plain, "at": micros(fact.at), "country": fact.country}


def count(session: Session, records: Iterable[Record]) -> None:
    """Count new statements by the day on which the log took them: no erasure changes that."""
    rows = [(*key, statements) for key, statements in sorted(counted(records).items())]
    bulk.add_up(session, ACTIVITY, rows)


def counted(records: Iterable[Record]) -> Counter[tuple[int, str, str]]:
    """How many of these are of each day, agency and class of subject."""
    return Counter(
        (micros(record.time) // DAY, record.by.agency, record.event.subject[0])
        for record in records
    )
