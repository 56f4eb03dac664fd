"""The score: what speaks against a shipment, what speaks for it, and what that recommends. Pure.

Each finding stands for a probability, by its severity; together they make the probability that at
least one of them is right: 1 - product(1 - p). What speaks for the shipment is taken off afterwards
and is capped, and where a hard rule fired it counts for nothing.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ledger.standing import Evaluation

MODEL = "shield-1"
POINTS = ("pre_loading", "pre_departure", "pre_arrival")
WEIGHTS: Mapping[str, int] = {"info": 0, "low": 6, "medium": 22, "high": 48, "critical": 85}
# What is forbidden or cannot be, whoever ships: no trust outweighs it.
HARD_FAMILIES = frozenset({"licensing", "process", "integrity", "system", "enforcement"})
HARD_SEVERITIES = frozenset({"high", "critical"})
TRUST: Mapping[str, int] = {"certified": 10, "validated": 15}
MOST_OFF = 20  # points that trust and good visits take off together
MOST_SHARE = 0.4  # and never more than this of the score
VISITED = timedelta(days=730)  # how long a visit to a site counts
VISITS: Mapping[str, int] = {"fail": 30, "pass_with_actions": 8}
PASSED = 6
BANDS = ((75, "critical"), (50, "high"), (25, "medium"), (0, "low"))
ACTIONS: Mapping[str, str] = {
    "low": "release",
    "medium": "documents",
    "high": "scan",
    "critical": "open",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Fired:
    """A rule that fired: since when it is known, and the words that may name a container."""

    rule: str
    name: str
    severity: str
    family: str
    since: datetime
    about: str = ""

    @property
    def is_hard(self) -> bool:
        return self.family in HARD_FAMILIES and self.severity in HARD_SEVERITIES


@dataclass(frozen=True, kw_only=True, slots=True)
class Trusted:
    """A trader's certificate in a programme, and whether the importing country recognises it."""

    role: str
    programme: str
    country: str
    status: str
    recognised: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """A visit to the site of one of the shipment's traders."""

    role: str
    evaluation: Evaluation


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """All that a score is made from, as one viewer knows it."""

    fired: Sequence[Fired] = ()
    trusted: Sequence[Trusted] = ()
    visits: Sequence[Visit] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """One reason of a score, in words, with the points it adds or takes off."""

    points: int
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Assessment:
    """A score at one moment, from 0 to 100, and what it recommends."""

    point: str
    at: datetime
    score: int
    band: str
    action: str
    rules: tuple[str, ...]
    discount: int
    terms: tuple[Term, ...]


def assess(known: Known, point: str, at: datetime) -> Assessment:
    """The score by what was known at a moment."""
    fired = [each for each in known.fired if each.since <= at]
    against = [*_found(fired), *_against(known.visits, at)]
    gross = combined(term.points for term in against)
    hard = [each for each in fired if each.is_hard]
    favour = _favour(known, at)
    discount = 0 if hard else capped(sum(-term.points for term in favour), gross)
    score = gross - discount
    band = next(word for least, word in BANDS if score >= least)
    return Assessment(
        point=point,
        at=at,
        score=score,
        band=band,
        action=recommended(band, point, hard=bool(hard)),
        rules=tuple(sorted({each.rule for each in fired})),
        discount=discount,
        terms=(*against, *favour, *_cap(favour, discount, hard)),
    )


def combined(points: Iterable[int]) -> int:
    """Points as probabilities in percent: that at least one of them is right."""
    return round(100 * (1 - math.prod(1 - min(each, 99) / 100 for each in points)))


def capped(off: int, gross: int) -> int:
    """What may be taken off a score."""
    return min(off, MOST_OFF, int(gross * MOST_SHARE))


def recommended(band: str, point: str, *, hard: bool) -> str:
    """What to do: what is forbidden is not loaded while there is time, and opened afterwards."""
    if hard:
        return "open" if point == "pre_arrival" else "do_not_load"
    return ACTIONS[band]


def for_container(known: Known, container: str, others: Iterable[str]) -> Known:
    """What is known of one container: what names another of them is left out."""
    elsewhere = [each for each in others if each != container]
    mine = [
        each
        for each in known.fired
        if container in each.about or not any(other in each.about for other in elsewhere)
    ]
    return Known(fired=mine, trusted=known.trusted, visits=known.visits)


def _found(fired: Iterable[Fired]) -> list[Term]:
    return [
        Term(
            points=WEIGHTS[each.severity],
            words=f"{each.rule} {each.name} ({each.severity}{', hard' if each.is_hard else ''})",
        )
        for each in sorted(fired, key=lambda each: (-WEIGHTS[each.severity], each.rule))
        if WEIGHTS[each.severity]
    ]


def _lately(visits: Iterable[Visit], at: datetime) -> list[Visit]:
    """The latest visit to each site that still counts."""
    latest: dict[tuple[str, str], Visit] = {}
    for visit in sorted(visits, key=lambda each: each.evaluation.on):
        if at - VISITED <= datetime.combine(visit.evaluation.on, at.timetz()) <= at:
            latest[visit.role, visit.evaluation.site] = visit
    return [latest[key] for key in sorted(latest)]


def _against(visits: Iterable[Visit], at: datetime) -> list[Term]:
    return [
        Term(
            points=VISITS[visit.evaluation.result],
            words=f"site of the {visit.role}: {visit.evaluation.result.replace('_', ' ')}"
            f" on {visit.evaluation.on}",
        )
        for visit in _lately(visits, at)
        if visit.evaluation.result in VISITS
    ]


def _favour(known: Known, at: datetime) -> list[Term]:
    """What speaks for the shipment, each certificate once: recognised ones count twice as much."""
    terms = []
    for each in known.trusted:
        full = TRUST[each.status]
        held = f"{each.role} {each.status} in {each.country}'s {each.programme}"
        word = "recognised" if each.recognised else "not recognised by the importing country"
        points = full if each.recognised else full // 2
        terms.append(Term(points=-points, words=f"{held}, {word}"))
    passed = [visit for visit in _lately(known.visits, at) if visit.evaluation.result == "pass"]
    return terms + [
        Term(points=-PASSED, words=f"site of the {visit.role}: passed on {visit.evaluation.on}")
        for visit in passed
    ]


def _cap(favour: Sequence[Term], discount: int, hard: Sequence[Fired]) -> list[Term]:
    """Why less was taken off than speaks for the shipment."""
    off = sum(-term.points for term in favour)
    if off == discount:
        return []
    rules = ", ".join(sorted({each.rule for each in hard}))
    why = f"no discount beside {rules}" if hard else f"the discount is capped at {discount}"
    return [Term(points=off - discount, words=why)]
