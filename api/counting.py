"""What requests came to, counted by all workers of a node together in memory that they share.

A scrape reaches one worker and has to hear of all. The master makes the memory before it forks; its
workers add to it under a lock that goes with the process that holds it, so figures add up, outlive
a worker, and a worker that was killed holds up nobody. Where a cell is follows from the routes and
the table of problems, which are the same in every worker.
"""

import fcntl
import mmap
import os
import threading
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from flask import current_app

from api.problem_table import PROBLEMS

NAME: Final = "shield.counts"
ROOM: Final = 4 << 20  # bytes; what nobody touches takes none
CELL: Final = 8
BOUNDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
OTHER: Final = ("-", "-")  # what no route of ours matched: its path and method may be anything
_DONE = (200, 201, 202, 204, 206, 301, 302, 303, 304, 307, 308)
STATUSES: Final = tuple(sorted({*_DONE, *(each.status for each in PROBLEMS.values())}))
CODES: Final = tuple(sorted(PROBLEMS))

_WIDTH = len(BOUNDS) + 2  # one cell a bucket, one for what took longer, one for the microseconds
_ROW = _WIDTH * (len(STATUSES) + 1)  # the last is for any status that is not listed

Route = tuple[str, str]


class Memory:
    """Cells of 64 bits. A descriptor's are shared with every process that inherits it."""

    def __init__(self, descriptor: int | None = None) -> None:
        self.descriptor = descriptor
        room = mmap.mmap(-1 if descriptor is None else descriptor, ROOM)
        self.cells = memoryview(room).cast("Q")
        self._threads = threading.Lock()

    @classmethod
    def shared(cls) -> "Memory":
        """Make it before the processes that are to share it: once, for it lasts as long as we."""
        descriptor = os.memfd_create("shield-counts")
        os.ftruncate(descriptor, ROOM)
        return cls(descriptor)

    @contextmanager
    def alone(self) -> Iterator[memoryview]:
        """The cells, with nobody else adding to them."""
        with self._threads:
            if self.descriptor is None:
                yield self.cells
                return
            # POSIX record locks belong to a process: a kill lets go of them.
            fcntl.lockf(self.descriptor, fcntl.LOCK_EX)
            try:
                yield self.cells
            finally:
                fcntl.lockf(self.descriptor, fcntl.LOCK_UN)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """Requests of one route that ended alike: how many within each bound, and their time."""

    route: Route
    status: str
    buckets: tuple[int, ...]
    seconds: float


class Counts:
    """The counts of one application, in its own memory or in what its node's workers share."""

    def __init__(self, routes: Iterable[Route], memory: Memory | None = None) -> None:
        self._memory = memory or Memory()
        self._routes = {route: at * _ROW for at, route in enumerate([OTHER, *sorted(set(routes))])}
        self._codes = len(self._routes) * _ROW
        if (self._codes + len(CODES)) * CELL > ROOM:
            raise ValueError("more routes than there is room for their counts")

    def request(self, route: Route, status: int, seconds: float) -> None:
        """Count one answer."""
        column = STATUSES.index(status) if status in STATUSES else len(STATUSES)
        at = self._routes.get(route, self._routes[OTHER]) + column * _WIDTH
        bucket = bisect_left(BOUNDS, seconds)
        with self._memory.alone() as cells:
            cells[at + bucket] += 1
            cells[at + _WIDTH - 1] += max(0, int(seconds * 1e6))

    def refusal(self, code: str) -> None:
        """Count one refusal, of a request or of a line of a batch."""
        with self._memory.alone() as cells:
            cells[self._codes + CODES.index(code)] += 1

    def requests(self) -> Iterator[Told]:
        """What was answered so far, by all; each figure is at least what it was before."""
        for route, start in self._routes.items():
            for column, status in enumerate([*map(str, STATUSES), "other"]):
                at = start + column * _WIDTH
                *buckets, micros = self._memory.cells[at : at + _WIDTH].tolist()
                if any(buckets):
                    yield Told(
                        route=route, status=status, buckets=tuple(buckets), seconds=micros / 1e6
                    )

    def refusals(self) -> Iterator[tuple[str, int]]:
        """Every code with the number of its refusals, none too."""
        told = self._memory.cells[self._codes : self._codes + len(CODES)].tolist()
        yield from zip(CODES, told, strict=True)


def here() -> Counts:
    """The counts of the application that the request at hand belongs to."""
    counts: Counts = current_app.extensions[NAME]
    return counts
