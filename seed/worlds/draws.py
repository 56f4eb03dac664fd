"""Draws that follow from names: each thing in a world has dice of its own.

So one consignment can be made without the others, in any order, and adding a draw to one leaves
every other as it was. Nothing here is secret: it is chance for a simulation.
"""

import math
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

T = TypeVar("T")


def dice(*names: object) -> random.Random:
    """The dice of whatever bears these names: the same for the same names."""
    seed = "/".join(str(name) for name in names)
    return random.Random(seed)  # noqa: S311 - a simulation that should be reproducible


def between(rng: random.Random, low: float, high: float) -> float:
    """A number between two positive bounds, as likely in each half of the logarithm."""
    return math.exp(rng.uniform(math.log(low), math.log(high)))


def spread(rng: random.Random, median: float, sigma: float) -> float:
    """A lognormal number: half of them lie below the median."""
    return median * math.exp(rng.gauss(0, sigma))


def ranked(rng: random.Random, items: Sequence[T], *, tail: float = 1.0) -> T:
    """One of the items, the first ones more often than the last: Zipf's law by rank."""
    place = int(len(items) ** (rng.random() ** tail)) - 1
    return items[min(max(place, 0), len(items) - 1)]


def hit(rng: random.Random, chance: float) -> bool:
    return rng.random() < chance


def days(rng: random.Random, low: float, high: float) -> timedelta:
    """A span in whole minutes."""
    return timedelta(minutes=round(rng.uniform(low, high) * 1440))


def later(at: datetime, rng: random.Random, low: float, high: float) -> datetime:
    return at + days(rng, low, high)


def digits(rng: random.Random, count: int) -> str:
    return f"{rng.randrange(10**count):0{count}}"
