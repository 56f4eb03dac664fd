"""Honest trouble with goods: on the way, at the border, in the store."""

import random
from collections.abc import Callable
from datetime import timedelta

from outsider import boxes, passage
from outsider.boxes import resealed
from outsider.facts import Body, Cargo, Extra, Trade, days
from outsider.nations import HUBS


def parts(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    if cargo.mode != "air" and cargo.kg > 6 * cargo.chem.unit_kg:
        passage.in_parts(rng, cargo, rng.choice((2, 2, 3)))


def rolled(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """The ship was full: it sails with a later one, and the day in the papers is the old one."""
    for leg in cargo.legs[:1]:
        wait = days(rng, 3, 13)
        leg.departed += wait
        for call in leg.calls:
            call.entered += wait
            call.left = call.left + wait if call.left else None
        passage.later(rng, leg, wait / timedelta(days=1))


def other_hub(rng: random.Random, made: Trade, cargo: Cargo) -> None:
    """The line changes its network and nobody tells the authority."""
    hubs = [h for h in HUBS if h in made.nations]
    hubs = [h for h in hubs if h not in {cargo.source.code, cargo.target.code, *cargo.transit}]
    if cargo.mode == "sea" and hubs and not cargo.legs[0].calls:
        hub = made.nations[rng.choice(hubs)]
        passage.relay(rng, cargo, cargo.legs[0], hub, planned=False)


def examined(rng: random.Random, _: Trade, cargo: Cargo) -> None:
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
        )
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
            )
        )
    passage.onward(rng, leg)


def new_seal(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """A terminal replaced a torn seal, and its note got lost."""
    leg = cargo.legs[0]
    leg.there = [resealed(rng, leg.there[0]), *leg.there[1:]]
    leg.intact = rng.random() < 0.8


def spilt(rng: random.Random, _: Trade, cargo: Cargo) -> None:
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
                "goods": gone,
                "loss": "unexplained_loss",
                "place": cargo.entry,
                "suspected_cause": "leaking packages",
            },
            "discrepancy.recorded": lambda: {
                "about": "quantity",
                "declared": f"{leg.declared_kg:.0f}",
                "found": f"{found:.0f}",
                "unit": "KGM",
                "explanation": "packages damaged in handling",
                "resolved": True,
            },
        }
        cargo.extras.append(
            Extra(kind=kind, agency=agency, at=leg.delivered + days(rng, 0, 3), claims=claims[kind])
        )


def returned(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """Off specification, or not paid: it goes home."""
    leg = cargo.legs[-1]
    if leg.arrived:
        cargo.fate = "returned"
        leg.cleared = leg.delivered = leg.received = None
        cargo.at["returned"] = leg.arrived + days(rng, 4, 30)


def held(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """Customs want to see the papers first."""
    leg = cargo.legs[0]
    if leg.arrived is None:
        return
    cargo.at["held"] = leg.arrived + days(rng, 0.1, 1)
    cargo.at["free"] = cargo.at["held"] + days(rng, 1, 9)
    leg.cleared = cargo.at["free"] + days(rng, 0.1, 2)
    leg.delivered = leg.cleared + days(rng, 0.5, 4)
    leg.received = leg.delivered + days(rng, 1, 9)


def aged(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """A quarrel about duty: the goods wait for weeks."""
    leg = cargo.legs[-1]
    if leg.arrived:
        leg.cleared = leg.arrived + days(rng, 25, 80)
        leg.delivered = leg.cleared + days(rng, 0.5, 4)
        leg.received = leg.delivered + days(rng, 1, 9)


def elsewhere(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """Its own store is full: it goes to a hired warehouse."""
    cargo.address = f"Bonded Warehouse {rng.randint(1, 30)}, {cargo.entry[2:]}"


def groupage(rng: random.Random, made: Trade, cargo: Cargo) -> None:
    """Two small lots share a box and a bill of lading."""
    near = [
        c
        for c in made.cargoes
        if c is not cargo
        and c.source is cargo.source
        and c.target is cargo.target
        and abs(c.departed - cargo.departed) < timedelta(days=20)
    ]
    if near:
        other = rng.choice(near)
        cargo.numbers["bill"] = other.numbers["bill"]
        cargo.legs[0].boxes = list(other.legs[0].boxes)
        cargo.legs[0].there = list(other.legs[0].there)


def reboxed(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """The hub moves the goods into other boxes, as hubs do."""
    for leg in cargo.legs:
        for call in leg.calls:
            call.boxes = [boxes.box(rng) for _ in leg.boxes]
            leg.there = list(call.boxes)


def spoilt(rng: random.Random, _: Trade, cargo: Cargo) -> None:
    """Wet, expired or orphaned goods are destroyed under the eyes of customs."""
    leg = cargo.legs[-1]
    if leg.arrived is None:
        return
    cargo.fate = "destroyed"
    leg.delivered = leg.received = None
    at = leg.arrived + days(rng, 15, 60)
    kg, office = leg.came_kg, f"{cargo.target.code}-CUSTOMS"
    cargo.extras.append(
        Extra(
            kind="shipment.destroyed",
            agency=office,
            at=at,
            claims=lambda: {
                "method": "incineration",
                "goods": kg,
                "destroyed_on": f"{at:%F}",
                "witnessed_by": office,
            },
        )
    )
