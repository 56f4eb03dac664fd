"""Honest trouble: what happens to goods and papers without anybody's bad will."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from outsider import boxes, passage
from outsider.boxes import resealed
from outsider.facts import DAYS, START, Body, Cargo, Extra, Trade, days
from outsider.nations import HUBS

Mishap = Callable[[random.Random, Trade, Cargo], None]


def befall(rng: random.Random, made: Trade) -> None:
    """Let everybody have his share of trouble, crooks too."""
    jams = [(code, rng.uniform(0, DAYS)) for code in rng.sample(sorted(made.nations), 4)]
    for cargo in made.cargoes:
        trouble(rng, made, cargo)
        for code, day in jams:
            _jam(rng, cargo, code, day)


def trouble(rng: random.Random, made: Trade, cargo: Cargo, *, mild: bool = False) -> None:
    """What may befall one shipment; mild trouble does not end its journey."""
    for rate, mishap in _MISHAPS:
        if rng.random() < rate and not (mild and mishap in _GRAVE):
            mishap(rng, made, cargo)


def _jam(rng: random.Random, cargo: Cargo, code: str, day: float) -> None:
    """A port is congested for five weeks."""
    for leg in cargo.legs:
        if leg.arrived and cargo.target.code == code and cargo.mode == "sea":
            into = (leg.arrived - START) / timedelta(days=1) - day
            if 0 <= into < 35:
                passage.later(rng, leg, rng.uniform(3, 14))


def _parts(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    if cargo.mode != "air" and cargo.kg > 6 * cargo.chem.unit_kg:
        passage.in_parts(rng, cargo, rng.choice((2, 2, 3)))


def _rolled(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """The ship was full: it sails with a later one, and the day in the papers is the old one."""
    for leg in cargo.legs[:1]:
        wait = days(rng, 3, 13)
        leg.departed += wait
        for call in leg.calls:
            call.entered += wait
            call.left = call.left + wait if call.left else None
        passage.later(rng, leg, wait / timedelta(days=1))


def _other_hub(rng: random.Random, made: Trade, cargo: Cargo) -> None:
    """The line changes its network and nobody tells the authority."""
    hubs = [h for h in HUBS if h in made.nations]
    hubs = [h for h in hubs if h not in {cargo.source.code, cargo.target.code, *cargo.transit}]
    if cargo.mode == "sea" and hubs and not cargo.legs[0].calls:
        hub = made.nations[rng.choice(hubs)]
        passage.relay(rng, cargo, cargo.legs[0], hub, planned=False)


def _examined(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """Customs at the far end look into a box and put on a seal of their own."""
    leg = cargo.legs[0]
    if leg.arrived is None:
        return
    old, office = leg.there[0], f"{cargo.target.code}-CUSTOMS"
    new = resealed(rng, old)
    at, place = leg.arrived + days(rng, 0.2, 2), cargo.entry
    cargo.extras.append(
        Extra(
            kind="shipment.inspected",
            agency=office,
            at=at,
            claims=lambda: {
                "inspection": "physical",
                "result": "conform",
                "observed": {"place": place, "seals_intact": True},
                "seal_before": old.seal,
                "seal_after": new.seal,
            },
        )  # fmt: skip
    )
    if rng.random() < 0.5:
        cargo.extras.append(
            Extra(
                kind="seal.changed",
                agency=office,
                at=at,
                claims=lambda: {
                    "container": old.number,
                    "old_seal": old.seal,
                    "old_state": "intact",
                    "new_seal": new.seal,
                    "reason": "inspection",
                    "place": place,
                },
            )  # fmt: skip
        )
    passage.onward(rng, leg)


def _new_seal(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """A terminal replaced a torn seal, and its note got lost."""
    leg = cargo.legs[0]
    leg.there = [resealed(rng, leg.there[0]), *leg.there[1:]]


def _spilt(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """A drum leaks or a bag tears; sometimes somebody writes it down."""
    leg = cargo.legs[-1]
    gone = rng.uniform(0.004, 0.06) * leg.came_kg
    leg.came_kg -= gone
    leg.signed_kg = leg.came_kg
    if leg.delivered and rng.random() < 0.6:
        found = leg.came_kg
        kind = rng.choice(("receipt.disputed", "loss.reported", "discrepancy.recorded"))
        office = "CNA" if kind == "receipt.disputed" else "CUSTOMS"
        agency = f"{cargo.target.code}-{office}"
        claims: dict[str, Callable[[], Body]] = {
            "receipt.disputed": lambda: {"reason": "damaged_packages", "goods": found},
            "loss.reported": lambda: {
                "goods": gone, "loss": "unexplained_loss", "place": cargo.entry,
                "suspected_cause": "leaking packages",
            },
            "discrepancy.recorded": lambda: {
                "about": "quantity", "declared": f"{leg.declared_kg:.0f}", "found": f"{found:.0f}",
                "unit": "KGM", "explanation": "packages damaged in handling", "resolved": True,
            },
        }  # fmt: skip
        cargo.extras.append(
            Extra(kind=kind, agency=agency, at=leg.delivered + days(rng, 0, 3), claims=claims[kind])
        )


def _returned(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """Off specification, or not paid: it goes home."""
    leg = cargo.legs[-1]
    if leg.arrived:
        cargo.fate = "returned"
        leg.cleared = leg.delivered = leg.received = None
        cargo.at["returned"] = leg.arrived + days(rng, 4, 30)


def _amended(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """Plans change a little before dispatch: the amount, the date, the end user."""
    at = cargo.at["notified"] + (cargo.departed - cargo.at["notified"]) * rng.uniform(0.1, 0.9)
    if rng.random() < 0.5:
        old, factor = cargo.kg, rng.choice((0.8, 0.9, 1.05, 1.1, 1.25))
        cargo.scaled(factor)
        change = {"field": "goods", "old": f"{old:.0f} kg", "new": f"{cargo.kg:.0f} kg"}
        cargo.amends.append((at, {"changes": [change], "material": factor > 1, "goods": True}))
    else:
        late = cargo.at["dispatch"] + days(rng, 2, 9)
        change = {"field": "dispatch_expected", "old": f"{cargo.at['dispatch']:%F}",
                  "new": f"{late:%F}"}  # fmt: skip
        cargo.amends.append(
            (at, {"changes": [change], "material": False, "dispatch_expected": late})
        )


def _called_off(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    cargo.cancelled = cargo.at["notified"] + days(rng, 1, 15)
    if rng.random() < 0.5:
        cargo.answer = "withdrawn"


def _objected(rng: random.Random, made: Trade, cargo: Cargo) -> None:
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
            shift = late / timedelta(days=1)
            for leg in cargo.legs:
                leg.departed += late
                leg.eta += late
                for call in leg.calls:
                    call.entered += late
                    call.left = call.left + late if call.left else None
                passage.later(rng, leg, shift)
            cargo.at["released"] += late
    made.refused.append((cargo.buyer, cargo.chem, cargo.target.code, cargo.at["answered"], "no"))


def _asked(_: random.Random, __: Trade, cargo: Cargo) -> None:
    cargo.asked = True


def _held(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """Customs want to see the papers first."""
    leg = cargo.legs[0]
    if leg.arrived is None:
        return
    cargo.at["held"] = leg.arrived + days(rng, 0.1, 1)
    cargo.at["free"] = cargo.at["held"] + days(rng, 1, 9)
    leg.cleared = cargo.at["free"] + days(rng, 0.1, 2)
    leg.delivered = leg.cleared + days(rng, 0.5, 4)
    leg.received = leg.delivered + days(rng, 1, 9)


def _aged(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """A quarrel about duty: the goods wait for weeks."""
    leg = cargo.legs[-1]
    if leg.arrived:
        leg.cleared = leg.arrived + days(rng, 25, 80)
        leg.delivered = leg.cleared + days(rng, 0.5, 4)
        leg.received = leg.delivered + days(rng, 1, 9)


def _elsewhere(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """Its own store is full: it goes to a hired warehouse."""
    cargo.address = f"Bonded Warehouse {rng.randint(1, 30)}, {cargo.entry[2:]}"


def _groupage(rng: random.Random, made: Trade, cargo: Cargo) -> None:
    """Two small lots share a box and a bill of lading."""
    near = [
        c for c in made.cargoes
        if c is not cargo and c.source is cargo.source and c.target is cargo.target
        and abs(c.departed - cargo.departed) < timedelta(days=20)
    ]  # fmt: skip
    if near:
        other = rng.choice(near)
        cargo.numbers["bill"] = other.numbers["bill"]
        cargo.legs[0].boxes = list(other.legs[0].boxes)
        cargo.legs[0].there = list(other.legs[0].there)


def _dear(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """A rush order, a rebate, a better grade."""
    factor = rng.choice((0.55, 0.7, 1.5, 2.2))
    cargo.price *= factor
    cargo.entry_price *= factor


def _alias(_: random.Random, __: Trade, cargo: Cargo) -> None:
    """The far end never learns the reference and opens a file of its own."""
    cargo.alias = cargo.source.member and cargo.target.member and not cargo.children


def _unannounced(_: random.Random, __: Trade, cargo: Cargo) -> None:
    """Small amounts need no notice in some countries."""
    if cargo.pattern == "sample":
        cargo.notice = False


def _expired(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """It was loaded a few days after its permit ran out, and the office did not mind."""
    run = (cargo.departed - cargo.at["permitted"]) / timedelta(days=1)
    cargo.permit_days = max(1, int(run) - rng.randint(1, 4))


def _wrong_paper(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """The broker keys in another commodity code, or a trade name."""
    if rng.random() < 0.5:
        cargo.hs = rng.choice(("382499", "291590", cargo.hs[:4] + "90", cargo.hs[:5] + "9"))
    else:
        cargo.name = rng.choice(("Industrial solvent", "Chemical raw material", "Process aid"))


def _more_than_allowed(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """A drum more than the permit says."""
    cargo.permit_kg = cargo.kg / rng.uniform(1.006, 1.03)


def _reboxed(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """The hub moves the goods into other boxes, as hubs do."""
    for leg in cargo.legs:
        for call in leg.calls:
            call.boxes = [boxes.box(rng) for _ in leg.boxes]
            leg.there = list(call.boxes)


def _sloppy_stock(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """Books of a small plant: some process loss that nobody wrote down."""
    cargo.lost = rng.uniform(0.003, 0.025)


def _other_name(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """The invoice has another spelling of the buyer, or the branch's address."""
    firm = cargo.buyer
    if rng.random() < 0.5 and firm.alias:
        cargo.buyer = replace(firm, name=rng.choice(firm.alias))
    else:
        cargo.buyer = replace(firm, address=f"{rng.randint(1, 90)} Depot Road, {cargo.entry[2:]}")


def _reweighed(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """The first weighing was wrong; the office weighs again and corrects itself."""
    cargo.retold = rng.uniform(2, 25)
    cargo.legs[0].came_kg *= 1 + rng.choice((-1, 1)) * rng.uniform(0.01, 0.04)


_MISHAPS: tuple[tuple[float, Mishap], ...] = (
    (0.06, _parts),
    (0.09, _rolled),
    (0.03, _other_hub),
    (0.035, _examined),
    (0.012, _new_seal),
    (0.014, _spilt),
    (0.009, _returned),
    (0.045, _amended),
    (0.022, _called_off),
    (0.018, _objected),
    (0.05, _asked),
    (0.03, _held),
    (0.013, _aged),
    (0.03, _elsewhere),
    (0.012, _groupage),
    (0.04, _dear),
    (0.012, _alias),
    (0.3, _unannounced),
    (0.007, _expired),
    (0.012, _wrong_paper),
    (0.01, _more_than_allowed),
    (0.3, _reboxed),
    (0.1, _sloppy_stock),
    (0.03, _other_name),
    (0.012, _reweighed),
)
_GRAVE = frozenset({_returned, _called_off, _objected, _groupage, _alias, _other_name})
