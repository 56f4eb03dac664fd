"""The journey out: release, departure, transit, transhipment (EU 2015/1013 Art 11)."""

from dataclasses import replace

from ledger import NotPermitted
from ledger.claims import Equipment, Line, Measure, Observed, Parties, Route, Transport
from ledger.fields import Code, Country, Day, Flag, LongText, Moment, Mrn, Number, Text
from ledger.roster import Role
from ledger.shipments import Origin, Shipment, Transit
from ledger.vocabulary import ROUTE, ShipmentEvent, event

UNDER_WAY = ("released", "in_transit")


def resealed(shipment: Shipment, equipment: tuple[Equipment, ...]) -> Shipment:
    """Take the seals on each container as those an authority put or left there."""
    for item in equipment:
        shipment = shipment.sealed(item.container, item.seals)
    return shipment


@event(
    "export.released", by=(Role.CUSTOMS,), of=("exporting",), needs=("goods", "parties.declarant")
)
class ExportReleased(ShipmentEvent):
    """Customs of the exporting country release the goods for export."""

    mrn: Mrn
    authorisation: Number
    declared_on: Day
    procedure: Code
    goods: tuple[Line, ...]
    parties: Parties
    office_of_export: Text
    route: Route | None = None
    transport: Transport | None = None
    incoterm: Code | None = None
    delivery_place: Text | None = None

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        shipment = shipment.routed(self.route, by).named(self.parties)
        shipment = shipment.measured("released", self.goods)
        if self.transport is not None:
            shipment = resealed(shipment, self.transport.equipment)
        shipment = shipment.at("released", by.occurred_at)
        return shipment.moved("released", by, self.kind, met=("authorised",))


@event(
    "shipment.departed", by=(Role.CUSTOMS,), of=("exporting",), needs=("goods", "transport.means")
)
class Departed(ShipmentEvent):
    """The goods left the exporting country: which means, which containers, how much."""

    goods: tuple[Line, ...]
    transport: Transport
    office_of_exit: Text
    route: Route | None = None
    arrival_expected: Moment | None = None
    exit_confirmation: Number | None = None
    stow_position: Number | None = None
    verified_gross_mass: Measure | None = None

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        shipment = shipment.routed(self.route, by).measured("departed", self.goods)
        shipment = resealed(shipment, self.transport.equipment)
        shipment = shipment.but(mode=self.transport.mode).at("departed", by.occurred_at)
        shipment = shipment.expecting("arrival", self.arrival_expected)
        if shipment.status in {"objected", "expired_no_reply", "notified", "cleared_to_export"}:
            shipment = shipment.flagged("departed_without_authorisation")
        return shipment.moved("in_transit", by, self.kind, met=("authorised", "released"))


@event("transit.entered", by=(Role.CUSTOMS,), needs=("observed.place", "observed.seals_intact"))
class TransitEntered(ShipmentEvent):
    """The goods entered a transit country."""

    country: Country
    observed: Observed
    transit_document: Number
    exit_expected: Moment | None = None
    exit_office: Text | None = None

    def check_signer(self, country: str) -> None:
        own_side(country, self.country)

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        inside = Transit(
            country=self.country, entered_at=by.occurred_at, due_out=self.exit_expected
        )
        shipment = shipment.but(transits=(*shipment.transits, inside))
        return shipment.moved("in_transit", by, self.kind, met=("released", "authorised"))


@event("transit.exited", by=(Role.CUSTOMS,), needs=("observed.place", "observed.seals_intact"))
class TransitExited(ShipmentEvent):
    """The goods left a transit country."""

    country: Country
    observed: Observed

    def check_signer(self, country: str) -> None:
        own_side(country, self.country)

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        transits = list(shipment.transits)
        for place, inside in reversed(list(enumerate(transits))):
            if inside.country == self.country and inside.left_at is None:
                transits[place] = replace(inside, left_at=by.occurred_at)
                return shipment.but(transits=tuple(transits))
        left = Transit(country=self.country, entered_at=by.occurred_at, left_at=by.occurred_at)
        return shipment.but(transits=(*transits, left)).odd(by, self.kind)


def own_side(signer: str, country: str) -> None:
    if signer != country:
        raise NotPermitted("customs report their own country's border", pointer="/country")


@event("shipment.transhipped", by=(Role.CUSTOMS,), needs=("observed.place",))
class Transhipped(ShipmentEvent):
    """The goods changed means or containers on the way."""

    observed: Observed
    from_means: Text
    to_means: Text
    from_equipment: tuple[Equipment, ...] = ()
    to_equipment: tuple[Equipment, ...] = ()
    free_zone: Flag = False
    reason: Code | None = None

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        shipment = resealed(shipment, self.to_equipment).at("transhipped", by.occurred_at)
        return shipment.moved("in_transit", by, self.kind, met=UNDER_WAY)


@event("shipment.returned", by=(Role.CUSTOMS,), of=ROUTE)
class Returned(ShipmentEvent):
    """The goods go back to where they came from."""

    reason: Code
    goods: tuple[Line, ...]
    return_route: Route | None = None
    refused_by: Text | None = None
    explanation: LongText | None = None

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        shipment = shipment.measured("returned", self.goods).at("returned", by.occurred_at)
        met = ("arrived", "cleared", *(["in_transit"] if "on_hold" in shipment.flags else []))
        return shipment.moved("returning", by, self.kind, met=met)
