"""Staged diversions: each bends an honest journey, and says what truly happened: its label.

A label names the rules that should speak and the subjects they should speak of. It stays on this
side: nothing that a scenario puts into the ledger tells a staged step from an honest one, and
`alerts` cannot import this package, so a detection that is counted was earned.
"""

import functools
import importlib
import inspect
import pkgutil
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from seed.journeys import Journey

# Below this, what goes missing could be lost in what scales explain.
LEAST_AMOUNT = Decimal(2000)

Subject: TypeAlias = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Label:
    """The truth of one staged diversion: what happened, which rules should find it, and where."""

    scenario: str
    story: str
    rules: tuple[str, ...]
    about: tuple[Subject, ...]


Bent: TypeAlias = tuple[Journey, tuple[Subject, ...]]
Bend: TypeAlias = Callable[[Journey, random.Random], Bent]
Suits: TypeAlias = Callable[[Journey], bool]


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A declared scenario; `suits` says which honest journeys it can bend."""

    name: str
    rules: tuple[str, ...]
    bend: Bend
    suits: Suits

    @property
    def story(self) -> str:
        """What truly happened, in a sentence."""
        return (inspect.getdoc(self.bend) or "").splitlines()[0]

    def stage(self, journey: Journey, rng: random.Random) -> tuple[Journey, Label]:
        bent, about = self.bend(journey, rng)
        return bent, Label(scenario=self.name, story=self.story, rules=self.rules, about=about)


_SCENARIOS: dict[str, Scenario] = {}


def complete(journey: Journey) -> bool:
    """Whether a journey has enough goods and every step that scenarios bend."""
    steps = ("export.released", "shipment.arrived", "import.cleared", "receipt.confirmed")
    return journey.plan.amount >= LEAST_AMOUNT and journey.has(*steps)


def own(journey: Journey) -> tuple[Subject, ...]:
    """The shipment itself, as the subject of what should be found."""
    return (("shipment", journey.plan.ref),)


def scenario(*rules: str, suits: Suits = complete) -> Callable[[Bend], Bend]:
    """Declare a scenario under its function's name; its docstring is its story."""

    def declare(bend: Bend) -> Bend:
        name = bend.__name__
        if not inspect.getdoc(bend):
            raise TypeError(f"{name} has no docstring that says what truly happened")
        if name in _SCENARIOS:
            raise TypeError(f"{name} is declared twice")
        _SCENARIOS[name] = Scenario(name=name, rules=rules, bend=bend, suits=suits)
        return bend

    return declare


@functools.cache
def scenarios() -> Mapping[str, Scenario]:
    """Every scenario by its name; imports each family beside this file the first time."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return dict(sorted(_SCENARIOS.items()))


def staged(
    journeys: Sequence[Journey], rng: random.Random, *, times: int = 1
) -> tuple[list[Journey], list[Label]]:
    """The journeys with every scenario staged on as many of them, and the labels.

    No journey is bent twice; a scenario that suits none of those left is left out.
    """
    bent = dict(enumerate(journeys))
    free = set(bent)
    labels: list[Label] = []
    for each in scenarios().values():
        suited = sorted(place for place in free if each.suits(bent[place]))
        for place in rng.sample(suited, min(times, len(suited))):
            bent[place], label = each.stage(bent[place], rng)
            free.discard(place)
            labels.append(label)
    return list(bent.values()), labels
