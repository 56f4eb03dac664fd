"""Killed fifty times under load: what was acknowledged is there, whole, and proved as before."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from api import Unreachable, storage
from api.client import Client, sign
from api.config import Settings, clock
from api.pins import Pin
from api.services import open_services
from crypto.keys import PrivateKey
from ledger.admission import Admission
from ledger.audit import audit
from ledger.receipts import Receipt
from tests import factories
from tests.api.shell import Shell

KILLS = 50
POSTERS = 4
ROOT = Path(__file__).parents[1]


@dataclass
class Load:
    """Back offices that post without pause, and post again whatever was not acknowledged."""

    client: Client
    key: PrivateKey
    acknowledged: dict[bytes, Receipt] = field(default_factory=dict)
    interrupted: int = 0
    faults: list[BaseException] = field(default_factory=list)
    _done: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def running(self) -> Iterator[None]:
        threads = [threading.Thread(target=self._post_all, args=(n,)) for n in range(POSTERS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._done.set()
            for thread in threads:
                thread.join()

    def _post_all(self, poster: int) -> None:
        number = 0
        try:
            while not self._done.is_set():
                journey = factories.Journey(ref=f"NL-{poster}-{number:06}")
                self._post(factories.body("shipment.departed", journey))
                number += 1
        except BaseException as error:  # noqa: BLE001 - told by the test, not by a thread
            self.faults.append(error)

    def _post(self, body: dict[str, object]) -> None:
        statement = sign(
            body,
            agency="NL-CUSTOMS",
            origin=self.client.pin.origin,
            key=self.key,
            now=clock(),
        )
        while not self._done.is_set():
            try:
                self.acknowledged[statement] = self.client.post(statement).receipt
            except Unreachable:
                self.interrupted += 1
                time.sleep(0.01)
            else:
                time.sleep(0.005)
                return


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path / "home").founded()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        number: int = free.getsockname()[1]
    return number


@contextmanager
def starter(home: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """The process that starts servers."""
    with (home / "served.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.forking", str(home), str(port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=ROOT,
        )
        with process:
            yield process


def start(process: subprocess.Popen[str]) -> int:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("start\n")
    process.stdin.flush()
    return int(process.stdout.readline())


def wait_for(client: Client) -> None:
    for _ in range(2000):
        try:
            client.checkpoint()
        except Unreachable:
            time.sleep(0.01)
        else:
            return
    raise AssertionError("the server did not start")


def test_fifty_kills_lose_nothing_that_was_acknowledged(shell):
    port = free_port()
    pin = Pin.read(shell.home / "pins.json").at(f"http://127.0.0.1:{port}")
    settings = Settings.read({"SHIELD_HOME": str(shell.home)})
    key = PrivateKey.load(shell.key("NL-CUSTOMS"), settings.key_password())
    load = Load(client=Client(pin=pin, clock=clock), key=key)
    dice = random.Random(20261124)
    with starter(shell.home, port) as process:
        with load.running():
            for kill in range(KILLS):
                server = start(process)
                if kill % 5:  # every fifth dies while it starts
                    wait_for(load.client)
                time.sleep(dice.uniform(0, 0.5))
                os.killpg(server, signal.SIGKILL)
        process.stdin.close()
    assert not load.faults
    assert load.interrupted >= KILLS
    assert len(load.acknowledged) >= 20
    _check_everything(settings, load)


def _check_everything(settings: Settings, load: Load) -> None:
    engine = storage.connect(settings)
    report = audit(engine)
    engine.dispose()
    assert report.faults == ()
    assert report.size >= 2 + len(load.acknowledged)
    node = open_services(settings)
    statements = list(load.acknowledged)
    for statement, outcome in zip(statements, node.sequencer.submit(statements), strict=True):
        assert isinstance(outcome, Admission)
        assert not outcome.created
        assert outcome.receipt == load.acknowledged[statement]
    node.engine.dispose()
