"""Orders that a case adds: of new firms, of siblings of refused ones, of orders split into many.

They are drawn as every other order is, so that their terms look like everybody's.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from seed.worlds import draws
from seed.worlds.cases import Family
from seed.worlds.deals import ADDED, Deal, Order, deal, ordered
from seed.worlds.firms import Firm
from seed.worlds.stages import FEW_TRIES, Stage

SPLIT_DAYS = 26.0


def newcomer(stage: Stage, family: Family, many: int) -> Sequence[Order]:
    """A firm that is new, and its first orders."""
    del family
    made = _new_deal(stage, stage.rng.choice(stage.orders), sibling=None)
    return list(_orders_of(stage, made, many))


def sibling(stage: Stage, family: Family, many: int) -> Sequence[Order]:
    """An order of a firm, then orders of a new firm that shares something with it."""
    for _ in range(FEW_TRIES):
        first = stage.rng.choice(stage.orders)
        if stage.suited(family, [first]) and first.at < stage.weather.ends - timedelta(days=120):
            made = _new_deal(stage, first, sibling=first.deal.importer)
            return [first, *_orders_of(stage, made, max(1, many - 1))]
    return ()


def elsewhere(stage: Stage, family: Family, many: int) -> Sequence[Order]:
    """An order, then one of the same buyer with a seller in another country."""
    del many
    for _ in range(FEW_TRIES):
        first = stage.rng.choice(stage.orders)
        if stage.suited(family, [first]) and first.at < stage.weather.ends - timedelta(days=90):
            made = _deal(stage, first, first.deal.importer, first.deal.since)
            if made.exporting != first.deal.exporting:
                again = draws.later(first.at, stage.rng, 10, 150)
                return [first, stage.added(made, again, first.kg)]
    return ()


def split(stage: Stage, family: Family, many: int) -> Sequence[Order]:
    """What would have been one order comes as many small ones within a month."""
    for _ in range(FEW_TRIES):
        first = stage.rng.choice(stage.orders)
        if stage.suited(family, [first]):
            gaps = sorted(stage.rng.uniform(0.5, SPLIT_DAYS) for _ in range(many))
            kgs = (stage.rng.uniform(35, 98) for _ in gaps)
            packed = (max(1, round(kg / first.deal.ware.package_kg)) for kg in kgs)
            return [
                stage.added(first.deal, first.at + timedelta(days=gap), _packed(first.deal, count))
                for gap, count in zip(gaps, packed, strict=True)
            ]
    return ()


def web(stage: Stage, family: Family, many: int) -> Sequence[Order]:
    """Several new firms with something in common, each with a modest order of one substance."""
    del family
    first = stage.rng.choice(stage.orders)
    boss: Firm | None = None
    chosen: list[Order] = []
    for _ in range(many):
        made = _new_deal(stage, first, sibling=boss)
        boss = boss or made.importer
        at = draws.later(first.at, stage.rng, 0, 60)
        chosen.append(stage.added(made, at, ordered(made, stage.rng, at, stage.weather.starts)))
    return sorted(chosen, key=lambda o: o.at)


def _new_deal(stage: Stage, like: Order, *, sibling: Firm | None) -> Deal:
    """A deal of a firm founded not long ago, somewhere among those that trade anyway."""
    rng = stage.rng
    since = min(like.at, stage.weather.ends - timedelta(days=60))
    born = since - draws.days(rng, 20, 300)
    firm = stage.market.firm(rng, like.deal.importing, born)
    if sibling is not None:
        firm = _akin(rng, firm, sibling)
    return _deal(stage, like, firm, since)


def _akin(rng: random.Random, firm: Firm, sibling: Firm) -> Firm:
    """A firm that kept its owner's telephone, address or mailbox."""
    shared = rng.choice((("phone",), ("address",), ("email",), ("phone", "address")))
    return replace(firm, **{name: getattr(sibling, name) for name in shared})


def _deal(stage: Stage, like: Order, importer: Firm, since: datetime) -> Deal:
    number = ADDED + stage.deals
    stage.deals += 1
    ware = like.deal.ware
    return deal(stage.market, stage.rng, number, ware=ware, importer=importer, since=since)


def _orders_of(stage: Stage, made: Deal, many: int) -> Iterator[Order]:
    at = made.since
    for _ in range(many):
        at = draws.later(at, stage.rng, 8, 45)
        if at < stage.weather.ends:
            yield stage.added(made, at, ordered(made, stage.rng, at, stage.weather.starts))


def _packed(made: Deal, count: int) -> float:
    return float(count * made.ware.package_kg)
