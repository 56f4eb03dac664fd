"""Stops, seizures, losses, findings of diversion and what came of them."""

from typing import Annotated

from ledger.claims import Line, Party
from ledger.fields import (
    Code,
    Container,
    Count,
    Day,
    Moment,
    Number,
    Sha256,
    ShipmentRef,
    Text,
    Uuid,
    choice,
)
from ledger.shipments import Origin, Shipment
from ledger.statuses import ACTIVE
from ledger.vocabulary import ENFORCERS, OFFICES, ROUTE, ShipmentEvent, event

Disposition = Annotated[str, choice("returned", "seized", "destroyed", "released")]


@event("shipment.suspended", by=OFFICES, of=ROUTE)
class ShipmentSuspended(ShipmentEvent):
    """An authority on the route halts the shipment while it asks questions."""

    reason: Code
    since: Moment
    review_by: Moment | None = None
    legal_basis: Text | None = None

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        return shipment.at("suspended", self.since).suspended(by, self.kind, met=ACTIVE)


@event("shipment.stopped", by=ENFORCERS, of=ROUTE)
class ShipmentStopped(ShipmentEvent):
    """An authority stops the shipment for good, on sufficient evidence."""

    reason: Code
    evidence_level: Annotated[str, choice("suspicion", "reasonable_grounds", "proof")]
    disposition: Disposition | None = None
    linked: tuple[ShipmentRef, ...] = ()

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        shipment = shipment.flagged("stopped").at("stopped", by.occurred_at)
        return shipment.moved("stopped", by, self.kind, met=ACTIVE)


@event("shipment.seized", by=ENFORCERS, needs=("goods",))
class Seized(ShipmentEvent):
    """Goods were taken. This can be recorded whether or not anything was announced before."""

    seizure: Number
    place: Text
    goods: tuple[Line, ...]
    substance_found: Code
    detection: Annotated[
        str, choice("risk_profile", "intelligence", "random", "tip", "canine", "scanner")
    ]
    mode: Annotated[str, choice("sea", "rail", "road", "air", "mail", "other")]
    legal_basis: Text
    provenance: Text | None = None
    destination: Text | None = None
    customs_status: Code | None = None
    means: Text | None = None
    concealment: Text | None = None
    packaging_marks: Text | None = None
    persons_count: Count | None = None
    companies: tuple[Party, ...] = ()
    photos: tuple[Sha256, ...] = ()

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        shipment = shipment.measured("seized", self.goods).at("seized", by.occurred_at)
        return shipment.moved("seized", by, self.kind, met=(*ACTIVE, "stopped"))


@event("loss.reported", by=ENFORCERS, needs=("goods",))
class LossReported(ShipmentEvent):
    """Goods were stolen or cannot be accounted for (EU 2019/1148 Art 9: within 24 hours)."""

    goods: tuple[Line, ...]
    loss: Annotated[str, choice("theft", "significant_disappearance", "unexplained_loss")]
    place: Text
    last_seen: Moment | None = None
    police_reference: Number | None = None
    container: Container | None = None
    suspected_cause: Text | None = None

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        flag = "stolen" if self.loss == "theft" else "lost"
        return shipment.measured("lost", self.goods).flagged(flag).at("lost", by.occurred_at)


@event("shipment.destroyed", by=ENFORCERS, of=ROUTE)
class Destroyed(ShipmentEvent):
    """Goods were destroyed, or abandoned to the authority."""

    method: Code
    goods: tuple[Line, ...]
    destroyed_on: Day
    witnessed_by: Text
    certificate: Number | None = None
    stored_before: Text | None = None

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        shipment = shipment.measured("destroyed", self.goods).at("destroyed", by.occurred_at)
        return shipment.moved("destroyed", by, self.kind, met=(*ACTIVE, "stopped", "seized"))


@event("diversion.found", by=ENFORCERS)
class DiversionFound(ShipmentEvent):
    """An authority concludes that goods were diverted, or that somebody tried."""

    finding: Annotated[str, choice("diversion", "attempted_diversion")]
    stage: Code
    goods: tuple[Line, ...]
    basis: Annotated[str, choice("confirmed", "suspected")]
    method: Code | None = None
    linked: tuple[ShipmentRef, ...] = ()
    companies: tuple[Party, ...] = ()

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        flag = "diverted" if self.finding == "diversion" else "attempted_diversion"
        return shipment.flagged(flag).at("diverted", by.occurred_at)


@event("outcome.reported", by=ENFORCERS)
class OutcomeReported(ShipmentEvent):
    """What the courts or the police made of it: arrests, charges, fines."""

    related: Uuid
    outcome: Annotated[
        str,
        choice(
            "arrest",
            "charge",
            "conviction",
            "acquittal",
            "fine",
            "forfeiture",
            "licence_revoked",
            "no_further_action",
        ),
    ]
    count: Count
    decided_on: Day
    court_reference: Number | None = None
    source_found: Text | None = None

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        del by
        return shipment.but(outcomes=(*shipment.outcomes, (self.outcome, self.count)))
