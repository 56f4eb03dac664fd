"""Ranges of the log, and shares of its contents, checked on every core at once, told in order.

Each worker is a process with a connection of its own to the same moment: on PostgreSQL by a shared
snapshot; on SQLite the range ends where the log did, and entries never change.
"""

import gc
import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, Pipe, wait
from typing import Any, Self, TypeVar

from sqlmodel import Session

from crypto.concealing import Wrapping
from ledger import Undecided, databases
from ledger.audit.ranges import Checker, Range
from ledger.audit.shares import Share, Sharer
from ledger.audit.speakers import Voices
from ledger.concealment import vault_of

RANGE = 1_024  # entries at a time: a few megabytes, and an eighth of a second
ALONE = 10_000  # below this many entries, starting a worker takes longer than it saves
IN_HAND = 2  # tasks a worker has, so that it need not wait for the next
AHEAD = 16  # tasks that may be done before the one that is told next: it bounds memory

# A worker finds its modules where we do, whatever lies in the directory it is started in.
_SERVE = "import sys; sys.path[:] = {!r}; from ledger.audit.workers import serve; serve({!r})"

Task = TypeVar("Task")
Result = TypeVar("Result")


def spare_collector() -> None:
    """Leave what this process imported alone, and look for garbage less often: a tenth of it all.

    For processes that do nothing but audit.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


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


@dataclass
class Staff:
    """The processes that help with an audit; without any, its own process does everything."""

    workers: list["Worker"] = field(default_factory=list)

    def done(self, tasks: Sequence[Task], own: Callable[[Task], Result]) -> Iterator[Result]:
        """What each task comes to, in order; `own` is how our own process does one.

        Whoever is done is given the next; who is first is told when it is its turn. While all are
        busy we take one ourselves, which is why they have one in reserve.
        """
        left, due = deque(range(len(tasks))), deque(range(len(tasks)))
        done: dict[int, Result] = {}
        while due:
            for worker in self.workers:
                while left and len(worker.tasks) < IN_HAND and len(due) - len(left) < AHEAD:
                    at = left.popleft()
                    worker.give(at, tasks[at])
            ours = bool(left) and len(due) - len(left) < AHEAD
            self._collect(done, wait_for=None if due[0] not in done and not ours else 0)
            if due[0] not in done and ours:
                at = left.popleft()
                done[at] = own(tasks[at])
            while due and due[0] in done:
                yield done.pop(due.popleft())

    def _collect(self, done: dict[int, Result], *, wait_for: float | None) -> None:
        busy = {worker.line: worker for worker in self.workers if worker.tasks}
        for line in wait(list(busy), wait_for) if busy else ():
            at, found = busy[line].take()  # type: ignore[index]
            done[at] = found


@contextmanager
def staffed(session: Session, count: int, voices: Voices, workers: int | None) -> Iterator[Staff]:
    """As many processes as there are cores, with ours, where there are entries enough for it."""
    hired = (workers or (cores() if count >= ALONE else 1)) - 1
    if not hired:
        yield Staff()
        return
    job = Job(
        url=session.get_bind().engine.url.render_as_string(hide_password=False),
        snapshot=databases.export(session),
        voices=voices,
        wrapping=vault_of(session).wrapping,
    )
    with ExitStack() as stack:
        yield Staff([stack.enter_context(Worker.hired(job)) for _ in range(hired)])


def ranges(count: int) -> list[Range]:
    """The first `count` entries, a stretch at a time."""
    return [(start, min(count, start + RANGE)) for start in range(0, count, RANGE)]


@dataclass
class Worker:
    """A process that does tasks, and the line to it.

    It is started plainly, not forked (a forked SQLite or libpq connection is nobody's and
    everybody's), and without `multiprocessing`, which would load our caller's main module there.
    """

    process: subprocess.Popen[bytes]
    line: Connection
    tasks: deque[int] = field(default_factory=deque)  # by their places, in the order given

    @classmethod
    def hired(cls, job: Job) -> "Worker":
        ours, theirs = Pipe()
        with theirs:
            command = [sys.executable, "-P", "-c", _SERVE.format(sys.path, theirs.fileno())]
            process = subprocess.Popen(command, pass_fds=[theirs.fileno()])  # noqa: S603
        ours.send(job)
        return cls(process=process, line=ours)

    def give(self, place: int, task: object) -> None:
        self.tasks.append(place)
        self.line.send(task)

    def take(self) -> tuple[int, Any]:
        try:
            return self.tasks.popleft(), self.line.recv()
        except EOFError as error:
            raise Undecided("a process that checked part of the log ended early") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.line.close()
        self.process.terminate()
        self.process.wait()


def serve(descriptor: int) -> None:
    """A worker's life: a job, then ranges and shares until the line is closed."""
    with Connection(descriptor) as line:
        job: Job = line.recv()
        engine = databases.connect(job.url, wrapping=job.wrapping)
        with databases.joining(engine, job.snapshot) as session:
            checker, sharer = Checker(session, job.voices), Sharer(session)
            spare_collector()
            while True:
                try:
                    task = line.recv()
                except EOFError:
                    return
                desk = sharer if isinstance(task, Share) else checker
                line.send(desk.check(task))
