"""Authorisations to import and export (EU 111/2005 Art 12-25; EU 2015/1013 Art 11)."""

from dataclasses import replace
from typing import Annotated, Protocol

from ledger import Invalid
from ledger.claims import Line, Parties, Route
from ledger.fields import Code, Day, Flag, LongText, Moment, Number, Text, choice
from ledger.roster import Role
from ledger.shipments import Authorisation, Origin, Shipment
from ledger.vocabulary import ShipmentEvent, event


class _Permit(Protocol):
    authorisation: str
    goods: tuple[Line, ...]
    valid_from: Day
    valid_to: Day


def check_dates(permit: _Permit) -> None:
    if permit.valid_to < permit.valid_from:
        raise Invalid("/valid_to: lies before /valid_from", pointer="/valid_to", code="bad-date")


def permitted(shipment: Shipment, permit: _Permit, kind: str, by: Origin) -> Shipment:
    shipment = shipment.carrying(permit.goods)
    granted = Authorisation(
        number=permit.authorisation,
        kind=kind,
        country=by.country,
        valid_from=permit.valid_from,
        valid_to=permit.valid_to,
        masses=shipment.weighed(permit.goods),
    )
    others = tuple(
        a for a in shipment.authorisations if (a.number, a.kind) != (granted.number, kind)
    )
    return shipment.but(authorisations=(*others, granted))


@event(
    "import.authorised",
    by=(Role.AUTHORITY, Role.LICENSING),
    of=("importing",),
    needs=("goods", "parties.importer"),
)
class ImportAuthorised(ShipmentEvent):
    """The importing authority permits the import, up to a quantity and a date."""

    authorisation: Number
    goods: tuple[Line, ...]
    parties: Parties
    valid_from: Day
    valid_to: Day
    licence: Number | None = None
    conditions: LongText | None = None

    def check_signer(self, country: str) -> None:
        del country
        check_dates(self)

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        return permitted(shipment, self, "import", by).named(self.parties)


@event(
    "export.authorised",
    by=(Role.AUTHORITY, Role.LICENSING),
    of=("exporting",),
    needs=("goods", "parties.exporter", "parties.importer"),
)
class ExportAuthorised(ShipmentEvent):
    """The exporting authority permits the export, up to a quantity and a date."""

    authorisation: Number
    goods: tuple[Line, ...]
    parties: Parties
    valid_from: Day
    valid_to: Day
    office_of_export: Text
    pen: Number | None = None
    route: Route | None = None
    simplified: Flag = False
    remaining: tuple[Line, ...] = ()
    conditions: LongText | None = None

    def check_signer(self, country: str) -> None:
        del country
        check_dates(self)

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        shipment = shipment.routed(self.route, by).named(self.parties)
        if shipment.status == "expired_no_reply":
            shipment = shipment.flagged("authorised_without_reply")
        if shipment.status == "objected":
            shipment = shipment.flagged("authorised_despite_objection")
        shipment = permitted(shipment, self, "export", by)
        shipment = shipment.measured("authorised", self.goods, anew=True)
        shipment = shipment.at("authorised", by.occurred_at)
        met = ("cleared_to_export", "expired_no_reply")
        return shipment.moved("authorised", by, self.kind, met=met)


@event(
    "authorisation.suspended",
    by=(Role.AUTHORITY, Role.LICENSING),
    of=("exporting", "importing"),
)
class AuthorisationSuspended(ShipmentEvent):
    """The issuing authority suspends a permit; the shipment must not go on under it."""

    authorisation: Number
    grounds: Code
    effective_at: Moment
    grounds_text: LongText | None = None
    lift_conditions: LongText | None = None

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        marked = tuple(
            replace(a, suspended=True)
            if a.number == self.authorisation and a.country == by.country
            else a
            for a in shipment.authorisations
        )
        if marked == shipment.authorisations and shipment.authorisations:
            return shipment.odd(by, self.kind)  # not that country's permit, or no such permit
        shipment = shipment.but(authorisations=marked).at("suspended", self.effective_at)
        met = ("authorised", "released", "in_transit")
        return shipment.suspended(by, self.kind, met=met)


@event("suspension.lifted", by=(Role.AUTHORITY, Role.LICENSING, Role.CUSTOMS))
class SuspensionLifted(ShipmentEvent):
    """A suspension ends and the shipment goes on from where it stood."""

    basis: Annotated[str, choice("conditions_met", "error", "appeal", "other")]
    authorisation: Number | None = None
    explanation: LongText | None = None

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        lifted = tuple(
            replace(a, suspended=False)
            if a.number == self.authorisation and a.country == by.country
            else a
            for a in shipment.authorisations
        )
        return shipment.but(authorisations=lifted).resumed(by, self.kind)
