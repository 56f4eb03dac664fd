"""Bodies about traders, countries and alerts."""

from tests.bodies_notices import EARLIER
from tests.making import Body, day, of, on


class LicensedFactory(Body):
    kind = "party.licensed"
    trader = of(lambda journey: journey.importer)
    licence = "KE-LIC-77"
    type = "licence"
    status = "active"
    substances = of(lambda journey: [journey.substance])
    activities = of(lambda _: ["import", "use"])
    premises = of(lambda _: ["Mombasa Road 7, Nairobi"])
    valid_from = day(-300)
    valid_to = day(700)


class TrustedFactory(Body):
    kind = "party.trusted"
    trader = of(lambda journey: journey.exporter)
    programme = "aeo-s"
    certificate = "NLAEOS0001"
    status = "certified"
    valid_from = day(-400)


class EvaluatedFactory(Body):
    kind = "party.evaluated"
    trader = of(lambda journey: journey.importer)
    site = "Mombasa Road 7, Nairobi"
    evaluation = "initial"
    evaluated_on = day(-30)
    result = "pass"


class TraderMergedFactory(Body):
    kind = "trader.merged"
    trader = of(lambda journey: journey.importer)
    other = of(lambda journey: {"name": "Tsavo Coatings", "country": journey.importing})
    reason = "Both papers name the same director."


class TraderSeparatedFactory(TraderMergedFactory):
    kind = "trader.separated"
    reason = "The number belongs to another firm."


class RecognisedFactory(Body):
    kind = "programme.recognised"
    recognising = of(lambda journey: journey.importing)
    recognised = of(lambda journey: journey.exporting)
    programme = "aeo-s"
    status = "active"
    effective_on = day(-200)


class RequirementDeclaredFactory(Body):
    kind = "requirement.declared"
    country = of(lambda journey: journey.importing)
    substance = of(lambda journey: journey.substance)
    year = 2026
    goods = of(lambda journey: journey.line("900000"))


class TransactionSuspectedFactory(Body):
    kind = "transaction.suspected"
    customer = of(lambda journey: journey.importer)
    goods = of(lambda journey: [journey.line("2500")])
    reasons = of(lambda _: ["cash", "no_known_use"])
    transaction = "refused"


class AlertBody(Body):
    alert = of(lambda journey: journey.key)


class AlertRaisedFactory(AlertBody):
    kind = "alert.raised"
    occurred_at = on(66)
    rule = "RF-13"
    version = 1
    title = "Overdue arrival"
    severity = "medium"
    about = "shipment"
    about_id = of(lambda journey: journey.ref)
    countries = of(lambda j: [j.exporting, j.importing, j.transit])
    summary = "Expected on 2026-04-29; nobody has seen it arrive in 7 days."
    evidence = of(lambda _: [EARLIER])


class AlertRepeatedFactory(AlertBody):
    kind = "alert.repeated"
    occurred_at = on(73)
    severity = "high"
    summary = "Expected on 2026-04-29; nobody has seen it arrive in 14 days."
    evidence = of(lambda _: [EARLIER])


class AlertSharedFactory(AlertBody):
    kind = "alert.shared"
    occurred_at = on(67)
    countries = of(lambda _: ["UG"])
    reason = "The goods may have gone on by road."


class AlertAcknowledgedFactory(AlertBody):
    kind = "alert.acknowledged"
    occurred_at = on(68)


class AlertJudgedFactory(AlertBody):
    kind = "alert.judged"
    occurred_at = on(75)
    verdict = "explained"
    reason = "late_paperwork"


class AlertLapsedFactory(AlertBody):
    kind = "alert.lapsed"
    occurred_at = on(74)
    reason = "The arrival was recorded late."


class AlertSuppressedFactory(AlertBody):
    kind = "alert.suppressed"
    occurred_at = on(70)
    rule = "RF-13"
    about = "corridor"
    about_id = of(lambda journey: f"{journey.exporting}>{journey.importing}")
    until = on(100)
    reason = "The port is congested; every ship is late."


class AlertResumedFactory(AlertBody):
    kind = "alert.resumed"
    occurred_at = on(80)
    suppression = EARLIER
    reason = "The port works again."


class AlertResultedFactory(AlertBody):
    kind = "alert.resulted"
    occurred_at = on(80)
    seized = of(lambda journey: journey.goods)
    arrests = 2
