"""The noise that honest trade has: late and missing papers, slips and their corrections.

None of it is a diversion. What a rule says about it all the same is a false alert, and is counted.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from ledger.quantities import show
from seed.journeys import Journey, Step, scaled, stated
from seed.world import Body

Noise = Callable[[Journey, random.Random], Journey]


def added(journey: Journey, rng: random.Random) -> Journey:
    """The journey with whatever befell it."""
    for chance, noise in NOISE:
        if rng.random() < chance:
            journey = noise(journey, rng)
    return journey


def late_paper(journey: Journey, rng: random.Random) -> Journey:
    """One agency states its step days after it happened, perhaps after the next ones."""
    place = rng.randrange(len(journey.steps))
    late = journey.steps[place]
    told = late.told + timedelta(days=rng.randint(3, 20))
    steps = (*journey.steps[:place], replace(late, told=told), *journey.steps[place + 1 :])
    return replace(journey, steps=steps)


def missing_paper(journey: Journey, rng: random.Random) -> Journey:
    """Nobody states one of the steps that are there for courtesy."""
    courtesies = (
        "notice.acknowledged",
        "transit.exited",
        "import.authorised",
        "shipment.delivered",
    )
    return journey.without(rng.choice(courtesies))


def two_lots(journey: Journey, rng: random.Random) -> Journey:
    """The goods are delivered in two lots."""
    if sum(step.kind == "shipment.delivered" for step in journey.steps) != 1:
        return journey
    whole, share = journey.step("shipment.delivered"), Decimal(rng.randint(30, 70)) / 100
    goods = whole.body["goods"]
    first = scaled(goods, share)
    second = stated(
        rng,
        whole.agency,
        whole.kind,
        whole.at + timedelta(hours=rng.randint(2, 20)),
        shipment=journey.plan.ref,
        goods=_less(goods, first),
        delivery_address=whole.body["delivery_address"],
    )
    return journey.changed("shipment.delivered", goods=first).plus(second)


def corrected_slip(journey: Journey, rng: random.Random) -> Journey:
    """The departure is stated in grams for kilograms, and corrected a few days later."""
    right = journey.step("shipment.departed")
    wrong = stated(
        rng,
        right.agency,
        right.kind,
        right.at,
        shipment=journey.plan.ref,
        **{k: v for k, v in right.body.items() if k not in _OWN} | {"goods": _thousandfold(right)},
    )
    late = timedelta(days=rng.randint(1, 4))
    right = replace(right, told=wrong.told + late)
    correction = stated(
        rng,
        right.agency,
        "event.corrected",
        right.told,
        shipment=journey.plan.ref,
        corrects=wrong.jti,
        reason="incorrect_data",
        replacement=right.jti,
    )
    steps = tuple(right if step.jti == right.jti else step for step in journey.steps)
    return replace(journey, steps=(*steps, wrong, correction))


def slip_that_stays(journey: Journey, rng: random.Random) -> Journey:
    """The delivery is stated in grams for kilograms, and nobody notices."""
    del rng
    return journey.altered(("shipment.delivered",), lambda s: s.but(goods=_thousandfold(s)))


def other_ship(journey: Journey, rng: random.Random) -> Journey:
    """Before anything is loaded the exporter says that another ship or lorry will take it."""
    plan = journey.plan
    amended = stated(
        rng,
        plan.agency("exporting", "CUSTOMS"),
        "shipment.amended",
        plan.at["export.authorised"] - timedelta(days=rng.randint(1, 3)),
        shipment=plan.ref,
        changes=[{"field": "/transport/means", "old": "not yet known", "new": plan.means}],
        material=False,
        transport=plan.transport,
    )
    return journey.plus(amended)


def opened_by_officers(journey: Journey, rng: random.Random) -> Journey:
    """Customs open a container on arrival: the seal is broken, and they say so."""
    plan = journey.plan
    arrival = journey.step("shipment.arrived")
    seen = {**arrival.body["observed"], "seals_intact": False}
    inspected = stated(
        rng,
        arrival.agency,
        "shipment.inspected",
        arrival.at + timedelta(hours=rng.randint(1, 6)),
        shipment=plan.ref,
        inspection="physical",
        result="conform",
        observed=plan.observed(plan.entry_point),
    )
    return journey.changed("shipment.arrived", observed=seen).plus(inspected)


def closed_books(journey: Journey, rng: random.Random) -> Journey:
    """The importing authority closes the books some weeks after the receipt."""
    receipt = journey.step("receipt.confirmed")
    closed = stated(
        rng,
        receipt.agency,
        "shipment.closed",
        receipt.at + timedelta(days=rng.randint(10, 40)),
        shipment=journey.plan.ref,
        reason="reconciled",
        reconciled=receipt.body["goods"],
    )
    return journey.plus(closed)


# How often each befalls a journey, of one.
NOISE: tuple[tuple[float, Noise], ...] = (
    (0.25, late_paper),
    (0.20, missing_paper),
    (0.08, two_lots),
    (0.04, corrected_slip),
    (0.01, slip_that_stays),
    (0.10, other_ship),
    (0.05, opened_by_officers),
    (0.30, closed_books),
)
_OWN = frozenset({"kind", "occurred_at", "shipment", "simulated"})


def _thousandfold(step: Step) -> list[Body]:
    return scaled(step.body["goods"], Decimal(1000))


def _less(goods: list[Body], part: list[Body]) -> list[Body]:
    """What is left of the goods, line by line, exactly."""
    left = (_amount(line) - _amount(gone) for line, gone in zip(goods, part, strict=True))
    return [
        {**line, "quantity": {**line["quantity"], "amount": show(amount)}}
        for line, amount in zip(goods, left, strict=True)
    ]


def _amount(line: Body) -> Decimal:
    return Decimal(line["quantity"]["amount"])
