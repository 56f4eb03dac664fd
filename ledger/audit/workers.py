"""Ranges of the log checked on every core at once, told in order.

Each worker is a process with a connection of its own to the same moment: on PostgreSQL by a shared
snapshot; on SQLite the range ends where the log did, and entries never change.
"""

import multiprocessing
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache

from sqlmodel import Session

from crypto.concealing import Wrapping
from ledger import databases
from ledger.audit.ranges import Checker, Found, Range
from ledger.audit.speakers import Voices
from ledger.concealment import vault_of

RANGE = 2_048  # entries at a time: four megabytes or so, and a quarter of a second
ALONE = 10_000  # below this many entries, starting workers takes longer than they save
AHEAD = 3  # ranges in hand for each worker, so that none waits


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


def checked(session: Session, count: int, voices: Voices, workers: int) -> Iterator[Found]:
    """The first `count` entries, range by range, in order."""
    ranges = [(start, min(count, start + RANGE)) for start in range(0, count, RANGE)]
    if workers < 2 or count < ALONE:
        yield from map(Checker(session, voices).check, ranges)
        return
    job = Job(
        url=session.get_bind().engine.url.render_as_string(hide_password=False),
        snapshot=databases.export(session),
        voices=voices,
        wrapping=vault_of(session).wrapping,
    )
    yield from _in_processes(job, deque(ranges), workers)


def _in_processes(job: Job, ranges: deque[Range], workers: int) -> Iterator[Found]:
    # Spawned, not forked: a forked SQLite or libpq connection is nobody's and everybody's.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context)
    try:
        waiting: deque[Future[Found]] = deque()
        while ranges or waiting:
            while ranges and len(waiting) < AHEAD * workers:
                waiting.append(pool.submit(_check, job, ranges.popleft()))
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _check(job: Job, within: Range) -> Found:
    return _checker(job).check(within)


@lru_cache(maxsize=1)
def _checker(job: Job) -> Checker:
    """Opened for a worker's first range and kept until the process ends."""
    session = databases.joining(databases.connect(job.url, wrapping=job.wrapping), job.snapshot)
    return Checker(session, job.voices)
