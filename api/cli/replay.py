"""`shield rules backtest RULE` and `tune RULE`: what other parameters would have found."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import click

from alerts.backtest import Changes, Tried, tried
from alerts.feedback import proposing, tuning
from alerts.feedback.precision import Measured, by_rule
from alerts.feedback.proposing import Weighed, weighed
from alerts.rules import Rule
from alerts.rules.parameters import Value
from api import checking
from api.cli import node
from api.cli.asking import Asking
from api.cli.output import table
from api.config import clock
from ledger import casesearch, databases
from ledger.quantities import show
from ledger.roster import HUB
from ledger.statistics import Period
from ledger.visibility import Viewer

YEAR = timedelta(days=365)
SHOWN = 20  # alerts of each sort, in the text
Answer = tuple[dict[str, Any], str]


@dataclass(frozen=True, kw_only=True)
class History:
    """The part of the ledger's history to try a rule on, and why it is read."""

    why: Asking
    first: date | None
    last: date | None

    def period(self, now: datetime) -> Period:
        last = self.last or now.date()
        period = Period(first=self.first or last - YEAR, last=last)
        if period.first > period.last:
            raise click.UsageError("--from lies after --to")
        return period


def settings_of(rule: Rule, pairs: Sequence[str]) -> dict[str, Value]:
    """`--set name=value`, read as the rule's parameters; a usage error names what is wrong."""
    made: dict[str, Value] = {}
    for pair in pairs:
        name, sign, text = pair.partition("=")
        try:
            if not sign:
                raise ValueError(f"{pair!r} is not name=value")  # noqa: TRY301 - told as the others
            made[name] = tuning.value_of(rule, name, text)
        except ValueError as error:
            raise click.UsageError(f"--set: {error}") from error
    return made


def backtested(rule: Rule, changes: Changes, history: History) -> Answer:
    """What a rule finds in a period now, and what it would find with other parameters."""
    made, period = _tried(rule, [{}, changes], history, "rules backtest")
    change = weighed(made.alerts[0], made.alerts[1], made.verdicts)
    document = {
        **_head(made, period),
        "set": {name: _said(value) for name, value in changes.items()},
        **asdict(change),
        "verdicts": {alert: verdict for alert, verdict in made.verdicts.items() if verdict},
    }
    return document, "\n".join([*_opening(made, period), *_change(change, made)])


def tuned(rule: Rule, history: History) -> Answer:
    """The one change that verdicts speak for, tried on the part of the history they come from.

    It is chosen by the shipments that began in the earlier two thirds, and shown on the rest too.
    """
    opened = node.services()
    with databases.reading(opened.engine) as session:
        roster = opened.sequencer.desk.registry.current(session)
    now = tuning.current(rule, roster, {})
    sets: list[Changes] = [{}, *proposing.candidates(rule, now)]
    made, period = _tried(rule, sets, history, "rules tune")
    middle = period.start + (period.end - period.start) * 2 / 3
    earlier = [made.between(place, period.start, middle) for place in range(len(sets))]
    changes = [weighed(earlier[0], each, made.verdicts) for each in earlier[1:]]
    precision = _precision(made, earlier[0])
    judged = changes[0].right_before + changes[0].wrong_before if changes else 0
    place = proposing.best(changes, precision) if judged >= proposing.LEAST_VERDICTS else None
    document = {**_head(made, period), "judged": judged, "candidates": len(changes)}
    if place is None:
        return document | {"proposal": None}, "\n".join([*_opening(made, period), _none(judged)])
    now_later, then_later = (made.between(at, middle, period.end) for at in (0, place + 1))
    after = weighed(now_later, then_later, made.verdicts)
    proposal = {name: _said(value) for name, value in sets[place + 1].items()}
    document |= {"proposal": proposal, "earlier": asdict(changes[place]), "later": asdict(after)}
    return document, "\n".join(
        [
            *_opening(made, period),
            *(f"Proposed: {name} = {value}" for name, value in proposal.items()),
            f"Chosen on shipments begun before {middle.date()}:",
            *_change(changes[place], made),
            "On those begun since, which had no say in it:",
            *_change(after, made),
            "Nothing was changed. To set it, the hub states rule.parameters_set.",
        ]
    )


def measured(why: Asking) -> dict[str, Measured]:
    """How often each rule was right in the alerts of the last year, by what the hub sees."""
    opened, now = node.engine(), clock()
    viewer = Viewer(agency=HUB, country=HUB[:2])
    with databases.reading(opened) as session:
        cases = casesearch.raised(session, viewer, start=now - YEAR, end=now, now=now)
    why.record(opened, "rules list", [], {"measured": "true"})
    return dict(by_rule(cases))


def _tried(
    rule: Rule, sets: Sequence[Changes], history: History, operation: str
) -> tuple[Tried, Period]:
    opened, now = node.services(), clock()
    period = history.period(now)
    with databases.reading(opened.engine) as session:
        made = tried(session, checking.scanner(opened), rule, sets, period=period, now=now)
    asked = {"rule": rule.id, "from": str(period.first), "to": str(period.last)}
    history.why.record(opened.engine, operation, [], asked)
    return made, period


def _precision(made: Tried, alerts: frozenset[str]) -> float:
    """The share of right ones among the judged, weakly drawn to a half."""
    change = weighed(alerts, (), made.verdicts)
    return (change.right_before + 1) / (change.right_before + change.wrong_before + 2)


def _head(made: Tried, period: Period) -> dict[str, Any]:
    days = {"first": period.first.isoformat(), "last": period.last.isoformat()}
    return {"rule": made.rule.id, **days, "shipments": made.shipments, "failed": made.failed}


def _opening(made: Tried, period: Period) -> list[str]:
    opening = f"{made.rule.id} {made.rule.name}, on {made.shipments} shipments begun "
    broken = [f"The rule broke down on {made.failed} of them."] if made.failed else []
    return [f"{opening}{period.first} to {period.last}.", *broken]


def _change(change: Weighed, made: Tried) -> list[str]:
    judged = f"{change.right_before} judged right, {change.wrong_before} wrong"
    lost = f"{len(change.lost)} lost ({change.lost_right} right, {change.lost_wrong} wrong)"
    lines = [
        f"  alerts before {change.before} ({judged}), after {change.after}:",
        f"  {len(change.gained)} gained, {lost}",
    ]
    rows = [
        *((alert, "lost", made.verdicts.get(alert) or "-") for alert in change.lost[:SHOWN]),
        *((alert, "gained", made.verdicts.get(alert) or "-") for alert in change.gained[:SHOWN]),
    ]
    shown = table([("alert", "", "verdict"), *rows], empty="")
    return [*lines, *(f"    {line}" for line in shown.splitlines())]


def _none(judged: int) -> str:
    if judged < proposing.LEAST_VERDICTS:
        return (
            f"No proposal: {judged} alerts were judged right or wrong, and it takes"
            f" {proposing.LEAST_VERDICTS}."
        )
    return "No proposal: no single change spares a false alert without losing a right one."


def _said(value: Value) -> str:
    return value if isinstance(value, str) else show(Decimal(value))
