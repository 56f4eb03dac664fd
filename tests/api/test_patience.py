"""A caller that never ends its request does not hold a thread for ever."""

import os
import socket
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from api.patience import Patience
from tests.api.shell import Shell
from tests.test_crash import ROOT, free_port

HEAD = "POST /v1/statements HTTP/1.1\r\nHost: x\r\nContent-Type: application/sd-jwt\r\n"


def spoken(port: int, *words: str) -> socket.socket:
    connected = socket.create_connection(("127.0.0.1", port), timeout=20)
    connected.sendall("".join(words).encode())
    return connected


@pytest.fixture
def port(tmp_path):
    home, port = tmp_path / "home", free_port()
    Shell(home).ok("init", "--origin", "ledger.test/x", "--bare", "--participant", "NL=NL")
    own = {"SHIELD_HOME": str(home), "SHIELD_WORKERS": "1", "SHIELD_BODY_SECONDS": "1"}
    serve = [sys.executable, "-m", "api.cli", "serve", "--port", str(port), "--no-scheduler"]
    environment = {**os.environ, **own}  # noqa: TID251 - as an operator's shell would
    process = subprocess.Popen(serve, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        with suppress(OSError), spoken(port, "GET /healthz HTTP/1.0\r\n\r\n") as asked:
            asked.recv(100)
            break
        time.sleep(0.1)
    yield port
    process.terminate()
    process.wait(20)


def test_bodies_that_never_end_leave_all_threads_free_again(port):
    begun = time.monotonic()
    slow = [spoken(port, HEAD, "Content-Length: 1000\r\n\r\n", "a") for _ in range(9)]
    slow.append(spoken(port, HEAD, "Transfer-Encoding: chunked\r\n\r\n", "5\r\nab"))
    with spoken(port, "GET /healthz HTTP/1.0\r\n\r\n") as asked:
        assert b" 200 OK" in asked.recv(100)
    for each in slow:
        said = each.recv(100)
        assert not said or said.startswith(b"HTTP/1.1 4"), said
        each.close()
    assert time.monotonic() - begun < 20


def test_a_body_that_came_is_not_watched_any_more():
    done, far, late, other = (*socket.socketpair(), *socket.socketpair())
    with done, far, late, other:
        patience = Patience(0.0)
        patience.heard(patience.awaits(done, 0))
        patience.awaits(late, 0)
        assert late.recv(10) == b""  # once its time was up
        far.sendall(b"more")
        assert done.recv(10) == b"more"
