"""How fast a whole ledger is verified, beside the bare limit of the same run.

    uv run python bench/verify.py                         # 200,000 entries on SQLite
    uv run python bench/verify.py --database postgresql
    uv run python bench/verify.py --keep /tmp/verified    # keep the ledger, or use one kept before

The bare limit is a tight loop a core with nothing around it: check the Ed25519 signature, hash the
entry, hash one node of the tree. It is measured before and after, and the ratio is to the mean.

- `log` is what `shield verify --log-only` does: every entry, link, signature, key and digest of a
  disclosure, the tree with its tiles and checkpoints. It is what the limit is a limit of.
- `contents` is what comes after: every statement is read and judged, every projection made anew and
  compared, shipment by shipment on every core. It is bounded by the vocabulary and the database,
  not by signatures and hashing, of which it has none.
- `whole` is both, as `shield verify` runs them.

Rates are by the clock on the wall. The last column is by processor time of all processes, which
other load on the machine disturbs less.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import append
import load

from api import storage
from api.config import Settings
from crypto import sdjwt
from ledger import databases, store
from ledger.audit import audit
from ledger.audit.workers import cores, spare_collector

JOURNEYS = 100  # to a batch, eleven statements each
LIMIT_LOOP = 4_000


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What so many entries took, by the wall and by the processors."""

    entries: int
    seconds: float
    cpu: float

    @property
    def rate(self) -> float:
        return self.entries / self.seconds

    @property
    def micros(self) -> float:
        return self.cpu / self.entries * 1e6


def settings(home: Path, url: str) -> Settings:
    return Settings(home=home, database_url=url, key_password_file=home / "key-password")


def grow(home: Path, url: str, entries: int) -> None:
    """A ledger of whole journeys, by the real sequencer."""
    services = append.node(home, url)
    with databases.reading(services.engine) as session:
        size = store.head(session).size
    shipment = 0
    while size < entries:
        statements = load.bulk(shipment, JOURNEYS * 11)[: entries - size]
        services.sequencer.submit(statements)
        shipment += JOURNEYS
        size += len(statements)
        if shipment % (50 * JOURNEYS) == 0:
            print(f"  {size:,} entries", file=sys.stderr, flush=True)
    services.engine.dispose()


def bare_loop(count: int) -> tuple[float, float]:
    """Check, hash, hash, and nothing else; seconds and processor seconds."""
    ready = []
    for statement in load.bulk(0, 1_100):
        parsed = sdjwt.split(statement)
        key = load.key_of(parsed.issuer).public
        entry = b'{"index":100000,"jwt":"%s","prev":"%s"}' % (parsed.jwt.encode(), b"." * 120)
        ready.append((key, parsed.signed.signature, parsed.signed.signing_input, entry))
    wall, cpu = time.perf_counter(), time.process_time()
    for n in range(count):
        key, signature, signed, entry = ready[n % len(ready)]
        key.check(signature, signed)
        leaf = sha256(b"\x00" + entry).digest()
        sha256(b"\x01" + leaf + leaf).digest()
    return time.perf_counter() - wall, time.process_time() - cpu


def bare(loops: int) -> Cost:
    """So many loops at once."""
    with ProcessPoolExecutor(loops, mp_context=get_context("spawn")) as pool:
        list(pool.map(bare_loop, [10] * loops))  # all are up
        took = list(pool.map(bare_loop, [LIMIT_LOOP] * loops))
    slowest = max(wall for wall, _ in took)
    return Cost(entries=LIMIT_LOOP * loops, seconds=slowest, cpu=sum(cpu for _, cpu in took))


def audited(home: Path, url: str, *, contents: bool) -> dict[str, float]:
    """One audit in this process, with the moments at which its two passes ended."""
    spare_collector()
    engine = storage.connect(settings(home, url))
    done, moments = 0, [(time.perf_counter(), _cpu())]
    with databases.reading(engine) as session:
        size = store.head(session).size

    def progress(count: int) -> None:
        nonlocal done
        done += count
        if done == size:
            moments.append((time.perf_counter(), _cpu()))

    report = audit(engine, progress=progress, contents=contents)
    report.check()
    moments.append((time.perf_counter(), _cpu()))
    engine.dispose()
    (began, _), (between, _), (ended, cpu) = moments[0], moments[1], moments[-1]
    return {
        "entries": report.size,
        "log": between - began,
        "whole": ended - began,
        "cpu": cpu - moments[0][1],
        "memory": _memory() + _beside(),
    }


def _cpu() -> float:
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def _memory() -> float:
    """This process at its largest so far, in megabytes; `ru_maxrss` would count our parent in."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _beside() -> float:
    """The workers, each as large as the largest was: there is one for each core but ours."""
    return (cores() - 1) * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def in_process(home: Path, url: str, *extra: str) -> dict[str, float]:
    """An audit in a process of its own, so that its memory and time are its own."""
    command = [sys.executable, __file__, "--audit", str(home), "--url", url, *extra]
    # A worker that had to compile its modules first would measure the compiler.
    compiled = ["env", "-u", "PYTHONDONTWRITEBYTECODE", *command]
    return json.loads(subprocess.run(compiled, check=True, stdout=subprocess.PIPE).stdout)  # type: ignore[no-any-return]


def measure(home: Path, url: str) -> Iterator[tuple[str, Cost, float]]:
    """Name, cost and megabytes of each line of the table."""
    before = bare(cores())
    log = in_process(home, url, "--log-only")
    after = bare(cores())
    whole = in_process(home, url)
    count = int(log["entries"])
    yield "bare, before", before, 0
    yield "bare, after", after, 0
    yield "bare, one core", bare(1), 0
    yield "log", Cost(entries=count, seconds=log["whole"], cpu=log["cpu"]), log["memory"]
    seconds, cpu = whole["whole"] - whole["log"], whole["cpu"] - log["cpu"]
    yield "contents", Cost(entries=count, seconds=seconds, cpu=cpu), whole["memory"]
    yield "whole", Cost(entries=count, seconds=whole["whole"], cpu=whole["cpu"]), whole["memory"]


def show(lines: Sequence[tuple[str, Cost, float]]) -> None:
    (_, before, _), (_, after, _), *_ = lines
    limit = (before.rate + after.rate) / 2
    least = (before.micros + after.micros) / 2
    print(f"{'':16}{'entries/s':>12}{'of limit':>10}{'CPU us each':>13}{'of limit':>10}{'MB':>7}")
    for name, cost, memory in lines:
        shares = f"{cost.rate / limit:10.2f}{cost.micros:13.1f}{least / cost.micros:10.2f}"
        print(
            f"{name:16}{cost.rate:12,.0f}{shares}{memory or '':>7.0f}"
            if memory
            else f"{name:16}{cost.rate:12,.0f}{shares}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--entries", type=int, default=200_000)
    parser.add_argument("--keep", type=Path, metavar="DIR")
    parser.add_argument("--audit", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    parser.add_argument("--log-only", action="store_true", help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.audit:
        print(json.dumps(audited(said.audit, said.url, contents=not said.log_only)))
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = said.keep or Path(scratch)
        folder.mkdir(exist_ok=True, parents=True)
        with append.database(said.database, folder) as url:
            if not (folder / "home").is_dir():
                grow(folder / "home", url, said.entries)
            print(f"{said.database}, {cores()} cores, load {os.getloadavg()[0]:.1f}")
            show(list(measure(folder / "home", url)))


if __name__ == "__main__":
    main()
