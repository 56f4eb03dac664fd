"""`shield serve` as an operator runs it: workers, a scheduler that is kept, and how it all ends."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from api import Unreachable
from api.client import Client
from api.config import clock
from api.pins import Pin
from tests.api.shell import Shell
from tests.test_crash import ROOT, free_port

PATIENCE = 60.0
LEADING = re.compile(r"\[(\d+)\] INFO alerts\.schedule leading")


@dataclass(frozen=True)
class Served:
    """A running `shield serve`, and what it has said so far."""

    process: subprocess.Popen[bytes]
    log: Path

    def leaders(self) -> list[int]:
        """The scheduler processes that have led so far, in order."""
        return [int(pid) for pid in LEADING.findall(self.log.read_text())]

    def alive(self) -> bool:
        """Whether any process of its session runs."""
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return False
        return True


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    home, port = tmp_path / "home", free_port()
    pin = Shell(home).founded().json("pin")
    log = tmp_path / "log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", "serve", "--port", str(port)],
            stderr=said,
            cwd=ROOT,
            env={**os.environ, "SHIELD_HOME": str(home), "SHIELD_WORKERS": "1"},  # noqa: TID251
            start_new_session=True,
        )
    client = Client(pin=Pin(**pin).at(f"http://127.0.0.1:{port}"), clock=clock)
    until(lambda: _answers(client))
    until(lambda: bool(Served(process, log).leaders()))
    yield Served(process, log)
    if Served(process, log).alive():
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _answers(client: Client) -> bool:
    try:
        client.checkpoint()
    except Unreachable:
        return False
    return True


def until(holds) -> None:
    """Wait for something that must come true."""
    for _ in range(int(PATIENCE / 0.05)):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come true")


def test_a_scheduler_that_dies_is_started_again_and_all_end_gracefully_when_asked(served):
    (first,) = served.leaders()
    os.kill(first, signal.SIGKILL)
    until(lambda: len(served.leaders()) == 2)
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(PATIENCE) == 0
    until(lambda: not served.alive())
    assert "no longer leading the schedule" in served.log.read_text()


def test_nothing_is_left_behind_by_a_master_that_was_killed(served):
    served.process.kill()
    served.process.wait()
    until(lambda: not served.alive())
