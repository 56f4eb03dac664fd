"""How the scale is learnt that findings are weighed with (`alerts.weighing`).

For each kind of finding two shares: of diverted shipments on which it stands because they are, and
of honest ones on which it stands; where few were seen, the first is drawn to nothing. The curve
that makes probabilities of sums is fitted on sums that never saw the family of the case they are
about: what is found of a diversion nobody met before decides what a sum is worth.
"""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sklearn.linear_model import LogisticRegression

from alerts.weighing import Evidence, Scale, score
from alerts.weighing.scale import Rates

FOLDS = 5
LEVELS = 3  # of surprise (`alerts.weighing.scale`)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What was found about one shipment of a world; `family` is that of its case, if any."""

    world: int
    evidence: tuple[Evidence, ...]
    family: str | None

    @property
    def diverted(self) -> bool:
        return self.family is not None

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(each.kind for each in self.evidence)

    @property
    def all_kinds(self) -> frozenset[str]:
        """Every kind, and what it is without its surprise."""
        return self.kinds | {" ".join(kind.split(" ")[:2]) for kind in self.kinds}


def learnt(sheets: Sequence[Sheet], provenance: str = "") -> Scale:
    """The scale from worlds whose truth is known."""
    share = sum(each.diverted for each in sheets) / len(sheets)
    raw = _shares(sheets, share, provenance)
    sums, truths = _unseen(sheets, share)
    curve = LogisticRegression(C=100.0).fit([[each] for each in sums], truths)
    return replace(raw, slope=float(curve.coef_[0][0]), offset=float(curve.intercept_[0]))


def rates(sheets: Sequence[Sheet]) -> Rates:
    """On how many of these shipments each kind stands."""
    return Rates(shipments=len(sheets), standing=Counter(k for each in sheets for k in each.kinds))


def rates_by_world(sheets: Sequence[Sheet]) -> Mapping[int, Rates]:
    worlds = {each.world for each in sheets}
    return {world: rates([s for s in sheets if s.world == world]) for world in worlds}


def _unseen(sheets: Sequence[Sheet], share: float) -> tuple[list[float], list[bool]]:
    """Sums by scales to which the family of the case was unknown, adapted to each world."""
    families = sorted({each.family for each in sheets if each.family is not None})
    met = rates_by_world(sheets)
    sums, truths = [], []
    for fold in range(FOLDS):
        hidden = set(families[fold::FOLDS])
        by = _shares([each for each in sheets if each.family not in hidden], share, "")
        scales = {world: by.adapted(seen, share) for world, seen in met.items()}
        honest = [each for each in sheets if each.family is None][fold::FOLDS]
        for each in [*honest, *(each for each in sheets if each.family in hidden)]:
            sums.append(score(each.evidence, scales[each.world]))
            truths.append(each.diverted)
    return sums, truths


def _shares(sheets: Sequence[Sheet], prevalence: float, provenance: str) -> Scale:
    diverted = [each for each in sheets if each.diverted]
    honest = [each for each in sheets if not each.diverted]
    among = Counter(kind for each in diverted for kind in each.all_kinds)
    amid = Counter(kind for each in honest for kind in each.all_kinds)
    among, amid = _in_order(among, amid)
    caused, usual = {}, {}
    for kind in sorted(among.keys() | amid.keys()):
        usual[kind] = (amid[kind] + 0.5) / (len(honest) + 1)  # Jeffreys: rare is not never
        there = (among[kind] + usual[kind]) / (len(diverted) + 1)
        caused[kind] = max(0.0, (there - usual[kind]) / (1 - usual[kind]))
    return Scale(
        caused=caused,
        usual=usual,
        slope=1.0,
        offset=0.0,
        prevalence=prevalence,
        provenance=provenance,
    )


def _in_order(among: Counter[str], amid: Counter[str]) -> tuple[Counter[str], Counter[str]]:
    """The counts with levels of surprise pooled where a higher one would weigh less.

    More surprise never speaks for honesty; that a few shipments say so is chance (Ayer et al. 1955,
    pooling adjacent violators).
    """
    among, amid = among.copy(), amid.copy()
    for rule in sorted({" ".join(kind.split(" ")[:2]) for kind in among | amid}):
        levels = [f"{rule} {level}" for level in range(LEVELS)]
        pools: list[list[str]] = []
        for kind in (each for each in levels if among[each] + amid[each]):
            pools.append([kind])
            while len(pools) > 1 and _ratio(pools[-1], among, amid) < _ratio(
                pools[-2], among, amid
            ):
                last = pools.pop()
                pools[-1] += last
        for pool in pools:
            for counts in (among, amid):
                share = sum(counts[kind] for kind in pool) / len(pool)
                for kind in pool:
                    counts[kind] = share  # type: ignore[assignment]
    return among, amid


def _ratio(pool: Sequence[str], among: Counter[str], amid: Counter[str]) -> float:
    return (sum(among[k] for k in pool) + 0.1) / (sum(amid[k] for k in pool) + 1)


def spelled(scale: Scale) -> str:
    """As `alerts/weighing/scale.json` has it."""
    kinds = {
        kind: {"caused": round(scale.caused[kind], 5), "usual": round(scale.usual[kind], 5)}
        for kind in sorted(scale.caused)
    }
    said = {
        "kinds": kinds,
        "offset": round(scale.offset, 4),
        "prevalence": round(scale.prevalence, 4),
        "provenance": scale.provenance,
        "slope": round(scale.slope, 4),
    }
    return json.dumps(said, indent=2) + "\n"


def likely(evidence: Collection[Evidence], scale: Scale, prevalence: float) -> float:
    return scale.probability(score(evidence, scale), prevalence)
