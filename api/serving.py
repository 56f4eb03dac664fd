"""Serving: gunicorn with threads, and the scheduler as a process of its own beside its workers.

Workers never schedule, and the scheduler never answers requests: either may die without the other.
Whoever dies is started again; when the master goes, all go.
"""

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from gunicorn.arbiter import Arbiter  # type: ignore[import-untyped]

from api import logs
from api.application import create_app
from api.config import Settings
from api.counting import Memory
from api.services import open_services
from api.workers import Workers
from ledger import vocabulary

GRACE_SECONDS: Final = 30
RESTART_SECONDS: Final = 5  # a scheduler that dies at once is not started in a tight loop
SCHEDULER: Final = (sys.executable, "-m", "api.cli", "scheduler", "--attached")


@dataclass
class Companion:
    """The scheduler's process, started again whenever it is found dead."""

    command: Sequence[str]
    _process: subprocess.Popen[bytes] | None = None
    _started: float = field(default=float("-inf"))

    def keep(self) -> None:
        running = self._process is not None and self._process.poll() is None
        if not running and time.monotonic() - self._started >= RESTART_SECONDS:
            self._started = time.monotonic()
            self._process = subprocess.Popen(self.command)  # noqa: S603 - our own command

    def stop(self) -> None:
        """Ask it to end after the job it is at; it also ends by itself once its parent is gone."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()


class Master(Arbiter):  # type: ignore[misc]
    """Gunicorn's master, which keeps the scheduler as it keeps its workers."""

    # Ctrl-C ends as gracefully as SIGTERM does: a statement under way gets its receipt.
    handle_int = Arbiter.handle_term

    def manage_workers(self) -> None:
        super().manage_workers()
        if self.app.companion is not None:
            self.app.companion.keep()

    def stop(self, graceful: bool = True) -> None:  # noqa: FBT001, FBT002 - gunicorn's signature
        if self.app.companion is not None:
            self.app.companion.stop()
        super().stop(graceful)


class Application(Workers):
    """The API of one node under gunicorn; each worker opens the node for itself."""

    def __init__(self, settings: Settings, *, bind: str, companion: Companion | None) -> None:
        self.settings = settings
        self.companion = companion
        self._memory = Memory.shared()  # before the workers are forked, so that it is theirs too
        options = {
            "workers": settings.workers,
            "graceful_timeout": GRACE_SECONDS,
            "timeout": 120,
            "keepalive": 5,
            "preload_app": False,  # connections and locks must not be inherited by a fork
            "proc_name": "shield",
        }
        super().__init__(bind=bind, options=options)

    def load(self) -> Any:
        logs.to_stderr()
        return create_app(open_services(self.settings), memory=self._memory)

    def run(self) -> None:
        Master(self).run()


def serve(settings: Settings, *, host: str, port: int, with_scheduler: bool) -> None:
    """Serve until told to stop; exits the process as gunicorn does."""
    vocabulary.kinds()  # imported once, before the workers are forked, not in each first request
    companion = Companion(SCHEDULER) if with_scheduler else None
    Application(settings, bind=f"{host}:{port}", companion=companion).run()
