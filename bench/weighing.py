"""Findings as evidence: what each is worth, learnt on some worlds and tried on others.

Each kind of finding weighs the logarithm of how much oftener it stands on a diverted shipment than
on an honest one, drawn towards nothing where few were seen. Findings of one family of rules lean on
each other, so the strongest counts whole and the rest a third. The sum becomes a probability by one
logistic curve, which a shift of the prior carries to another prevalence.
"""

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sklearn.linear_model import LogisticRegression

DRAWN = 6.0  # observations' worth of belief that a finding says nothing
LEANING = 1 / 3  # what a second finding of the same family adds
MOST = 4.0  # no single finding outweighs e^4 to 1

Kind = tuple[str, bool]  # the rule, and whether it was a weak sign


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What was found about one shipment; `diverted` is the truth, for learning and judging."""

    kinds: frozenset[Kind]
    diverted: bool


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Learnt weights, and the curve that makes probabilities of their sums."""

    weights: Mapping[Kind, float]
    slope: float
    offset: float
    prevalence: float

    def evidence(self, kinds: Collection[Kind], family_of: Mapping[str, str]) -> float:
        """The log-likelihood ratio of what was found, in nats."""
        families: dict[str, list[float]] = {}
        for kind in kinds:
            families.setdefault(family_of[kind[0]], []).append(self.weights.get(kind, 0.0))
        total = 0.0
        for each in families.values():
            strongest = max(each)
            rest = sum(max(0.0, weight) for weight in each) - max(0.0, strongest)
            total += strongest + LEANING * rest
        return total

    def probability(self, evidence: float, prevalence: float) -> float:
        """How likely a shipment with this evidence is diverted, where so many are."""
        shift = _logit(prevalence) - _logit(self.prevalence)
        return 1 / (1 + math.exp(-(self.slope * evidence + self.offset + shift)))


def learnt(sheets: Sequence[Sheet], family_of: Mapping[str, str]) -> Scale:
    """Weights and curve from worlds whose truth is known."""
    diverted = [sheet for sheet in sheets if sheet.diverted]
    honest = [sheet for sheet in sheets if not sheet.diverted]
    among = Counter(kind for sheet in diverted for kind in sheet.kinds)
    amid = Counter(kind for sheet in honest for kind in sheet.kinds)
    weights = {}
    for kind in among.keys() | amid.keys():
        usual = (among[kind] + amid[kind]) / len(sheets)
        there = (among[kind] + DRAWN * usual) / (len(diverted) + DRAWN)
        here = (amid[kind] + DRAWN * usual) / (len(honest) + DRAWN)
        weights[kind] = max(-MOST, min(MOST, math.log(there / here)))
    prevalence = len(diverted) / len(sheets)
    raw = Scale(weights=weights, slope=1.0, offset=0.0, prevalence=prevalence)
    sums = [[raw.evidence(sheet.kinds, family_of)] for sheet in sheets]
    curve = LogisticRegression(C=10.0).fit(sums, [sheet.diverted for sheet in sheets])
    return Scale(
        weights=weights,
        slope=float(curve.coef_[0][0]),
        offset=float(curve.intercept_[0]),
        prevalence=prevalence,
    )


def _logit(share: float) -> float:
    return math.log(share / (1 - share))
