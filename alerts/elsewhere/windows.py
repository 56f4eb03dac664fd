"""Stretches of what was observed, kept at hand: a question is a slice of one, not a query.

A window holds every observation of one aggregate between two moments, with what the shipments of
this step add, though that is not written yet. It grows towards whatever is asked, and begins anew
where that would make it long. So all that a step asks of an aggregate is one query or two; and none
where the step before left it, as long as nobody else has scanned since.
"""

from bisect import insort
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from operator import neg

from alerts.elsewhere.observations import Asked, Changes, Row, Told, rows_of
from alerts.elsewhere.window import Place, Rows, Window
from alerts.rules.observing import LARGEST, Fact
from alerts.rules.questions import MOST, Observation
from ledger.store import micros

FEW = 30  # observations of an aggregate, by and large, that are read whole
TOGETHER = 400  # aggregates asked about at once
SPARE = 100  # read beside what is asked: the next shipment asks of a moment nearby
FURTHER = 2_000  # what a window may grow by at a time
AT_THE_END = 50  # observations behind what is asked that are read so as not to be asked again
LONGEST = 20_000  # observations in one window
MANY = 5_000  # windows that are kept
SOON = 2_500  # shipments that were learnt from last: they are judged, or heard of, next

Read = Callable[[str, int, int, int], Rows]
Said = tuple[Collection[Fact], frozenset[Row]]  # facts of a shipment, and the rows they make
ReadAll = Callable[[Sequence[str], int], list[tuple[str, int, str, int]]]


@dataclass
class Stretches:
    """Windows from one step to the next: what this process knows to be stored as of a step."""

    step: int | None = None
    windows: dict[str, Window] = field(default_factory=dict)
    long: set[str] = field(default_factory=set)  # not worth being read whole
    said: dict[str, Said] = field(default_factory=dict)  # what shipments add, as it is stored

    def open(self, step: int) -> None:
        """Begin a step; what was known is forgotten where another scanner was in between."""
        if step != self.step or len(self.windows) + len(self.long) > MANY:
            self.windows.clear()
            self.long.clear()
        if step != self.step:
            self.said.clear()
        self.step = None

    def rows(self, ref: str, facts: Collection[Fact]) -> frozenset[Row]:
        """What these facts are stored as: mostly as when the shipment was last learnt from."""
        known = self.said.pop(ref, None)
        if known is None or known[0] != facts:
            known = facts, rows_of(ref, facts)
        self.said[ref] = known
        if len(self.said) > SOON:
            self.said.pop(next(iter(self.said)))
        return known[1]

    def close(self, step: int) -> None:
        """All that a step said otherwise is written."""
        self.step = step


@dataclass
class Windows:
    """What was observed, as a step sees it."""

    read: Read
    asked: dict[Asked, tuple[Observation, ...]] = field(default_factory=dict)
    _fresh: dict[str, Rows] = field(default_factory=dict)
    _stale: dict[str, set[Place]] = field(default_factory=dict)
    _windows: dict[str, Window] = field(default_factory=dict)
    _long: set[str] = field(default_factory=set)
    _over: Changes = field(default_factory=Changes)
    _own: dict[str, dict[str, list[int]]] = field(default_factory=dict)

    def know(self, stored: Told) -> None:
        """All that these shipments said so far: each asks of what others say."""
        self._own = {ref: {} for ref in stored}
        self._tell_own((), chain.from_iterable(stored.values()))

    def _tell_own(self, gone: Iterable[Row], came: Iterable[Row]) -> None:
        """When each has observations itself, the last first: so they are taken out of answers."""
        for ref, what, at, value in gone:
            if value >= 0 and ref in self._own:
                self._own[ref][what].remove(at)
        for ref, what, at, value in came:
            if value >= 0 and ref in self._own:
                insort(self._own[ref].setdefault(what, []), at, key=neg)

    def lay_over(self, changed: Changes) -> None:
        """Answer from here on as if this were written, and nothing that was laid over before."""
        over, self._over = self._over, changed
        for gone, came in (
            (over.fresh - changed.fresh, over.stale - changed.stale),
            (changed.stale - over.stale, changed.fresh - over.fresh),
        ):
            self._change(gone, came)
            self._tell_own(gone, came)
        for each in (self.asked, self._fresh, self._stale):
            each.clear()
        for ref, what, at, _ in changed.stale:
            self._stale.setdefault(what, set()).add((at, ref))
        for ref, what, at, value in changed.fresh:
            if value >= 0:
                self._fresh.setdefault(what, []).append((at, ref, value))

    def _change(self, gone: Iterable[Row], came: Iterable[Row]) -> None:
        for ref, what, at, value in gone:
            if value >= 0 and what in self._windows:
                self._windows[what].take_out(at, ref)
        for ref, what, at, value in came:
            if value >= 0 and what in self._windows:
                self._windows[what].put_in((at, ref, value))

    def expect(self, whats: Iterable[str], read: ReadAll) -> None:
        """Take in at once all of what will be asked about, where that is not much."""
        kinds: dict[str, list[str]] = {}
        for what in sorted(set(whats) - self._windows.keys() - self._long):
            kinds.setdefault(what.partition("/")[0], []).append(what)
        for those in kinds.values():
            for start in range(0, len(those), TOGETHER):
                self._take_whole(those[start : start + TOGETHER], read)

    def _take_whole(self, those: Sequence[str], read: ReadAll) -> None:
        most = FEW * len(those)
        found = read(those, most)
        if len(found) == most:
            self._long.update(those)  # they only grow: asked whole again, they would be in vain
            return
        rows: dict[str, Rows] = {what: [] for what in those}
        for what, at, ref, value in found:
            rows[what].append((at, ref, value))
        for what, mine in rows.items():
            told = self._as_told(what, sorted(mine), -LARGEST, LARGEST)
            window = self._windows[what] = Window(low=-LARGEST, high=LARGEST)
            window.put_behind(told)

    def observed(
        self, what: str, before: datetime, *, since: datetime | None, but: str
    ) -> tuple[Observation, ...]:
        """The latest values of an aggregate before a moment, in order; not one's own."""
        last = micros(before)
        first = micros(since) if since is not None else -LARGEST
        asked = but, what, first, last
        known = self.asked.get(asked)
        if known is not None:
            return known
        window = self._reaching(what, last)
        mine = self._own.get(but)
        own = mine.get(what, ()) if mine is not None else None
        found = window.before(first, last, but, own)
        while found is None:
            self._lengthen(what, window)
            found = window.before(first, last, but, own)
        self.asked[asked] = tuple(found)
        return self.asked[asked]

    def _reaching(self, what: str, last: int) -> Window:
        """A window that holds the moments just before this one."""
        window = self._windows.get(what)
        if window is not None and window.high < last:
            window = self._reached(what, window, last)
        while window is not None and last < window.low and len(window.places) < LONGEST:
            self._lengthen(what, window)
        if window is None or last < window.low or len(window.places) > LONGEST:
            window = self._windows[what] = Window(low=last, high=last)
        return window

    def _reached(self, what: str, window: Window, last: int) -> Window | None:
        """A window made to reach a moment; to the end of all moments, if little lies behind it."""
        for high, most in ((LARGEST, AT_THE_END), (last, FURTHER)):
            rows = self.read(what, window.high, high, most)
            if len(rows) < most:
                self._prolong(what, window, rows[::-1], high)
                return window
        return None

    def _prolong(self, what: str, window: Window, rows: Rows, high: int) -> None:
        """Take in what lies behind a window."""
        rows = self._as_told(what, rows, window.high, high)
        window.put_behind(rows)
        window.high = high

    def _lengthen(self, what: str, window: Window) -> None:
        """Take in what lies before a window, so many at least that one answer is full."""
        most = MOST + SPARE
        rows = self.read(what, -LARGEST, window.low, most)
        # Of the earliest moment that was read not all may have been: it is left for the next time.
        low = rows[-1][0] + 1 if len(rows) == most else -LARGEST
        if low >= window.low:
            low = rows[-1][0]
            rows = self.read(what, low, window.low, LARGEST)
        rows = self._as_told(
            what, [row for row in reversed(rows) if row[0] >= low], low, window.low
        )
        window.put_before(rows)
        window.low = low

    def _as_told(self, what: str, rows: Rows, low: int, high: int) -> Rows:
        """Stored rows of a stretch, in order, with what this step says otherwise."""
        stale, fresh = self._stale.get(what), self._fresh.get(what)
        if stale:
            rows = [row for row in rows if row[:2] not in stale]
        if fresh:
            rows = sorted([*rows, *(row for row in fresh if low <= row[0] < high)])
        return rows
