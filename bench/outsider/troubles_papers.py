"""Honest trouble with papers: changes of plan, refusals, slips and odd figures."""

import random
from dataclasses import replace
from datetime import timedelta

from outsider.facts import Cargo, Extra, Trade, days


def amended(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """Plans change a little before dispatch: the amount, the date, the end user."""
    at = cargo.at["notified"] + (cargo.departed - cargo.at["notified"]) * rng.uniform(0.1, 0.9)
    if rng.random() < 0.5:
        old, factor = cargo.kg, rng.choice((0.8, 0.9, 1.05, 1.1, 1.25))
        cargo.scaled(factor)
        cargo.first_kg = old
        change = {"field": "goods", "old": f"{old:.0f} kg", "new": f"{cargo.kg:.0f} kg"}
        cargo.amends.append((at, {"changes": [change], "material": factor > 1, "goods": True}))
    else:
        late = cargo.at["dispatch"] + days(rng, 2, 9)
        change = {"field": "dispatch_expected", "old": f"{cargo.at['dispatch']:%F}",
                  "new": f"{late:%F}"}  # fmt: skip
        cargo.amends.append(
            (at, {"changes": [change], "material": False, "dispatch_expected": late})
        )


def called_off(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    cargo.cancelled = cargo.at["notified"] + days(rng, 1, 15)
    if rng.random() < 0.5:
        cargo.answer = "withdrawn"


def objected(rng: random.Random, made: Trade, cargo: Cargo) -> None:
    """The authority says no: a licence ran out, a form was missing. Often it is put right."""
    cargo.answer = "objected"
    cargo.why = rng.choice(("no_authorisation", "other", "no_licence", "company_unknown"))
    if rng.random() < 0.5:
        cargo.cancelled = cargo.at["answered"] + days(rng, 1, 12)
        cargo.permit = False
    else:
        cured = cargo.at["answered"] + days(rng, 4, 20)
        cargo.at["cured"] = cured
        cargo.at["permitted"] = cured + days(rng, 0.5, 3)
        late = cargo.at["permitted"] + days(rng, 1, 5) - cargo.departed
        if late > timedelta(0):
            cargo.delayed(late)
            for leg in cargo.legs:
                leg.eta += late
    made.refused.append((cargo.buyer, cargo.chem, cargo.target.code, cargo.at["answered"], "no"))


def asked(_: random.Random, __: Trade, cargo: Cargo) -> None:
    cargo.asked = True


def dear(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """A rush order, a rebate, a better grade."""
    factor = rng.choice((0.55, 0.7, 1.5, 2.2))
    cargo.price *= factor
    cargo.entry_price *= factor


def alias(_: random.Random, __: Trade, cargo: Cargo) -> None:
    """The far end never learns the reference and opens a file of its own."""
    cargo.alias = cargo.source.member and cargo.target.member and not cargo.children


def unannounced(_: random.Random, __: Trade, cargo: Cargo) -> None:
    """Small amounts need no notice in some countries."""
    if cargo.pattern == "sample":
        cargo.notice = False


def expired(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """It was loaded a few days after its permit ran out, and the office did not mind."""
    run = (cargo.departed - cargo.at["permitted"]) / timedelta(days=1)
    cargo.permit_days = max(1, int(run) - rng.randint(1, 4))


def wrong_paper(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """The broker keys in another commodity code, or a trade name."""
    if rng.random() < 0.5:
        cargo.hs = rng.choice(("382499", "291590", cargo.hs[:4] + "90", cargo.hs[:5] + "9"))
    else:
        cargo.name = rng.choice(("Industrial solvent", "Chemical raw material", "Process aid"))


def more_than_allowed(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """A drum more than the permit says."""
    cargo.permit_kg = cargo.kg / rng.uniform(1.006, 1.03)


def other_name(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """The invoice has another spelling of the buyer, or the branch's address."""
    firm = cargo.buyer
    if rng.random() < 0.5 and firm.alias:
        cargo.buyer = replace(firm, name=rng.choice(firm.alias))
    else:
        cargo.buyer = replace(firm, address=f"{rng.randint(1, 90)} Depot Road, {cargo.entry[2:]}")


def reweighed(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """The first weighing was wrong; the office weighs again and corrects itself."""
    cargo.retold = rng.uniform(2, 25)
    cargo.legs[0].came_kg *= 1 + rng.choice((-1, 1)) * rng.uniform(0.01, 0.04)


def sloppy_stock(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """Books of a small plant: some process loss that nobody wrote down."""
    cargo.lost = rng.uniform(0.003, 0.025)


def suspended(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """The permit is suspended over a question of form, and restored some days later."""
    at = cargo.at["permitted"] + (cargo.departed - cargo.at["permitted"]) * 0.3
    agency, number = f"{cargo.source.code}-CNA", cargo.numbers["export"]
    said = {"authorisation": number, "grounds": "form", "effective_at": f"{at:%FT%H:%M:%SZ}"}
    again = at + (cargo.departed - at) * rng.uniform(0.3, 0.9)
    back = {"authorisation": number, "basis": "conditions_met"}
    cargo.extras.append(
        Extra(kind="authorisation.suspended", agency=agency, at=at, claims=lambda: said)
    )
    cargo.extras.append(
        Extra(kind="suspension.lifted", agency=agency, at=again, claims=lambda: back, sure=True)
    )


def questioned(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """The far end halts it at the border over a question, which is answered."""
    leg = cargo.legs[0]
    if leg.arrived is None or leg.cleared is None:
        return
    agency, at = f"{cargo.target.code}-CUSTOMS", leg.arrived + days(rng, 0.1, 1)
    again = at + days(rng, 1, 8)
    wait = max(again - leg.cleared, timedelta(0)) + timedelta(hours=5)
    leg.cleared += wait
    leg.delivered = leg.delivered + wait if leg.delivered else None
    leg.received = leg.received + wait if leg.received else None
    said = {"reason": "end_user_unclear", "since": f"{at:%FT%H:%M:%SZ}"}
    cargo.extras.append(Extra(kind="shipment.suspended", agency=agency, at=at, claims=lambda: said))
    back = {"basis": "conditions_met"}
    cargo.extras.append(
        Extra(kind="suspension.lifted", agency=agency, at=again, claims=lambda: back, sure=True)
    )


def other_site(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """The buyer asks for delivery at its sister firm, and the notice is amended in time."""
    sister = replace(
        cargo.buyer,
        name=f"{cargo.buyer.name.split()[0]} {rng.choice(('Plant', 'Works', 'Depot'))} Ltd",
        number=f"{cargo.buyer.country}{rng.randrange(10**8, 10**9)}",
        address=f"{rng.randint(1, 90)} Plant Road, {cargo.entry[2:]}",
    )
    span = cargo.departed - cargo.at["notified"]
    at = cargo.at["notified"] + span * rng.uniform(0.1, 0.85)
    change = {"field": "parties/consignee", "old": cargo.buyer.name, "new": sister.name}
    parties = {"importer": cargo.buyer, "consignee": sister}
    cargo.amends.append((at, {"changes": [change], "material": True, "parties": parties}))
    cargo.receiver, cargo.address = sister, sister.address
