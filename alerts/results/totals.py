"""The programme's totals that every participant may see: whole quarters, safe cells, rounded."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal

from sqlmodel import Session

from alerts.feedback.precision import is_right
from alerts.results.figures import Figures, counted, read
from alerts.results.hauls import Haul
from alerts.results.published import Share, publishable, quarters, rough, rounded
from ledger.cases import Case
from ledger.results import MILLIONTHS
from ledger.roster import HUB
from ledger.statistics import Period, Trade
from ledger.visibility import Viewer

_WHOLE = Viewer(agency=HUB, country=HUB[:2])
_TWENTIETH = Decimal("0.05")


@dataclass(frozen=True, kw_only=True)
class Totals:
    """What is published of one quarter; a cell that could give somebody away is not there."""

    period: Period
    participants: int
    seizures: dict[str, Decimal]
    arrests: int | None
    by_verdict: dict[str, int]
    precision: dict[str, Decimal]  # by rule
    replies: dict[str, int]


def totals(session: Session, period: Period, *, now: datetime) -> list[Totals]:
    """The published quarters of a period. Read as the hub, and told only as far as is safe."""
    return [
        published(counted(known), known.raised, known.trade)
        for quarter in quarters(period, now.date())
        for known in [read(session, quarter, _WHOLE, now=now)]
    ]


def published(figures: Figures, raised: Iterable[Case], trade: Trade) -> Totals:
    """What of a quarter's figures may be told to everybody."""
    cases = list(raised)
    arrests = publishable({"arrests": _of(figures.arrests)})
    judged = _grouped(cases, lambda case: case.rule if is_right(case) is not None else None)
    return Totals(
        period=figures.period,
        participants=len(figures.active),  # who states something is public in the log
        seizures={
            item: rough(Decimal(_sum(cell)) / MILLIONTHS)
            for item, cell in publishable(_by_item(figures.seizures)).items()
        },
        arrests=rounded(_sum(arrests["arrests"])) if arrests else None,
        by_verdict={
            verdict: rounded(len(cell))
            for verdict, cell in publishable(_grouped(cases, lambda case: case.verdict)).items()
        },
        precision={
            rule: _twentieths([case for case in cases if case.rule == rule])
            for rule in publishable(judged)
        },
        replies={
            outcome: rounded(_sum(cell)) for outcome, cell in publishable(_replies(trade)).items()
        },
    )


def _of(hauls: Iterable[Haul]) -> list[Share]:
    return [Share(countries=frozenset({each.country}), amount=each.amount) for each in hauls]


def _by_item(hauls: Iterable[Haul]) -> Mapping[str, list[Share]]:
    made: dict[str, list[Share]] = {}
    for each in hauls:
        made.setdefault(each.item, []).extend(_of([each]))
    return made


def _grouped(cases: Iterable[Case], of: Callable[[Case], str | None]) -> Mapping[str, list[Share]]:
    """Alerts by a word; each is the affair of all the countries that were told."""
    made: dict[str, list[Share]] = {}
    for case in cases:
        word = of(case)
        if word is not None:
            made.setdefault(word, []).append(Share(countries=frozenset(case.countries)))
    return made


def _replies(trade: Trade) -> Mapping[str, list[Share]]:
    """Answers by what they were; a country's all together are one fact about it."""
    made: dict[str, list[Share]] = {}
    for country, answers in trade.answers.items():
        for outcome, count in answers.outcomes.items():
            share = Share(countries=frozenset({country}), amount=count)
            made.setdefault(outcome, []).append(share)
    return made


def _sum(cell: Iterable[Share]) -> int:
    return sum(share.amount for share in cell)


def _twentieths(cases: Iterable[Case]) -> Decimal:
    """The share of right ones among those judged, to a twentieth."""
    said = [right for case in cases if (right := is_right(case)) is not None]
    share = Decimal(sum(said)) / len(said)
    return (share / _TWENTIETH).quantize(Decimal(1), ROUND_HALF_EVEN) * _TWENTIETH
