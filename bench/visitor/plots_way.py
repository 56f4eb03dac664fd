"""Crimes on the road and at sea: theft, tapping, hijack, detours, quiet exits."""

import random
from datetime import timedelta

from visitor import voyages
from visitor.crimes import Deed, careless, grown, plot, taken
from visitor.desk import Desk
from visitor.facts import Body, Cargo, Extra, Stop
from visitor.inward import boxes_at_end
from visitor.mishaps_goods import look
from visitor.mishaps_way import points, reseal
from visitor.offices import Office
from visitor.scene import Scene

_SEEN = ("shipment.arrived", "shipment.delivered", "receipt.confirmed", "receipt.disputed")


def one(scene: Scene, rng: random.Random, suits: object = None) -> Cargo | None:
    """Any honest shipment that suits."""
    found = scene.free(suits if callable(suits) else lambda _c: True)
    return rng.choice(found) if found else None


def lost_report(cargo: Cargo, agency: str, share: float, days: float, how: str) -> None:
    """Somebody tells the authority that goods are gone."""
    when = cargo.at["sailed"] + timedelta(days=days)

    def claims(desk: Desk, office: Office) -> Body:
        goods = [desk.line(office, cargo, "export", cargo.kg["export"] * share)]
        place = cargo.stops[-1].place if cargo.stops else cargo.entry_place
        return {"goods": goods, "loss": how, "place": place}

    cargo.extras.append(Extra(agency, "loss.reported", when, claims))


@plot
def pilfered_boxes(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """Drums and bags are taken out of a box at a layover, and the box is sealed again."""
    cargo = one(scene, rng, lambda c: bool(c.boxes) and c.pack[0] != "TK")
    if cargo is None:
        return None
    share = grown(0.006, 0.45, size)
    lost, rules = taken(cargo, share), {"RF-17"}
    if careless(rng, size):
        box, point = rng.choice(boxes_at_end(cargo)), rng.choice(points(cargo)[1:])
        reseal(cargo, box, point, voyages.seal(rng))
        rules.add("RF-16")
        if rng.random() < 0.3 * size:
            box.broken.add("arr")
    cargo.kg["booked"] = cargo.kg["handed"] if careless(rng, size) else cargo.kg["entry"]
    return Deed([cargo], lost, rules, _SEEN)


@plot
def tapped_tanks(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """A driver taps the tank a little on every trip, week after week."""
    several = scene.some(rng, 3, 6, suits=lambda c: c.ware.form == "liquid")
    if not several:
        return None
    lost = sum(taken(c, grown(0.004, 0.07, size) * rng.uniform(0.8, 1.2)) for c in several)
    for cargo in several:
        cargo.kg["booked"] = cargo.kg["handed"] if careless(rng, size) else cargo.kg["entry"]
    return Deed(several, lost, {"RF-17"}, _SEEN)


@plot
def hijacked_lorry(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """A lorry is taken in a transit country; of small loads it turns up later, half empty."""
    cargo = one(scene, rng, lambda c: bool(c.stops) and not c.stops[-1].moved)
    if cargo is None:
        return None
    stop, rules = cargo.stops[-1], {"RF-14"}
    agency = f"{stop.land.code}-CUSTOMS"
    if size > 0.3:
        stop.leaves = False
        cargo.never |= {"arrived", "cleared", "delivered", "booked", "used", "closed"}
        lost, rules = cargo.kg["loaded"], rules | {"RF-13"}
    else:
        lost = taken(cargo, grown(0.05, 0.6, size * 3))
        late = rng.uniform(4, 12)
        stop.left += timedelta(days=late)
        cargo.shift("arrived", late)
        rules = {"RF-17", "RF-13"}
        if cargo.boxes:
            reseal(cargo, cargo.boxes[0], f"out:{stop.land.code}", voyages.seal(rng))
            rules.add("RF-16")
    if rng.random() < 0.5:
        days = (stop.entered - cargo.at["sailed"]) / timedelta(days=1) + rng.uniform(1, 6)
        lost_report(cargo, agency, lost / cargo.kg["loaded"], days, "theft")
        rules.add("RF-37")
    return Deed([cargo], lost, rules, ("loss.reported",))


@plot
def unloaded_in_transit(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """Goods for a country inland are sold in the port; a bribed exit office stamps them out."""
    cargo = one(scene, rng, lambda c: bool(c.stops) and not c.stops[-1].moved)
    if cargo is None:
        return None
    if size > 0.45:
        cargo.never |= {"arrived", "cleared", "delivered", "booked", "used", "closed"}
        if careless(rng, size * 0.6):
            cargo.stops[-1].leaves = False
            return Deed([cargo], cargo.kg["loaded"], {"RF-13", "RF-14"}, ())
        return Deed([cargo], cargo.kg["loaded"], {"RF-13"}, ())
    lost = taken(cargo, grown(0.02, 0.9, size / 0.45))
    cargo.kg["booked"] = cargo.kg["handed"]
    return Deed([cargo], lost, {"RF-17"}, _SEEN)


@plot
def detour_with_a_stop(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """The carrier calls at a country nobody had named and unloads part there."""
    cargo = one(scene, rng, lambda c: c.mode in {"sea", "road"})
    if cargo is None:
        return None
    passed = {cargo.source.code, cargo.target.code, *(s.land.code for s in cargo.stops)}
    near = [land for land in scene.market.known.values()
            if land.region == cargo.target.region and land.code not in passed
            and (cargo.mode != "sea" or not land.landlocked)]  # fmt: skip
    if not near:
        return None
    land, days = rng.choice(near), grown(0.8, 9, size)
    begin = cargo.stops[-1].left if cargo.stops else cargo.at["sailed"]
    entered = begin + 0.7 * (cargo.at["arrived"] - begin)
    left = entered + timedelta(days=days)
    cargo.stops.append(Stop(land, land.place(cargo.mode), entered, left, planned=False))
    cargo.shift("arrived", days)
    share = grown(0.01, 0.6, size)
    lost = taken(cargo, share)
    rules = {"RF-15", "RF-17"}
    if days > 5:
        rules.add("RF-13")
    if cargo.boxes and careless(rng, size):
        reseal(cargo, cargo.boxes[0], f"out:{land.code}", voyages.seal(rng))
        rules.add("RF-16")
    return Deed([cargo], lost, rules, ("transit.entered", "transit.exited", *_SEEN))


@plot
def exit_by_night(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """Days before the plan, on a weekend's night, the lorry leaves by another post, and is lost."""
    cargo = one(scene, rng, lambda c: c.mode == "road" and not c.framework)
    if cargo is None:
        return None
    early = cargo.at["planned"] - timedelta(days=grown(0.7, 6, size))
    early -= timedelta(days=(early.weekday() - 6) % 7)
    night = early.replace(hour=2, minute=rng.randint(0, 59))
    cargo.at["sailed"] = night
    cargo.at["released"] = min(cargo.at["released"], night - timedelta(hours=5))
    cargo.at["permit_out"] = min(cargo.at["permit_out"], cargo.at["released"] - timedelta(hours=3))
    cargo.office_of_exit = cargo.source.sea if not cargo.source.landlocked else cargo.source.air
    rules = {"RF-38"}
    if size > 0.4:
        cargo.never |= {"arrived", "cleared", "delivered", "booked", "used", "closed"}
        cargo.stops = []
        return Deed([cargo], cargo.kg["loaded"], rules | {"RF-13"}, ("shipment.departed",))
    lost = taken(cargo, grown(0.02, 0.5, size / 0.4))
    return Deed([cargo], lost, rules | {"RF-17"}, ("shipment.departed", *_SEEN))


@plot
def sand_in_the_drums(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """At a works store the goods are replaced by filler before they are loaded."""
    cargo = one(scene, rng, lambda c: c.ware.price > 0.8)
    if cargo is None:
        return None
    share = grown(0.05, 1.0, size)
    cargo.strength["true"] = cargo.strength["paper"] * (1 - share)
    if share > 0.7:
        cargo.found = rng.choice(sorted({"urea", "acetone", "calcium_nitrate"} - {cargo.ware.code}))
    lost, off = cargo.kg["loaded"] * share, grown(0.002, 0.04, size)
    taken(cargo, off, from_="loaded")
    rules, shows = {"RF-17"}, ["receipt.disputed", "receipt.confirmed", "use.reported"]
    if careless(rng, size):
        cargo.extras.append(look(cargo, "target", "arrived", 20, thorough=True))
        rules, shows = rules | {"RF-07"}, ["shipment.inspected", *shows]
    if cargo.used is not None and careless(rng, size):
        used, left, waste = cargo.used
        cargo.used = (used * (1 - share), left, waste)
        rules.add("RF-20")
    return Deed([cargo], lost, rules, tuple(shows))
