"""What runs by itself, and how often: the `JOBS` table, and the one process that keeps it.

Jobs are functions of `Works` and can be run by hand (`run_job`). APScheduler keeps the beat in
memory; what must survive a restart is in the database: cursor, due-list, messages.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine

from alerts import clocks, duelist, findings, outbox, runs
from alerts.channels import Channel
from alerts.company import Bar
from alerts.delivery import Post, deliver
from alerts.elsewhere import Places, nowhere
from alerts.evaluation import Memory, Overrides
from alerts.leadership import Held, leadership
from alerts.rules.private import NOTHING_PRIVATE, Private
from alerts.runs import Run
from alerts.scan import Scanner, scan
from crypto.keys import PrivateKey
from ledger import databases, erasure
from ledger.admission import Desk
from ledger.erased import Erasing
from ledger.reads.book import Recorder

_LOG = logging.getLogger(__name__)
KEPT = timedelta(days=400)  # settled messages: a year of reports and some
POLL = 2.0  # seconds between two looks at whether to stop, or to take over


@dataclass(frozen=True, kw_only=True)
class Works:
    """All that jobs need."""

    engine: Engine
    desk: Desk
    hub_key: PrivateKey
    clock: Callable[[], datetime]
    channels: Mapping[str, Channel]
    reads: Recorder
    public_url: str = "http://127.0.0.1:8080"
    overrides: Overrides = field(default_factory=dict)
    private: Private = NOTHING_PRIVATE
    places: Places = nowhere
    bar: Bar = field(default_factory=Bar)
    memory: Memory = field(default_factory=Memory, repr=False)


@dataclass(frozen=True, kw_only=True)
class Job:
    """One thing to do every so many seconds; it answers with what it did, in a few words."""

    every: int
    do: Callable[[Works], str]


def scan_job(works: Works) -> str:
    """Look at what is new and what is due, and raise alerts."""
    scanner = Scanner(
        engine=works.engine,
        desk=works.desk,
        hub_key=works.hub_key,
        overrides=works.overrides,
        private=works.private,
        places=works.places,
        bar=works.bar,
        memory=works.memory,
    )
    report = scan(scanner, now=works.clock())
    return f"{report.entries} entries, {report.shipments} shipments, {report.statements} statements"


def deliver_job(works: Works) -> str:
    """Send the messages that wait."""
    post = Post(
        engine=works.engine,
        clock=works.clock,
        channels=works.channels,
        reads=works.reads,
        public_url=works.public_url,
    )
    counts = deliver(post)
    return ", ".join(f"{n} {state}" for state, n in sorted(counts.items())) or "nothing to send"


def clocks_job(works: Works) -> str:
    """Remind those who have not taken up a grave alert."""
    with databases.writing(works.engine) as session:
        reminded = clocks.escalate(session, now=works.clock())
    return f"{reminded} reminders"


def purge_job(works: Works) -> str:
    """Forget settled messages of long ago."""
    with databases.writing(works.engine) as session:
        gone = outbox.purge(session, before=works.clock() - KEPT)
    return f"{gone} messages forgotten"


def erase_job(works: Works) -> str:
    """Carry out what was approved to be erased and is not held."""
    done = carry_out_erasures(works.engine, works.desk, now=works.clock())
    return f"{len(done)} erased"


def carry_out_erasures(engine: Engine, desk: Desk, *, now: datetime) -> list[Erasing]:
    """Erase, and have the shipments looked at again without what is gone, in one transaction.

    The old bytes leave the database's files with `databases.scrub`, which is the operator's to do.
    """
    with databases.writing(engine) as session:
        done = erasure.carry_out(session, desk.registry.current(session), now=now)
        refs = {each.subject for each in done if each.about == "shipment" and each.is_whole}
        findings.unsay(session, refs)
        duelist.again(session, refs)
    return done


JOBS: Mapping[str, Job] = {
    "scan": Job(every=2, do=scan_job),
    "deliver": Job(every=5, do=deliver_job),
    "clocks": Job(every=60, do=clocks_job),
    "erase": Job(every=3_600, do=erase_job),
    "purge": Job(every=86_400, do=purge_job),
}


def run_job(name: str, works: Works) -> Run:
    """Run one job now and note how it ended; a failure is noted, logged, and not raised."""
    started = works.clock()
    try:
        outcome = f"ok: {JOBS[name].do(works)}"
    except Exception as error:  # noqa: BLE001 - the next beat tries again; the note tells
        _LOG.exception("the job %s failed", name)
        outcome = f"failed: {type(error).__name__}"
    run = Run(job=name, started=started, ended=works.clock(), outcome=outcome)
    with databases.writing(works.engine) as session:
        runs.note(session, run)
    return run


def run(
    works: Works,
    stop: threading.Event,
    *,
    every: Mapping[str, int] | None = None,
    poll: float = POLL,
) -> None:
    """Keep the schedule until told to stop: wait to be the leader, lead, and again if that is lost.

    `every` overrides the seconds between two runs of a job.
    """
    while not stop.is_set():
        with leadership(works.engine, stop, poll=poll) as held:
            if held is not None:
                _lead(works, held, stop, every or {}, poll)


def _lead(
    works: Works, held: Held, stop: threading.Event, every: Mapping[str, int], poll: float
) -> None:
    _LOG.info("leading the schedule")
    try:
        _beat(works, held, stop, every, poll)
    finally:
        _LOG.info("no longer leading the schedule")


def _beat(
    works: Works, held: Held, stop: threading.Event, every: Mapping[str, int], poll: float
) -> None:
    scheduler = BackgroundScheduler(timezone=UTC, job_defaults=_DEFAULTS)
    # At once: whoever takes over has something to catch up with. Each job by itself: who has a
    # thousand mails to send does not keep the scan from what comes in meanwhile.
    at_once = datetime.now(UTC)  # noqa: TID251 - the schedule is an edge
    for name, job in JOBS.items():
        told = {"id": name, "seconds": every.get(name, job.every), "next_run_time": at_once}
        scheduler.add_job(run_job, "interval", args=(name, works), **told)
    scheduler.start()
    try:
        while held() and not stop.wait(poll):
            pass
    finally:
        scheduler.shutdown(wait=True)  # a job that runs is let finish


# A beat that was missed while a long job ran is made up for by one run, not by many.
_DEFAULTS = {"coalesce": True, "max_instances": 1, "misfire_grace_time": 300}
