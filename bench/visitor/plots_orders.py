"""Crimes of orders that make no sense: too much, cut small, paid oddly, moved by brokers."""

import random
from datetime import timedelta

from visitor.crimes import Deed, careless, grown, plot
from visitor.facts import Cargo
from visitor.mishaps_goods import sold_on
from visitor.plots_way import one
from visitor.scene import Scene, Suspicion


def _needs_passed(scene: Scene, cargo: Cargo) -> bool:
    """Whether the country now imports more than it declared that it needs."""
    same = [c for c in scene.cargoes if c.target == cargo.target and c.ware == cargo.ware]
    total = sum(c.kg["notice"] for c in same if "departed" not in c.never)
    declared = scene.needs.get((cargo.target.code, cargo.ware.code), 0.0)
    return cargo.ware.strict and 0 < declared < total


@plot
def fat_orders(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """An insider at an honest buyer orders more than is needed and sells the surplus."""
    several = scene.some(rng, 2, 5, suits=lambda c: not c.framework)
    if not several:
        return None
    several = several[-rng.randint(1, len(several)) :]
    factor, rules, kg = grown(1.15, 5.5, size), set[str](), 0.0
    for cargo in several:
        kg += cargo.kg["notice"] * (factor - 1)
        cargo.scale(factor)
        if cargo.used is not None:
            used, left, waste = cargo.used
            cargo.used = (used / factor, left / factor, waste / factor)
            rules.add("RF-20")
    if factor > 1.7 or not rules:
        rules.add("RF-02")
    if _needs_passed(scene, several[-1]):
        rules.add("RF-03")
    return Deed(several, kg, rules, ("notice.sent", "use.reported"))


@plot
def cut_small(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """One large order is cut into small ones for three names of one family, below all notice."""
    like = one(scene, rng, lambda c: c.ware.strict)
    if like is None:
        return None
    first = scene.market.founder.found(like.target, "trader")
    family = [first]
    rules = {"RF-25", "RF-01", "RF-05"}
    for _ in range(rng.randint(1, 2)):
        other = scene.market.founder.found(like.target, "trader")
        if careless(rng, size):
            shared = rng.choice(("phone", "address", "email"))
            other = other.but(**{shared: getattr(first, shared)})
            rules.add("RF-28")
        family.append(other)
    begin, made = scene.moment(rng, 25, 270), []
    gap = grown(14, 3.5, size)
    each = like.pack[1] * (1 + round(2 * size)) if like.pack[0] != "TK" else 200
    for number in range(3 + round(3 * size)):
        when = begin + timedelta(days=number * gap * rng.uniform(0.6, 1.2))
        buyer = family[number % len(family)]
        cargo = scene.order(like.seller, buyer, like.ware, when, float(each))
        if careless(rng, 0.6):
            cargo.never |= {"notices", "permit_in"}
        made.append(cargo)
    return Deed(made, sum(c.kg["loaded"] for c in made), rules, ("notice.sent", "export.released"))


@plot
def brokers_triangle(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """A broker buys for a firm in one country; the goods turn round for another that objected."""
    cargo = one(scene, rng, lambda c: c.buyer.role != "user")
    if cargo is None:
        return None
    land = rng.choice(sorted(set(scene.market.known) - {cargo.source.code, cargo.target.code}))
    cargo.broker = scene.market.founder.found(scene.market.known[land], "trader")
    factor = grown(1.05, 2.6, size)
    cargo.worth = {stage: worth * factor for stage, worth in cargo.worth.items()}
    sold_on(rng, cargo, grown(0.5, 1.0, size), grown(60, 3, size), land)
    rules = {"RF-21"} | ({"RF-23"} if factor > 1.8 else set())
    if careless(rng, size):
        scene.suspicions.append(Suspicion(
            cargo.source.code, cargo.broker, cargo.ware.code, cargo.kg["notice"],
            cargo.at["noticed"] - timedelta(days=rng.uniform(3, 40)), "third_party_payment",
            "proposed", "third_party"))  # fmt: skip
        rules |= {"RF-30"}
    return Deed([cargo], cargo.kg["handed"], rules, ("shipment.reexported",))


@plot
def paid_in_cash(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """An exporter takes a stranger's cash at three times the price, though a rival had warned."""
    like = one(scene, rng, lambda c: c.ware.strict)
    if like is None:
        return None
    firm = scene.market.founder.found(like.target, "stockist")
    when = scene.moment(rng, 40, 290)
    kg = like.ware.order[0] * grown(0.3, 3.0, size)
    cargo = scene.order(like.seller, firm, like.ware, when, kg)
    factor = grown(1.3, 3.6, size)
    cargo.worth = {stage: worth * factor for stage, worth in cargo.worth.items()}
    rules = {"RF-01", "RF-05"} | ({"RF-23"} if factor > 2.2 else set())
    if careless(rng, size):
        teller = rng.choice([s.land for s in scene.market.sellers])
        scene.suspicions.append(Suspicion(
            teller, firm, like.ware.code, kg, when - timedelta(days=rng.uniform(4, 50)),
            "cash_offered", "refused", "cash"))  # fmt: skip
        rules |= {"RF-12", "RF-30"}
    if careless(rng, size):
        cargo.never |= {"booked", "used", "closed"}
        rules.add("RF-19")
    return Deed([cargo], cargo.kg["loaded"], rules, ("export.released", "notice.sent"))
