"""Which crimes there are, and how they are set among honest trade."""

import inspect
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from visitor.facts import Cargo
from visitor.scene import Scene


@dataclass
class Deed:
    """What a plot did: to which shipments, how many kilograms, and which rules explain it."""

    cargoes: list[Cargo]
    kg: float
    rules: set[str]
    shows: tuple[str, ...]  # kinds of statements that give it away; none: silence does


@dataclass
class Crime:
    """One case, whole."""

    family: str
    story: str
    size: float
    deed: Deed
    rules: tuple[str, ...] = field(default=())


Plot = Callable[[Scene, random.Random, float], Deed | None]
PLOTS: dict[str, Plot] = {}


def plot(made: Plot) -> Plot:
    """Declare a family of crimes: its name is the function's, its story the docstring."""
    PLOTS[made.__name__] = made
    return made


def grown(low: float, high: float, size: float) -> float:
    """From little to much, by the logarithm."""
    return float(low * (high / low) ** size)


def careless(rng: random.Random, size: float) -> bool:
    """Whether a trace was left: gross crimes leave most of theirs."""
    return rng.random() < 0.3 + 0.65 * size


def taken(cargo: Cargo, share: float, *, from_: str = "landed") -> float:
    """Part of the goods is gone from a stage on; papers stay as they were. Kilograms."""
    stages = ("loaded", "landed", "handed")
    lost = cargo.kg[from_] * share
    cargo.scale(1 - share, *stages[stages.index(from_) :])
    return lost


def commit(rng: random.Random, scene: Scene, wanted: int) -> list[Crime]:
    """Crimes until about so many shipments are part of one."""
    crimes: list[Crime] = []
    pile: list[str] = []
    involved = tries = 0
    while involved < wanted and tries < 40 + 8 * wanted:
        tries += 1
        if not pile:
            pile = sorted(PLOTS)
            rng.shuffle(pile)
        name = pile.pop()
        size = rng.random() ** 1.1
        deed = PLOTS[name](scene, rng, size)
        if deed is None:
            continue
        for cargo in deed.cargoes:
            cargo.guilty = True
        involved += len(deed.cargoes)
        story = (inspect.getdoc(PLOTS[name]) or "").splitlines()[0]
        crimes.append(Crime(name, story, size, deed, tuple(sorted(deed.rules))))
    return crimes
