"""What one scan reads of the ledger, each thing once: histories, states, who may see a statement.

A shelf belongs to one read transaction, so everything on it comes from one moment.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from sqlalchemy import bindparam, func
from sqlmodel import Session, select

from alerts.glances import times_of
from alerts.lives import Heard, Life, Recall
from alerts.rules.questions import Times
from ledger import history, records
from ledger.claims import Marking
from ledger.erased import ERASED
from ledger.folding import Stated
from ledger.records import Record
from ledger.shipments import Origin, Shipment
from ledger.timeline import TIMELINE
from ledger.vocabulary import CaseEvent

# PostgreSQL takes 65,535 parameters in one statement, SQLite 32,766.
AT_ONCE = 5_000

T = TypeVar("T")

# Asked in every step, so they are put together once.
_PLACES = select(TIMELINE.c.subject, TIMELINE.c.index).where(
    TIMELINE.c.about == "shipment", TIMELINE.c.subject.in_(bindparam("refs", expanding=True))
)
_ERASED = select(func.count(), func.max(ERASED.c.time)).select_from(ERASED)
_STATES = select(history.SHIPMENTS.c.ref, history.SHIPMENTS.c.state).where(
    history.SHIPMENTS.c.ref.in_(bindparam("refs", expanding=True))
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Marked:
    """Who stated something, and how far it may travel."""

    by: Origin
    marking: Marking


@dataclass
class Shelf:
    """The histories of the shipments that a scan looks at, and of those that rules ask about."""

    session: Session
    recall: Recall = field(default_factory=Recall)
    _lives: dict[str, Life] = field(default_factory=dict)
    _encoded: dict[str, bytes | None] = field(default_factory=dict)
    _states: dict[str, Shipment] = field(default_factory=dict)
    _stated: dict[str, Stated] = field(default_factory=dict)

    def fetch(self, refs: Iterable[str]) -> None:
        """Read the histories of many shipments at once."""
        places: dict[str, list[int]] = {ref: [] for ref in sorted(set(refs) - self._lives.keys())}
        connection = self.session.connection()
        for some in pieces(list(places)):
            for ref, index in connection.execute(_PLACES, {"refs": some}).all():
                places[ref].append(index)
        lives = {each.ref: each for each in self.recall.take(places, self._erased)}
        missing = {ref: sorted(mine) for ref, mine in places.items() if ref not in lives}
        read = {each.ref: each for each in self._read(missing)}
        self.recall.keep(read.values())
        lives |= read
        self._lives |= lives
        for life in lives.values():
            self._stated.update({each.stated.by.jti: each.stated for each in life.heard})

    @cached_property
    def _erased(self) -> tuple[int, int]:
        number, last = self.session.connection().execute(_ERASED).one()
        return int(number), int(last or 0)

    def _read(self, places: Mapping[str, Sequence[int]]) -> Iterator[Life]:
        found: dict[str, list[Heard]] = {ref: [] for ref in places}
        torn: set[str] = set()
        for some in pieces(sorted(index for mine in places.values() for index in mine)):
            for record in records.read(self.session, some):
                ref = record.event.subject[1]
                if record.erased is None or not record.erased.is_whole:
                    found[ref].append(_heard(record))
                else:
                    torn.add(ref)
        for ref, its in found.items():
            indexes = tuple(places[ref])
            yield Life(ref=ref, indexes=indexes, heard=tuple(its), torn=ref in torn)

    def life(self, ref: str) -> Life:
        """All that was stated about a shipment."""
        if ref not in self._lives:
            self.fetch([ref])
        return self._lives[ref]

    def timeline(self, ref: str) -> tuple[Stated, ...]:
        """In the order things happened, without what corrections annul."""
        return self.life(ref).timeline

    def lay_out(self, refs: Iterable[str]) -> None:
        """Read the states of many shipments at once."""
        missing = sorted(set(refs) - self._encoded.keys())
        if not missing:
            return
        connection = self.session.connection()
        for some in pieces(missing):
            self._encoded.update(dict.fromkeys(some))
            rows = connection.execute(_STATES, {"refs": some}).all()
            self._encoded.update({ref: bytes(state) for ref, state in rows})

    def shipments(self, refs: Iterable[str]) -> Mapping[str, Shipment]:
        """The states of these shipments, as the ledger keeps them."""
        wanted = sorted(set(refs))
        self.lay_out(wanted)
        return {ref: state for ref in wanted if (state := self._state(ref)) is not None}

    def unseen(self, refs: Iterable[str], events: Mapping[str, int]) -> list[str]:
        """Those of which it is not known from an earlier step when things happened to them."""
        glances = self.recall.glances
        return [ref for ref in refs if glances.at(ref, events[ref]) is None]

    def times(self, ref: str, events: int) -> Times:
        """When things happened to a shipment about which there are so many entries.

        Its state was laid out, unless that was known.
        """
        glances = self.recall.glances
        known = glances.at(ref, events)
        if known is None:
            encoded = self._encoded[ref]
            known = times_of(encoded) if encoded is not None else {}
            glances.keep(ref, events, known)
        return known

    def _state(self, ref: str) -> Shipment | None:
        encoded = self._encoded[ref]
        if encoded is not None and ref not in self._states:
            life = self._lives.get(ref)
            folded = life is not None and not life.torn
            self._states[ref] = life.shipment if life and folded else history.decode(encoded)
        return self._states.get(ref)

    def marked(self, jti: str) -> Marked | None:
        """Who stated this and under which marking, if it was read for some rule."""
        stated = self._stated.get(jti)
        if stated is None:
            return None
        event = stated.event
        marking = event.marking if isinstance(event, CaseEvent) else Marking()
        return Marked(by=stated.by, marking=marking)


def _heard(record: Record) -> Heard:
    kid = record.parsed.kid
    return Heard(index=record.index, time=record.time, kid=kid, stated=record.stated)


def pieces(items: Sequence[T]) -> Iterable[Sequence[T]]:
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))
