"""The orders of a world while cases are being cast."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from seed.worlds import draws
from seed.worlds.cases import Family
from seed.worlds.deals import Deal, Order
from seed.worlds.markets import Market
from seed.worlds.weather import Weather

FEW_TRIES = 40
UNSEEN = 0.1  # of the orders of countries that do not take part can be part of a case


@dataclass(kw_only=True)
class Stage:
    """The orders of a world while cases are being cast: a builder, used once and thrown away."""

    weather: Weather
    market: Market
    orders: list[Order]
    rng: random.Random
    free: set[int] = field(default_factory=set)
    seen: set[int] = field(default_factory=set)
    deals: int = 0

    def __post_init__(self) -> None:
        self.free = {each.number for each in self.orders}
        partakes = {iso for iso, n in self.weather.geography.nations.items() if n.partakes}
        self.seen = {
            each.number
            for each in self.orders
            if {each.deal.exporting, each.deal.importing} <= partakes or draws.hit(self.rng, UNSEEN)
        }
        self.by_deal = grouped(self.orders, lambda o: str(o.deal.number))
        self.by_carrier = grouped(self.orders, lambda o: o.deal.carrier.identifier)
        self.by_ware = grouped(self.orders, lambda o: o.deal.ware.substance)

    def added(self, made: Deal, at: datetime, kg: float) -> Order:
        order = Order(number=len(self.orders), deal=made, at=at, kg=kg)
        self.orders.append(order)
        return order

    def suited(self, family: Family, among: Iterable[Order]) -> list[Order]:
        return [each for each in among if self._fits(family, each)]

    def _fits(self, family: Family, order: Order) -> bool:
        return order.number in self.free and order.number in self.seen and family.suits(order)


def grouped(orders: Iterable[Order], of: Callable[[Order], str]) -> Mapping[str, list[Order]]:
    groups: dict[str, list[Order]] = defaultdict(list)
    for each in orders:
        groups[of(each)].append(each)
    return groups
