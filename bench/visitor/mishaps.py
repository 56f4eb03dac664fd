"""Honest trouble: which kinds there are, how often each comes, and when whole ports are stuck."""

import random
from collections.abc import Callable
from datetime import timedelta

from visitor import mishaps_goods, mishaps_papers, mishaps_way
from visitor.facts import START, Cargo

Trouble = Callable[[random.Random, Cargo, list[Cargo]], bool]
_KINDS: tuple[tuple[str, float, Trouble], ...] = (
    *mishaps_way.KINDS,
    *mishaps_goods.KINDS,
    *mishaps_papers.KINDS,
)


def befall(rng: random.Random, cargoes: list[Cargo]) -> None:
    """Trouble befalls all goods alike, those that will be diverted among them."""
    _stuck_ports(rng, cargoes)
    _long_way_round(rng, cargoes)
    _other_headings(rng, cargoes)
    for cargo in cargoes:
        for name, rate, trouble in _KINDS:
            if rng.random() < rate and trouble(rng, cargo, cargoes):
                cargo.befell.append(name)


def _stuck_ports(rng: random.Random, cargoes: list[Cargo]) -> None:
    """Some ports are congested for weeks."""
    codes = sorted({cargo.target.code for cargo in cargoes if cargo.mode == "sea"})
    for code in rng.sample(codes, len(codes) // 5):
        first = rng.uniform(20, 320)
        length = rng.uniform(15, 50)
        for cargo in cargoes:
            day = (cargo.at["arrived"] - START).days
            if cargo.mode == "sea" and cargo.target.code == code and first < day < first + length:
                cargo.shift("arrived", rng.uniform(2, 16))
                cargo.befell.append("congested port")


def _long_way_round(rng: random.Random, cargoes: list[Cargo]) -> None:
    """For some weeks ships avoid a strait, and everybody is late; some tell their new date."""
    first = rng.uniform(30, 250)
    for cargo in cargoes:
        ends = {cargo.source.region, cargo.target.region}
        far = bool(ends & {"EU", "NE"}) and bool(ends & {"EA", "SA"}) and cargo.mode == "sea"
        day = (cargo.at["sailed"] - START).days
        if far and first < day < first + 70:
            late = rng.uniform(8, 15)
            for stop in cargo.stops:
                stop.entered += timedelta(days=late)
                stop.left += timedelta(days=late)
            cargo.shift("arrived", late)
            if rng.random() < 0.6:
                cargo.at["eta"] += timedelta(days=late)
            cargo.befell.append("long way round")


def _other_headings(rng: random.Random, cargoes: list[Cargo]) -> None:
    """A country classifies a substance under another heading than the rest of the world."""
    other = {
        "ammonium_nitrate": "310240", "calcium_ammonium_nitrate": "310240", "acetone": "382499",
        "potassium_nitrate": "310590", "hydrogen_peroxide": "382499", "calcium_nitrate": "310290",
        "aluminium_powder": "760320", "urea": "310510",
    }  # fmt: skip
    pairs = sorted({(c.target.code, c.ware.code) for c in cargoes if c.ware.code in other})
    odd = {pair for pair in pairs if rng.random() < 0.07}
    for cargo in cargoes:
        if (cargo.target.code, cargo.ware.code) in odd:
            usual = cargo.called("entry")
            cargo.label["entry"] = type(usual)(usual.name, other[cargo.ware.code], usual.un)
            cargo.befell.append("classified otherwise")
