"""nginx with docs/nginx-cache.conf, as our documents give it, on a free port before a server."""

import getpass
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CONFIGURATION = Path(__file__).resolve().parent.parent / "docs" / "nginx-cache.conf"
MISSING = "nginx is not installed (Debian: nginx-light); .ci/run has it"


def find_nginx() -> str | None:
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def proxied(upstream: str, home: Path) -> Iterator[str]:
    """The address of a proxy before this server."""
    port = free_port()
    text = CONFIGURATION.read_text(encoding="utf-8")
    for name, value in (("HOME", home), ("PORT", port), ("UPSTREAM", upstream)):
        text = text.replace(f"@{name}@", str(value))
    with running(text, home, probe=f"http://127.0.0.1:{port}/log/checkpoint"):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def running(configuration: str, home: Path, *, probe: str) -> Iterator[None]:
    """An nginx of this configuration, from when it answers the probe."""
    home.mkdir(parents=True, exist_ok=True)
    file = home / "nginx.conf"
    file.write_text(configuration, encoding="utf-8")
    # Run as root it would hand its workers to somebody who can't enter this directory.
    directives = f"daemon off; user {getpass.getuser()};"
    command = [str(find_nginx()), "-c", str(file), "-g", directives]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(probe)
            yield
        finally:
            process.terminate()


def _wait_for(url: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - our own server
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("nginx did not start")
