"""Which orders a case takes, or adds: from among all others, by the shape of its family.

Most cases take orders that would have been honest. Front companies and split orders add some; those
are drawn as every other order is, so that their terms look like everybody's.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

from seed.worlds import recruiting
from seed.worlds.cases import Family, Plot
from seed.worlds.deals import Order
from seed.worlds.stages import FEW_TRIES, Stage

Cast = Callable[[Stage, Family, int], Sequence[Order]]


def plotted(stage: Stage, wanted: Sequence[Family], involved: int) -> Iterator[Plot]:
    """Cases of these families in turn, until so many consignments are involved."""
    number = taken = 0
    misses = 0
    while taken < involved and wanted and misses < FEW_TRIES * len(wanted):
        family = wanted[(number + misses) % len(wanted)]
        many = min(stage.rng.randint(*family.many), max(family.many[0], involved - taken))
        orders = CASTS[family.cast](stage, family, many)
        if not orders:
            misses += 1
            continue
        yield _plot(stage, family, number, orders)
        taken += len(orders)
        number += 1


def _plot(stage: Stage, family: Family, number: int, orders: Sequence[Order]) -> Plot:
    marked = [replace(o, case=number, place=i) for i, o in enumerate(orders)]
    for each in marked:
        stage.orders[each.number] = each
        stage.free.discard(each.number)
    return Plot(
        weather=stage.weather,
        number=number,
        family=family,
        orders=tuple(marked),
        size=stage.rng.random(),
    )


def _single(stage: Stage, family: Family, many: int) -> Sequence[Order]:
    """Any one order that suits; now and then a few of one deal."""
    del many
    for _ in range(FEW_TRIES):
        order = stage.rng.choice(stage.orders)
        if stage.suited(family, [order]):
            return [order]
    return ()


def _run(stage: Stage, family: Family, many: int) -> Sequence[Order]:
    """Orders of one deal, most of those in a row."""
    for _ in range(FEW_TRIES):
        first = stage.rng.choice(stage.orders)
        own = stage.by_deal.get(str(first.deal.number), ())
        fitting = stage.suited(family, (o for o in own if o.at >= first.at))
        if len(fitting) >= max(2, min(many, family.many[0])):
            window = fitting[: many + stage.rng.randint(0, 2)]
            chosen = stage.rng.sample(window, min(many, len(window)))
            return sorted(chosen, key=lambda o: o.at)
    return ()


def _licensee(stage: Stage, family: Family, many: int) -> Sequence[Order]:
    """All that one buyer orders of a substance from some day on: one licence covers these."""
    del many
    for _ in range(FEW_TRIES):
        first = stage.rng.choice(stage.orders)
        own = [o for o in stage.orders if o.at >= first.at and _licence(o) == _licence(first)]
        if len(own) <= family.many[1] and len(stage.suited(family, own)) == len(own):
            return own
    return ()


def _licence(order: Order) -> tuple[str, str]:
    return order.deal.importer.key, order.deal.ware.substance


def _carrier(stage: Stage, family: Family, many: int) -> Sequence[Order]:
    """Loads of several shippers that one carrier took within some months."""
    return _near(stage, family, many, stage.by_carrier, lambda o: o.deal.carrier.identifier)


def _ware(stage: Stage, family: Family, many: int) -> Sequence[Order]:
    """Orders of one substance by different buyers at about the same time."""
    return _near(stage, family, many, stage.by_ware, lambda o: o.deal.ware.substance)


def _near(
    stage: Stage,
    family: Family,
    many: int,
    groups: Mapping[str, Sequence[Order]],
    of: Callable[[Order], str],
) -> Sequence[Order]:
    for _ in range(FEW_TRIES):
        first = stage.rng.choice(stage.orders)
        near = timedelta(days=stage.rng.uniform(20, 100))
        around = (o for o in groups[of(first)] if abs(o.at - first.at) < near)
        chosen: dict[int, Order] = {}
        for each in stage.suited(family, around):
            chosen.setdefault(each.deal.number, each)
        if len(chosen) >= family.many[0]:
            some = stage.rng.sample(sorted(chosen.values(), key=_number), min(many, len(chosen)))
            return sorted(some, key=lambda o: o.at)
    return ()


def _number(order: Order) -> int:
    return order.number


CASTS: Mapping[str, Cast] = MappingProxyType(
    {
        "single": _single,
        "run": _run,
        "licensee": _licensee,
        "carrier": _carrier,
        "ware": _ware,
        "newcomer": recruiting.newcomer,
        "sibling": recruiting.sibling,
        "elsewhere": recruiting.elsewhere,
        "split": recruiting.split,
        "web": recruiting.web,
    }
)
