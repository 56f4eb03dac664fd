"""Papers that say something untrue, or that serve twice."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from ledger.states import moment
from seed import papers, traffic
from seed.journeys import SIMULATED, Journey, Plan, Step, stated
from seed.pic import REPLY
from seed.planning import equipment_for
from seed.scenarios import Bent, complete, own, scenario

ETHANOL = "64-17-5"  # a valid number of something that nobody controls
BEFORE = timedelta(days=40)


def by_sea(journey: Journey) -> bool:
    return complete(journey) and journey.plan.mode == "sea"


def numbered(journey: Journey) -> bool:
    return complete(journey) and "cas" in journey.plan.goods[0]


@scenario("RF-09", suits=numbered)
def declared_as_something_else(journey: Journey, rng: random.Random) -> Bent:
    """The goods went through export under the number of a harmless chemical."""
    del rng
    first, *rest = journey.step("export.released").body["goods"]
    return journey.changed("export.released", goods=[{**first, "cas": ETHANOL}, *rest]), own(
        journey
    )


@scenario("RF-27", suits=by_sea)
def invented_numbers(journey: Journey, rng: random.Random) -> Bent:
    """The transport papers were written at a desk: container, ship and MRN do not exist."""
    del rng
    plan = journey.plan
    container, ship = plan.equipment[0]["container"], plan.imo or ""
    words = {
        container: _wrong(container),
        ship: _wrong(ship),
        plan.mrns["export"]: plan.mrns["export"][:-1] + "X",
    }
    return journey.rewritten(words), own(journey)


@scenario("RF-26", suits=by_sea)
def one_bill_for_two(journey: Journey, rng: random.Random) -> Bent:
    """A second load left on the papers of the first, a week later."""
    twin = another(journey.plan, rng, later=timedelta(days=rng.randint(6, 12)))
    second = traffic.honest(twin, rng)
    return journey.plus(announced(twin, rng), *second.steps), (("shipment", twin.ref),)


@scenario("RF-34")
def consignee_changed_at_the_last(journey: Journey, rng: random.Random) -> Bent:
    """Two days before departure the goods were sold to somebody the authorities never saw."""
    plan = journey.plan
    old = plan.parties["consignee"]["name"]
    trader = {"name": f"Halcyon Brokers {plan.importing}", "country": plan.importing}
    amended = stated(
        rng,
        plan.agency("exporting", "CUSTOMS"),
        "shipment.amended",
        plan.dispatch - timedelta(days=rng.randint(1, 3)),
        shipment=plan.ref,
        changes=[{"field": "/parties/consignee", "old": old, "new": trader["name"]}],
        material=True,
        parties={**plan.parties, "consignee": trader},
    )
    return journey.plus(amended), own(journey)


def another(plan: Plan, rng: random.Random, *, later: timedelta) -> Plan:
    """A second consignment of the same goods on numbers of its own, but for the bill."""
    name = f"SIM-{papers.drawn(rng, papers.DIGITS, 6)}"
    return replace(
        plan,
        ref=f"{plan.exporting}-{name}",
        pen=name,
        equipment=tuple(equipment_for(rng, plan.exporting, plan.amount)),
        export_permit=papers.number(rng, plan.exporting, "EXP"),
        import_permit=papers.number(rng, plan.importing, "IMP"),
        mrns=_mrns(plan, rng),
        at={kind: at + later for kind, at in plan.at.items()},
    )


def announced(plan: Plan, rng: random.Random) -> Step:
    """The made-up notice of a consignment that is not in the release."""
    sent = plan.dispatch - BEFORE
    return stated(
        rng,
        plan.agency("exporting", "CNA"),
        "notice.sent",
        sent,
        shipment=plan.ref,
        pen=plan.pen,
        goods=list(plan.goods),
        parties=plan.parties,
        route={"exporting": plan.exporting, "importing": plan.importing},
        dispatch_expected=moment(plan.dispatch),
        reply_due=moment(sent + REPLY),
        legal_list=plan.notice.body["legal_list"],
        source=SIMULATED,
    )


def _mrns(plan: Plan, rng: random.Random) -> Mapping[str, str]:
    year = plan.dispatch.year
    countries = {"export": plan.exporting, "import": plan.importing}
    return {side: papers.mrn(rng, country, year) for side, country in countries.items()}


def _wrong(number: str) -> str:
    """The number with a check digit that does not fit."""
    return number[:-1] + str((int(number[-1]) + 1) % 10)
