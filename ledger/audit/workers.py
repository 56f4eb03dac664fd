"""Ranges of the log checked on every core at once, told in order.

Each worker is a process with a connection of its own to the same moment: on PostgreSQL by a shared
snapshot; on SQLite the range ends where the log did, and entries never change.
"""

import gc
import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, Pipe, wait
from typing import Self

from sqlmodel import Session

from crypto.concealing import Wrapping
from ledger import Undecided, databases
from ledger.audit.ranges import Checker, Found, Range
from ledger.audit.speakers import Voices
from ledger.concealment import vault_of

RANGE = 1_024  # entries at a time: a few megabytes, and an eighth of a second
ALONE = 10_000  # below this many entries, starting a worker takes longer than it saves
IN_HAND = 2  # ranges a worker has, so that it need not wait for the next
AHEAD = 16  # ranges that may be done before the one that is told next: it bounds memory

# A worker finds its modules where we do, whatever lies in the directory it is started in.
_SERVE = "import sys; sys.path[:] = {!r}; from ledger.audit.workers import serve; serve({!r})"


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0))


@dataclass(frozen=True, kw_only=True)
class Job:
    """What every range of one audit needs: where to read, as of when, and whom to believe."""

    url: str
    snapshot: str | None
    voices: Voices
    wrapping: Wrapping


def checked(session: Session, count: int, voices: Voices, workers: int | None) -> Iterator[Found]:
    """The first `count` entries, range by range, in order; by this many processes, with ours."""
    ranges = [(start, min(count, start + RANGE)) for start in range(0, count, RANGE)]
    own = Checker(session, voices)
    hired = (workers or (cores() if count >= ALONE else 1)) - 1
    if not hired:
        yield from map(own.check, ranges)
        return
    job = Job(
        url=session.get_bind().engine.url.render_as_string(hide_password=False),
        snapshot=databases.export(session),
        voices=voices,
        wrapping=vault_of(session).wrapping,
    )
    with ExitStack() as stack:
        staff = [stack.enter_context(Worker.hired(job)) for _ in range(hired)]
        yield from _in_order(staff, own, ranges)


@dataclass
class Worker:
    """A process that checks ranges, and the line to it.

    It is started plainly, not forked (a forked SQLite or libpq connection is nobody's and
    everybody's), and without `multiprocessing`, which would load our caller's main module there.
    """

    process: subprocess.Popen[bytes]
    line: Connection
    ranges: deque[Range] = field(default_factory=deque)

    @classmethod
    def hired(cls, job: Job) -> "Worker":
        ours, theirs = Pipe()
        with theirs:
            command = [sys.executable, "-P", "-c", _SERVE.format(sys.path, theirs.fileno())]
            process = subprocess.Popen(command, pass_fds=[theirs.fileno()])  # noqa: S603
        ours.send(job)
        return cls(process=process, line=ours)

    def give(self, within: Range) -> None:
        self.ranges.append(within)
        self.line.send(within)

    def take(self) -> tuple[Range, Found]:
        try:
            return self.ranges.popleft(), self.line.recv()
        except EOFError as error:
            raise Undecided("a process that checked part of the log ended early") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.line.close()
        self.process.terminate()
        self.process.wait()


def _in_order(staff: list[Worker], own: Checker, ranges: list[Range]) -> Iterator[Found]:
    """Whoever is done is given the next range; who is first is told when it is its turn.

    While all are busy we take a range ourselves, which is why they have one in reserve.
    """
    left, due = deque(ranges), deque(ranges)
    done: dict[Range, Found] = {}
    while due:
        for worker in staff:
            while left and len(worker.ranges) < IN_HAND and len(due) - len(left) < AHEAD:
                worker.give(left.popleft())
        ours = bool(left) and len(due) - len(left) < AHEAD
        _collect(staff, done, wait_for=None if due[0] not in done and not ours else 0)
        if due[0] not in done and ours:
            within = left.popleft()
            done[within] = own.check(within)
        while due and due[0] in done:
            yield done.pop(due.popleft())


def _collect(staff: list[Worker], done: dict[Range, Found], *, wait_for: float | None) -> None:
    busy = {worker.line: worker for worker in staff if worker.ranges}
    for line in wait(list(busy), wait_for):
        within, found = busy[line].take()  # type: ignore[index]
        done[within] = found


def serve(descriptor: int) -> None:
    """A worker's life: a job, then ranges until the line is closed."""
    with Connection(descriptor) as line:
        job: Job = line.recv()
        engine = databases.connect(job.url, wrapping=job.wrapping)
        with databases.joining(engine, job.snapshot) as session:
            checker = Checker(session, job.voices)
            gc.freeze()  # what we imported stays; looking at it again and again costs a tenth
            while True:
                try:
                    within = line.recv()
                except EOFError:
                    return
                line.send(checker.check(within))
