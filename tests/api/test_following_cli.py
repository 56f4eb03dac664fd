"""`shield mirror` and `shield watch` as an operator runs them: codes, exits, homes, and serving."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from api import Unreachable
from api.config import clock
from api.following import Log, Shown, over_http
from ledger import NotFound
from tests import factories
from tests.api.shell import Shell
from tests.liars import Stage, grow, rolling_back_to, signing_with, spoiling_hash, staged
from tests.world import World

TAMPERED, MISCONFIGURED, UNREACHABLE = 3, 6, 7


@pytest.fixture
def stage(sqlite_world: World) -> Iterator[Stage]:
    with staged(sqlite_world) as made:
        yield made


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path / "home")


@pytest.fixture
def pin(stage: Stage, tmp_path: Path) -> Path:
    stage.pin.write(tmp_path / "pin.json")
    return tmp_path / "pin.json"


def mirror(stage: Stage, pin: Path) -> tuple[str | Path, ...]:
    return ("mirror", stage.url, "--pin", pin, "--once")


def watch(stage: Stage, pin: Path) -> tuple[str | Path, ...]:
    return ("watch", stage.url, "--pin", pin, "--agency", "NL-CUSTOMS", "--once")


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Who takes part in a lie: the server, the log it may fork to, and who follows."""

    stage: Stage
    other: World
    shell: Shell
    pin: Path


@pytest.fixture
def cast(stage: Stage, other_world: World, shell: Shell, pin: Path) -> Cast:
    return Cast(stage=stage, other=other_world, shell=shell, pin=pin)


def lied(stage: Stage, other: World, code: str, old: bytes) -> None:
    """Let the server lie in one of the four ways; it has grown by three entries since `old`."""
    if code == "rolled-back":
        stage.liar.lie = rolling_back_to(old)
    if code == "wrong-key":
        stage.liar.lie = signing_with(factories.key_for("stranger"), stage.world.origin)
    if code == "bad-proof":
        stage.grows(1)
        stage.liar.lie = spoiling_hash(16)
    if code == "forked":
        grow(other, 3, "OTHER")
        stage.forks_to(other)


@pytest.mark.parametrize("code", ["forked", "rolled-back", "wrong-key", "bad-proof"])
@pytest.mark.parametrize("command", [mirror, watch])
def test_each_lie_ends_either_command_with_3_and_its_code(cast, command, code):
    stage, shell = cast.stage, cast.shell
    old = stage.note
    stage.grows(3)
    shell.ok(*command(stage, cast.pin))
    lied(stage, cast.other, code, old)
    told = shell.run(*command(stage, cast.pin))
    assert told.exit_code == TAMPERED
    assert f"[{code}]" in told.stderr
    assert "To mend it:" in told.stderr
    problem = shell.run(*command(stage, cast.pin), "--json")
    assert json.loads(problem.stderr)["code"] == code


def test_a_mirror_says_what_it_copied_and_goes_on_from_there(stage, shell, pin):
    size = stage.world.size
    first = shell.json(*mirror(stage, pin))
    assert first == {"entries": size, "new": size, "disclosures_asked": 0}
    stage.grows(2)
    assert shell.json(*mirror(stage, pin))["new"] == 2
    assert oct(shell.home.stat().st_mode & 0o777) == "0o700"


def test_a_mirror_with_a_key_asks_for_what_its_agency_may_see(stage, shell, pin, tmp_path):
    password = tmp_path / "password"
    password.write_text("a password of some length")
    factories.key_for("NL-CUSTOMS").save(tmp_path / "key.pem", password.read_bytes())
    signer = ("--agency", "NL-CUSTOMS", "--key", tmp_path / "key.pem", "--password-file", password)
    stage.world.clock.now = clock()  # tokens are for this very moment
    stage.grows(2)
    told = shell.json(*mirror(stage, pin), *signer)
    assert told["disclosures_asked"] == stage.world.size
    assert (
        shell.json(*mirror(stage, pin), *signer, "--again")["disclosures_asked"] == told["entries"]
    )


def test_a_watch_tells_a_line_for_each_statement(stage, shell, pin):
    stage.grows(2)
    lines = shell.ok(*watch(stage, pin)).splitlines()
    assert [line.split()[2] for line in lines] == ["NL-ROOT", "NL-CUSTOMS", "NL-CUSTOMS"]
    assert shell.ok(*watch(stage, pin)) == ""
    stage.grows(1)
    (line,) = shell.ok(*watch(stage, pin), "--json").splitlines()
    assert json.loads(line)["iss"] == "NL-CUSTOMS"


def test_a_log_is_not_mirrored_into_its_own_home(stage, shell, pin):
    shell.ok("init", "--origin", "ledger.test/own", "--bare")
    refused = shell.run(*mirror(stage, pin))
    assert refused.exit_code == MISCONFIGURED
    assert "own home" in refused.stderr


def test_without_a_pin_nothing_is_followed(stage, shell):
    for command in (("mirror",), ("watch", "--agency", "NL-CUSTOMS")):
        refused = shell.run(*command, stage.url, "--once")
        assert refused.exit_code == MISCONFIGURED
        assert "pin" in refused.stderr


def test_a_server_that_is_away_is_no_alarm(shell, pin):
    gone = ("mirror", "http://127.0.0.1:9", "--pin", pin, "--once")
    assert shell.run(*gone).exit_code == UNREACHABLE


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def waited_for(log: Log, size: int) -> Shown:
    """The newest checkpoint, once it has come so far."""
    for _ in range(300):
        with suppress(Unreachable, NotFound):  # it is starting, or has copied nothing yet
            newest = log.newest()
            if newest.checkpoint.size >= size:
                return newest
        time.sleep(0.1)
    raise AssertionError("the mirror did not come so far")


def test_a_mirror_serves_what_it_copies_and_keeps_up(stage, shell, pin):
    port = free_port()
    command = [sys.executable, "-m", "api.cli", "mirror", stage.url, "--pin", str(pin)]
    command += ["--serve", "--port", str(port), "--every", "0.2"]
    env = {"SHIELD_HOME": str(shell.home), "SHIELD_WORKERS": "1"}
    log = Log(pin=stage.pin, get=over_http(f"http://127.0.0.1:{port}"))
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE) as running:
        try:
            assert waited_for(log, stage.world.size).note == stage.note
            stage.grows(2)
            assert waited_for(log, stage.world.size).note == stage.note
        finally:
            running.send_signal(signal.SIGTERM)
            running.communicate(timeout=40)
    assert running.returncode == 0
