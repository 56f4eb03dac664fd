"""One trial: a simulated world goes through the real ledger and the real scan, week after week.

Statements are signed and admitted by the sequencer and judged by `alerts.scan`, as in production;
what is left out is HTTP, mail and the disk (the database lies on a memory file system where there
is one). The clock is the simulated one: an entry has the time at which its agency reported, and
the scan runs once a simulated week, so an alert that a late paper explains was raised all the same.
"""

import os
import random
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from alerts.scan import Scanner, scan
from api import bootstrap, checking, schema, storage
from api.config import Settings
from api.demo import founding
from api.services import Services, open_services
from ledger.admission import Admission
from ledger.roster import HUB
from seed.world import World

ORIGIN = "bench.invalid/shield"
WEEK = timedelta(days=7)
AFTER = timedelta(weeks=16)  # the scan goes on after the last report: silence becomes a finding
BATCH = 500


class Told(Protocol):
    """One statement as its agency makes it, and when."""

    @property
    def told(self) -> datetime: ...
    @property
    def jti(self) -> str: ...
    def signed(self, world: Any) -> bytes: ...


@dataclass
class SimulatedClock:
    """The trial's time."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass(kw_only=True)
class Trial:
    """A node with a simulated past."""

    node: Services
    clock: SimulatedClock
    admitted: int = 0
    refused: list[str] = field(default_factory=list)

    @property
    def scanner(self) -> Scanner:
        return checking.scanner(self.node)


@contextmanager
def trial(
    cast: World,
    statements: Iterable[Told],
    *,
    every: timedelta = WEEK,
    after: Callable[[Trial], None] | None = None,
) -> Iterator[Trial]:
    """Live through the statements in the order in which they were told; `after` each scan, look."""
    ordered = sorted(statements, key=lambda each: (each.told, each.jti))
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
    with tempfile.TemporaryDirectory(dir=memory) as home:
        made = _founded(Path(home), cast, ordered[0].told - timedelta(days=2))
        try:
            _live(made, cast, ordered, every, after)
            yield made
        finally:
            made.node.engine.dispose()


def _live(
    made: Trial,
    cast: World,
    ordered: Sequence[Told],
    every: timedelta,
    after: Callable[[Trial], None] | None,
) -> None:
    next_scan, batch = ordered[0].told + every, list[Told]()
    scanner = made.scanner
    for each in ordered:
        while each.told >= next_scan:
            _submit(made, cast, batch)
            _scan(made, scanner, next_scan, after)
            next_scan += every
        batch.append(each)
        if len(batch) == BATCH:
            _submit(made, cast, batch)
    _submit(made, cast, batch)
    end = ordered[-1].told + AFTER
    while next_scan <= end:
        _scan(made, scanner, next_scan, after)
        next_scan += every


def _scan(
    made: Trial, scanner: Scanner, at: datetime, after: Callable[[Trial], None] | None
) -> None:
    made.clock.now = max(at, made.clock.now)
    scan(scanner, now=made.clock.now)
    if after is not None:
        after(made)


def _submit(made: Trial, cast: World, batch: list[Told]) -> None:
    if not batch:
        return
    made.clock.now = max(made.clock.now, batch[-1].told)
    for outcome in made.node.sequencer.submit([each.signed(cast) for each in batch]):
        if isinstance(outcome, Admission):
            made.admitted += 1
        else:
            made.refused.append(str(outcome))
    batch.clear()


def _founded(home: Path, cast: World, now: datetime) -> Trial:
    settings = Settings.read(
        {
            "SHIELD_HOME": str(home),
            "SHIELD_DATABASE_URL": f"sqlite:///{home}/trial.sqlite3",
            "SHIELD_KEY_PASSWORD_FILE": str(home / "key-password"),
        }
    )
    draw = random.Random(0).randbytes
    bootstrap.make_home(settings, draw)
    for name, holder in (("hub", HUB), ("log", ORIGIN)):
        cast.key(holder).save(settings.key_path(name), settings.key_password())
    engine = storage.connect(settings)
    schema.upgrade(engine)
    bootstrap.found(settings, engine, origin=ORIGIN, founders=(), bare=False, now=now, random=draw)
    engine.dispose()
    clock = SimulatedClock(now=now.astimezone(UTC))
    made = Trial(node=open_services(settings, now=clock), clock=clock)
    for step in (founding.participants(cast, now), founding.agencies(cast, now)):
        for outcome in made.node.sequencer.submit(list(step)):
            if not isinstance(outcome, Admission):
                raise outcome
    return made
