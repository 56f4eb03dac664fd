"""How fast the checker looks at what came in, beside the bare limit of the same run.

    uv run python bench/scan.py                       # a history of 20,000 entries
    uv run python bench/scan.py --entries 1000000     # what an event costs then, and at 10,000

Figures are seconds of CPU on one core, but for the delay, which is what a clock on the wall says:
from a posted statement that contradicts earlier ones until mail about its alert is queued, with the
schedule as it runs in production. The bare limit reads and decodes the same entries, and no more.
"""

import argparse
import json
import secrets
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import load
import scan_history
from sqlalchemy import func, select

from alerts import recipients, schedule
from alerts.company import Bar
from alerts.outbox import MESSAGES
from alerts.recipients import Recipient
from alerts.scan import Ended, Scanner, scan, step
from api import bootstrap, checking, schema, storage
from api.config import Settings
from api.services import Services, open_services
from api.workers import spare_collector
from ledger import databases, records, store
from ledger.admission import Admission

BATCH = 1_000
SMALL = 10_000
NEW = 200  # events, each looked at by itself
DELAYS = 5
PATIENCE = 60.0
# What is measured is how soon an alert is raised, not whether it should be.
LOW = Bar(open_at=0.001)


def clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - a benchmark is an edge


@dataclass
class Ledger:
    """A node that years of trade are posted to."""

    node: Services
    scanner: Scanner
    starts: datetime
    feed: Iterator[bytes]

    @property
    def size(self) -> int:
        with databases.reading(self.node.engine) as session:
            return store.head(session).size

    def grow(self, target: int) -> None:
        """Post statements until there are so many entries."""
        while (size := self.size) < target:
            self.post(list(islice(self.feed, min(BATCH, target - size))))

    def post(self, statements: list[bytes]) -> None:
        for outcome in self.node.sequencer.submit(statements):
            if not isinstance(outcome, Admission):
                raise outcome


def founded(home: Path, entries: int) -> Ledger:
    """A log with its countries, and trade that begins early enough for so many entries."""
    settings = Settings(
        home=home,
        database_url=f"sqlite:///{home}/shield.sqlite3",
        key_password_file=home / "key-password",
        mail_directory=home / "mail",
    )
    bootstrap.make_home(settings, secrets.token_bytes)
    (home / "mail").mkdir()
    load.key_of("ZZ-HUB").save(settings.key_path("hub"), settings.key_password())
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
    node = open_services(settings)
    starts = scan_history.starts_for(entries + 2 * NEW, clock())
    feed = scan_history.statements(0, starts)
    scanner = replace(checking.scanner(node), bar=LOW)
    made = Ledger(node=node, scanner=scanner, starts=starts, feed=feed)
    for statement in load.enrolment(scan_history.COUNTRIES):
        made.post([statement])
    with databases.writing(node.engine) as session:
        for country in scan_history.COUNTRIES:
            to = Recipient(
                agency=f"{country}-CUSTOMS", channel="file", address="desk", min_severity="info"
            )
            recipients.add(session, to)
    return made


def timed(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def bare(made: Ledger, start: int, end: int) -> float:
    """Seconds to read and decode these entries and nothing else."""

    def read() -> None:
        for at in range(start, end, BATCH):
            with databases.reading(made.node.engine) as session:
                records.read_range(session, at, min(end, at + BATCH))

    return timed(read)


def caught_up(made: Ledger) -> float:
    return timed(lambda: scan(made.scanner, now=clock()))


def an_event(made: Ledger) -> tuple[float, float]:
    """Seconds to look at one new event and whatever it touches: the mean and the median."""
    spent = []
    for statement in islice(made.feed, NEW):
        made.post([statement])
        spent.append(caught_up(made))
    return statistics.mean(spent), statistics.median(spent)


def delays(made: Ledger) -> list[float]:
    """Seconds on the wall until mail about a contradiction is queued, the schedule running."""
    stop = threading.Event()
    works = replace(checking.works(made.node), bar=LOW)
    leader = threading.Thread(target=schedule.run, args=(works, stop))
    leader.start()
    try:
        time.sleep(3)  # the first beat is not what is measured
        return [_delay(made, number) for number in range(DELAYS)]
    finally:
        stop.set()
        leader.join()


def _delay(made: Ledger, number: int) -> float:
    """Contradict one of the oldest shipments."""
    before = _queued(made)
    began = time.perf_counter()
    begins = made.starts + timedelta(days=number / scan_history.A_DAY)
    made.post([scan_history.opened_on_the_way(number, begins)])
    while _queued(made) == before:
        if time.perf_counter() - began > PATIENCE:
            raise SystemExit("no alert was queued")
        time.sleep(0.02)
    return time.perf_counter() - began


def _queued(made: Ledger) -> int:
    with databases.reading(made.node.engine) as session:
        return int(session.execute(select(func.count()).select_from(MESSAGES)).scalar_one())


def measure(home: Path, entries: int) -> dict[str, float]:
    made = founded(home, entries)
    spare_collector(None)  # as each of the server's workers does
    found: dict[str, float] = {}
    small = min(SMALL, entries // 2)
    made.grow(small)
    caught_up(made)
    found[f"ms of CPU a new event, at {small:,} entries"] = an_event(made)[0] * 1e3
    before = made.size
    made.grow(entries)
    history = made.size - before
    found["bare limit, events/s"] = history / bare(made, before, made.size)
    found[f"a history of {history:,}, events/s"] = history / caught_up(made)
    found[f"ms of CPU a new event, at {made.size:,} entries"] = an_event(made)[0] * 1e3
    assert step(made.scanner, now=clock()).ended is Ended.IDLE  # noqa: S101
    waits = delays(made)
    found["seconds to a queued alert, the longest"] = max(waits)
    made.node.engine.dispose()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--json", action="store_true")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        found = measure(Path(scratch) / "home", said.entries)
    if said.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:48} {value:12,.2f}")


if __name__ == "__main__":
    main()
