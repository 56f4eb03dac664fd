"""The course of a demonstration, from an empty directory to delivered mail."""

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from alerts.delivery import deliver
from alerts.scan import Report
from api import checking
from api.config import Settings, clock
from api.demo.findings import Raised, raised
from api.demo.founding import ORIGIN, enrolled, enrolments, founded, mailed
from api.demo.posting import Posted, Progress, posted
from api.demo.staging import Staged, prepared
from ledger import databases, store

Bar = Callable[[str, int], AbstractContextManager[Progress]]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How large a demonstration: its seed, the share with journeys, diversions of each kind."""

    seed: int
    share: float
    times: int
    rows: int | None = None


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came of it, before anybody put it into words."""

    staged: Staged
    posted: list[Posted]
    entries: int
    scanned: Report
    findings: list[Raised]
    messages: dict[str, int]


def run(settings: Settings, wanted: Wanted, secret: bytes, bar: Bar) -> Result:
    """Found the ledger, post everything, scan until nothing is left, deliver the mail.

    The secret makes the keys. The seed makes the trade, the same every time.
    """
    rng = random.Random(wanted.seed)  # noqa: S311 - staged trade should be reproducible
    staged = prepared(
        origin=ORIGIN,
        secret=secret,
        rng=rng,
        share=wanted.share,
        times=wanted.times,
        rows=wanted.rows,
    )
    node = founded(settings, staged.world, now=clock())
    try:
        with bar("Enrolling participants", enrolments(staged.world)) as done:
            enrolled(node, staged.world, now=clock(), done=done)
        mailed(node, staged.world)
        with bar("Posting statements", len(staged.statements)) as done:
            results = list(posted(node, staged.world, staged.statements, done))
        with bar("Scanning for alerts", checking.waiting(node.engine)) as done:
            scanned = checking.scan_all(checking.scanner(node), clock, done)
        messages = deliver(checking.post(node))  # over SMTP, as to any mail server
        with databases.reading(node.engine) as session:
            entries, findings = store.head(session).size, raised(session)
    finally:
        node.engine.dispose()
    return Result(
        staged=staged,
        posted=results,
        entries=entries,
        scanned=scanned,
        findings=findings,
        messages=messages,
    )
