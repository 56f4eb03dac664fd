"""The far end: arrival, clearance, delivery, receipt, use, re-export, split and merge."""

from typing import Annotated

from ledger import Invalid
from ledger.claims import Child, Line, Observed, Parties, Party
from ledger.fields import Code, Country, Day, Flag, LongText, Mrn, Number, Text, choice
from ledger.roster import Role
from ledger.shipments import Origin, Part, Shipment
from ledger.vocabulary import OFFICES, ROUTE, ShipmentEvent, event


@event(
    "shipment.arrived",
    by=(Role.CUSTOMS,),
    of=("importing",),
    needs=("observed.place", "observed.means", "observed.seals_intact"),
)
class Arrived(ShipmentEvent):
    """The goods reached the importing country."""

    observed: Observed
    goods: tuple[Line, ...] = ()
    storage_place: Text | None = None

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        if self.goods:
            shipment = shipment.measured("arrived", self.goods)
        shipment = shipment.at("arrived", by.occurred_at)
        return shipment.moved("arrived", by, self.kind, met=("in_transit",))


@event("import.cleared", by=(Role.CUSTOMS,), of=("importing",), needs=("goods", "parties.importer"))
class ImportCleared(ShipmentEvent):
    """Customs of the importing country clear the goods."""

    mrn: Mrn
    cleared_on: Day
    procedure: Code
    goods: tuple[Line, ...]
    parties: Parties
    origin_country: Country | None = None
    authorisation: Number | None = None
    free_zone: Flag = False
    inspection: Number | None = None
    duty_status: Code | None = None

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        if shipment.route is None:
            shipment = shipment.flagged("import_without_notice")
        shipment = shipment.named(self.parties).measured("cleared", self.goods)
        shipment = shipment.at("cleared", by.occurred_at)
        return shipment.moved("cleared", by, self.kind, met=("arrived",))


@event("shipment.delivered", by=OFFICES, of=("importing",), needs=("goods",))
class Delivered(ShipmentEvent):
    """The goods were handed to the receiver, as the carrier told the authority."""

    delivery_address: Text
    goods: tuple[Line, ...]
    parties: Parties | None = None
    proof: Number | None = None
    condition: Code | None = None

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        shipment = shipment.named(self.parties).measured("delivered", self.goods)
        shipment = shipment.at("delivered", by.occurred_at)
        return shipment.moved("delivered", by, self.kind, met=("cleared",))


@event("receipt.confirmed", by=(Role.AUTHORITY,), of=("importing",), needs=("goods",))
class ReceiptConfirmed(ShipmentEvent):
    """The importing authority confirms what the consignee received."""

    goods: tuple[Line, ...]
    method: Annotated[str, choice("declaration", "site_check")]
    parties: Parties | None = None
    storage_site: Text | None = None
    stock_after: tuple[Line, ...] = ()

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        shipment = shipment.named(self.parties).measured("received", self.goods)
        shipment = shipment.at("received", by.occurred_at)
        return shipment.moved("received", by, self.kind, met=("delivered",))


@event("receipt.disputed", by=OFFICES, of=("importing",))
class ReceiptDisputed(ShipmentEvent):
    """The receiver says that what came is not what was sent."""

    reason: Code
    goods: tuple[Line, ...]
    comment: LongText | None = None

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        return shipment.flagged("discrepant").at("disputed", by.occurred_at)


@event("use.reported", by=(Role.AUTHORITY, Role.LICENSING), of=("importing",))
class UseReported(ShipmentEvent):
    """What the end user did with the goods in a period."""

    period_from: Day
    period_to: Day
    used: tuple[Line, ...]
    use: Code
    on_hand: tuple[Line, ...] = ()
    resold: tuple[Line, ...] = ()
    wasted: tuple[Line, ...] = ()
    buyers: tuple[Party, ...] = ()
    product: Text | None = None

    def check_signer(self, country: str) -> None:
        del country
        if self.period_to < self.period_from:
            raise Invalid(
                "/period_to: lies before /period_from", pointer="/period_to", code="bad-date"
            )

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        shipment = shipment.measured("used", self.used).at("used", by.occurred_at)
        left = shipment.weighed(self.on_hand).amounts.values()
        state = "consumed" if self.on_hand and not any(left) else "in_use"
        return shipment.moved(state, by, self.kind, met=("received", "in_use"))


@event("shipment.reexported", by=(Role.CUSTOMS,), of=("importing",))
class Reexported(ShipmentEvent):
    """Goods leave again for a third country, under a reference of their own."""

    child: Child
    destination: Country
    authorisation: Number
    all_of_it: Flag = True

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        shipment = shipment.measured("reexported", self.child.goods)
        part = Part(shipment=self.child.shipment, masses=shipment.weighed(self.child.goods))
        shipment = shipment.but(children=(*shipment.children, part))
        if not self.all_of_it:
            return shipment  # the rest stays, and stays watched
        return shipment.moved("reexported", by, self.kind, met=("cleared", "received"))


@event("shipment.split", by=OFFICES, of=ROUTE, needs=("into",))
class Split(ShipmentEvent):
    """The goods go on as several shipments, each under a reference of its own."""

    into: tuple[Child, ...]
    reason: Code | None = None
    all_of_it: Flag = True

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        for child in self.into:
            part = Part(shipment=child.shipment, masses=shipment.weighed(child.goods))
            shipment = shipment.but(children=(*shipment.children, part))
        if not self.all_of_it:
            return shipment
        met = ("in_transit", "arrived", "cleared", "delivered", "received")
        return shipment.moved("split", by, self.kind, met=met)


@event("shipment.merged", by=OFFICES, of=ROUTE, needs=("parts",))
class Merged(ShipmentEvent):
    """This shipment is made of others, or of parts of them; its parents say so by `split`."""

    parts: tuple[Child, ...]
    reason: Code | None = None

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        for parent in self.parts:
            shipment = shipment.carrying(parent.goods)
            part = Part(shipment=parent.shipment, masses=shipment.weighed(parent.goods))
            shipment = shipment.but(parents=(*shipment.parents, part))
        return shipment.at("merged", by.occurred_at)
