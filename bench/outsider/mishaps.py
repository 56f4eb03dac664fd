"""Honest trouble: what happens to goods and papers without anybody's bad will."""

import random
from collections.abc import Callable
from datetime import timedelta

from outsider import passage
from outsider import troubles_goods as goods
from outsider import troubles_papers as papers
from outsider.facts import DAYS, START, Cargo, Trade

Mishap = Callable[[random.Random, Trade, Cargo], None]


def befall(rng: random.Random, made: Trade) -> None:
    """Let everybody have his share of trouble, crooks too."""
    jams = [(code, rng.uniform(0, DAYS)) for code in rng.sample(sorted(made.nations), 4)]
    for cargo in made.cargoes:
        trouble(rng, made, cargo)
        for code, day in jams:
            _jam(rng, cargo, code, day)


def trouble(rng: random.Random, made: Trade, cargo: Cargo, *, mild: bool = False) -> None:
    """What may befall one shipment; mild trouble does not end its journey."""
    for rate, mishap in _MISHAPS:
        if rng.random() < rate and not (mild and mishap in _GRAVE):
            mishap(rng, made, cargo)


def _jam(rng: random.Random, cargo: Cargo, code: str, day: float) -> None:
    """A port is congested for five weeks."""
    for leg in cargo.legs:
        if leg.arrived and cargo.target.code == code and cargo.mode == "sea":
            into = (leg.arrived - START) / timedelta(days=1) - day
            if 0 <= into < 35:
                passage.later(rng, leg, rng.uniform(3, 14))


_MISHAPS: tuple[tuple[float, Mishap], ...] = (
    (0.06, goods.parts),
    (0.09, goods.rolled),
    (0.03, goods.other_hub),
    (0.035, goods.examined),
    (0.02, goods.new_seal),
    (0.02, goods.spilt),
    (0.009, goods.returned),
    (0.045, papers.amended),
    (0.022, papers.called_off),
    (0.018, papers.objected),
    (0.05, papers.asked),
    (0.03, goods.held),
    (0.013, goods.aged),
    (0.03, goods.elsewhere),
    (0.012, goods.groupage),
    (0.04, papers.dear),
    (0.012, papers.alias),
    (0.3, papers.unannounced),
    (0.007, papers.expired),
    (0.012, papers.wrong_paper),
    (0.01, papers.more_than_allowed),
    (0.3, goods.reboxed),
    (0.1, papers.sloppy_stock),
    (0.03, papers.other_name),
    (0.012, papers.reweighed),
    (0.003, goods.spoilt),
    (0.005, papers.suspended),
    (0.006, papers.questioned),
    (0.012, papers.other_site),
)
_GRAVE = frozenset(
    {
        goods.returned,
        papers.called_off,
        papers.objected,
        goods.groupage,
        papers.alias,
        papers.other_name,
        goods.spoilt,
    }
)
