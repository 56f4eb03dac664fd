"""The beta distribution: what is believed of a share after so many of so many.

The regularised incomplete beta function by its continued fraction (DLMF 8.17.22, evaluated by the
modified Lentz method of DLMF 3.10(iii)), and its inverse by bisection. Pure and plain: it is asked
a few dozen times a report.
"""

import math

TINY = 1e-300
PRECISE = 1e-12
STEPS = 500


def distribution(x: float, a: float, b: float) -> float:
    """The probability that a share with parameters a, b > 0 is at most x."""
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    logarithm = a * math.log(x) + b * math.log1p(-x)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + logarithm)
    # The fraction converges fast below the mean; above it the mirrored one does (DLMF 8.17.4).
    if x <= (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1.0 - front * _fraction(1.0 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    up, down = 1.0, _clear(1.0 - (a + b) * x / (a + 1))
    down = 1.0 / down
    value = down
    for m in range(1, STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            down = 1.0 / _clear(1.0 + term * down)
            up = _clear(1.0 + term / up)
            value *= down * up
        if abs(down * up - 1.0) < PRECISE:
            break
    return value


def _clear(value: float) -> float:
    """Away from zero, by which the next step divides."""
    return TINY if abs(value) < TINY else value


def quantile(share: float, a: float, b: float) -> float:
    """Below which value the distribution has this share of its mass."""
    low, high = 0.0, 1.0
    while low < (middle := (low + high) / 2) < high:
        if high - low < PRECISE * middle:
            break
        if distribution(middle, a, b) < share:
            low = middle
        else:
            high = middle
    return middle
