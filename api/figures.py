"""The programme's figures as JSON: the shape that the API, the command line and pages share."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from alerts.feedback import precision
from alerts.feedback.precision import Measured, shown
from alerts.results.figures import Figures, counted, read
from alerts.results.leads import Lead
from alerts.results.totals import Totals, totals
from api.problems import Refused
from api.schemas import Object, Str
from ledger.cases import Case
from ledger.quantities import show
from ledger.statistics import IN_TIME, LATE, Answers, Period
from ledger.visibility import Viewer

Json = dict[str, Any]
LONGEST = 1_100  # days


@dataclass(frozen=True, kw_only=True)
class StatisticsAnswer:
    """The figures of a period: the caller's own, and what is published of the programme.

    `scope`: `programme` for the hub, `own` for anybody else. Amounts, shares and intervals are
    decimal strings. What each figure counts is in docs/statistics.md.
    """

    first: Str
    last: Str
    scope: Str
    activity: Object
    own: Object
    published: tuple[Object, ...]


@dataclass(frozen=True, kw_only=True)
class MeasuredAnswer:
    """How often rules were right: those of which the caller sees an alert (docs/statistics.md)."""

    rules: tuple[Object, ...]


def answer(session: Session, asked: Period, viewer: Viewer, *, now: datetime) -> Json:
    """The whole answer. What is published is for those who do not see everything anyway."""
    figures = counted(read(session, asked, viewer, now=now))
    told = [] if viewer.is_hub else totals(session, asked, now=now)
    return {
        "first": figures.period.first.isoformat(),
        "last": figures.period.last.isoformat(),
        "scope": "programme" if viewer.is_hub else "own",
        "activity": active(figures),
        "own": own(figures),
        "published": [published(each) for each in told],
    }


def own(figures: Figures) -> Json:
    return {
        "shipments": figures.trade.shipments,
        "seizures": _seizures(figures),
        "arrests": sum(each.amount for each in figures.arrests),
        "outcomes": _counts(figures.outcomes),
        "alerts": {
            **measured(figures.alerts),
            "by_status": _counts(figures.by_status),
            "by_verdict": _counts(figures.by_verdict),
            "by_rule": _each("rule", figures.by_rule),
            "by_participant": _each("participant", figures.by_participant),
        },
        "lead": {
            "before_arrival": _lead(figures.before_arrival),
            "before_outcome": _lead(figures.before_outcome),
        },
        "replies": [
            {"participant": country, **_answers(said)}
            for country, said in sorted(figures.trade.answers.items())
        ],
    }


def by_rule(cases: Iterable[Case]) -> list[Json]:
    """Each rule's measured precision, by these alerts."""
    return _each("rule", precision.by_rule(cases))


def active(figures: Figures) -> Json:
    """Who stated something: anybody can count that in the public log."""
    by_country: Counter[str] = Counter()
    for agency, count in figures.activity.items():
        by_country[agency[:2]] += count
    return {
        "participants": len(figures.active),
        "statements": figures.statements,
        "by_participant": [
            {"participant": country, "statements": by_country[country]}
            for country in figures.active
        ],
    }


def measured(said: Measured) -> Json:
    """Counts, and where there are verdicts the precision with its interval."""
    made: Json = {"raised": said.raised, "judged": said.judged, "right": said.right}
    if said.precision is not None and said.low is not None and said.high is not None:
        shares = {"precision": said.precision, "low": said.low, "high": said.high}
        made |= {name: show(share) for name, share in shares.items()}
    return made


def published(quarter: Totals) -> Json:
    made: Json = {
        "first": quarter.period.first.isoformat(),
        "last": quarter.period.last.isoformat(),
        "participants": quarter.participants,
        "seizures": [
            {**_item(item), "amount": show(amount)} for item, amount in quarter.seizures.items()
        ],
        "by_verdict": quarter.by_verdict,
        "precision": {rule: show(share) for rule, share in quarter.precision.items()},
        "replies": quarter.replies,
    }
    return made if quarter.arrests is None else {**made, "arrests": quarter.arrests}


def _seizures(figures: Figures) -> list[Json]:
    """By substance: the sum of what countries took, and from how many shipments or alerts."""
    groups: dict[str, list[Any]] = {}
    for haul in figures.seizures:
        groups.setdefault(haul.item, []).append(haul)
    return [
        {
            **_item(item),
            "amount": show(sum(haul.quantity for haul in hauls)),
            "seizures": len(hauls),
        }
        for item, hauls in sorted(groups.items())
    ]


def _item(item: str) -> Json:
    substance, _, unit = item.rpartition("/")
    return {"substance": substance, "unit": unit}


def _counts(counts: Mapping[str, int]) -> Json:
    return dict(sorted(counts.items()))


def _each(name: str, those: Mapping[str, Measured]) -> list[Json]:
    return [{name: key, **measured(said)} for key, said in those.items()]


def _lead(lead: Lead) -> Json:
    made = {"alerts": lead.alerts, "before": lead.before}
    return made if lead.median_hours is None else {**made, "median_hours": lead.median_hours}


def _answers(said: Answers) -> Json:
    made: Json = {"notices": said.notices, **_counts(said.outcomes)}
    if said.settled:
        answered = said.outcomes[IN_TIME] + said.outcomes[LATE]
        made["rate"] = show(shown(answered / said.settled))
    median = said.median_hours
    return made if median is None else {**made, "median_hours": median}


def period(first: date | None, last: date | None, *, today: date, whole: bool) -> Period:
    """The period that was asked for: by default this year, until today.

    Whoever is not the hub (`whole`) asks for no more than LONGEST days at once.
    """
    end = last or today
    start = first or end.replace(month=1, day=1)
    if start > end:
        raise Refused("bad-parameter", "from: lies after to", parameter="from")
    if not whole and (end - start).days >= LONGEST:
        raise Refused("bad-parameter", f"from: at most {LONGEST} days before to", parameter="from")
    return Period(first=start, last=end)
