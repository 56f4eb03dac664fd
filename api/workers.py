"""What every server of ours is under gunicorn: threads, private files, no control socket.

A connection stays with the worker that took it, and a worker has one core. Left to themselves, one
worker often takes two connections before another is awake, and batches on both run at half the
speed. So a worker that has more than another waits a moment before it takes one more.
"""

import gc
import mmap
import select
import time
from collections.abc import Mapping
from typing import Any, Final

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

THREADS: Final = 8
# A thousand statements are some million objects, in use until they are answered and hardly ever
# in a cycle: Python's own thresholds would have the collector walk them again and again, for a
# fifth of the time that taking a batch needs.
GARBAGE: Final = (400_000, 20, 50)


def spare_collector(_: object) -> None:
    """Leave what a worker starts with alone, and look for garbage less often."""
    gc.freeze()
    gc.set_threshold(*GARBAGE)


SLOTS: Final = 64
PATIENCE: Final = 10  # milliseconds, after which a connection is taken all the same
_NOBODY: Final = 0xFFFF
# How many connections each worker has, by its slot: in memory that the master and its forks share.
_CROWD: Final = memoryview(mmap.mmap(-1, 2 * SLOTS)).cast("H")
_CROWD[:] = memoryview(bytes([0xFF]) * 2 * SLOTS).cast("H")


class Fair(ThreadWorker):  # type: ignore[misc]
    """A worker with threads that lets others have the next connection when it has more."""

    slot: int | None = None

    def accept(self, listener: Any) -> None:
        for _ in range(PATIENCE):
            if not self._has_more():
                break
            time.sleep(0.001)
            if not select.select([listener], [], [], 0)[0]:
                return  # somebody took it
        super().accept(listener)
        self._tell()

    def notify(self) -> None:
        super().notify()
        self._tell()

    def _has_more(self) -> bool:
        return self.slot is not None and min(self.nr_conns, _NOBODY) > min(_CROWD)

    def _tell(self) -> None:
        if self.slot is not None:
            _CROWD[self.slot] = min(self.nr_conns, _NOBODY - 1) if self.alive else _NOBODY


def give_slot(master: Any, worker: Any) -> None:
    """Before a worker is forked: the first slot that no other one has; beyond all slots, none."""
    taken = {each.slot for each in master.WORKERS.values()}
    worker.slot = next((slot for slot in range(SLOTS) if slot not in taken), None)
    if worker.slot is not None:
        _CROWD[worker.slot] = 0


def take_slot(_: object, worker: Any) -> None:
    """Once a worker is gone, nobody waits for it."""
    if worker.slot is not None:
        _CROWD[worker.slot] = _NOBODY


COMMON: Final[Mapping[str, Any]] = {
    "worker_class": Fair,
    "threads": THREADS,
    "pre_fork": give_slot,
    "child_exit": take_slot,
    "post_worker_init": spare_collector,
    "umask": 0o077,
    "control_socket_disable": True,
}


class Workers(BaseApplication):  # type: ignore[misc]
    """Gunicorn told by arguments alone: `options` are beside what all our servers have."""

    def __init__(self, *, bind: str, options: Mapping[str, Any]) -> None:
        self._options = {"bind": bind, **COMMON, **options}
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            if name in self.cfg.settings:  # the control socket came with gunicorn 25
                self.cfg.set(name, value)
