"""The scan: every shipment that something happened to, or that is due, meets every rule.

A step is a function of the ledger and `now`. It reads and judges in a read transaction, so that
submissions and other readers go on, and then writes in one transaction under the pen: the cursor
first, by compare-and-swap, then findings, statements, the due-list and mail.

Why that is correct. What it writes rests on the ledger as it was read. Entries that came meanwhile
lie beyond the watermark, so the next step looks at their shipments again. Another scanner that read
the same and wrote first has moved the cursor, so this one writes nothing. Nothing is committed
before all of it is: a crash before the commit finds the same again, and after it nothing is left to
find. Neither how entries are cut into steps nor their order matters to where it ends.
"""

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from itertools import count

from sqlalchemy import Engine, select
from sqlmodel import Session

from alerts import clocks, duelist, findings, hub, likeness, publishing, rates, rules, suppressing
from alerts.company import Bar
from alerts.cursor import advance
from alerts.duelist import Why
from alerts.elsewhere import Places, nowhere, observations
from alerts.evaluation import Bench, Memory, Overrides
from alerts.feedback import tuning
from alerts.matching import book as pairs
from alerts.rules.private import NOTHING_PRIVATE, Private
from alerts.shelf import Shelf
from alerts.survey import Survey, survey
from crypto.keys import PrivateKey
from ledger import databases, store
from ledger.admission import Desk
from ledger.history import SHIPMENTS
from ledger.roster import Roster
from ledger.statuses import ENDED

BATCH = 500
TIDY = 200  # steps after which garbage is looked for all the same


@dataclass(frozen=True, kw_only=True)
class Scanner:
    """What a scan needs: the database, the log's desk, the hub's key, and tuned parameters."""

    engine: Engine
    desk: Desk
    hub_key: PrivateKey
    overrides: Overrides = field(default_factory=dict)
    private: Private = NOTHING_PRIVATE
    places: Places = nowhere
    bar: Bar = field(default_factory=Bar)
    memory: Memory = field(default_factory=Memory, compare=False, repr=False)


class Ended(Enum):
    """How a step ended."""

    WORKED = "worked"
    IDLE = "idle"
    OVERTAKEN = "overtaken"


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a step, or several, did."""

    ended: Ended
    entries: int = 0
    shipments: int = 0
    statements: int = 0

    def plus(self, other: "Report") -> "Report":
        return Report(
            ended=other.ended,
            entries=self.entries + other.entries,
            shipments=self.shipments + other.shipments,
            statements=self.statements + other.statements,
        )


def scan(scanner: Scanner, *, now: datetime, limit: int = BATCH, steps: int = 10_000) -> Report:
    """Take steps until nothing is left to look at, or so many were taken."""
    report = Report(ended=Ended.IDLE)
    for taken in until_idle(lambda: step(scanner, now=now, limit=limit), steps=steps):
        report = report.plus(taken)
    return report


def until_idle(take: Callable[[], Report], *, steps: int | None = None) -> Iterator[Report]:
    """Take steps until nothing is left to look at, or so many were taken, and tell of each.

    Nobody looks for garbage meanwhile: a step leaves a hundred objects behind that only a look
    finds, and a scan remembers a million, all of which would be looked through again and again.
    """
    looked = gc.isenabled()
    gc.disable()
    try:
        for number in count(1) if steps is None else range(1, steps + 1):
            taken = take()
            yield taken
            if taken.ended is Ended.IDLE:
                return
            if number % TIDY == 0:
                gc.collect()
    finally:
        if looked:
            gc.enable()


def step(scanner: Scanner, *, now: datetime, limit: int = BATCH) -> Report:
    """Look at no more than `limit` entries and `limit` due shipments."""
    with databases.reading(scanner.engine) as session:
        seen = _survey(session, scanner, now, limit)
    if seen.is_idle:
        scanner.memory.stretches.close(seen.before.step)
        return Report(ended=Ended.IDLE)
    with databases.writing(scanner.engine) as session:
        if not advance(session, seen.before, seen.after):
            return Report(ended=Ended.OVERTAKEN)
        statements = _write(session, seen, scanner, now)
    scanner.memory.stretches.close(seen.after.step)
    return Report(
        ended=Ended.WORKED,
        entries=seen.after.watermark - seen.before.watermark,
        shipments=len(seen.judged),
        statements=statements,
    )


def _survey(session: Session, scanner: Scanner, now: datetime, limit: int) -> Survey:
    roster = scanner.desk.registry.current(session)
    bench = _bench(session, roster, scanner, now)
    return survey(session, bench, rule_set=_rule_set(roster, scanner.bar), limit=limit)


def _bench(session: Session, roster: Roster, scanner: Scanner, now: datetime) -> Bench:
    return Bench(
        shelf=Shelf(session, recall=scanner.memory.recall),
        stretches=scanner.memory.stretches,
        roster=roster,
        now=now,
        overrides=tuning.in_force(roster, scanner.overrides),
        private=scanner.private,
        places=scanner.places,
        bar=scanner.bar.within(rates.read(session)),
    )


def _rule_set(roster: Roster, bar: Bar) -> str:
    """Rules, versions, the bar, what the log sets: a change has open shipments looked at again."""
    versions = " ".join(f"{each.id}/{each.version}" for each in rules.rules().values())
    return f"{versions} {bar.spelled} {tuning.spelled(roster)}".strip()


def _write(session: Session, seen: Survey, scanner: Scanner, now: datetime) -> int:
    """Everything that follows from a survey, in the transaction that moved the cursor."""
    judged = seen.judged
    _keep_due_list(session, seen, now)
    kept = findings.keep(
        session,
        {**seen.weighed, **{ref: each.found for ref, each in judged.items()}},
        {ref: each.failed for ref, each in judged.items()},
        now=now,
    )
    _reweigh(session, seen, kept, scanner.bar)
    changed = kept.alerts | suppressing.reconsidered(session, judged, seen.new)
    # Case statements follow each other in the log's time, even when our clock was set back.
    at = max(now, store.head(session).time)
    made = publishing.moves(session, changed, at=at)
    overdue = [ref for ref, each in judged.items() if each.reply_due and each.reply_due < now]
    said = hub.say(
        session,
        [*clocks.expired(session, overdue, now=now), *publishing.sayings(made.values())],
        key=scanner.hub_key,
        desk=scanner.desk,
        now=at,
    )
    publishing.heard(session, seen.new, now=now)
    stated = {alert: each for alert, each in made.items() if each.saying.jti in said}
    publishing.queue(session, stated, now=now)
    return len(said)


def _reweigh(session: Session, seen: Survey, kept: findings.Kept, bar: Bar) -> None:
    """Weigh anew what stands beside a finding that weighs another amount by how often it is met."""
    before = rates.read(session)
    if not rates.keep(session, kept.kinds, seen.before, seen.after):
        return
    if moved := rates.changed(bar, before, rates.read(session)):
        duelist.weigh_where(session, findings.with_rules(moved))


def _keep_due_list(session: Session, seen: Survey, now: datetime) -> None:
    moments: dict[tuple[str, Why], datetime] = {}
    for ref, each in seen.judged.items():
        if each.look_again is not None:
            moments[ref, Why.SILENCE] = each.look_again
        # A clock that ran out is stated in this transaction; that entry has the shipment looked at.
        if each.reply_due is not None and each.reply_due >= now:
            moments[ref, Why.REPLY] = each.reply_due
    duelist.replace(session, seen.judged, moments)
    duelist.weighed(session, seen.weighed)
    if seen.passed:
        duelist.hear(session, seen.before.watermark, seen.after.watermark)
    shipments = {ref: each.shipment for ref, each in seen.known.items()}
    buyers = {ref: each.buyers for ref, each in seen.known.items()}
    news = likeness.keep(session, shipments, buyers, heard_of=seen.heard_of)
    observations.keep(session, seen.learnt)
    halves = {ref: each.half for ref, each in seen.known.items()}
    paired = pairs.keep(session, halves, heard_of=seen.heard_of)
    for query in (*seen.near.queries, *paired.queries):
        duelist.again_where(session, query)
    for query, asked in observations.later(seen.learnt.since):
        duelist.again_where(session, query, asked)
    if seen.before.rules not in {seen.after.rules, ""}:
        held = SHIPMENTS.c
        duelist.again_where(session, select(held.ref).where(held.status.not_in(sorted(ENDED))))
    duelist.again(session, seen.near.refs)
    if seen.put_off:
        duelist.put_off(session, seen.put_off)
    # Those judged in this very step have seen all there was; but the keys by which buyers are
    # recognised are written only now, and who is whose other half: those concerned look again.
    duelist.seen(session, seen.judged)
    duelist.again(session, paired.refs)
    duelist.again(session, likeness.alike(session, news))
    if seen.passed:
        duelist.wait_for_turn(session)
