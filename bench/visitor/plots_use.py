"""Crimes at the far end: stock that melts, books that are cooked, losses that are staged."""

import random
from datetime import timedelta

from visitor.crimes import Deed, careless, grown, plot
from visitor.desk import Desk
from visitor.facts import Body, Cargo, Extra
from visitor.mishaps_goods import found_line
from visitor.offices import Office
from visitor.plots_way import one
from visitor.scene import Scene


def _reports_use(cargo: Cargo) -> bool:
    return cargo.used is not None and not cargo.never & {"used", "booked"}


def _sold(cargo: Cargo, share: float) -> None:
    """So much less is left to be used and to lie in store."""
    if cargo.used is not None:
        used, left, waste = cargo.used
        cargo.used = (used * (1 - share), left * (1 - share), waste)


@plot
def stock_that_melts(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """The storekeeper sells some of each lot; the report of use does not add up."""
    several = scene.some(rng, 1, 4, suits=_reports_use)
    if not several:
        return None
    share, kg = grown(0.008, 0.5, size), 0.0
    for cargo in several:
        _sold(cargo, share)
        kg += cargo.kg["booked"] * share
    return Deed(several, kg, {"RF-20"}, ("use.reported",))


@plot
def bankrupt_sells_out(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """A firm near its end sells its last lots to whoever pays, and stops answering letters."""
    some = one(scene, rng, lambda c: "booked" not in c.never)
    if some is None:
        return None
    mine = sorted(scene.free(lambda c: c.buyer == some.buyer), key=lambda c: c.at["noticed"])
    several = mine[-(1 + round(3 * size)) :]
    for number, cargo in enumerate(several):
        cargo.never |= {"used", "closed"}
        if number or careless(rng, size):
            cargo.never |= {"booked"}
        if size > 0.65:
            cargo.never |= {"delivered"}
        cargo.kg["booked"] = cargo.kg["handed"]
    held = scene.licences.get(some.buyer.name)
    if held is not None and careless(rng, size):
        held.revoked = several[-1].at["booked"] + timedelta(days=rng.uniform(10, 50))
    return Deed(several, sum(c.kg["handed"] for c in several), {"RF-19"}, ())


@plot
def staged_loss(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """A leak, a fire, a night's theft: the owner reports losses that were sales."""
    several = scene.some(rng, 1, 1 + round(2 * size))
    if not several:
        return None
    share = grown(0.01, 0.7, size)
    for cargo in several:
        agency = cargo.agency("target", "CNA")
        when = cargo.at["delivered"] + timedelta(days=rng.uniform(2, 30))
        lost = cargo.kg["handed"] * share
        how = rng.choice(("unexplained_loss", "significant_disappearance", "theft"))

        def claims(desk: Desk, office: Office, cargo: Cargo = cargo, lost: float = lost,
                   how: str = how) -> Body:  # fmt: skip
            line = desk.line(office, cargo, "entry", lost)
            return {"goods": [line], "loss": how, "place": cargo.address}

        cargo.extras.append(Extra(agency, "loss.reported", when, claims))
        cargo.kg["booked"] = cargo.kg["handed"] * (1 - share * rng.choice((0, 1)))
        _sold(cargo, share)
    kg = sum(c.kg["handed"] * share for c in several)
    rules = {"RF-37", "RF-20"} | ({"RF-17"} if share > 0.02 else set())
    return Deed(several, kg, rules, ("loss.reported",))


@plot
def drop_on_the_way_home(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """Cleared and whole at the port; the last lorry leaves some at a yard, or all of it."""
    cargo = one(scene, rng, lambda c: "delivered" not in c.never)
    if cargo is None:
        return None
    share = grown(0.01, 0.95, size)
    lost = cargo.kg["handed"] * share
    cargo.kg["handed"] *= 1 - share
    rules = {"RF-17"}
    cargo.kg["booked"] = cargo.kg["handed"] if careless(rng, size) else cargo.kg["entry"]
    if careless(rng, size * 0.7):
        other = scene.market.founder.found(cargo.target, "trader")
        cargo.address = other.address
        rules.add("RF-18")
        if size > 0.6:
            cargo.who["handed"] = {"receiver": other}
    if size > 0.75:
        cargo.never |= {"booked", "used", "closed"}
        rules.add("RF-19")
    return Deed([cargo], lost, rules, ("shipment.delivered", "receipt.confirmed"))


@plot
def made_up_consumption(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """A works that stands still reports full use; the inspector counts another stock."""
    several = scene.some(rng, 2, 4, suits=_reports_use)
    if not several:
        return None
    share, kg = grown(0.02, 0.9, size), 0.0
    for cargo in several:
        kg += cargo.kg["booked"] * share
        cargo.used = (1.0 + (rng.uniform(0.0, 0.3) * size), 0.0, 0.0)
    last = several[-1]
    rules = {"RF-20"}
    if careless(rng, size):
        when = last.at["used"] + timedelta(days=rng.uniform(4, 25))
        gone = last.kg["booked"] * share

        def claims(_desk: Desk, _office: Office) -> Body:
            whole = found_line(last, last.kg["booked"])["quantity"]
            left = found_line(last, max(0.0, last.kg["booked"] - gone))["quantity"]
            return {
                "about": "quantity", "declared": whole["amount"], "found": left["amount"],
                "unit": "KGM", "explanation": "Stock book and store do not agree.",
            }  # fmt: skip

        agency = last.agency("target", "CNA")
        last.extras.append(Extra(agency, "discrepancy.recorded", when, claims))
        rules.add("RF-17")
    return Deed(several, kg, rules, ("use.reported", "discrepancy.recorded"))
