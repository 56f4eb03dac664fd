"""What one scan reads of the ledger, each thing once: histories, states, who may see a statement.

A shelf belongs to one read transaction, so everything on it comes from one moment.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from sqlalchemy import bindparam, func
from sqlmodel import Session, select

from ledger import folding, history, records
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """What a scan remembers of one entry."""

    index: int
    time: datetime
    kid: str
    stated: Stated


@dataclass(frozen=True, kw_only=True)
class Life:
    """All that was stated about one shipment, read once and folded once.

    `torn`: some of it was erased, so it does not add up to what the ledger holds.
    """

    ref: str
    indexes: tuple[int, ...]
    heard: tuple[Heard, ...]
    torn: bool = False

    @cached_property
    def stated(self) -> tuple[Stated, ...]:
        """In the order things happened, with what corrections annul."""
        return tuple(folding.in_order(each.stated for each in self.heard))

    @cached_property
    def views(self) -> dict[Any, Any]:
        """What rules worked out from it alone: kept as long as it is."""
        return {}

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
class Recall:
    """Histories that were read last: most will be needed again, with what rules worked out of them.

    One counts only while the ledger has the same entries about its shipment, and nothing more was
    erased of any: what another process does meanwhile makes it useless, not wrong.
    """

    limit: int = 24_000  # entries, some 11 KB each: what is learnt from ahead, or is under way
    _lives: dict[str, Life] = field(default_factory=dict)
    _size: int = 0
    _erased: tuple[int, int] = (0, 0)

    def keep(self, lives: Iterable[Life]) -> None:
        """Keep these as well, and of all those that were needed last."""
        for each in lives:
            self._drop(each.ref)
            self._lives[each.ref] = each
            self._size += len(each.indexes)
        while self._size > self.limit:
            self._drop(next(iter(self._lives)))

    def take(self, places: Mapping[str, Sequence[int]], erased: tuple[int, int]) -> Iterator[Life]:
        """Those of these shipments, by their entries, that are still as they were."""
        if erased != self._erased:
            self._lives.clear()
            self._size, self._erased = 0, erased
        for ref, indexes in places.items():
            known = self._drop(ref)
            if known is not None and known.indexes == tuple(sorted(indexes)):
                self.keep([known])
                yield known

    def _drop(self, ref: str) -> Life | None:
        known = self._lives.pop(ref, None)
        self._size -= len(known.indexes) if known is not None else 0
        return known


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
            for ref, index in connection.execute(_PLACES, {"refs": some}):
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
