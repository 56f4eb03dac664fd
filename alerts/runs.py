"""What ran when, and how it ended: for the operator's page, trimmed as it grows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, delete, insert, select
from sqlmodel import Field, Session, SQLModel

from ledger.store import instant, micros

KEPT = 100  # runs of each job


class JobRunRow(SQLModel, table=True):
    """One run of one job."""

    __tablename__ = "job_run"
    job: str = Field(primary_key=True)
    started: int = Field(primary_key=True, sa_type=BigInteger)
    ended: int = Field(sa_type=BigInteger)
    outcome: str


RUNS = JobRunRow.__table__  # type: ignore[attr-defined]

Clock = Callable[[], datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """When a job ran, and how it ended: `ok …` or `failed: <what>`."""

    job: str
    started: datetime
    ended: datetime
    outcome: str


def note(session: Session, run: Run) -> None:
    """Keep a run and forget the oldest ones of its job."""
    started = micros(run.started)
    # Two processes may start a job in the same microsecond; the later one to end is kept.
    session.execute(delete(RUNS).where(RUNS.c.job == run.job, RUNS.c.started == started))
    row = {"job": run.job, "started": started, "ended": micros(run.ended), "outcome": run.outcome}
    session.execute(insert(RUNS), [row])
    kept = (
        select(RUNS.c.started)
        .where(RUNS.c.job == run.job)
        .order_by(RUNS.c.started.desc())
        .limit(KEPT)
    )
    oldest = session.execute(select(kept.subquery().c.started)).scalars().all()[-1]
    session.execute(delete(RUNS).where(RUNS.c.job == run.job, RUNS.c.started < oldest))


def latest(session: Session, job: str, limit: int = 10) -> list[Run]:
    """The last runs of a job, the newest first."""
    rows = session.execute(
        select(*RUNS.c).where(RUNS.c.job == job).order_by(RUNS.c.started.desc()).limit(limit)
    )
    return [
        Run(
            job=row.job,
            started=instant(row.started),
            ended=instant(row.ended),
            outcome=row.outcome,
        )
        for row in rows
    ]
