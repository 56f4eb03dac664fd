"""A rule tried on the ledger's history with other parameters: nothing is written, nobody is told.

Each shipment of the period is judged as it stands now, by everything known of it, once with each
set of parameters. A finding counts as an alert where it weighs enough beside the other
rules' findings as they are kept. What the ledger learnt of alerts before tells how many of those
that come and go were right.
"""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from alerts import findings, rules
from alerts.company import Bar, in_company
from alerts.evaluation import Bench, Overrides
from alerts.feedback import tuning
from alerts.found import Found, found
from alerts.rules import Dossier, Rule
from alerts.rules.parameters import NO_VALUES, Value
from alerts.scan import Scanner
from alerts.shelf import Shelf
from ledger.casebook import CASES
from ledger.history import SHIPMENTS
from ledger.statistics import Period
from ledger.store import instant, micros

_LOG = logging.getLogger(__name__)
CHUNK = 200

Changes = Mapping[str, Value]


@dataclass(frozen=True, kw_only=True)
class Tried:
    """The alerts of one rule with each set of parameters, by the moment their shipments began."""

    rule: Rule
    shipments: int
    failed: int
    alerts: Sequence[Mapping[str, datetime]]
    verdicts: Mapping[str, str | None] = field(default_factory=dict)

    def between(self, place: int, start: datetime, end: datetime) -> frozenset[str]:
        """The alerts with the parameters at a place, of shipments that began in that time."""
        return frozenset(a for a, began in self.alerts[place].items() if start <= began < end)


def tried(
    session: Session,
    scanner: Scanner,
    rule: Rule,
    sets: Sequence[Changes],
    *,
    period: Period,
    now: datetime,
) -> Tried:
    """Run a rule over the shipments of a period with each of these sets of parameters.

    What a set does not name is as it is now. ValueError for what the rule has no parameter for.
    """
    roster = scanner.desk.registry.current(session)
    overrides = tuning.in_force(roster, scanner.overrides)
    every = [{**overrides.get(rule.id, NO_VALUES), **changes} for changes in sets]
    for each in every:
        rule.parameters.but(each)
    alerts: list[dict[str, datetime]] = [{} for _ in sets]
    shipments = failed = 0
    for began in _chunks(session, period):
        bench = _bench(session, scanner, overrides, began, now)
        beside = _beside(session, rule, began)
        shipments += len(began)
        for ref in began:
            dossier = bench.dossier(ref)
            said = _said(dossier, rule, every, beside.get(ref, {}), bench.bar)
            failed += said is None
            for mine, those in zip(alerts, said or (), strict=False):
                mine |= {alert: min(began[ref], mine.get(alert, began[ref])) for alert in those}
    known = {alert for each in alerts for alert in each}
    return Tried(
        rule=rule,
        shipments=shipments,
        failed=failed,
        alerts=alerts,
        verdicts=_verdicts(session, known),
    )


def _chunks(session: Session, period: Period) -> Iterator[dict[str, datetime]]:
    """The shipments that began in the period, with when, some at a time."""
    held = SHIPMENTS.c
    rows = session.execute(
        select(held.ref, held.first_occurred)
        .where(
            held.first_occurred >= micros(period.start), held.first_occurred < micros(period.end)
        )
        .order_by(held.first_index)
    ).all()
    for start in range(0, len(rows), CHUNK):
        yield {ref: instant(began) for ref, began in rows[start : start + CHUNK]}


def _bench(
    session: Session,
    scanner: Scanner,
    overrides: Overrides,
    refs: Collection[str],
    now: datetime,
) -> Bench:
    shelf = Shelf(session)
    shelf.fetch(refs)
    return Bench(
        shelf=shelf,
        roster=scanner.desk.registry.current(session),
        now=now,
        overrides=overrides,
        private=scanner.private,
        places=scanner.places,
        bar=scanner.bar,
    )


def _beside(session: Session, rule: Rule, refs: Collection[str]) -> dict[str, dict[str, Found]]:
    """What the other rules find of these shipments: the company of a weak finding."""
    made: dict[str, dict[str, Found]] = {}
    for each in findings.on(session, refs):
        if each.rule != rule.id:
            made.setdefault(each.ref, {})[each.alert] = each
    return made


def _said(
    dossier: Dossier, rule: Rule, sets: Sequence[Changes], beside: Mapping[str, Found], bar: Bar
) -> list[list[str]] | None:
    """The alerts on one shipment with each set; None where the rule breaks down on it."""
    try:
        return [_loud(dossier, rule, changes, beside, bar) for changes in sets]
    except SQLAlchemyError:
        raise
    except Exception:  # noqa: BLE001 - as in a scan: one odd shipment hides no other
        _LOG.exception("rule %s broke down on %s", rule.id, dossier.shipment.ref)
        return None


def _loud(
    dossier: Dossier, rule: Rule, changes: Changes, beside: Mapping[str, Found], bar: Bar
) -> list[str]:
    """The alerts that a rule raises on a shipment, in the company of what others found."""
    ref, countries = dossier.shipment.ref, dossier.shipment.concerned
    made = [found(rule, each, ref, countries) for each in rules.check(dossier, rule, changes)]
    together = in_company({**beside, **{each.alert: each for each in made}}, bar)
    return [each.alert for each in made if not together[each.alert].quiet]


def _verdicts(session: Session, alerts: Collection[str]) -> dict[str, str | None]:
    wanted, made = sorted(alerts), dict[str, str | None]()
    for start in range(0, len(wanted), 5_000):
        rows = session.execute(
            select(CASES.c.alert, CASES.c.verdict).where(
                CASES.c.alert.in_(wanted[start : start + 5_000])
            )
        )
        made |= {row.alert: row.verdict for row in rows}
    return made
