"""What is told on the way and at the far end: transit, ships changed, arrival to the last use."""

from datetime import datetime, timedelta

from ledger.states import moment
from visitor.desk import Desk
from visitor.facts import Body, Box, Cargo, Means, Stop
from visitor.offices import Office


def passages(desk: Desk, cargo: Cargo) -> None:
    """What the countries on the way see."""
    boxes, ship = cargo.boxes, cargo.means
    for stop in cargo.stops:
        _entered(desk, cargo, stop, boxes, ship)
        if stop.moved and "moved" not in cargo.never:
            _moved(desk, stop, boxes, ship)
            ship = stop.onward or ship
            boxes = stop.reboxed or boxes
        if stop.leaves:
            _left(desk, stop, boxes, ship)


def _entered(desk: Desk, cargo: Cargo, stop: Stop, boxes: list[Box], ship: Means) -> None:
    def claims(desk: Desk, office: Office) -> Body:
        said: Body = {
            "country": stop.land.code,
            "observed": desk.observed(office, boxes, f"in:{stop.land.code}", stop.place, ship),
            "transit_document": cargo.number["transit"],
        }
        if desk.chance(0.7):
            given = timedelta(days=30 if cargo.mode == "sea" else 10)
            said["exit_expected"] = moment(stop.entered + given)
        return said

    desk.files(f"{stop.land.code}-CUSTOMS", "transit.entered", stop.entered, claims)


def _moved(desk: Desk, stop: Stop, boxes: list[Box], ship: Means) -> None:
    def claims(desk: Desk, office: Office) -> Body:
        onward = stop.onward or ship
        said: Body = {
            "observed": desk.observed(
                office, stop.reboxed or boxes, f"out:{stop.land.code}", stop.place, onward
            ),
            "from_means": ship.name,
            "to_means": onward.name,
            "free_zone": stop.zone,
        }
        if stop.reboxed:
            said["from_equipment"] = desk.equipment(office, boxes, f"in:{stop.land.code}")
            said["to_equipment"] = desk.equipment(office, stop.reboxed, f"out:{stop.land.code}")
        return said

    when = stop.entered + 0.6 * (stop.left - stop.entered)
    desk.files(f"{stop.land.code}-CUSTOMS", "shipment.transhipped", when, claims)


def _left(desk: Desk, stop: Stop, boxes: list[Box], ship: Means) -> None:
    def claims(desk: Desk, office: Office) -> Body:
        seen = desk.observed(office, boxes, f"out:{stop.land.code}", stop.place, ship)
        return {"country": stop.land.code, "observed": seen}

    desk.files(f"{stop.land.code}-CUSTOMS", "transit.exited", stop.left, claims)


def boxes_at_end(cargo: Cargo) -> list[Box]:
    """The boxes in which the goods come in."""
    changed = [stop.reboxed for stop in cargo.stops if stop.reboxed]
    return changed[-1] if changed else cargo.boxes


def arrivals(desk: Desk, cargo: Cargo) -> None:
    """The border and the clearance."""
    agency = cargo.agency("target", "CUSTOMS")

    def arrived(desk: Desk, office: Office) -> Body:
        boxes = boxes_at_end(cargo)
        said: Body = {
            "observed": desk.observed(office, boxes, "arr", cargo.entry_place, cargo.last_means)
        }
        if desk.chance(0.8):
            kg = desk.scale(office, cargo.kg["landed"], cargo.kg["entry"])
            said["goods"] = [desk.line(office, cargo, "entry", kg)]
        return said | desk.papers(office, cargo, "bill")

    def cleared(desk: Desk, office: Office) -> Body:
        worth = cargo.worth["entry"]
        said: Body = {
            "mrn": cargo.number["mrn_in"],
            "cleared_on": cargo.at["cleared"].date().isoformat(),
            "procedure": "7100" if cargo.zone else "4000",
            "goods": [desk.line(office, cargo, "entry", cargo.kg["entry"], worth=worth)],
            "parties": desk.parties(office, cargo, "entry", "importer", "consignee", "exporter"),
            "origin_country": cargo.source.code,
        }
        if cargo.zone:
            said["free_zone"] = True
        if "permit_in" not in cargo.never and desk.chance(office.papers):
            said["authorisation"] = cargo.number["import"]
        return said | desk.papers(office, cargo, "invoice", "ucr", "bill", "pen")

    if "arrived" not in cargo.never:
        desk.files(agency, "shipment.arrived", cargo.at["arrived"], arrived)
    if "cleared" not in cargo.never:
        desk.files(agency, "import.cleared", cargo.at["cleared"], cleared)


def receipts(desk: Desk, cargo: Cargo) -> None:
    """Delivery, receipt, use and the closing of the books."""
    ours = cargo.agency("target", "CNA")
    giver = ours if cargo.target.skill % 2 else cargo.agency("target", "CUSTOMS")

    def delivered(desk: Desk, office: Office) -> Body:
        kg = desk.scale(office, cargo.kg["handed"], cargo.kg["entry"])
        parties = desk.parties(office, cargo, "handed", "consignee", "receiver", "importer")
        return {
            "delivery_address": cargo.address,
            "goods": [desk.line(office, cargo, "entry", kg)],
            "parties": parties,
        }

    def booked(desk: Desk, office: Office) -> Body:
        said: Body = {
            "goods": [desk.line(office, cargo, "entry", cargo.kg["booked"])],
            "method": "site_check" if desk.chance(0.06) else "declaration",
        }
        if desk.chance(0.6):
            said["parties"] = desk.parties(office, cargo, "handed", "importer", "consignee")
        return said

    def closed(desk: Desk, office: Office) -> Body:
        kg = cargo.kg["booked"]
        return {"reason": "completed", "reconciled": [desk.line(office, cargo, "entry", kg)]}

    if "delivered" not in cargo.never:
        desk.files(giver, "shipment.delivered", cargo.at["delivered"], delivered)
    if "booked" not in cargo.never:
        desk.files(ours, "receipt.confirmed", cargo.at["booked"], booked)
    if "used" not in cargo.never and cargo.used is not None:
        _use(desk, cargo, ours)
    if "closed" not in cargo.never:
        desk.files(ours, "shipment.closed", cargo.at["closed"], closed)


def _use(desk: Desk, cargo: Cargo, agency: str) -> None:
    def claims(desk: Desk, office: Office) -> Body:
        used, left, waste = cargo.used or (1.0, 0.0, 0.0)
        got = cargo.kg["booked"]
        first, last = cargo.at["booked"].date(), cargo.at["used"].date()
        said: Body = {
            "period_from": first.isoformat(),
            "period_to": max(first, last).isoformat(),
            "used": [desk.line(office, cargo, "entry", got * used)],
            "use": cargo.use,
            "on_hand": [desk.line(office, cargo, "entry", got * left)],
        }
        if got * waste > 0.5 and desk.chance(0.8):
            said["wasted"] = [desk.line(office, cargo, "entry", got * waste)]
        return said

    when: datetime = cargo.at["used"] + timedelta(days=3)
    desk.files(agency, "use.reported", when, claims)


def extras(desk: Desk, cargo: Cargo) -> None:
    """What else is on file."""
    for extra in cargo.extras:
        desk.files(extra.agency, extra.kind, extra.at, extra.claims, sure=extra.sure)
