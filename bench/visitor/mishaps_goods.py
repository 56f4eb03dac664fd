"""Trouble with the goods: left behind, leaked, short, disputed, returned, sold on."""

import random
from datetime import timedelta

from simulated import figure

from visitor.desk import Desk
from visitor.facts import Body, Cargo, Extra
from visitor.inward import boxes_at_end
from visitor.offices import Office

_KG = "KGM"


def found_line(cargo: Cargo, kg: float) -> Body:
    """What officers write of goods that they saw."""
    return {
        "substance": cargo.found or cargo.ware.code,
        "declared_name": cargo.called("entry").name,
        "quantity": {"amount": figure(kg), "unit": _KG},
    }


def look(cargo: Cargo, side: str, when_after: str, hours: float, *, thorough: bool) -> Extra:
    """An inspection of what is truly there, whatever it is."""

    def claims(desk: Desk, office: Office) -> Body:
        near = side == "source"
        paper = cargo.kg["export" if near else "entry"]
        true = cargo.kg["loaded" if near else "landed"]
        seen = true * (1 + desk.rng.gauss(0, 0.002))
        strong, said = cargo.strength["true"], cargo.strength["paper"]
        off = abs(seen - paper) > max(30, 0.02 * paper)
        wrong = thorough and not near and (abs(strong - said) > 0.08 * said or bool(cargo.found))
        result = "discrepant" if (off or wrong) and desk.chance(0.9) else "conform"
        place = cargo.office_of_exit if near else cargo.entry_place
        held = cargo.boxes if near else boxes_at_end(cargo)
        told: Body = {
            "inspection": "field_test" if thorough else "physical",
            "result": result,
            "observed": desk.observed(office, held, "dep" if near else "arr", place,
                                      cargo.means if near else cargo.last_means),
            "goods_found": [found_line(cargo, seen)],
        }  # fmt: skip
        if thorough:
            read = figure(round(max(0.1, strong * (1 + desk.rng.gauss(0, 0.01))), 1))
            read = figure(min(100.0, float(read)))
            told["concentration_found"] = {"low": read, "high": read}
            told["identity_found"] = cargo.found or cargo.ware.code
        return told

    agency = cargo.agency(side, "CUSTOMS")
    return Extra(
        agency, "shipment.inspected", cargo.at[when_after] + timedelta(hours=hours), claims
    )


def _looked_at(rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    side = rng.choice(("target", "target", "source"))
    after = "arrived" if side == "target" else "released"
    cargo.extras.append(look(cargo, side, after, rng.uniform(3, 20), thorough=rng.random() < 0.35))
    return True


def _left_behind(rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    """Not all fitted in, and the rest was never sent; papers follow or not."""
    kg = cargo.kg["notice"] * rng.uniform(0.6, 0.96)
    exported = cargo.kg["export"]
    cargo.sets("loaded", kg)
    if rng.random() < 0.75:
        cargo.kg["export"] = kg
    elif rng.random() < 0.5:
        cargo.kg["entry"] = exported
    return True


def _overfilled(rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    """A warm tank, a heel of the load before, damp bags: the scales do not agree."""
    for stage in ("landed", "handed"):
        cargo.kg[stage] *= 1 + rng.gauss(0, 0.013)
    return True


def _leaked(rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    """Drums were crushed or bags tore: part is gone, and customs write it down."""
    lost = rng.uniform(0.01, 0.09)
    paper, landed = cargo.kg["entry"], cargo.kg["landed"] * (1 - lost)
    cargo.sets("landed", landed)
    if rng.random() < 0.3:
        cargo.kg["entry"] = paper

    def claims(_desk: Desk, _office: Office) -> Body:
        return {
            "about": "quantity", "declared": figure(paper), "found": figure(landed),
            "unit": _KG, "explanation": "Damaged packages, survey report on file.",
        }  # fmt: skip

    agency, when = cargo.agency("target", "CUSTOMS"), cargo.at["arrived"] + timedelta(hours=30)
    cargo.extras.append(Extra(agency, "discrepancy.recorded", when, claims))
    return True


def _disputed(rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    """The buyer's scale says less than the invoice."""
    cargo.kg["booked"] = cargo.kg["handed"] * rng.uniform(0.965, 0.995)

    def claims(desk: Desk, office: Office) -> Body:
        goods = [desk.line(office, cargo, "entry", cargo.kg["booked"])]
        return {"reason": "short_weight", "goods": goods}

    agency, when = cargo.agency("target", "CNA"), cargo.at["booked"] + timedelta(days=2)
    cargo.extras.append(Extra(agency, "receipt.disputed", when, claims))
    return True


def _sent_back(rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    """Off specification: the buyer refuses the goods, and they go home."""
    cargo.never |= {"cleared", "delivered", "booked", "used", "closed"}
    when = cargo.at["arrived"] + timedelta(days=rng.uniform(4, 30))

    def claims(desk: Desk, office: Office) -> Body:
        kg = desk.scale(office, cargo.kg["landed"], cargo.kg["entry"])
        return {"reason": "refused_quality", "goods": [desk.line(office, cargo, "entry", kg)]}

    agency = cargo.agency("target", "CUSTOMS")
    cargo.extras.append(Extra(agency, "shipment.returned", when, claims))
    return True


def sold_on(rng: random.Random, cargo: Cargo, share: float, days: float, where: str) -> None:
    """Goods go on to a third country under a reference of their own."""
    child = f"{cargo.target.code}-RX{rng.randint(100000, 999999)}"
    permit = f"{cargo.target.code}RE{rng.randint(10000, 99999)}"
    cargo.never.add("used")

    def claims(desk: Desk, office: Office) -> Body:
        goods = [desk.line(office, cargo, "entry", cargo.kg["handed"] * share)]
        return {
            "child": {"shipment": child, "goods": goods}, "destination": where,
            "authorisation": permit, "all_of_it": share > 0.99,
        }  # fmt: skip

    when = cargo.at["cleared"] + timedelta(days=days)
    cargo.extras.append(
        Extra(cargo.agency("target", "CUSTOMS"), "shipment.reexported", when, claims)
    )


def _sold_on(rng: random.Random, cargo: Cargo, all_of: list[Cargo]) -> bool:
    if cargo.buyer.role == "user":
        return False
    others = sorted({c.target.code for c in all_of} - {cargo.source.code, cargo.target.code})
    sold_on(rng, cargo, rng.uniform(0.1, 0.9), rng.uniform(12, 140), rng.choice(others))
    return True


def _two_lots(rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    """The second half came with the next ship, under the same papers."""
    if cargo.kg["landed"] < 3000 or "arrived" in cargo.never:
        return False
    share = rng.uniform(0.3, 0.6)
    later = rng.uniform(4, 16)

    def claims(desk: Desk, office: Office) -> Body:
        kg = desk.scale(office, cargo.kg["landed"] / (1 - share) * share, cargo.kg["entry"])
        place, ship = cargo.entry_place, cargo.last_means
        seen = desk.observed(office, [], "arr", place, ship)
        return {"observed": seen, "goods": [desk.line(office, cargo, "entry", kg)]}

    cargo.kg["landed"] *= 1 - share
    when = cargo.at["arrived"] + timedelta(days=later)
    cargo.shift("cleared", later)
    cargo.extras.append(Extra(cargo.agency("target", "CUSTOMS"), "shipment.arrived", when, claims))
    return True


def _burned_more(rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    """The works' own loss was not written into the report of use."""
    used, left, waste = cargo.used or (1.0, 0.0, 0.0)
    cargo.used = (max(0.0, used - rng.uniform(0.005, 0.03)), left, waste)
    return True


def _accident(rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    """A lorry in a ditch, a fire in the shed: part is destroyed under witnesses."""
    share = rng.uniform(0.05, 0.9)
    lost = cargo.kg["landed"] * share
    when = cargo.at["cleared"] + timedelta(hours=12)
    cargo.sets("handed", cargo.kg["landed"] * (1 - share))

    def claims(desk: Desk, office: Office) -> Body:
        return {
            "method": "accident_clean_up",
            "goods": [desk.line(office, cargo, "entry", lost)],
            "destroyed_on": when.date().isoformat(),
            "witnessed_by": "Fire brigade and customs",
            "certificate": f"FB-{cargo.number['bill'][-5:]}",
        }

    cargo.extras.append(Extra(cargo.agency("target", "CNA"), "shipment.destroyed", when, claims))
    return True


KINDS = (
    ("accident", 0.005, _accident),
    ("looked at by customs", 0.05, _looked_at),
    ("part left behind", 0.02, _left_behind),
    ("scales disagree", 0.025, _overfilled),
    ("leak or breakage", 0.012, _leaked),
    ("short weight disputed", 0.006, _disputed),
    ("sent back", 0.006, _sent_back),
    ("sold on", 0.02, _sold_on),
    ("came in two lots", 0.015, _two_lots),
    ("loss in the works not told", 0.02, _burned_more),
)
