"""Crimes in ports and free zones: substitution, ageing, false arrivals, empty returns."""

import random
from datetime import timedelta

from visitor import voyages
from visitor.crimes import Deed, careless, grown, plot, taken
from visitor.desk import Desk
from visitor.facts import Body, Box, Extra, Stop
from visitor.mishaps_goods import found_line, look, sold_on
from visitor.offices import Office
from visitor.plots_way import one
from visitor.scene import Scene

_LATER = {"arrived", "cleared", "delivered", "booked", "used", "closed"}


@plot
def switched_in_a_zone(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """In a free zone off the plan the goods are put in other boxes, and filler goes on."""
    zones = [scene.market.known[c] for c in ("AE", "SG", "PA", "EG") if c in scene.market.known]
    cargo = one(scene, rng, lambda c: c.mode == "sea" and bool(c.boxes) and len(c.stops) < 2)
    if cargo is None:
        return None
    passed = {cargo.source.code, cargo.target.code, *(s.land.code for s in cargo.stops)}
    free = [land for land in zones if land.code not in passed]
    if not free:
        return None
    land, days = rng.choice(free), rng.uniform(2, 4 + 10 * size)
    entered = cargo.at["sailed"] + 0.4 * (
        (cargo.stops[0].entered if cargo.stops else cargo.at["arrived"]) - cargo.at["sailed"]
    )
    stop = Stop(land, land.sea, entered, entered + timedelta(days=days), moved=True, planned=False)
    stop.zone, stop.onward = True, voyages.ship(rng)
    cargo.shift("sailed", 0.0)
    for later in cargo.stops:
        later.entered += timedelta(days=days)
        later.left += timedelta(days=days)
    cargo.stops.insert(0, stop)
    cargo.shift("arrived", days)
    share, rules = grown(0.05, 1.0, size), {"RF-15"}
    if careless(rng, size):
        stop.reboxed = [Box(voyages.container(rng), voyages.seal(rng)) for _ in cargo.boxes]
        rules.add("RF-16")
    cargo.strength["true"] = cargo.strength["paper"] * (1 - share)
    if share > 0.6:
        cargo.found = "urea" if cargo.ware.code != "urea" else "calcium_nitrate"
    off = grown(0.003, 0.06, size)
    lost = cargo.kg["landed"] * share
    taken(cargo, off)
    if off > 0.015:
        rules.add("RF-17")
    if careless(rng, size):
        cargo.extras.append(look(cargo, "target", "arrived", 9, thorough=True))
    shows = ("shipment.transhipped", "transit.entered", "shipment.inspected", "shipment.arrived")
    return Deed([cargo], lost, rules, shows)


@plot
def arrival_on_paper(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """A bribed customs officer enters an arrival; the goods never left the country before."""
    cargo = one(scene, rng, lambda c: bool(c.stops))
    if cargo is None:
        return None
    cargo.stops[-1].leaves = False
    for stage in ("landed", "entry"):
        cargo.kg[stage] = cargo.kg["export"]
    cargo.never |= {"booked", "used", "closed"} | ({"delivered"} if size > 0.3 else set())
    rules = {"RF-14", "RF-19"}
    return Deed([cargo], cargo.kg["loaded"] * grown(0.2, 1.0, size), rules, ())


@plot
def carted_off_from_a_zone(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """Nobody clears the goods; they lie in a zone and dwindle, or are gone when somebody looks."""
    cargo = one(scene, rng, lambda c: c.mode == "sea" and not c.ware.pricey)
    if cargo is None:
        return None
    cargo.zone = True
    share = grown(0.03, 0.95, size)
    days = grown(25, 170, size)
    rules, lost = {"RF-22"}, cargo.kg["landed"] * share
    if days > 100 or rng.random() < 0.5:
        cargo.never |= _LATER - {"arrived"}
        if careless(rng, size):
            when = cargo.at["arrived"] + timedelta(days=days)

            def claims(desk: Desk, office: Office) -> Body:
                seen = desk.observed(office, [], "arr", cargo.entry_place, cargo.last_means)
                left = found_line(cargo, cargo.kg["landed"] - lost)
                return {"inspection": "physical", "result": "discrepant", "observed": seen,
                        "goods_found": [left]}  # fmt: skip

            agency = cargo.agency("target", "CUSTOMS")
            cargo.extras.append(Extra(agency, "shipment.inspected", when, claims))
            rules.add("RF-17")
        return Deed([cargo], lost, rules, ("shipment.inspected",))
    cargo.shift("cleared", days)
    cargo.kg["handed"] *= 1 - share
    cargo.kg["booked"] = cargo.kg["handed"]
    return Deed([cargo], lost, rules | {"RF-17"}, ("import.cleared", "receipt.confirmed"))


@plot
def empty_return(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """Goods are "refused" and sent back; on the way back they shrink, or they never come."""
    cargo = one(scene, rng, lambda c: not c.framework)
    if cargo is None:
        return None
    cargo.never |= {"cleared", "delivered", "booked", "used", "closed"}
    share = grown(0.03, 1.0, size)
    back = cargo.at["arrived"] + timedelta(days=rng.uniform(3, 12))
    home = back + (cargo.at["arrived"] - cargo.at["sailed"]) * rng.uniform(0.9, 1.3)

    def returned(desk: Desk, office: Office) -> Body:
        kg = desk.scale(office, cargo.kg["landed"], cargo.kg["entry"])
        return {"reason": "refused_quality", "goods": [desk.line(office, cargo, "entry", kg)]}

    def looked(desk: Desk, office: Office) -> Body:
        seen = desk.observed(office, cargo.boxes, "arr", cargo.office_of_exit, cargo.last_means)
        left = found_line(cargo, cargo.kg["landed"] * (1 - share))
        result = "discrepant" if share > 0.02 else "conform"
        return {"inspection": "physical", "result": result, "observed": seen, "goods_found": [left]}

    far, near = cargo.agency("target", "CUSTOMS"), cargo.agency("source", "CUSTOMS")
    cargo.extras.append(Extra(far, "shipment.returned", back, returned))
    rules = {"RF-21"}
    if share < 0.9 and careless(rng, size):
        cargo.extras.append(Extra(near, "shipment.inspected", home, looked))
        rules.add("RF-17")
    shows = ("shipment.returned", "shipment.inspected")
    return Deed([cargo], cargo.kg["landed"] * share, rules, shows)


@plot
def receipt_without_goods(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """A clerk of the authority confirms receipts for pay; customs never saw the goods."""
    several = scene.some(rng, 1, 1 + round(2 * size))
    if not several:
        return None
    for cargo in several:
        cargo.never |= {"arrived", "cleared", "delivered", "used"}
        cargo.kg["booked"] = cargo.kg["export"]
    kg = sum(c.kg["loaded"] for c in several)
    return Deed(several, kg, {"RF-13"}, ("receipt.confirmed",))


@plot
def sold_on_at_once(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """A dealer who named its own works as the use sends the goods to a third country in days."""
    cargo = one(scene, rng, lambda c: c.buyer.role != "carrier")
    if cargo is None:
        return None
    others = sorted(set(scene.market.known) - {cargo.source.code, cargo.target.code})
    days, share = grown(1.0, 45, 1 - size), grown(0.3, 1.0, size)
    sold_on(rng, cargo, share, days, rng.choice(others))
    rules, shows = {"RF-21"}, ("shipment.reexported",)
    if careless(rng, size):
        cargo.never |= {"delivered", "booked", "closed"}
        rules.add("RF-19")
    return Deed([cargo], cargo.kg["handed"] * share, rules, shows)
