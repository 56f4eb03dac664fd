"""How fast tiles are read from a caching proxy in front of a log, with our process idle.

    uv run python bench/tiles.py [--entries 100000] [--seconds 10]

Needs nginx and wrk (Debian: nginx-light, wrk). The proxy runs with docs/nginx-cache.conf. It is
filled once, and then every hash tile is read at random over 32 connections; meanwhile our process
must hear of none. The bare limit is the same nginx giving the same bytes from plain files, measured
in the same run with the same client.
"""

import argparse
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from werkzeug.serving import WSGIRequestHandler, make_server

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from api.config import Settings
from api.mirror.application import create_mirror
from api.services import Copy
from crypto.keys import PrivateKey
from crypto.notes import Signer
from ledger import databases, store
from ledger.store import Draft
from ledger.tiles import tile_path, tiles_of
from tests.proxying import MISSING, find_nginx, free_port, proxied, running

ORIGIN = "bench.invalid/tiles"
NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
BATCH = 10_000
WANTED = 5_000  # reads a second
CONNECTIONS = 32


class Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """Say nothing of each request."""


@dataclass
class Counted:
    """Our application, and how often it was asked."""

    app: Callable[..., Iterable[bytes]]
    asked: int = 0

    def __call__(self, environ: Any, start: Any) -> Iterable[bytes]:
        self.asked += 1
        return self.app(environ, start)


def log_of(engine: Engine, size: int) -> None:
    """A log whose statements are noise of the usual length: tiles only hold hashes."""
    databases.create_tables(engine)
    signer = Signer(name=ORIGIN, key=PrivateKey.generate())
    with databases.writing(engine) as session:
        store.begin(session, ORIGIN)
    for start in range(0, size, BATCH):
        drafts = [
            Draft(jwt=f"a.{secrets.token_urlsafe(600)}.c", tag=None)
            for _ in range(min(BATCH, size - start))
        ]
        with databases.writing(engine) as session:
            head = store.head(session)
            store.append(session, drafts, before=head, signer=signer, now=NOW)


@contextmanager
def served(app: Counted) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def read(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:  # noqa: S310 - our own server
        body: bytes = answer.read()
        return body


def rate(url: str, paths: list[str], home: Path, seconds: int) -> float:
    """Reads a second of these paths, chosen at random."""
    script = home / "paths.lua"
    listed = ",".join(f'"{path}"' for path in paths)
    script.write_text(
        f"local paths = {{{listed}}}\n"
        'request = function() return wrk.format("GET", paths[math.random(#paths)]) end\n'
    )
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(script), url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(said)
    found = re.search(r"Requests/sec:\s+([0-9.]+)", said)
    if found is None:
        raise RuntimeError(said)
    return float(found[1])


@contextmanager
def plain(home: Path, root: Path) -> Iterator[str]:
    """The same nginx with plain files: what can't be beaten."""
    port = free_port()
    configuration = (
        f"worker_processes auto; pid {home}/plain.pid; error_log stderr;\n"
        "events { worker_connections 1024; }\n"
        "http { access_log off; sendfile on; keepalive_requests 1000000;\n"
        f"server {{ listen 127.0.0.1:{port}; root {root}; }} }}\n"
    )
    with running(configuration, home, probe=f"http://127.0.0.1:{port}/"):
        yield f"http://127.0.0.1:{port}"


def measured(home: Path, size: int, seconds: int) -> None:
    engine = databases.connect(f"sqlite:///{home / 'log.sqlite3'}")
    log_of(engine, size)
    settings = Settings(home=home, database_url="unused", log_per_minute=10**7)
    app = Counted(
        create_mirror(Copy(settings=settings, engine=engine, origin=ORIGIN, clock=lambda: NOW))
    )
    paths = [f"/log/{tile_path(*tile)}" for tile in tiles_of(size)]
    with served(app) as upstream, proxied(upstream, home / "nginx") as proxy:
        for path in paths:
            body = read(proxy + path)
            file = home / "files" / path.removeprefix("/")
            file.parent.mkdir(parents=True, exist_ok=True)
            # `001` is a file and `000.p/7` lies in a directory: no two have one name.
            file.write_bytes(body)
            if read(upstream + path) != body:
                raise RuntimeError(f"{path} differs behind the proxy")
        before = app.asked
        reached = rate(proxy, paths, home, seconds)
        asked = app.asked - before
    with plain(home / "plain", home / "files") as url:
        bare = rate(url, paths, home, seconds)
    print(f"{len(paths)} hash tiles of a log of {size:,} entries, {CONNECTIONS} connections")
    print(f"  through the caching proxy  {reached:10,.0f} reads/s ({reached / bare:.2f} of bare)")
    print(f"  bare: the same from files  {bare:10,.0f} reads/s")
    print(f"  requests to our process    {asked:10,}")
    if reached < WANTED or asked:
        sys.exit(f"wanted at least {WANTED:,} reads/s with our process idle")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=10)
    asked = parser.parse_args()
    if find_nginx() is None:
        sys.exit(MISSING)
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed (Debian: wrk)")
    with tempfile.TemporaryDirectory() as home:
        measured(Path(home), asked.entries, asked.seconds)


if __name__ == "__main__":
    main()
