"""What officers do on the way: risk, holds, inspections, samples, seals, discrepancies."""

from typing import Annotated

from ledger.claims import Concentration, Line, Observed
from ledger.fields import (
    Code,
    Container,
    Day,
    Flag,
    LongText,
    Moment,
    Number,
    Score,
    Seal,
    Sha256,
    Text,
    Uuid,
    choice,
)
from ledger.roster import Role
from ledger.shipments import Origin, Shipment
from ledger.vocabulary import ENFORCERS, OFFICES, ROUTE, ShipmentEvent, event


@event("risk.assessed", by=(Role.CUSTOMS, Role.HUB), of=ROUTE)
class RiskAssessed(ShipmentEvent):
    """A targeting centre scored the shipment before loading, departure or arrival."""

    point: Annotated[str, choice("pre_loading", "pre_departure", "pre_arrival")]
    score: Score
    band: Annotated[str, choice("low", "medium", "high", "critical")]
    rules_fired: tuple[Number, ...]
    model: Code
    trusted_trader_discount: Score | None = None
    recognition: Code | None = None
    action: Annotated[str, choice("release", "documents", "scan", "open", "do_not_load")] | None = (
        None
    )
    override: LongText | None = None

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        return shipment.but(risk=self.score).at("assessed", by.occurred_at)


@event("hold.placed", by=OFFICES, of=ROUTE)
class HoldPlaced(ShipmentEvent):
    """An authority holds the goods."""

    hold: Annotated[str, choice("documents", "scan", "physical", "do_not_load", "authority")]
    reason: Code
    container: Container | None = None
    release_expected: Moment | None = None
    contact: Text | None = None

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        held = shipment.but(holds=(*shipment.holds, (by.jti, by.agency))).at("held", by.occurred_at)
        return held.flagged("on_hold")


@event("hold.released", by=OFFICES)
class HoldReleased(ShipmentEvent):
    """The authority that placed a hold lets the goods go."""

    hold: Uuid
    result: Code

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        if (self.hold, by.agency) not in shipment.holds:
            return shipment.odd(by, self.kind)  # no such hold, or another authority's
        left = tuple(h for h in shipment.holds if h[0] != self.hold)
        shipment = shipment.but(holds=left)
        return shipment if left else shipment.unflagged("on_hold")


@event("shipment.inspected", by=OFFICES, needs=("observed.place",))
class Inspected(ShipmentEvent):
    """Officers looked: at papers, by scanner, at the goods themselves or with a field test."""

    inspection: Annotated[str, choice("document", "scan", "physical", "field_test")]
    result: Annotated[str, choice("conform", "discrepant", "inconclusive")]
    observed: Observed
    goods_found: tuple[Line, ...] = ()
    concentration_found: Concentration | None = None
    identity_found: Code | None = None
    seal_before: Seal | None = None
    seal_after: Seal | None = None
    equipment_used: Text | None = None

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        if self.seal_after is not None and len(self.observed.equipment) == 1:
            shipment = shipment.sealed(self.observed.equipment[0].container, (self.seal_after,))
        if self.result == "discrepant":
            shipment = shipment.flagged("discrepant")
        return shipment.at("inspected", by.occurred_at)


@event("sample.analysed", by=(Role.LABORATORY, *OFFICES))
class SampleAnalysed(ShipmentEvent):
    """A laboratory says whether the goods are what they were declared to be."""

    sample: Number
    laboratory: Text
    method: Code
    identity_confirmed: Flag
    result_on: Day
    concentration: Concentration | None = None
    custody: Text | None = None

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        if not self.identity_confirmed:
            shipment = shipment.flagged("discrepant", "identity_not_confirmed")
        return shipment.at("analysed", by.occurred_at)


@event("seal.changed", by=OFFICES)
class SealChanged(ShipmentEvent):
    """An authority or terminal replaced a seal, and says in what state the old one was."""

    container: Container
    old_seal: Seal
    old_state: Annotated[str, choice("intact", "broken", "missing", "mismatch")]
    new_seal: Seal
    reason: Code
    place: Text
    seal_class: Annotated[str, choice("H", "S", "I")] | None = None
    witness: Text | None = None
    photo: Sha256 | None = None

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        del by
        kept = tuple(s for s in shipment.seals.get(self.container, ()) if s != self.old_seal)
        return shipment.sealed(self.container, (*kept, self.new_seal))


@event("discrepancy.recorded", by=ENFORCERS)
class DiscrepancyRecorded(ShipmentEvent):
    """Something declared and something found do not agree."""

    about: Annotated[
        str,
        choice("quantity", "identity", "concentration", "packages", "document", "party", "value"),
    ]
    declared: Text
    found: Text
    unit: Text | None = None
    tolerance: Text | None = None
    explanation: LongText | None = None
    resolved: Flag = False

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        shipment = shipment.at("discrepancy", by.occurred_at)
        return shipment.unflagged("discrepant") if self.resolved else shipment.flagged("discrepant")
