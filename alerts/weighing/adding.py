"""Adding evidence up: order makes no difference, and more never counts less.

Rules that rest on the same statements are not independent: the strongest of such a family counts
whole, each further one with a part of what it is worth.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from alerts.weighing.scale import Scale

LEANING = 0.4  # of each further finding of a family, on that of the one before


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """One finding as evidence; `name` tells two findings of a kind apart."""

    name: str
    kind: str
    family: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Weight:
    """What one finding adds to the others, in nats."""

    evidence: Evidence
    nats: float


def weights(those: Iterable[Evidence], scale: Scale) -> tuple[Weight, ...]:
    """What each finding adds, the most telling first."""
    ordered = sorted(those, key=lambda each: (-scale.of(each.kind), each.kind, each.name))
    share: dict[str, float] = {}
    made = []
    for each in ordered:
        counted = share.get(each.family, 1.0)
        made.append(Weight(evidence=each, nats=counted * scale.of(each.kind)))
        share[each.family] = counted * LEANING
    return tuple(made)


def score(those: Iterable[Evidence], scale: Scale) -> float:
    """What all evidence says together, in nats."""
    return sum(each.nats for each in weights(those, scale))
