"""How the scale is learnt that findings are weighed with (`alerts.weighing`).

Each kind of finding weighs the logarithm of how much oftener it stands on a diverted shipment than
on an honest one, drawn towards what its rule weighs, and that towards nothing, where few were seen.
The curve that makes probabilities of sums is fitted on sums that never saw the family of the case
they are about: what is found of a diversion nobody met before decides what a sum is worth.
"""

import json
import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sklearn.linear_model import LogisticRegression

from alerts.weighing import Evidence, Scale, score

DRAWN = 2.0  # findings on honest shipments, as if they had been seen beside those that were
MOST = 5.0  # nats that no single finding outweighs
FOLDS = 5


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What was found about one shipment; `family` is that of its case, for learning and judging."""

    evidence: tuple[Evidence, ...]
    family: str | None

    @property
    def diverted(self) -> bool:
        return self.family is not None

    @property
    def kinds(self) -> frozenset[str]:
        """Every kind, and what it is without its surprise."""
        said = {each.kind for each in self.evidence}
        return frozenset(said | {_rule_of(kind) for kind in said})


def _rule_of(kind: str) -> str:
    return " ".join(kind.split(" ")[:2])


def learnt(sheets: Sequence[Sheet], provenance: str = "") -> Scale:
    """The scale from worlds whose truth is known."""
    worth = _worth(sheets)
    share = sum(each.diverted for each in sheets) / len(sheets)
    raw = Scale(worth=worth, slope=1.0, offset=0.0, prevalence=share, provenance=provenance)
    sums, truths = _unseen(sheets, raw)
    curve = LogisticRegression(C=100.0).fit([[each] for each in sums], truths)
    return replace(raw, slope=float(curve.coef_[0][0]), offset=float(curve.intercept_[0]))


def _unseen(sheets: Sequence[Sheet], raw: Scale) -> tuple[list[float], list[bool]]:
    """Sums by scales to which the family of the case was unknown."""
    families = sorted({each.family for each in sheets if each.family is not None})
    sums, truths = [], []
    for fold in range(FOLDS):
        hidden = set(families[fold::FOLDS])
        rest = [each for each in sheets if each.family not in hidden]
        by = replace(raw, worth=_worth(rest))
        honest = [each for each in sheets if each.family is None][fold::FOLDS]
        for each in [*honest, *(each for each in sheets if each.family in hidden)]:
            sums.append(score(each.evidence, by))
            truths.append(each.diverted)
    return sums, truths


def _worth(sheets: Sequence[Sheet]) -> dict[str, float]:
    diverted = [each for each in sheets if each.diverted]
    honest = [each for each in sheets if not each.diverted]
    among = Counter(kind for each in diverted for kind in each.kinds)
    amid = Counter(kind for each in honest for kind in each.kinds)
    sizes = len(diverted), len(honest)
    kinds = among.keys() | amid.keys()
    rules = {k: _ratio(among[k], amid[k], sizes, 0.0) for k in kinds if k == _rule_of(k)}
    return {k: _ratio(among[k], amid[k], sizes, rules[_rule_of(k)]) for k in sorted(kinds)}


def _ratio(there: int, here: int, sizes: tuple[int, int], drawn_to: float) -> float:
    """The logarithm of the ratio of two shares, drawn to a value where few were seen."""
    share = sizes[0] / sizes[1]
    ratio = (there + DRAWN * share * math.exp(drawn_to)) / (here + DRAWN) / share
    return max(-MOST, min(MOST, math.log(ratio)))


def spelled(scale: Scale) -> str:
    """As `alerts/weighing/scale.json` has it."""
    said = {
        "offset": round(scale.offset, 4),
        "prevalence": round(scale.prevalence, 4),
        "provenance": scale.provenance,
        "slope": round(scale.slope, 4),
        "worth": {kind: round(nats, 2) for kind, nats in sorted(scale.worth.items())},
    }
    return json.dumps(said, indent=2) + "\n"


def likely(evidence: Collection[Evidence], scale: Scale, prevalence: float) -> float:
    return scale.probability(score(evidence, scale), prevalence)
