"""How often alerts were right, by what people judged them to be: beta-binomial, with its interval.

An alert is right when the latest verdict on it is a diversion or an attempt, and wrong when it was
a paper, a tolerance or explained. Duplicates and what stays inconclusive say nothing of the rule.
The prior is weak: it weighs as much as two verdicts, and its mean is the share of all verdicts
together (itself with the half and half of Jeffreys), so a rule with three verdicts is not yet
perfect or useless.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from alerts.feedback.beta import quantile
from ledger.cases import Case

RIGHT = frozenset({"true_diversion", "attempt"})
WRONG = frozenset({"documentation_error", "tolerance", "explained"})
WEIGHT = 2.0  # verdicts that the prior counts for
JEFFREYS = 0.5
CREDIBLE = 0.9  # the share of belief between `low` and `high`
_SHOWN = Decimal("0.001")


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """So many alerts, what became of them, and how often they were right."""

    raised: int = 0
    judged: int = 0
    right: int = 0
    precision: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None


def is_right(case: Case) -> bool | None:
    """Whether the alert was right; None where no verdict says."""
    if case.verdict in RIGHT:
        return True
    return False if case.verdict in WRONG else None


def measured(cases: Iterable[Case], prior: float) -> Measured:
    """The precision of these alerts; none before the first verdict."""
    raised, verdicts = 0, Counter[bool]()
    for case in cases:
        raised += 1
        said = is_right(case)
        if said is not None:
            verdicts[said] += 1
    right, wrong = verdicts[True], verdicts[False]
    if not right + wrong:
        return Measured(raised=raised)
    a, b = right + WEIGHT * prior, wrong + WEIGHT * (1 - prior)
    margin = (1 - CREDIBLE) / 2
    return Measured(
        raised=raised,
        judged=right + wrong,
        right=right,
        precision=shown(a / (a + b)),
        low=shown(quantile(margin, a, b)),
        high=shown(quantile(1 - margin, a, b)),
    )


def prior_of(cases: Iterable[Case]) -> float:
    """The share of right ones among all that were judged: where each rule's belief begins."""
    said = [verdict for case in cases if (verdict := is_right(case)) is not None]
    return (sum(said) + JEFFREYS) / (len(said) + 2 * JEFFREYS)


def by_rule(cases: Iterable[Case]) -> Mapping[str, Measured]:
    """Each rule's measured precision, by the alerts given."""
    known = list(cases)
    prior = prior_of(known)
    grouped: dict[str, list[Case]] = {}
    for case in known:
        grouped.setdefault(case.rule, []).append(case)
    return {rule: measured(those, prior) for rule, those in sorted(grouped.items())}


def by_participant(cases: Iterable[Case]) -> Mapping[str, Measured]:
    """The same by who judged: what each country's own latest word on each alert says."""
    words: dict[str, list[Case]] = {}
    for case in cases:
        latest = {said.agency[:2]: said.verdict for said in case.judgements}
        for country, verdict in latest.items():
            words.setdefault(country, []).append(case.but(verdict=verdict))
    prior = prior_of(each for those in words.values() for each in those)
    return {country: measured(those, prior) for country, those in sorted(words.items())}


def shown(share: float) -> Decimal:
    """A share as it is printed: to a thousandth, exact from there on."""
    return Decimal(share).quantize(_SHOWN, rounding=ROUND_HALF_EVEN)
