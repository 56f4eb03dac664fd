"""Histories of shipments as a scan holds them, and those that are remembered from step to step."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from alerts.rules.questions import Times
from ledger import folding
from ledger.folding import Stated
from ledger.shipments import Shipment


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
class Glances:
    """When things happened to shipments that were glanced at: by so many entries about each.

    A container that is used for years has ever more users, of which all but one are over.
    """

    limit: int = 40_000  # shipments, not a kilobyte each
    _known: dict[str, tuple[int, Times]] = field(default_factory=dict)

    def at(self, ref: str, events: int) -> Times | None:
        known = self._known.get(ref)
        return known[1] if known is not None and known[0] == events else None

    def keep(self, ref: str, events: int, times: Times) -> None:
        """Keep these as well, and of all those that were learnt last."""
        self._known.pop(ref, None)
        self._known[ref] = events, times
        while len(self._known) > self.limit:
            self._known.pop(next(iter(self._known)))

    def forget(self) -> None:
        self._known.clear()


@dataclass
class Recall:
    """Histories that were read last: most will be needed again, with what rules worked out of them.

    One counts only while the ledger has the same entries about its shipment, and nothing more was
    erased of any: what another process does meanwhile makes it useless, not wrong.
    """

    glances: Glances = field(default_factory=Glances)
    limit: int = 24_000  # entries, some 11 KB each: what is learnt from ahead, or is under way
    _lives: dict[str, Life] = field(default_factory=dict)
    _size: int = 0
    _erased: tuple[int, int] = (0, 0)

    def keep(self, lives: Iterable[Life]) -> None:
        """Keep these as well, and of all those that were read last."""
        for each in lives:
            self._drop(each.ref)
            self._lives[each.ref] = each
            self._size += len(each.indexes)
        while self._size > self.limit:
            self._drop(next(iter(self._lives)))

    def take(self, places: Mapping[str, Sequence[int]], erased: tuple[int, int]) -> Iterator[Life]:
        """Those of these shipments, by their entries, that are still as they were.

        None is kept longer for it: what is learnt from ahead is taken once more, to be judged, and
        would then push out what waits for that.
        """
        if erased != self._erased:
            self._lives.clear()
            self.glances.forget()
            self._size, self._erased = 0, erased
        for ref, indexes in places.items():
            known = self._lives.get(ref)
            if known is not None and known.indexes == tuple(sorted(indexes)):
                yield known

    def _drop(self, ref: str) -> None:
        known = self._lives.pop(ref, None)
        self._size -= len(known.indexes) if known is not None else 0
