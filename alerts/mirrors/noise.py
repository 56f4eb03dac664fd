"""How far honest pairs differ: what is usual for two countries, and how unusual a difference is.

The measure is the logarithm of what the importer reports over what the exporter reports, freight
added. Most countries have a habit (one values low, one is a hub, one never books small parcels), so
each pair is held against the habits of its two countries as learnt from their *other* partners,
shrunk towards none where there are few. Then the spread: robust (median absolute deviation) and by
size, since a thousand dollars differ by a factor of ten where ten millions differ by a quarter.
"""

import bisect
import itertools
import math
import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from alerts.mirrors import Pair, Terms
from alerts.mirrors.book import Book

_SIZES = 8  # classes of size with equally many pairs in each
_NORMAL = 1.4826  # a normal deviation in median absolute deviations


def ratio(exported: float, imported: float, terms: Terms) -> float:
    """The logarithm of import over export, freight added; both lifted by the grain."""
    return math.log((imported + terms.grain) / (exported * (1 + terms.freight) + terms.grain))


@dataclass(frozen=True, kw_only=True)
class Noise:
    """What is usual. `as_exporter` and `as_importer`: each country's ratios with its partners."""

    usual: float
    as_exporter: dict[str, list[tuple[str, float]]]
    as_importer: dict[str, list[tuple[str, float]]]
    shrink: int
    sizes: Sequence[float] = ()
    spreads: Sequence[float] = ()
    deviations: Sequence[float] = ()
    _known: dict[tuple[str, str], float] = field(default_factory=dict)

    def expected(self, pair: Pair) -> float:
        """The ratio that the habits of these two countries lead to expect."""
        ends = pair.exporter, pair.importer
        if ends not in self._known:
            self._known[ends] = (
                self.usual
                + self._habit(self.as_exporter[ends[0]], ends[1])
                + self._habit(self.as_importer[ends[1]], ends[0])
            )
        return self._known[ends]

    def _habit(self, ratios: Sequence[tuple[str, float]], but: str) -> float:
        others = [ratio for partner, ratio in ratios if partner != but]
        if not others:
            return 0.0
        return (statistics.median(others) - self.usual) * len(others) / (len(others) + self.shrink)

    def spread(self, size: float) -> float:
        """How far pairs of this size usually differ."""
        return self.spreads[max(0, bisect.bisect_right(self.sizes, size) - 1)]

    def share_as_far(self, deviation: float) -> float:
        """The share of all pairs that differ as much, in deviations for their size."""
        below = bisect.bisect_left(self.deviations, deviation)
        return (len(self.deviations) - below) / len(self.deviations)


def learn(book: Book, terms: Terms) -> Noise:
    """What is usual, from every pair that can be compared."""
    pairs = book.comparable()
    ratios = [(pair, ratio(*book.values(pair), terms)) for pair in pairs]
    first = Noise(
        usual=statistics.median(each for _, each in ratios) if ratios else 0.0,
        as_exporter=_by(ratios, "exporter", "importer"),
        as_importer=_by(ratios, "importer", "exporter"),
        shrink=terms.shrink,
    )
    left = sorted(
        (max(book.values(pair)), abs(each - first.expected(pair))) for pair, each in ratios
    )
    sizes, spreads = _classes(left)
    learnt = replace(first, sizes=sizes, spreads=spreads)
    deviations = sorted(off / learnt.spread(size) for size, off in left)
    return replace(learnt, deviations=deviations or (0.0,))


def _by(
    ratios: Sequence[tuple[Pair, float]], mine: str, other: str
) -> dict[str, list[tuple[str, float]]]:
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for pair, each in ratios:
        found[getattr(pair, mine)].append((getattr(pair, other), each))
    return dict(found)


def _classes(left: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    """Where each class of size begins, and its spread; never less than half that of all."""
    everywhere = _NORMAL * statistics.median(off for _, off in left) if left else 1.0
    cuts = [len(left) * each // _SIZES for each in range(_SIZES + 1)]
    sizes, spreads = [], []
    for start, end in itertools.pairwise(cuts):
        some = left[start:end]
        if some:
            sizes.append(some[0][0])
            own = _NORMAL * statistics.median(off for _, off in some)
            spreads.append(max(own, everywhere / 2, 0.05))
    return sizes or [0.0], spreads or [everywhere or 1.0]
