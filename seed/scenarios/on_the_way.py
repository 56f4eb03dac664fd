"""What goes wrong between departure and receipt."""

import random
from datetime import timedelta
from decimal import Decimal

from seed import papers
from seed.journeys import Journey, scaled, stated, valued
from seed.scenarios import Bent, complete, own, scenario


def in_transit(journey: Journey) -> bool:
    return complete(journey) and journey.has("transit.entered")


@scenario("RF-17", "RF-24")
def short_arrival(journey: Journey, rng: random.Random) -> Bent:
    """A tenth of the goods was sold on the way; what arrives is cleared and received as all."""
    kept = 1 - Decimal(rng.randint(8, 15)) / 100
    after = ("shipment.arrived", "import.cleared", "shipment.delivered", "receipt.confirmed")
    journey = journey.altered(after, lambda s: s.but(goods=scaled(s.body["goods"], kept)))
    return journey, own(journey)


@scenario("RF-16")
def opened_on_the_way(journey: Journey, rng: random.Random) -> Bent:
    """Somebody opened a container at sea; customs find the seal broken and nobody says why."""
    del rng
    seen = {**journey.step("shipment.arrived").body["observed"], "seals_intact": False}
    journey = journey.without("shipment.inspected").changed("shipment.arrived", observed=seen)
    return journey, own(journey)


@scenario("RF-14", suits=in_transit)
def never_left_transit(journey: Journey, rng: random.Random) -> Bent:
    """The goods were unloaded in the transit country and sold there."""
    del rng
    return journey.until("transit.entered"), own(journey)


@scenario("RF-13")
def never_arrived(journey: Journey, rng: random.Random) -> Bent:
    """The ship called at another port, and the goods with it."""
    del rng
    return journey.until("shipment.departed"), own(journey)


@scenario("RF-22")
def left_in_the_port(journey: Journey, rng: random.Random) -> Bent:
    """Nobody comes for the goods: the buyer never was, and they wait to be taken."""
    del rng
    return journey.until("shipment.arrived"), own(journey)


@scenario("RF-19")
def never_received(journey: Journey, rng: random.Random) -> Bent:
    """The goods were cleared and driven off; the importer's stores never saw them."""
    del rng
    return journey.without("receipt.confirmed", "shipment.closed"), own(journey)


@scenario("RF-24")
def undervalued_import(journey: Journey, rng: random.Random) -> Bent:
    """The import is declared at a third of the value, the rest was paid for something else."""
    third = journey.plan.price * rng.randint(25, 45) / 100
    goods = valued(journey.step("import.cleared").body["goods"], third)
    return journey.changed("import.cleared", goods=goods), own(journey)


@scenario("RF-36")
def unannounced_import(journey: Journey, rng: random.Random) -> Bent:
    """A second load of the same chemical comes in that nobody announced or permitted."""
    plan, clearance = journey.plan, journey.step("import.cleared")
    ref = f"{plan.importing}-SIM-{papers.drawn(rng, papers.DIGITS, 6)}"
    second = stated(
        rng,
        clearance.agency,
        clearance.kind,
        clearance.at + timedelta(days=rng.randint(2, 9)),
        shipment=ref,
        mrn=papers.mrn(rng, plan.importing, clearance.at.year),
        cleared_on=clearance.body["cleared_on"],
        procedure="4000",
        goods=clearance.body["goods"],
        parties=plan.parties,
        origin_country=plan.exporting,
    )
    return journey.plus(second), (("shipment", ref),)
