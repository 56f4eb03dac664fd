"""Corrections, amendments, cancelling and closing. Nothing is ever edited (DESIGN §5, rule 4)."""

from dataclasses import dataclass, replace
from typing import Annotated

from ledger import Invalid
from ledger.claims import Line, Parties, Route, Transport
from ledger.fields import Code, Flag, LongText, Moment, Text, Uuid, choice
from ledger.roster import Role
from ledger.shipments import Origin, Shipment
from ledger.statuses import ENDED
from ledger.vocabulary import OFFICES, ROUTE, ShipmentEvent, event

ALL = (Role.AUTHORITY, Role.CUSTOMS, Role.LICENSING, Role.POLICE, Role.LABORATORY, Role.HUB)
BEFORE_DEPARTURE = (
    "announced",
    "notified",
    "info_requested",
    "expired_no_reply",
    "objected",
    "cleared_to_export",
    "authorised",
    "released",
)


@event("event.corrected", by=ALL)
class EventCorrected(ShipmentEvent):
    """The agency that stated an event says it was wrong, and which statement replaces it."""

    corrects: Uuid
    reason: Annotated[str, choice("incorrect_data", "did_not_occur")]
    replacement: Uuid | None = None
    explanation: LongText | None = None

    def check_signer(self, country: str) -> None:
        del country
        if (self.reason == "incorrect_data") != (self.replacement is not None):
            raise Invalid(
                "/replacement: incorrect data needs one, and what did not occur has none",
                pointer="/replacement",
                code="missing-field",
            )

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        """The fold has left out what this annuls before it began (`ledger.folding.annulled`).

        What it could not annul, because it is unknown or another agency's, is irregular.
        """
        return shipment if self.corrects in shipment.annulled else shipment.odd(by, self.kind)


@dataclass(frozen=True, kw_only=True)
class Change:
    """One property that was amended, as text before and after."""

    field: Text
    old: Text
    new: Text


@event("shipment.amended", by=OFFICES, of=("exporting",))
class Amended(ShipmentEvent):
    """The exporting side changes its plan; a material change restarts the reply clock."""

    changes: tuple[Change, ...]
    material: Flag
    goods: tuple[Line, ...] = ()
    parties: Parties | None = None
    route: Route | None = None
    transport: Transport | None = None
    dispatch_expected: Moment | None = None
    arrival_expected: Moment | None = None
    reply_due: Moment | None = None

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        shipment = shipment.routed(self.route, by).named(self.parties)
        if self.goods:
            shipment = shipment.measured("notified", self.goods, anew=True)
        if self.transport is not None:
            shipment = shipment.but(mode=self.transport.mode)
        shipment = shipment.expecting("dispatch", self.dispatch_expected)
        shipment = shipment.expecting("arrival", self.arrival_expected).at(
            "amended", by.occurred_at
        )
        if shipment.status not in BEFORE_DEPARTURE:
            shipment = shipment.odd(by, self.kind)
        return self._restarted(shipment, by) if self.material else shipment

    def _restarted(self, shipment: Shipment, by: Origin) -> Shipment:
        """21 USC 971(d)(1)(C): a new transferee or a greater quantity starts a new period."""
        shipment = shipment.flagged("amended_materially")
        if shipment.reply is None:
            return shipment
        allowed = shipment.reply.due - shipment.reply.sent_at
        due = self.reply_due or by.occurred_at + allowed
        fresh = replace(
            shipment.reply,
            sent_at=by.occurred_at,
            due=due,
            state="awaiting",
            acknowledged=False,
            answered_at=None,
            stopped_at=None,
        )
        shipment = shipment.but(reply=fresh)
        if shipment.status in {"info_requested", "expired_no_reply", "cleared_to_export"}:
            return shipment.but(status="notified")
        return shipment


@event("shipment.cancelled", by=OFFICES, of=("exporting",))
class Cancelled(ShipmentEvent):
    """The shipment will not take place."""

    reason: Code
    reason_text: LongText | None = None

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        shipment = shipment.at("cancelled", by.occurred_at)
        if shipment.status not in BEFORE_DEPARTURE:
            return shipment.odd(by, self.kind)
        return shipment.but(status="cancelled")


@event("shipment.closed", by=(*OFFICES, Role.HUB), of=ROUTE)
class Closed(ShipmentEvent):
    """The books on a shipment are closed, with what could not be accounted for."""

    reason: Code
    reconciled: tuple[Line, ...]
    unaccounted: tuple[Line, ...] = ()

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        shipment = shipment.at("closed", by.occurred_at)
        met = ("received", "returning", *(ENDED - {"closed"}))
        return shipment.moved("closed", by, self.kind, met=met)
