"""What is normal: robust statistics over earlier observations, always with how many there were.

Medians and absolute deviations instead of means, logarithms for amounts and prices, bounds that
assume no distribution (split conformal), and shrinkage towards what is more widely known where an
aggregate has few observations.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Self

from alerts.rules.questions import Observation

NORMAL = 0.6745  # the median absolute deviation of a standard normal distribution
USUAL_SPREAD = 0.35  # of logarithms of amounts: what honest orders of one buyer differ by
PRIOR_WEIGHT = 5  # observations that the prior counts for


@dataclass(frozen=True, slots=True)
class Sample:
    """The values of some observations."""

    values: tuple[float, ...]

    @classmethod
    def of(cls, observations: Iterable[Observation]) -> Self:
        return cls(tuple([each.number for each in observations]))

    @property
    def n(self) -> int:
        return len(self.values)

    @property
    def logs(self) -> "Sample":
        """The logarithms of what is positive."""
        return Sample(tuple(math.log(value) for value in self.values if value > 0))

    @property
    def median(self) -> float:
        return median(self.values)

    @property
    def spread(self) -> float:
        """The median absolute deviation, shrunk towards a usual one where values are few."""
        middle = self.median
        own = median(abs(value - middle) for value in self.values)
        return (self.n * own + PRIOR_WEIGHT * NORMAL * USUAL_SPREAD) / (self.n + PRIOR_WEIGHT)

    def robust_z(self, value: float) -> float:
        """How far a value lies above the median, in robust standard deviations."""
        return NORMAL * (value - self.median) / self.spread

    def upper(self, miss: float) -> float | None:
        """What the next value stays below but for a share `miss`, whatever the distribution.

        The finite-sample quantile of split conformal prediction (Lei et al. 2018); None where there
        are too few observations to promise that.
        """
        place = math.ceil((self.n + 1) * (1 - miss))
        return sorted(self.values)[place - 1] if place <= self.n else None

    def quantile(self, share: float) -> float:
        """The smallest value that at least this share of the values does not exceed."""
        return sorted(self.values)[max(0, math.ceil(self.n * share) - 1)]


def shrunk_median(own: Sample, wider: Sample) -> float:
    """The median of one's own values, drawn to the wider one where own values are few."""
    if not wider.n:
        return own.median
    return (own.n * own.median + PRIOR_WEIGHT * wider.median) / (own.n + PRIOR_WEIGHT)


def share_of(happened: int, of: int, *, prior: float, weight: float) -> float:
    """How often something happens: the mean of a Beta that began at `prior` with this weight."""
    return (happened + prior * weight) / (of + weight)


def at_least(
    happened: int, of: int, share: float, *, alike: float, earlier: tuple[int, int]
) -> float:
    """How likely it is that so many or more of so many are left out: a beta-binomial tail.

    Those who leave out things differ: each has a share of its own, drawn from a Beta about `share`
    that is worth `alike` cases; and of `earlier` cases it left out so many of so many.
    """
    gone, before = earlier
    a, b = share * alike + gone, (1 - share) * alike + before - gone
    return math.fsum(
        math.comb(of, k) * math.exp(_log_beta(k + a, of - k + b) - _log_beta(a, b))
        for k in range(happened, of + 1)
    )


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
