"""Crimes of firms that are not what they seem: fronts, phantoms, comebacks, shopping around."""

import random
from datetime import timedelta

from visitor.crimes import Deed, careless, grown, plot
from visitor.facts import Cargo
from visitor.firms import Firm, respelled
from visitor.mishaps_papers import amended, ends
from visitor.plots_way import one
from visitor.scene import Licence, Scene, Suspicion
from visitor.wares import WARES

_GONE = {"booked", "used", "closed"}
_FIRST = ("notice.sent", "export.authorised")


def front(scene: Scene, rng: random.Random, like: Cargo, size: float) -> tuple[Firm, set[str]]:
    """A company founded for the purpose, with whatever links it back to those behind it."""
    day = (like.at["noticed"] - timedelta(days=grown(330, 25, size))).date()
    firm = scene.market.founder.found(like.target, "trader", day=day, uses=like.buyer.uses)
    rules = {"RF-01", "RF-29"}
    if careless(rng, size):
        bad = scene.market.founder.found(like.target, "trader")
        shared = rng.choice(("phone", "email", "address"))
        firm = firm.but(**{shared: getattr(bad, shared)})
        scene.suspicions.append(Suspicion(
            like.source.code, bad, like.ware.code, like.kg["notice"],
            like.at["noticed"] - timedelta(days=rng.uniform(5, 60)), "evasive_about_use",
            "refused", "cash"))  # fmt: skip
        rules.add("RF-28")
    return firm, rules


@plot
def front_company(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """A new company with borrowed offices buys large lots; nobody ever hears of their use."""
    like = one(scene, rng, lambda c: c.at["noticed"] > scene.moment(rng, 30, 60))
    if like is None:
        return None
    firm, rules = front(scene, rng, like, size)
    if rng.random() < 0.5:
        scene.licence(firm, [like.ware.code], like.at["noticed"].date() - timedelta(days=20))
    else:
        rules.add("RF-05")
    made = []
    for number in range(1 + round(2 * size)):
        when = like.at["noticed"] + timedelta(days=number * rng.uniform(10, 30))
        kg = like.kg["notice"] * grown(0.4, 2.5, size)
        cargo = scene.order(like.seller, firm, like.ware, when, kg)
        if careless(rng, size):
            cargo.never |= _GONE
            rules.add("RF-19")
        made.append(cargo)
    return Deed(made, sum(c.kg["loaded"] for c in made), rules, _FIRST)


@plot
def phantom_end_user(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """The end user named on the papers knows of nothing; the goods go to a forwarder's shed."""
    cargo = one(scene, rng, lambda c: c.buyer.role != "user")
    if cargo is None:
        return None
    named = scene.market.founder.found(cargo.target, "user")
    cargo.user = named.but(number="" if careless(rng, size) else named.number)
    sheds = [c.address for c in scene.market.carriers if c.land == cargo.target.code]
    shed = rng.choice(sheds) if sheds else f"Hotel Central, {cargo.target.inland[2:].title()}"
    cargo.address = shed if careless(rng, size) else cargo.buyer.address
    rules = {"RF-01"} | ({"RF-18"} if cargo.address == shed else set())
    if careless(rng, size):
        odd = sorted({"laboratory", "fragrance", "food", "glass"} - set(cargo.ware.uses))
        cargo.use = rng.choice(odd)
        rules.add("RF-06")
    if careless(rng, size):
        cargo.never |= _GONE
        rules.add("RF-19")
    return Deed([cargo], cargo.kg["loaded"], rules, ("shipment.delivered", "notice.sent"))


@plot
def another_door(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """Refused in one country, the buyer orders the same in another, under a name a little other."""
    first = one(scene, rng, lambda c: not c.framework)
    sellers = [s for s in scene.market.sellers
               if first and s.land not in {first.source.code, first.target.code}
               and scene.market.known[s.land].member]  # fmt: skip
    if first is None or not sellers:
        return None
    first.reply = "objected"
    ends(first)
    name = first.buyer.name
    if size < 0.6:
        name = respelled(rng, name)
        name = respelled(rng, name) if size < 0.25 else name
    again = first.buyer.but(name=name, number="" if size < 0.5 else first.buyer.number)
    if size < 0.3:
        again = again.but(email=f"contact@{first.buyer.number.lower()}.example")
    when = first.at["answered"] + timedelta(days=rng.uniform(6, 20 + 60 * (1 - size)))
    kg = first.kg["notice"] * rng.uniform(0.8, 1.2)
    second = scene.order(rng.choice(sellers), again, first.ware, when, kg)
    rules = {"RF-12"} | ({"RF-28"} if name != first.buyer.name else set())
    if careless(rng, size):
        second.never |= _GONE
        rules.add("RF-19")
    return Deed([first, second], second.kg["loaded"], rules, ("notice.sent",))


@plot
def back_under_a_new_name(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """A firm whose licence was revoked buys again as another firm, of the same phone or number."""
    like = one(scene, rng, lambda c: c.buyer.name in scene.licences)
    if like is None:
        return None
    bad = scene.market.founder.found(like.target, "trader")
    when = scene.moment(rng, 40, 280)
    scene.licences[bad.name] = Licence(
        bad, scene.numbers.plain(f"{bad.land}-LIC-", 5), [like.ware.code], ["import"],
        (when - timedelta(days=700)).date(), (when + timedelta(days=300)).date(),
        revoked=when - timedelta(days=grown(15, 4, size) * 6),
    )  # fmt: skip
    fresh = scene.market.founder.found(like.target, "trader", day=when.date())
    rules = {"RF-01", "RF-05", "RF-29"}
    same = [key for key in ("phone", "address", "email") if careless(rng, size)]
    fresh = fresh.but(**{key: getattr(bad, key) for key in same})
    if same:
        rules.add("RF-28")
    if size > 0.7:
        fresh = fresh.but(number=bad.number)
        rules |= {"RF-31", "RF-28"}
    made = []
    for number in range(1 + round(2 * size)):
        at = when + timedelta(days=5 + 25 * number)
        made.append(scene.order(like.seller, fresh, like.ware, at, like.kg["notice"]))
    return Deed(made, sum(c.kg["loaded"] for c in made), rules, _FIRST)


@plot
def consignee_swapped(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """After the yes, days before the ship, a stranger takes the consignee's place."""
    cargo = one(scene, rng, lambda c: c.reply != "objected")
    if cargo is None:
        return None
    other = scene.market.founder.found(cargo.target, "trader")
    for stage in ("export", "entry", "handed"):
        cargo.who[stage] = {"consignee": other}
    if size > 0.5:
        cargo.who["entry"] = {"consignee": other, "importer": other}
        cargo.who["handed"] = cargo.who["entry"]
    cargo.address, rules = other.address, {"RF-18", "RF-01"}
    if careless(rng, size):
        amended(cargo, "consignee", cargo.buyer.name, other.name, grown(7, 0.4, size),
                material=size > 0.3, parties=True)  # fmt: skip
        rules.add("RF-34")
    if size > 0.5:
        rules |= {"RF-24", "RF-05"}
    if careless(rng, size):
        cargo.never |= _GONE
        rules.add("RF-19")
    shows = ("shipment.amended", "import.cleared", "shipment.delivered")
    return Deed([cargo], cargo.kg["loaded"], rules, shows)


@plot
def strange_basket(scene: Scene, rng: random.Random, size: float) -> Deed | None:
    """A small dealer buys several things in weeks that only together are of use, to the wrong."""
    baskets = (
        ("acetic_anhydride", "acetone", "hydrochloric_acid"),
        ("potassium_permanganate", "sulphuric_acid", "acetone", "ethyl_ether"),
        ("hydrogen_peroxide", "acetone", "sulphuric_acid"),
        ("pseudoephedrine", "toluene", "hydrochloric_acid"),
        ("nitric_acid", "hexamine", "acetic_anhydride"),
    )
    like = one(scene, rng)
    if like is None:
        return None
    firm, rules = front(scene, rng, like, size)
    rules, begin, made = rules | {"RF-08", "RF-05"}, like.at["noticed"], []
    picked = rng.choice(baskets)[: 2 + round(2 * size)]
    odd = careless(rng, size)
    sellers = [s for s in scene.market.sellers
               if s.land != firm.land and scene.market.known[s.land].member]  # fmt: skip
    for code in picked:
        ware = WARES[code]
        kg = ware.order[0] * grown(0.2, 0.9, size)
        when = begin + timedelta(days=rng.uniform(0, 15 + 60 * (1 - size)))
        cargo = scene.order(rng.choice(sellers), firm, ware, when, kg)
        if odd:
            cargo.use = "food" if "food" not in ware.uses else "printing"
            rules.add("RF-06")
        made.append(cargo)
    return Deed(made, sum(c.kg["loaded"] for c in made), rules, _FIRST)
