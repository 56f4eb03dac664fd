"""Bodies of controls on the way and of enforcement."""

from tests.bodies_notices import EARLIER
from tests.making import ShipmentBody, day, of, on


class RiskAssessedFactory(ShipmentBody):
    kind = "risk.assessed"
    occurred_at = on(57)
    point = "pre_arrival"
    score = 20
    band = "low"
    rules_fired = of(lambda _: ["RF-13"])
    model = "targeting-2026.1"
    action = "release"


class HoldPlacedFactory(ShipmentBody):
    kind = "hold.placed"
    occurred_at = on(60)
    hold = "scan"
    reason = "random_selection"
    container = of(lambda journey: journey.container)


class HoldReleasedFactory(ShipmentBody):
    kind = "hold.released"
    occurred_at = on(61)
    hold = EARLIER
    result = "conform"


class InspectedFactory(ShipmentBody):
    kind = "shipment.inspected"
    occurred_at = on(60)
    inspection = "physical"
    result = "conform"
    observed = of(lambda journey: journey.observed(journey.entry_point))
    goods_found = of(lambda journey: journey.goods)


class SampleAnalysedFactory(ShipmentBody):
    kind = "sample.analysed"
    occurred_at = on(61)
    sample = "KE-S-0917"
    laboratory = "Government Chemist, Nairobi"
    method = "gc_ms"
    identity_confirmed = True
    result_on = day(61)
    concentration = of(lambda j: {"low": j.percent, "high": j.percent, "basis": "w/w"})


class SealChangedFactory(ShipmentBody):
    kind = "seal.changed"
    occurred_at = on(43.2)
    container = of(lambda journey: journey.container)
    old_seal = of(lambda journey: journey.seal)
    old_state = "intact"
    new_seal = "EG-CUST-7781"
    reason = "inspection"
    place = "Port Said East"
    seal_class = "H"


class DiscrepancyRecordedFactory(ShipmentBody):
    kind = "discrepancy.recorded"
    occurred_at = on(60)
    about = "quantity"
    declared = "16000"
    found = "15200"
    unit = "KGM"


class ShipmentSuspendedFactory(ShipmentBody):
    kind = "shipment.suspended"
    occurred_at = on(40)
    reason = "information_from_a_partner"
    since = on(40)


class ShipmentStoppedFactory(ShipmentBody):
    kind = "shipment.stopped"
    occurred_at = on(41)
    reason = "false_documents"
    evidence_level = "reasonable_grounds"
    disposition = "seized"


class SeizedFactory(ShipmentBody):
    kind = "shipment.seized"
    occurred_at = on(60)
    seizure = "KE-SZ-2026-12"
    place = "Mombasa"
    goods = of(lambda journey: journey.goods)
    substance_found = of(lambda journey: journey.substance)
    detection = "risk_profile"
    mode = "sea"
    legal_basis = "Narcotics Act, section 3"


class LossReportedFactory(ShipmentBody):
    kind = "loss.reported"
    occurred_at = on(68)
    goods = of(lambda journey: [journey.line("400")])
    loss = "theft"
    place = "Athi River"


class DestroyedFactory(ShipmentBody):
    kind = "shipment.destroyed"
    occurred_at = on(90)
    method = "incineration"
    goods = of(lambda journey: journey.goods)
    destroyed_on = day(90)
    witnessed_by = "KE-CUSTOMS"


class DiversionFoundFactory(ShipmentBody):
    kind = "diversion.found"
    occurred_at = on(80)
    finding = "diversion"
    stage = "after_delivery"
    goods = of(lambda journey: [journey.line("4000")])
    basis = "confirmed"


class OutcomeReportedFactory(ShipmentBody):
    kind = "outcome.reported"
    occurred_at = on(100)
    related = EARLIER
    outcome = "arrest"
    count = 2
    decided_on = day(100)
