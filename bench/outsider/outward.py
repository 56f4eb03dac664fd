"""What the exporting side and the countries on the way tell of a shipment."""

from datetime import timedelta
from functools import partial

from ledger.states import moment
from outsider.clerk import Clerk
from outsider.facts import Body, Call, Cargo, Leg
from outsider.nations import Office
from outsider.prior import route


def permits(clerk: Clerk, cargo: Cargo) -> None:
    """The export permit and the release."""
    if cargo.cancelled or not cargo.permit:
        return
    at = cargo.at["permitted"]
    clerk.says(f"{cargo.source.code}-CNA", "export.authorised", at, lambda o: {
        "authorisation": cargo.numbers["export"],
        **({"pen": cargo.numbers["pen"]} if cargo.notice else {}),
        **({"simplified": True} if cargo.framework else {}),
        "goods": [clerk.line(o, cargo, cargo.permit_kg)],
        "parties": {
            "exporter": clerk.party(o, cargo.seller), "importer": clerk.party(o, cargo.buyer),
        },
        "valid_from": f"{at:%F}",
        "valid_to": f"{at + timedelta(days=cargo.permit_days):%F}",
        "office_of_export": cargo.source.ports[0],
    })  # fmt: skip


def departures(clerk: Clerk, cargo: Cargo) -> None:
    if cargo.cancelled:
        return
    customs = f"{cargo.source.code}-CUSTOMS"
    total = sum(leg.declared_kg for leg in cargo.legs)
    if cargo.permit:
        at = min(cargo.at["released"], cargo.departed - timedelta(hours=3))
        clerk.says(customs, "export.released", at, lambda o: {
            "mrn": cargo.numbers["mrn out"],
            "authorisation": cargo.numbers["export"],
            "declared_on": f"{at:%F}",
            "procedure": "1000",
            "goods": [clerk.line(o, cargo, total, price=cargo.price)],
            "parties": {
                "declarant": clerk.party(o, cargo.broker or cargo.seller),
                "exporter": clerk.party(o, cargo.seller),
                "importer": clerk.party(o, cargo.buyer),
            },
            "office_of_export": cargo.source.ports[0],
            **clerk.papers(cargo, "bill", "invoice", "ucr", "export"),
        })  # fmt: skip
    for leg in cargo.legs:
        left = partial(_departed, clerk, cargo, leg)
        clerk.says(customs, "shipment.departed", leg.departed, left)
        for call in leg.calls:
            passing(clerk, cargo, leg, call)


def _departed(clerk: Clerk, cargo: Cargo, leg: Leg, office: Office) -> Body:
    kg = clerk.weighed(office, leg.sent_kg, leg.declared_kg)
    said: Body = {
        "goods": [clerk.line(office, cargo, kg, packages=leg.packages)],
        "transport": clerk.transport(cargo.mode, leg.means, leg.boxes),
        "office_of_exit": cargo.source.ports[0],
        **clerk.papers(cargo, "bill", "ucr"),
    }
    if not cargo.notice or clerk.chance(0.25):
        said["route"] = route(cargo)
    if clerk.chance(0.8):
        said["arrival_expected"] = moment(leg.eta.replace(microsecond=0))
    return said


def passing(clerk: Clerk, cargo: Cargo, leg: Leg, call: Call) -> None:
    """What transit customs see; half the hubs report the change of ship and no more."""
    customs = f"{call.country}-CUSTOMS"
    seen, out = call.seen or leg.boxes, call.boxes or call.seen or leg.boxes
    crossing = not call.tranship or clerk.chance(0.5)
    entered = None
    if crossing:
        entered = clerk.says(customs, "transit.entered", call.entered, lambda _: {
            "country": call.country,
            "transit_document": f"T1-{cargo.numbers['bill'][-6:]}",
            "observed": {
                "place": call.place, "seals_intact": call.intact,
                "equipment": clerk.equipment(seen),
            },
            "exit_expected": moment((call.entered + timedelta(days=9)).replace(microsecond=0)),
        })  # fmt: skip
    if call.tranship and call.onto and call.left:
        ship, at = call.onto, call.left - timedelta(hours=6)
        clerk.says(customs, "shipment.transhipped", at, lambda _: {
            "observed": {"place": call.place},
            "from_means": leg.means.name, "to_means": ship.name,
            "from_equipment": clerk.equipment(seen), "to_equipment": clerk.equipment(out),
            "free_zone": call.free_zone,
        })  # fmt: skip
    if entered and call.left:
        clerk.says(customs, "transit.exited", call.left, lambda _: {
            "country": call.country,
            "observed": {
                "place": call.place, "seals_intact": True, "equipment": clerk.equipment(out),
            },
        })  # fmt: skip
