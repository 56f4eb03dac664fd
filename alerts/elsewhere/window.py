"""One window: all observations of an aggregate between two moments; an answer is a slice of it."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from alerts.rules.observing import MILLIONTHS
from alerts.rules.questions import MOST, Observation
from ledger.store import instant

Place = tuple[int, str]  # moment and shipment: the order of observations
Rows = list[tuple[int, str, int]]


@dataclass
class Window:
    """All observations from `low` up to but not including `high`, in order."""

    low: int
    high: int
    places: list[Place] = field(default_factory=list)
    values: list[Observation] = field(default_factory=list)

    def before(
        self, since: int, before: int, but: str, own: Sequence[int] | None = None
    ) -> list[Observation] | None:
        """The latest before a moment; None where earlier ones that count are not held.

        `own`: when whoever asks has some itself, where that is known: mostly it has none there.
        """
        end = bisect_left(self.places, (before, ""))
        first = bisect_left(self.places, (since, ""), 0, end)
        start = max(first, end - MOST)
        found = self.values[start:end]
        if own is None:
            found = [each for each in found if each.ref != but]
        for at in own or ():
            place = bisect_left(self.places, (at, but), start, end)
            if place < end and self.places[place] == (at, but):
                del found[place - start]
        while start > first and len(found) < MOST:
            start -= 1
            if self.values[start].ref != but:
                found.insert(0, self.values[start])
        return found if len(found) == MOST or self.low <= since else None

    def take_out(self, at: int, ref: str) -> None:
        place = bisect_left(self.places, (at, ref))
        if place < len(self.places) and self.places[place] == (at, ref):
            del self.places[place], self.values[place]

    def put_in(self, row: tuple[int, str, int]) -> None:
        if self.low <= row[0] < self.high:
            place = bisect_left(self.places, row[:2])
            self.places.insert(place, row[:2])
            self.values.insert(place, _made(row))

    def put_behind(self, rows: Rows) -> None:
        self.places += [row[:2] for row in rows]
        self.values += map(_made, rows)

    def put_before(self, rows: Rows) -> None:
        self.places[:0] = [row[:2] for row in rows]
        self.values[:0] = map(_made, rows)


def _made(row: tuple[int, str, int]) -> Observation:
    at, ref, stored = row
    value, number = _number(stored)
    return tuple.__new__(Observation, (ref, instant(at), value, number))


@lru_cache(maxsize=4_096)
def _number(stored: int) -> tuple[Decimal, float]:
    """What a stored value says; most are nought or one."""
    value = Decimal(stored) / MILLIONTHS
    return value, float(value)
