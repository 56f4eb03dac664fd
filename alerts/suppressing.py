"""What is held back for a time: who of those whom a finding concerns is not alerted now.

Findings go on being kept. What a suppression holds back is due when it ends, so an alert that still
holds is raised then. What is critical is held back only by a suppression of that very alert, which
takes two people where four eyes are kept.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlmodel import Session

from alerts import duelist
from alerts.duelist import AT_ONCE, DUE, Why
from alerts.findings import FINDINGS
from alerts.found import Found
from alerts.rules import Severity
from ledger.casebook import SUPPRESSIONS
from ledger.events.suppression import AlertResumed
from ledger.history import MENTIONS, SHIPMENTS
from ledger.records import Record
from ledger.roster import HUB
from ledger.store import instant

Subject = tuple[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A suppression: of one rule, about one subject, towards one country or all, until a moment."""

    alert: str
    rule: str
    about: Subject
    country: str
    until: datetime

    @property
    def is_for_all(self) -> bool:
        return self.country == HUB[:2]


def suppressed(
    found: Found, subjects: Collection[Subject], those: Iterable[Held], now: datetime
) -> tuple[Held, ...]:
    """The suppressions that hold a finding back now. `subjects`: all that it is about, in a way."""
    critical = found.severity == Severity.CRITICAL
    return tuple(
        each
        for each in those
        if each.until >= now
        and each.rule == found.rule
        and each.about in subjects
        and (not critical or each.alert == found.alert)
    )


_OF = select(*SUPPRESSIONS.c).where(SUPPRESSIONS.c.rule.in_(bindparam("rules", expanding=True)))
_ANY = select(SUPPRESSIONS.c.rule).limit(1)
_TOUCHED = select(FINDINGS.c.alert).where(
    FINDINGS.c.ref.in_(bindparam("refs", expanding=True)),
    FINDINGS.c.active,
    FINDINGS.c.rule.in_(select(SUPPRESSIONS.c.rule)),
)


def held_back(session: Session, standing: Mapping[str, Found], *, at: datetime) -> dict[str, Found]:
    """What stands, told to those alone who did not want it held back; the rest is due later."""
    narrowed, moments = dict(standing), dict[str, datetime]()
    for alert, those in _holding(session, standing, at).items():
        found = standing[alert]
        quiet = _quiet(found, those)
        left = tuple(country for country in found.countries if country not in quiet)
        narrowed[alert] = replace(found, countries=left)
        ends = min(each.until for each in those)
        moments[found.ref] = min(ends, moments.get(found.ref, ends))
    duelist.wait(session, {(ref, Why.HELD): until for ref, until in moments.items()})
    return narrowed


def hushed(
    session: Session, standing: Mapping[str, Found], *, at: datetime
) -> dict[str, frozenset[str]]:
    """For each alert that something holds back, the countries that get no mail of it."""
    return {
        alert: _quiet(standing[alert], those)
        for alert, those in _holding(session, standing, at).items()
    }


def reconsidered(session: Session, refs: Collection[str], new: Sequence[Record]) -> frozenset[str]:
    """The alerts on these shipments that a suppression touches or touched, ended ones included."""
    if any(isinstance(record.event, AlertResumed) for record in new):
        session.execute(update(DUE).where(DUE.c.why == str(Why.HELD)).values(moment=AT_ONCE))
    if session.connection().execute(_ANY).first() is None:
        return frozenset()
    found = session.connection().execute(_TOUCHED, {"refs": sorted(refs)})
    return frozenset(found.scalars())


def _quiet(found: Found, those: Iterable[Held]) -> frozenset[str]:
    if any(each.is_for_all for each in those):
        return frozenset(found.countries)
    return frozenset(each.country for each in those)


def _holding(
    session: Session, standing: Mapping[str, Found], at: datetime
) -> dict[str, tuple[Held, ...]]:
    """For each alert, the suppressions that hold it back."""
    those = _read(session, {found.rule for found in standing.values()})
    if not those:
        return {}
    asked = {found.ref for found in standing.values()}
    subjects = _subjects(session, asked, {each.about for each in those})
    made = {}
    for alert, found in standing.items():
        mine = {(found.about, found.subject), *subjects.get(found.ref, ())}
        if holding := suppressed(found, mine, those, at):
            made[alert] = holding
    return made


def _read(session: Session, rules: Collection[str]) -> list[Held]:
    rows = session.connection().execute(_OF, {"rules": sorted(rules)}) if rules else ()
    return [
        Held(
            alert=row.alert,
            rule=row.rule,
            about=(row.about, row.subject),
            country=row.country,
            until=instant(row.until),
        )
        for row in rows
    ]


def _subjects(
    session: Session, refs: Collection[str], about: Collection[Subject]
) -> dict[str, set[Subject]]:
    """Of each shipment: itself, its corridor, and those of its traders that are asked about."""
    made: dict[str, set[Subject]] = {ref: {("shipment", ref)} for ref in refs}
    held = SHIPMENTS.c
    routes = session.execute(
        select(held.ref, held.exporting, held.importing).where(held.ref.in_(sorted(refs)))
    )
    for ref, exporting, importing in routes:
        made[ref].add(("corridor", f"{exporting}>{importing}"))
    traders = sorted(subject for kind, subject in about if kind == "trader")
    named = session.execute(
        select(MENTIONS.c.ref, MENTIONS.c.value).where(
            MENTIONS.c.kind == "trader",
            MENTIONS.c.value.in_(traders),
            MENTIONS.c.ref.in_(sorted(refs)),
        )
    )
    for ref, trader in named:
        made[ref].add(("trader", trader))
    return made
