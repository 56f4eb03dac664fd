"""What one scan reads of the ledger, each thing once: histories, states, who may see a statement.

A shelf belongs to one read transaction, so everything on it comes from one moment.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from sqlalchemy import bindparam
from sqlmodel import Session, select

from ledger import folding, history, records
from ledger.claims import Marking
from ledger.folding import Stated
from ledger.records import Record
from ledger.shipments import Origin, Shipment
from ledger.timeline import TIMELINE
from ledger.vocabulary import CaseEvent

# PostgreSQL takes 65,535 parameters in one statement, SQLite 32,766.
AT_ONCE = 5_000

T = TypeVar("T")

# Asked in every step, so they are put together once.
_PLACES = select(TIMELINE.c.index).where(
    TIMELINE.c.about == "shipment", TIMELINE.c.subject.in_(bindparam("refs", expanding=True))
)
_STATES = select(history.SHIPMENTS.c.ref, history.SHIPMENTS.c.state).where(
    history.SHIPMENTS.c.ref.in_(bindparam("refs", expanding=True))
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Marked:
    """Who stated something, and how far it may travel."""

    by: Origin
    marking: Marking


@dataclass(frozen=True, kw_only=True)
class Life:
    """All that was stated about one shipment, read once and folded once."""

    ref: str
    records: tuple[Record, ...]

    @cached_property
    def stated(self) -> tuple[Stated, ...]:
        """In the order things happened, with what corrections annul."""
        return tuple(folding.in_order(record.stated for record in self.records))

    @cached_property
    def gone(self) -> frozenset[str]:
        return folding.annulled(self.stated)

    @cached_property
    def timeline(self) -> tuple[Stated, ...]:
        """In the order things happened, without what corrections annul."""
        gone = self.gone
        return (
            tuple(each for each in self.stated if each.by.jti not in gone) if gone else self.stated
        )

    @cached_property
    def met(self) -> tuple[Shipment, ...]:
        """The states that the statements of the timeline met, and the one they end in."""
        states = [Shipment(ref=self.ref)]
        for each in self.timeline:
            states.append(folding.step(states[-1], each))
        return tuple(states)

    @cached_property
    def shipment(self) -> Shipment:
        """What it all adds up to; what is annulled takes part, since corrections ask for it."""
        return folding.shipment(self.ref, self.stated) if self.gone else self.met[-1]

    @cached_property
    def ever(self) -> tuple[Shipment, ...]:
        """Every state there was or would have been, had nothing been corrected."""
        if not self.gone:
            return self.met
        states = [Shipment(ref=self.ref)]
        for each in self.stated:
            states.append(folding.step(states[-1], each))
        return tuple(states)


@dataclass
class Shelf:
    """The histories of the shipments that a scan looks at, and of those that rules ask about."""

    session: Session
    _lives: dict[str, Life] = field(default_factory=dict)
    _encoded: dict[str, bytes | None] = field(default_factory=dict)
    _states: dict[str, Shipment] = field(default_factory=dict)
    _stated: dict[str, Record] = field(default_factory=dict)
    _torn: set[str] = field(default_factory=set)  # something stated of these was erased

    def fetch(self, refs: Iterable[str]) -> None:
        """Read the records of many shipments at once."""
        wanted = sorted(set(refs) - self._lives.keys())
        indexes: list[int] = []
        connection = self.session.connection()
        for some in pieces(wanted):
            indexes += connection.execute(_PLACES, {"refs": some}).scalars()
        found: dict[str, list[Record]] = {ref: [] for ref in wanted}
        for some_indexes in pieces(sorted(indexes)):
            for record in records.read(self.session, some_indexes):
                ref = record.event.subject[1]
                if record.erased is None or not record.erased.is_whole:
                    found[ref].append(record)
                else:
                    self._torn.add(ref)
        for ref, its in found.items():
            self._lives[ref] = Life(ref=ref, records=tuple(its))
            self._stated.update({each.parsed.jti: each for each in its})

    def life(self, ref: str) -> Life:
        """All that was stated about a shipment."""
        if ref not in self._lives:
            self.fetch([ref])
        return self._lives[ref]

    def records(self, ref: str) -> tuple[Record, ...]:
        """Everything stated about a shipment, in order of the log."""
        return self.life(ref).records

    def timeline(self, ref: str) -> tuple[Stated, ...]:
        """The same in the order things happened, without what corrections annul."""
        return self.life(ref).timeline

    def lay_out(self, refs: Iterable[str]) -> None:
        """Read the states of many shipments at once."""
        missing = sorted(set(refs) - self._encoded.keys())
        connection = self.session.connection()
        for some in pieces(missing):
            self._encoded.update(dict.fromkeys(some))
            rows = connection.execute(_STATES, {"refs": some})
            self._encoded.update({ref: bytes(state) for ref, state in rows})

    def shipments(self, refs: Iterable[str]) -> Mapping[str, Shipment]:
        """The states of these shipments, as the ledger keeps them."""
        wanted = sorted(set(refs))
        self.lay_out(wanted)
        return {ref: state for ref in wanted if (state := self._state(ref)) is not None}

    def _state(self, ref: str) -> Shipment | None:
        encoded = self._encoded[ref]
        if encoded is not None and ref not in self._states:
            folded = ref in self._lives and ref not in self._torn
            self._states[ref] = self._lives[ref].shipment if folded else history.decode(encoded)
        return self._states.get(ref)

    def marked(self, jti: str) -> Marked | None:
        """Who stated this and under which marking, if it was read for some rule."""
        record = self._stated.get(jti)
        if record is None:
            return None
        event = record.event
        marking = event.marking if isinstance(event, CaseEvent) else Marking()
        return Marked(by=record.by, marking=marking)


def pieces(items: Sequence[T]) -> Iterable[Sequence[T]]:
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))
