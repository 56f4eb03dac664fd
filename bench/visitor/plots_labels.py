"""Crimes of false words: names, strengths, prices, papers used twice."""

import random
from datetime import timedelta

from visitor.crimes import Deed, careless, grown, plot
from visitor.facts import Label
from visitor.mishaps_goods import look
from visitor.plots_way import one
from visitor.scene import Scene
from visitor.wares import COVERS, DULL


@plot
def hidden_under_another_name(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """The goods leave as something dull under a false heading, without a notice or a permit."""
    cargo = one(scene, rng, lambda c: c.ware.strict and not c.framework)
    if cargo is None:
        return None
    name, heading, number = rng.choice(COVERS)
    if size < 0.35:
        name, heading, number = cargo.ware.trade or rng.choice(DULL), cargo.ware.hs[:4] + "90", ""
    false = Label(name, heading, number)
    cargo.label["export"] = false
    cargo.never |= {"notices", "permit_out", "permit_in"}
    rules, shows = {"RF-09", "RF-10", "RF-35"}, ["export.released", "shipment.departed"]
    if size > 0.35:
        cargo.label["entry"] = false
        if careless(rng, size * 0.7):
            cargo.extras.append(look(cargo, "target", "arrived", 16, thorough=True))
            shows.append("shipment.inspected")
    else:
        rules.add("RF-24")
    if careless(rng, size * 0.5):
        cargo.worth["export"] *= grown(0.9, 0.2, size)
        rules.add("RF-23")
    if size > 0.5:
        cargo.never |= {"booked", "used", "closed"}
    return Deed([cargo], cargo.kg["loaded"], rules, tuple(shows))


@plot
def weak_on_paper(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """Strong goods are papered as weak ones, which ask for less; the price stays that of strong."""
    several = scene.some(rng, 1, 2, suits=lambda c: c.ware.form == "liquid")
    if not several:
        return None
    factor, rules = grown(1.04, 5, size), {"RF-07", "RF-17"}
    for cargo in several:
        cargo.strength["paper"] = max(1.0, round(cargo.strength["true"] / factor, 1))
        if careless(rng, size):
            cargo.extras.append(look(cargo, "target", "arrived", 13, thorough=True))
        if cargo.ware.code == "hydrogen_peroxide" and cargo.strength["paper"] < 20:
            rules.add("RF-09")
    if factor > 2.4:
        rules.add("RF-23")
    kg = sum(c.kg["loaded"] * (1 - 1 / factor) for c in several)
    return Deed(several, kg, rules, ("shipment.inspected", "import.cleared"))


@plot
def one_box_twice(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """One shipment's bill, box and invoice serve for a second one, which is only paper."""
    first = one(scene, rng, lambda c: bool(c.boxes))
    if first is None:
        return None
    when = first.at["noticed"] + timedelta(days=rng.uniform(-4, 12))
    kg = first.kg["notice"] * rng.uniform(0.9, 1.1)
    ghost = scene.order(first.seller, first.buyer, first.ware, when, kg)
    ghost.number["bill"] = first.number["bill"]
    ghost.boxes, ghost.means, ghost.last_means = first.boxes, first.means, first.last_means
    ghost.at |= {"sailed": first.at["sailed"], "released": first.at["released"]}
    ghost.stops, ghost.plan = [], list(first.plan)
    ghost.at["permit_out"] = min(ghost.at["permit_out"], ghost.at["released"])
    if careless(rng, size):
        ghost.number["invoice"] = first.number["invoice"]
    rules = {"RF-26"}
    if size > 0.35:
        ghost.never |= {"arrived", "cleared", "delivered", "booked", "used", "closed"}
        rules.add("RF-13")
    else:
        ghost.never |= {"arrived", "delivered"}
    return Deed([first, ghost], ghost.kg["export"], rules, ("shipment.departed", "export.released"))


@plot
def two_invoices(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """One invoice for each border: the far customs hear of less, the rest slips by."""
    several = scene.some(rng, 1, 1 + round(2 * size))
    if not several:
        return None
    share, factor = grown(0.015, 0.5, size), grown(1.1, 4.0, size)
    kg, rules = 0.0, {"RF-24", "RF-17"}
    for cargo in several:
        kg += cargo.kg["landed"] * share
        cargo.scale(1 - share, "entry", "handed", "booked")
        cargo.kg["landed"] *= 1 - share * (0.2 if rng.random() < 0.5 else 1.0)
        cargo.worth["entry"] = cargo.worth["export"] * (factor if rng.random() < 0.5 else 1.0)
    if factor > 2.3:
        rules.add("RF-23")
    return Deed(several, kg, rules, ("import.cleared",))


@plot
def free_samples(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """Parcel after parcel goes by air to one address as free samples, without a notice."""
    like = one(scene, rng, lambda c: c.ware.strict and c.ware.form != "liquid")
    if like is None:
        return None
    firm = scene.market.founder.found(like.target, "trader", day=like.at["noticed"].date())
    begin, made = scene.moment(rng, 25, 250), []
    for number in range(3 + round(3 * size)):
        when = begin + timedelta(days=number * rng.uniform(3, 9))
        kg = like.pack[1] * (1 + round(3 * size))
        cargo = scene.order(like.seller, firm, like.ware, when, float(kg), air=True)
        cargo.never |= {"notices", "permit_out", "permit_in", "booked", "used", "closed"}
        cargo.label["export"] = Label(f"Sample {rng.choice(DULL).lower()}", like.ware.hs, "")
        cargo.worth = dict.fromkeys(("export", "entry"), 0.02 + 0.3 * like.price * (1 - size))
        made.append(cargo)
    rules = {"RF-25", "RF-10", "RF-23", "RF-01", "RF-05", "RF-35"}
    return Deed(made, sum(c.kg["loaded"] for c in made), rules, ("export.released",))
