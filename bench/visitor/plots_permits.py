"""Crimes with permits, licences and notices."""

import random
from datetime import timedelta

from simulated import figure

from visitor.crimes import Deed, careless, grown, plot
from visitor.facts import STAGES, Cargo
from visitor.mishaps_papers import amended
from visitor.plots_way import one
from visitor.scene import Scene

_OUT = ("export.released", "shipment.departed")


def _more(cargo: Cargo, factor: float) -> float:
    """More goes out than anybody allowed. Kilograms above."""
    above = cargo.kg["export"] * (factor - 1)
    cargo.scale(factor, *STAGES[STAGES.index("export") :])
    return above


@plot
def permit_stretched(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """A digit of the permit's amount is altered, and more is exported than it says."""
    cargo = one(scene, rng, lambda c: not c.framework)
    if cargo is None:
        return None
    factor = 1 + grown(0.015, 2.2, size)
    above = _more(cargo, factor)
    rules = {"RF-04", "RF-17"}
    if factor > 3:
        rules.add("RF-02")
    return Deed([cargo], above, rules, _OUT)


@plot
def permit_used_again(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """A spent permit is shown once more for a second shipment that nobody was told of."""
    first = one(scene, rng, lambda c: not c.framework and c.at["noticed"] < scene.moment(rng, 270))
    if first is None:
        return None
    when = first.at["sailed"] + timedelta(days=rng.uniform(6, 40))
    again = scene.order(first.seller, first.buyer, first.ware, when, first.kg["notice"])
    again.never |= {"permit_out", "permit_in"}
    again.number |= {name: first.number[name] for name in ("export", "import", "pen")}
    again.validity, rules = first.validity, {"RF-26", "RF-35"}
    if size > 0.25:
        again.never.add("notices")
    if careless(rng, size * 0.6):
        again.number["invoice"] = first.number["invoice"]
    if size > 0.6:
        again.never |= {"booked", "used", "closed"}
        rules.add("RF-19")
    rules.add("RF-04")
    return Deed([again], again.kg["export"], rules, _OUT)


@plot
def licence_run_out(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """The buyer's licence has run out or was taken away, and it goes on buying."""
    some = one(scene, rng, lambda c: c.buyer.name in scene.licences)
    if some is None:
        return None
    mine = scene.free(lambda c: c.buyer == some.buyer)
    several = sorted(mine, key=lambda c: c.at["noticed"])[-rng.randint(1, 2 + round(4 * size)) :]
    held = scene.licences[several[0].buyer.name]
    first = several[0].at["noticed"]
    held.renewed_late, rules = None, {"RF-05"}
    if rng.random() < 0.45:
        held.revoked = first - timedelta(days=grown(2, 90, size))
        rules.add("RF-31")
    else:
        held.until = (first - timedelta(days=grown(2, 200, size))).date()
        held.since = held.until - timedelta(days=1000)
    kg = sum(c.kg["export"] for c in several)
    return Deed(several, kg, rules, ("notice.sent", "export.authorised"))


@plot
def permit_out_of_date(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """The permit's days are over; a friend at the exit office lets the goods through."""
    cargo = one(scene, rng, lambda c: not c.framework)
    if cargo is None:
        return None
    gone = (cargo.at["sailed"] - cargo.at["permit_out"]) / timedelta(days=1)
    past = grown(1.5, 70, size)
    cargo.validity = (-90, max(0, round(gone - past)) if gone > past else 0)
    if gone <= past:
        cargo.shift("released", past - gone + 0.2)
    cargo.never |= {"booked", "used"} if careless(rng, size * 0.5) else set()
    rules = {"RF-35"} | ({"RF-19"} if "booked" in cargo.never else set())
    return Deed([cargo], cargo.kg["loaded"], rules, ("shipment.departed",))


@plot
def objection_laughed_at(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """The importing authority objects; the exporter ships all the same, without a permit."""
    cargo = one(scene, rng, lambda c: not c.framework)
    if cargo is None:
        return None
    cargo.reply = "objected"
    cargo.never |= {"permit_out", "permit_in"}
    rules = {"RF-35"}
    if careless(rng, size):
        cargo.never |= {"cleared", "delivered", "booked", "used", "closed"}
        rules.add("RF-22")
    if size > 0.7:
        cargo.never |= {"arrived"}
        rules = {"RF-35", "RF-13"}
    return Deed([cargo], cargo.kg["loaded"], rules, ("shipment.departed",))


@plot
def silence_taken_for_yes(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """Nobody answers for a firm that nobody knows; the goods leave the day after, and are lost."""
    like = one(scene, rng)
    if like is None:
        return None
    firm = scene.market.founder.found(like.target, "trader", day=like.at["noticed"].date())
    when, kg = scene.moment(rng), like.kg["notice"] * grown(0.5, 2.5, size)
    cargo = scene.order(like.seller, firm, like.ware, when, kg)
    cargo.reply = "silent"
    late = (cargo.at["due"] - cargo.at["permit_out"]) / timedelta(days=1)
    cargo.shift("permit_out", late + rng.uniform(0.2, 2))
    cargo.never |= {"booked", "used", "closed"}
    rules = {"RF-11", "RF-01", "RF-29", "RF-19", "RF-05"}
    if size > 0.5:
        cargo.never |= {"arrived", "cleared", "delivered"}
        rules = (rules - {"RF-19"}) | {"RF-13"}
    return Deed([cargo], cargo.kg["loaded"], rules, ("export.authorised", "shipment.departed"))


@plot
def forged_import_permit(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """A forged import permit bears the number of another firm's; that firm never ordered."""
    cargo = one(scene, rng)
    other = one(scene, rng, lambda c: cargo is not None and c.target == cargo.target and c != cargo)
    if cargo is None or other is None:
        return None
    cargo.number["import"] = other.number["import"]
    cargo.never |= {"permit_in", "booked", "used", "closed"}
    rules = {"RF-26", "RF-19"}
    if careless(rng, size):
        cargo.address = other.carrier.address
        rules.add("RF-18")
    shows = ("import.cleared", "shipment.delivered", "notice.sent")
    return Deed([cargo], cargo.kg["loaded"] * grown(0.3, 1, size), rules, shows)


@plot
def grown_at_the_gate(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """After the yes, days before the ship, the order swells, and the surplus is for others."""
    cargo = one(scene, rng, lambda c: not c.framework)
    if cargo is None:
        return None
    factor = 1 + grown(0.06, 3.0, size)
    old = cargo.kg["export"]
    above = _more(cargo, factor)
    amended(cargo, "goods", figure(old), figure(old * factor), rng.uniform(0.3, 4.5), material=True)
    rules = {"RF-34", "RF-04"} | ({"RF-02"} if factor > 2.5 else set())
    if cargo.used is not None:
        used, left, waste = cargo.used
        cargo.used = (used / factor, left / factor, waste)
        rules.add("RF-20")
    return Deed([cargo], above, rules, ("shipment.amended", *_OUT))
