"""Trouble with papers and people: late answers, changed orders, other warehouses, odd prices."""

import random
from datetime import timedelta

from simulated import figure

from ledger.states import moment
from visitor import voyages
from visitor.desk import Desk
from visitor.facts import Body, Cargo, Extra
from visitor.offices import Office

_AFTER_NOTICE = {
    "permit_in", "permit_out", "released", "departed", "arrived", "cleared", "delivered", "booked",
    "used", "closed",
}  # fmt: skip


def ends(cargo: Cargo) -> None:
    """Nothing more happens to this order."""
    cargo.never |= _AFTER_NOTICE
    cargo.stops = []


def _late_answer(rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    late = rng.uniform(0.5, 10)
    gap = (cargo.at["due"] - cargo.at["answered"]) / timedelta(days=1) + late
    cargo.shift("answered", max(0.0, gap))
    return True


def _silence(rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    """Nobody answers; the exporting side waits for the day and then goes ahead."""
    cargo.reply = "silent"
    gap = (cargo.at["due"] - cargo.at["permit_out"]) / timedelta(days=1) + rng.uniform(0.5, 8)
    if gap > 0:
        cargo.shift("permit_out", gap)
    return True


def _asked(rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    cargo.reply = "asked"
    cargo.shift("answered", rng.uniform(2, 12))
    return True


def _extended(rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    cargo.reply = "extended"
    gap = (cargo.at["due"] - cargo.at["answered"]) / timedelta(days=1) + rng.uniform(1, 11)
    cargo.shift("answered", max(0.0, gap))
    return True


def _refused(_rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    """A licence was not in order: the order is off."""
    cargo.reply = "objected"
    ends(cargo)
    _gives_up(cargo, "notice.withdrawn")
    return True


def _called_off(rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    """The buyer changed its mind."""
    ends(cargo)
    _gives_up(cargo, rng.choice(("shipment.cancelled", "shipment.cancelled", "notice.withdrawn")))
    return True


def _gives_up(cargo: Cargo, kind: str) -> None:
    def claims(_desk: Desk, _office: Office) -> Body:
        said: Body = {"reason": "order_cancelled"}
        return said | ({"pen": cargo.number["pen"]} if kind == "notice.withdrawn" else {})

    when = cargo.at["answered"] + timedelta(days=4)
    cargo.extras.append(Extra(cargo.agency("source", "CNA"), kind, when, claims))


def amended(cargo: Cargo, field: str, old: str, new: str, days: float, *,
            material: bool, parties: bool = False) -> None:  # fmt: skip
    """The exporting side tells of a change, some days before the ship sails."""

    def claims(desk: Desk, office: Office) -> Body:
        said: Body = {
            "changes": [{"field": field, "old": old, "new": new}],
            "material": material,
        }
        if field == "goods":
            said["goods"] = [desk.line(office, cargo, "notice", cargo.kg["export"])]
        if field == "arrival_expected":
            said["arrival_expected"] = moment(cargo.at["eta"])
        if parties:
            said["parties"] = desk.parties(
                office, cargo, "export", "exporter", "importer", "consignee", "end_user"
            )
        return said  # fmt: skip

    when = max(cargo.at["noticed"], cargo.at["sailed"] - timedelta(days=days))
    cargo.extras.append(Extra(cargo.agency("source", "CNA"), "shipment.amended", when, claims))


def _more_or_less(rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    """The order grows or shrinks a little before it leaves; the permit follows."""
    old = cargo.kg["notice"]
    new = max(
        float(cargo.pack[1]), round(old * rng.uniform(0.8, 1.12) / cargo.pack[1]) * cargo.pack[1]
    )
    ratio = new / old
    cargo.scale(ratio, *(stage for stage in cargo.kg if stage != "notice"))
    amended(cargo, "goods", figure(old), figure(new), rng.uniform(2, 20), material=ratio > 1.0)
    return True


def _new_date(rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    old = cargo.at["eta"]
    cargo.at["eta"] = max(cargo.at["arrived"] + timedelta(days=rng.uniform(-3, 3)), old)
    amended(cargo, "arrival_expected", moment(old), moment(cargo.at["eta"]), rng.uniform(0.5, 6),
            material=False)  # fmt: skip
    return True


def _other_store(rng: random.Random, cargo: Cargo, all_of: list[Cargo]) -> bool:
    """The buyer's store is full: the goods go to a forwarder's shed, or to the user at once."""
    near = [c.carrier for c in all_of if c.carrier.land == cargo.target.code]
    sheds = [firm.address for firm in near] + [cargo.user.address]
    cargo.address = rng.choice(sheds) if rng.random() < 0.6 else f"{cargo.address} Unit B"
    return True


def _other_carrier(rng: random.Random, cargo: Cargo, all_of: list[Cargo]) -> bool:
    cargo.carrier = rng.choice(all_of).carrier
    return True


def _waited_past_permit(rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    """No ship for weeks: the permit ran out a few days before the goods left."""
    last = cargo.at["permit_out"] + timedelta(days=cargo.validity[1])
    gap = (last - cargo.at["sailed"]) / timedelta(days=1) + rng.uniform(0.2, 4)
    if gap > 75 or cargo.framework:
        return False
    cargo.shift("sailed", gap)
    return True


def _freight_in_price(rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    cargo.worth["entry"] *= 1 + rng.uniform(0.06, 0.3) * min(2.5, 1 / max(0.3, cargo.ware.price))
    return True


def _special_price(rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    """Old stock, a better grade, small packs, or a market that moved."""
    factor = rng.choice((rng.uniform(0.55, 0.85), rng.uniform(1.25, 2.1)))
    cargo.worth = {stage: worth * factor for stage, worth in cargo.worth.items()}
    return True


def _one_bill(_rng: random.Random, cargo: Cargo, all_of: list[Cargo]) -> bool:
    """Two orders of one buyer on one ship: one bill, one box perhaps."""
    for other in all_of:
        near = abs(other.at["sailed"] - cargo.at["sailed"]) < timedelta(days=9)
        if (
            other is not cargo
            and other.buyer == cargo.buyer
            and other.seller == cargo.seller
            and near
        ):
            cargo.number["bill"] = other.number["bill"]
            cargo.means, cargo.last_means = other.means, other.last_means
            return True
    return False


def _old_template(rng: random.Random, cargo: Cargo, all_of: list[Cargo]) -> bool:
    """The seller's clerk took last month's invoice and left its number on it."""
    before = [c for c in all_of if c.seller == cargo.seller and c.at["sailed"] < cargo.at["sailed"]]
    if not before:
        return False
    cargo.number["invoice"] = rng.choice(before).number["invoice"]
    return True


def _no_receipt(_rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    """The buyer never sends its form back."""
    cargo.never |= {"booked", "used", "closed"}
    return True


def _no_notice(_rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    """No notice is asked of these goods, or the exporter did not know that it was."""
    if cargo.ware.strict:
        return False
    cargo.never |= {"notices"}
    return True


def _urgent(rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    """A works stands still: a larger order, at once, by the first lorry."""
    cargo.scale(rng.choice((1.0, 1.0, 2.0)))
    cargo.shift("released", -0.6 * (cargo.at["released"] - cargo.at["permit_out"]).days)
    if not cargo.boxes and cargo.mode == "road":
        cargo.means = voyages.lorry(rng, cargo.source)
    return True


KINDS = (
    ("answered late", 0.045, _late_answer),
    ("no answer, then exported", 0.04, _silence),
    ("asked for more", 0.035, _asked),
    ("more time taken", 0.015, _extended),
    ("objected and given up", 0.01, _refused),
    ("called off", 0.015, _called_off),
    ("order amended", 0.03, _more_or_less),
    ("new date told", 0.03, _new_date),
    ("another store", 0.04, _other_store),
    ("another carrier", 0.04, _other_carrier),
    ("permit ran out in port", 0.03, _waited_past_permit),
    ("freight in the price", 0.03, _freight_in_price),
    ("special price", 0.02, _special_price),
    ("one bill for two", 0.05, _one_bill),
    ("old invoice number", 0.004, _old_template),
    ("no receipt sent", 0.025, _no_receipt),
    ("no notice asked", 0.2, _no_notice),
    ("urgent order", 0.012, _urgent),
)
