"""How diversions are hidden in a trade: which families there are, and how many take place."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from stranger.facts import Haul
from stranger.trade import Trade


@dataclass(frozen=True, kw_only=True)
class Plot:
    """One diversion as it took place. `signs` are the kinds of statements that give it away."""

    family: str
    rules: tuple[str, ...]
    signs: tuple[str, ...]
    hauls: tuple[Haul, ...]
    kg: float
    size: float
    story: str


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What a family's scheme came to: the shipments whose facts it changed.

    `rules` where it took another turn than the family's usual one.
    """

    hauls: tuple[Haul, ...]
    kg: float
    size: float
    story: str
    rules: tuple[str, ...] = ()


def of_one(haul: Haul, kg: float, size: float, story: str) -> Deed:
    """A deed done to one shipment."""
    return Deed(hauls=(haul,), kg=kg, size=size, story=story)


Scheme = Callable[[Trade, random.Random], Deed | None]


@dataclass(frozen=True, kw_only=True)
class Family:
    """A way to divert; `rules` are those whose finding would explain it."""

    name: str
    rules: tuple[str, ...]
    signs: tuple[str, ...]
    scheme: Scheme


FAMILIES: list[Family] = []


def family(name: str, *, rules: str, signs: str = "") -> Callable[[Scheme], Scheme]:
    """Declare a family beside its scheme."""

    def declare(scheme: Scheme) -> Scheme:
        FAMILIES.append(
            Family(
                name=name,
                rules=tuple(f"RF-{n}" for n in rules.split()),
                signs=tuple(signs.split()),
                scheme=scheme,
            )
        )
        return scheme

    return declare


def hide(
    known: list[Family], made: Trade, rng: random.Random, shipments: int, prevalence: float
) -> list[Plot]:
    """Let diversions take place until this share of the shipments is involved in one."""
    wanted, plots = round(shipments * prevalence), list[Plot]()
    families = list(known)
    involved, tried = 0, 0
    while involved < wanted and tried < 10 * len(families):
        if tried % len(families) == 0:
            rng.shuffle(families)
        each = families[tried % len(families)]
        tried += 1
        deed = each.scheme(made, rng)
        if deed is None:
            continue
        involved += len(deed.hauls)
        for haul in deed.hauls:
            haul.case = each.name
        plots.append(
            Plot(
                family=each.name,
                rules=deed.rules or each.rules,
                signs=each.signs,
                hauls=deed.hauls,
                kg=deed.kg,
                size=deed.size,
                story=deed.story,
            )
        )
    return plots


def strength(rng: random.Random) -> float:
    """How gross a deed is, from 0 (lost in the noise) to 1."""
    return rng.random()


def every(haul: Haul) -> bool:
    del haul
    return True


def free(made: Trade, where: Callable[[Haul], bool] = every) -> list[Haul]:
    """Honest shipments of participants on which a scheme could set its hand."""
    return [
        haul
        for haul in made.hauls
        if haul.case is None
        and not haul.changes
        and haul.cancelled is None
        and made.takes_part(haul.exporting)
        and made.takes_part(haul.importing)
        and where(haul)
    ]


def one(made: Trade, rng: random.Random, where: Callable[[Haul], bool] = every) -> Haul | None:
    found = free(made, where)
    return rng.choice(found) if found else None


def names(hauls: Iterable[Haul]) -> str:
    return ", ".join(haul.ref for haul in hauls)
