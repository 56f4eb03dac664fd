"""Diversions of a judged world: how each is declared, and the label that says what truly happened.

Labels are kept apart. A label is made of a case and never of a body; nothing in a body names a
family, a case or a rule, and a case's statements come from the same functions as all others'.
`alerts` cannot import this package (import-linter), so what is found was earned; a judge joins
labels and alerts afterwards, by the references of shipments and the keys of traders.
"""

import functools
import importlib
import inspect
import pkgutil
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from seed.worlds import draws
from seed.worlds.deals import Order
from seed.worlds.voyages import Voyage
from seed.worlds.weather import Weather


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """The truth of one staged diversion.

    `rules` are those whose finding explains it, `topics` their families as `GET /v1/rules` names
    them. `decided_at` is when the statement that gives it away was signed; of several shipments,
    when half had theirs. `size` is how gross it is, of one: the least could not be told from noise.
    """

    number: int
    family: str
    story: str
    rules: tuple[str, ...]
    topics: tuple[str, ...]
    shipments: tuple[str, ...]
    traders: tuple[str, ...]
    countries: tuple[str, ...]
    kg: float
    size: float
    decided_at: datetime


@dataclass(frozen=True, kw_only=True)
class Plot:
    """One case as it is planned: its family, its orders, and dice that all of its orders share."""

    weather: Weather
    number: int
    family: "Family"
    orders: tuple[Order, ...]
    size: float

    @property
    def dice(self) -> random.Random:
        """The same draws again for each shipment of the case."""
        return draws.dice(self.weather.world, "plot", self.number)

    def scaled(self, low: float, high: float) -> float:
        """From little to much, by the logarithm, as gross as this case is."""
        return float(low * (high / low) ** self.size)


# The first order of these was refused: what is diverted are the others.
REFUSED_FIRST = frozenset({"sibling", "elsewhere"})

Bend: TypeAlias = Callable[[Voyage, Plot, random.Random], Voyage]
Suits: TypeAlias = Callable[[Order], bool]


@dataclass(frozen=True, kw_only=True)
class Family:
    """A declared family: how its orders are chosen, what it does to each, what gives it away.

    `cast` names how orders are chosen (`seed.worlds.casting`), `many` how many of them. The case is
    decided by the first statement of a kind in `shows`, or of none by `silence` after `since`.
    """

    name: str
    bend: Bend
    rules: tuple[str, ...]
    topics: tuple[str, ...]
    cast: str
    many: tuple[int, int]
    suits: Suits
    shows: tuple[str, ...]
    since: str
    silence: timedelta
    taken: tuple[float, float] = field(default=(1.0, 1.0))

    @property
    def story(self) -> str:
        return (inspect.getdoc(self.bend) or "").splitlines()[0]

    @property
    def by_lot(self) -> bool:
        """Whether any order may be its victim."""
        return self.cast == "single" and self.suits is anything

    def diverted(self, plot: Plot, voyages: Sequence[Voyage]) -> float:
        """How many kilograms of what was shipped go where they should not."""
        gone = voyages[1:] if self.cast in REFUSED_FIRST else voyages
        return sum(voyage.doc for voyage in gone) * plot.scaled(*self.taken)


_FAMILIES: dict[str, Family] = {}


def anything(order: Order) -> bool:
    del order
    return True


def family(
    *rules: str,
    topics: Sequence[str],
    cast: str = "single",
    many: tuple[int, int] = (1, 1),
    suits: Suits = anything,
    shows: Sequence[str] = (),
    since: str = "notice.sent",
    silence: timedelta = timedelta(0),
    taken: tuple[float, float] = (1.0, 1.0),
) -> Callable[[Bend], Bend]:
    """Declare a family under its function's name; the docstring's first line is its story."""

    def declare(bend: Bend) -> Bend:
        name = bend.__name__
        if not inspect.getdoc(bend):
            raise TypeError(f"{name} has no docstring that says what truly happened")
        if name in _FAMILIES:
            raise TypeError(f"{name} is declared twice")
        _FAMILIES[name] = Family(
            name=name,
            bend=bend,
            rules=rules,
            topics=tuple(topics),
            cast=cast,
            many=many,
            suits=suits,
            shows=tuple(shows),
            since=since,
            silence=silence,
            taken=taken,
        )
        return bend

    return declare


@functools.cache
def families() -> Mapping[str, Family]:
    """Every family by its name; imports each file in `diversions` the first time."""
    package = importlib.import_module("seed.worlds.diversions")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return dict(sorted(_FAMILIES.items()))
