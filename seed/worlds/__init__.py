"""Worlds to judge detection on: honest trade of many countries, with diversions hidden in it.

    world = judged_world(7, shipments=1000, prevalence=0.05)
    for step in world.steps():   # in the order in which they are signed and recorded
        ...                      # step.body, step.agency, step.told, step.signed(world.cast)
    world.cases                  # what truly happened: only for whoever judges

A world follows from its seed alone. Facts come first (`voyages`): who ordered, what was
loaded, what arrived. Honest noise (`mishaps`) and diversions (`diversions`) change facts; agencies
then tell of them in their habits (`telling`, `reporting`), late, incompletely and with slips of the
pen. Nothing is stated in another way because it is part of a case.

Labels are kept apart: see `cases`. All names, numbers and amounts are made up.
"""

import functools
import heapq
import random
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property

from seed.journeys import Step
from seed.world import World
from seed.worlds import casting, deals, draws, geography, habits, labels, markets, standings
from seed.worlds.cases import Case, Plot, families
from seed.worlds.deals import Order
from seed.worlds.geography import Geography
from seed.worlds.habits import NOISES, Habits
from seed.worlds.markets import Market
from seed.worlds.passages import passage
from seed.worlds.stages import Stage
from seed.worlds.weather import Weather

__all__ = ["NOISES", "Case", "JudgedWorld", "families", "judged_world"]

STARTS = datetime(2024, 1, 8, tzinfo=UTC)
SPAN = timedelta(days=540)
EARLIEST = timedelta(days=50)  # no statement about an order is signed longer before its dispatch
ORDERS_A_DEAL = 8.0
ORIGIN = "judged.invalid/shield"


@dataclass(frozen=True, kw_only=True)
class JudgedWorld:
    """One world: who takes part, what they state in the order of its telling, what is true."""

    seed: int
    cast: World
    starts: datetime
    ends: datetime
    weather: Weather = field(repr=False)
    orders: tuple[Order, ...] = field(repr=False)
    plots: Mapping[int, Plot] = field(repr=False)

    @property
    def geography(self) -> Geography:
        return self.weather.geography

    @property
    def outsiders(self) -> tuple[str, ...]:
        """Countries on routes that take no part: nobody signs for them."""
        return self.geography.outsiders

    @property
    def settled(self) -> datetime:
        """When whatever was to come has come: a fair day to ask what was found."""
        return self.ends + timedelta(days=210)

    def steps(self) -> Iterator[Step]:
        """Every statement in the order of its signing; made as it is asked for."""
        waiting: list[tuple[datetime, str, Step]] = []
        for step in self._beforehand():
            heapq.heappush(waiting, (step.told, step.jti, step))
        for order in self.orders:
            while waiting and waiting[0][0] < order.at - EARLIEST:
                yield heapq.heappop(waiting)[2]
            for step in self.steps_of(order) if order.case is None else ():
                heapq.heappush(waiting, (step.told, step.jti, step))
        while waiting:
            yield heapq.heappop(waiting)[2]

    def _beforehand(self) -> Iterator[Step]:
        """What may be signed long before a dispatch: standings, and whatever belongs to cases."""
        yield from standings.standings(self.orders, self.weather)
        for plot in self.plots.values():
            for order in plot.orders:
                yield from self.steps_of(order)

    def steps_of(self, order: Order) -> tuple[Step, ...]:
        """The statements about one order, in no order."""
        plot = None if order.case is None else self.plots[order.case]
        return passage(order, plot, self.weather).steps

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """The labels: what truly happened. Nothing that is posted is made of them."""
        return tuple(labels.labelled(plot, self.weather) for plot in self.plots.values())


def judged_world(
    seed: int,
    *,
    shipments: int,
    prevalence: float,
    families: Collection[str] | None = None,
    noises: Collection[str] | None = None,
    participants: int = 70,
    origin: str = ORIGIN,
) -> JudgedWorld:
    """A world with so many consignments, a share of which is involved in cases of diversion.

    `families` and `noises` take some of the kinds by name; by default there are all of both.
    """
    where = geography.drawn(draws.dice(seed, "geography"), participants)
    noisy = frozenset(NOISES if noises is None else noises)
    ends = STARTS + SPAN
    weather = Weather(
        world=seed,
        starts=STARTS,
        ends=ends,
        geography=where,
        noises=noisy,
        habits=_habits(seed, where, noisy),
    )
    orders, plots = _staged(weather, shipments, prevalence, families)
    return JudgedWorld(
        seed=seed,
        cast=World(
            origin=origin,
            secret=draws.dice(seed, "secret").randbytes(32),
            countries=where.participants,
            importers={},
        ),
        starts=STARTS,
        ends=ends,
        weather=weather,
        orders=orders,
        plots=plots,
    )


def _habits(seed: int, where: Geography, noises: frozenset[str]) -> Callable[[str], Habits]:
    @functools.cache
    def of(agency: str) -> Habits:
        offset = where.nations[agency[:2]].offset
        span = STARTS, STARTS + SPAN
        return habits.drawn(seed, agency, offset=offset, noises=noises, span=span)

    return of


def _staged(
    weather: Weather, shipments: int, prevalence: float, wanted: Collection[str] | None
) -> tuple[tuple[Order, ...], Mapping[int, Plot]]:
    """All orders in the order of their dispatch, and the cases that some of them belong to."""
    market = markets.opened(weather.world, weather.geography, weather.starts, weather.noises)
    rng = draws.dice(weather.world, "stage")
    stage = Stage(
        weather=weather, market=market, orders=_ordered(market, weather, shipments), rng=rng
    )
    chosen = [each for name, each in families().items() if wanted is None or name in wanted]
    rng.shuffle(chosen)
    plots = tuple(casting.plotted(stage, chosen, round(prevalence * shipments)))
    taken = [order for order in stage.orders if order.case is not None]
    honest = [stage.orders[number] for number in sorted(stage.free)]
    kept = taken + rng.sample(honest, max(0, min(len(honest), shipments - len(taken))))
    return _numbered(kept, plots, rng)


def _ordered(market: Market, weather: Weather, shipments: int) -> list[Order]:
    """The orders of as many established deals as it takes, and some more to choose from."""
    rng = draws.dice(weather.world, "orders")
    count = max(24, round(shipments / ORDERS_A_DEAL))
    found: list[Order] = []
    while len(found) < shipments * 1.05:
        made = list(deals.established(market, count, weather.ends))
        found = [o for d in made for o in deals.orders(d, rng, weather.starts, weather.ends)]
        count *= 2
    found.sort(key=lambda order: order.at)
    return [replace(order, number=place) for place, order in enumerate(found)]


def _numbered(
    kept: list[Order], plots: tuple[Plot, ...], rng: random.Random
) -> tuple[tuple[Order, ...], Mapping[int, Plot]]:
    """Orders by their day under numbers by lot, so that a number says nothing about its order."""
    numbers = rng.sample(range(10**6), len(kept))
    new = {old.number: replace(old, number=n) for old, n in zip(kept, numbers, strict=True)}
    orders = tuple(sorted(new.values(), key=lambda order: (order.at, order.number)))
    renamed = (
        replace(plot, orders=tuple(new[order.number] for order in plot.orders)) for plot in plots
    )
    return orders, {plot.number: plot for plot in renamed}
