"""From verdicts to a proposal: which one change of a parameter would have spared the most. Pure.

A proposal never loses an alert that was right. It is chosen on the earlier part of the history and
shown on the later one too, which had no say in it; a person decides.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from alerts.feedback.precision import RIGHT, WRONG
from alerts.rules import Rule
from alerts.rules.parameters import Parameters, Value

FACTORS = tuple(map(Decimal, ("0.5", "0.67", "0.8", "0.9", "1.1", "1.25", "1.5", "2")))
LEAST_VERDICTS = 8
_FINEST = Decimal("0.001")


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighed:
    """What other parameters change: alerts before and after, those gained and lost, by verdict."""

    before: int
    after: int
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    lost_right: int
    lost_wrong: int
    right_before: int
    wrong_before: int


def weighed(
    before: Collection[str], after: Collection[str], verdicts: Mapping[str, str | None]
) -> Weighed:
    """The difference between two sets of alerts."""
    lost = sorted(set(before) - set(after))
    said = [verdicts.get(alert) for alert in before]
    return Weighed(
        before=len(before),
        after=len(after),
        gained=tuple(sorted(set(after) - set(before))),
        lost=tuple(lost),
        lost_right=sum(verdicts.get(alert) in RIGHT for alert in lost),
        lost_wrong=sum(verdicts.get(alert) in WRONG for alert in lost),
        right_before=sum(verdict in RIGHT for verdict in said),
        wrong_before=sum(verdict in WRONG for verdict in said),
    )


def candidates(rule: Rule, current: Parameters) -> Iterator[Mapping[str, Value]]:
    """Each numeric parameter of a rule a step or two lower and higher than it is."""
    for name, default in rule.parameters.items():
        if isinstance(default, str):
            continue
        value = current.number(name)
        steps = dict.fromkeys(_stepped(value * factor, value) for factor in FACTORS)
        yield from ({name: step} for step in steps if step not in {value, 0})


def _stepped(value: Decimal, like: Decimal) -> Decimal:
    """As fine as the value it stands for: whole where that is whole and large enough."""
    if like == like.to_integral_value() and like >= 4:
        return value.quantize(Decimal(1))
    return value.quantize(_FINEST).normalize()


def benefit(change: Weighed, precision: float) -> float:
    """How many false alerts a change spares, as far as verdicts and the precision tell.

    What nobody judged counts by what is believed of such alerts; a right one lost rules it out.
    """
    if change.lost_right:
        return float("-inf")
    unjudged = len(change.lost) - change.lost_wrong
    return change.lost_wrong + (1 - precision) * (unjudged - len(change.gained))


def best(changes: Sequence[Weighed], precision: float) -> int | None:
    """The place of the change to propose; None where none spares a judged false alert."""
    worth = [benefit(each, precision) if each.lost_wrong else 0.0 for each in changes]
    top = max(worth, default=0.0)
    return worth.index(top) if top > 0 else None
