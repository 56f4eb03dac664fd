"""Pre-export notices and their answers (UN Convention 1988 Art 12(10)(a); EU 111/2005 Art 11, 13).

A notice runs against a clock; whoever answers late still answers, and silence is its own state.
"""

from dataclasses import replace
from typing import Annotated

from ledger import Invalid, NotPermitted
from ledger.claims import Line, Parties, Route, Transport
from ledger.fields import (
    Code,
    Day,
    Flag,
    LongText,
    Moment,
    Number,
    Text,
    choice,
)
from ledger.roster import Role
from ledger.shipments import Origin, Reply, Shipment
from ledger.vocabulary import ShipmentEvent, event

OPEN = ("announced", "notified", "info_requested")
ANSWERABLE = ("notified", "info_requested", "expired_no_reply")
UNANSWERED = ("awaiting", "expired_no_reply")


def replied(shipment: Shipment, by: Origin, state: str) -> Shipment:
    """Stop the reply clock with an answer; remember one that came after the deadline."""
    reply = shipment.reply
    if reply is None:
        return shipment
    late = by.occurred_at > reply.due
    shipment = shipment.flagged("late_reply") if late else shipment
    answered = replace(
        reply, state=state, acknowledged=True, answered_at=by.occurred_at, stopped_at=None
    )
    return shipment.but(reply=answered)


def concerns_another(shipment: Shipment, pen: str) -> bool:
    """Whether the shipment runs under another notice, so that consent to this one is not consent.

    An objection counts whatever number it quotes.
    """
    return shipment.reply is not None and shipment.reply.notice != pen


@event(
    "notice.sent",
    by=(Role.AUTHORITY,),
    of=("exporting",),
    needs=("goods", "parties.exporter", "parties.importer"),
)
class NoticeSent(ShipmentEvent):
    """The exporting authority tells the importing one what is about to be shipped."""

    pen: Number
    goods: tuple[Line, ...]
    parties: Parties
    route: Route
    dispatch_expected: Moment
    reply_due: Moment
    legal_list: Code
    transport: Transport | None = None
    end_use: Code | None = None
    end_use_text: LongText | None = None
    arrival_expected: Moment | None = None
    incoterm: Code | None = None
    delivery_place: Text | None = None
    covers: tuple[Line, ...] = ()
    covers_until: Day | None = None

    def check_signer(self, country: str) -> None:
        if country != self.route.exporting:
            raise NotPermitted(
                "a notice is sent by the exporting country's authority", pointer="/route/exporting"
            )
        if self.reply_due < self.occurred_at:
            raise Invalid(
                "/reply_due: lies before the notice itself", pointer="/reply_due", code="bad-date"
            )

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        shipment = shipment.routed(self.route, by).named(self.parties)
        shipment = shipment.measured("notified", self.goods, anew=True)
        if self.covers:
            shipment = shipment.but(
                covers=shipment.weighed(self.covers), covers_until=self.covers_until
            )
        reply = Reply(notice=self.pen, sent_at=by.occurred_at, due=self.reply_due)
        shipment = shipment.but(reply=reply, mode=self.transport and self.transport.mode)
        shipment = shipment.at("notified", by.occurred_at)
        shipment = shipment.expecting("dispatch", self.dispatch_expected)
        shipment = shipment.expecting("arrival", self.arrival_expected)
        return shipment.moved("notified", by, self.kind, met=("announced", "cancelled"))


@event("notice.acknowledged", by=(Role.AUTHORITY,), of=("importing", "transit"))
class NoticeAcknowledged(ShipmentEvent):
    """The receiving authority has the notice on its desk; the clock runs on."""

    pen: Number

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        if shipment.reply is None:
            return shipment.odd(by, self.kind)
        return shipment.but(reply=replace(shipment.reply, acknowledged=True))


@event("notice.no_objection", by=(Role.AUTHORITY,), of=("importing",))
class NoticeNoObjection(ShipmentEvent):
    """The importing authority has nothing against the shipment."""

    pen: Number
    decided_on: Day
    conditions: LongText | None = None
    valid_until: Day | None = None

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        if concerns_another(shipment, self.pen):
            return shipment.odd(by, self.kind)
        shipment = replied(shipment, by, "no_objection").at("cleared_to_export", by.occurred_at)
        return shipment.moved("cleared_to_export", by, self.kind, met=ANSWERABLE)


@event("notice.objected", by=(Role.AUTHORITY,), of=("importing", "transit"))
class NoticeObjected(ShipmentEvent):
    """An authority on the route objects: the export must not go ahead."""

    pen: Number
    reason: Annotated[
        str,
        choice(
            "company_unknown",
            "no_licence",
            "quantity_exceeds_requirement",
            "documents_false",
            "no_authorisation",
            "under_investigation",
            "other",
        ),
    ]
    decided_on: Day
    reason_text: LongText | None = None
    requests_stop: Flag = False
    share_with_suppliers: Flag = True

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        shipment = replied(shipment, by, "objected").flagged("objected")
        shipment = shipment.at("objected", by.occurred_at)
        return shipment.moved("objected", by, self.kind, met=(*ANSWERABLE, "cleared_to_export"))


@event("notice.info_requested", by=(Role.AUTHORITY,), of=("importing", "transit"))
class NoticeInfoRequested(ShipmentEvent):
    """An authority on the route asks questions before it answers."""

    pen: Number
    questions: tuple[LongText, ...]
    answer_due: Moment
    stops_clock: Flag = False

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        reply = shipment.reply
        if reply is not None and reply.state in UNANSWERED:
            halted = reply.stopped_at or (by.occurred_at if self.stops_clock else None)
            asked = replace(reply, state="awaiting", acknowledged=True, stopped_at=halted)
            shipment = shipment.but(reply=asked)
        shipment = shipment.expecting("answers", self.answer_due)
        return shipment.moved("info_requested", by, self.kind, met=("notified", "expired_no_reply"))


@event("notice.info_provided", by=(Role.AUTHORITY,), of=("exporting",))
class NoticeInfoProvided(ShipmentEvent):
    """The exporting authority answers the questions; a stopped clock runs on for what was left."""

    pen: Number
    answers: tuple[LongText, ...]
    reply_due: Moment | None = None

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        reply = shipment.reply
        if reply is not None:
            due = reply.due + (by.occurred_at - (reply.stopped_at or by.occurred_at))
            due = max(due, self.reply_due or due)  # whoever is asked can't shorten the time to ask
            shipment = shipment.but(reply=replace(reply, stopped_at=None, due=due))
        return shipment.moved("notified", by, self.kind, met=("info_requested",))


@event("notice.extended", by=(Role.AUTHORITY,), of=("importing", "transit"))
class NoticeExtended(ShipmentEvent):
    """The receiving authority needs more time, and says until when."""

    pen: Number
    new_due: Moment
    reason: LongText

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        reply = shipment.reply
        if reply is None or reply.state not in UNANSWERED or concerns_another(shipment, self.pen):
            return shipment.odd(by, self.kind)
        due = max(reply.due, self.new_due)
        reply = replace(reply, state="awaiting", due=due, acknowledged=True)
        return shipment.but(reply=reply).moved("notified", by, self.kind, met=ANSWERABLE)


@event("notice.expired", by=(Role.HUB,))
class NoticeExpired(ShipmentEvent):
    """Nobody answered by the deadline. Silence is not consent: this is a state of its own."""

    pen: Number
    due: Moment

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        reply = shipment.reply
        if reply is None or reply.state != "awaiting" or reply.stopped:
            return shipment  # answered or halted meanwhile: the clock was overtaken
        if reply.due > min(self.due, by.occurred_at) or concerns_another(shipment, self.pen):
            return shipment  # extended, restarted, or sent anew under another number
        shipment = shipment.but(reply=replace(reply, state="expired_no_reply"))
        shipment = shipment.at("expired", by.occurred_at)
        return shipment.moved("expired_no_reply", by, self.kind, met=("notified", "info_requested"))


@event("notice.withdrawn", by=(Role.AUTHORITY,), of=("exporting",))
class NoticeWithdrawn(ShipmentEvent):
    """The exporting authority takes the notice back."""

    pen: Number
    reason: Code
    reason_text: LongText | None = None

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        if shipment.reply is not None:
            shipment = shipment.but(reply=replace(shipment.reply, state="withdrawn"))
        shipment = shipment.flagged("withdrawn").at("cancelled", by.occurred_at)
        before = (*OPEN, "cleared_to_export", "objected", "expired_no_reply")
        return shipment.moved("cancelled", by, self.kind, met=before)
