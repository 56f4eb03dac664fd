"""Bodies of notices, permits, corrections and amendments."""

from tests.making import ShipmentBody, day, of, on

EARLIER = "019ca000-0000-7000-8000-000000000001"  # a statement that is pointed back at


class NoticeBody(ShipmentBody):
    pen = of(lambda journey: journey.pen)


class NoticeSentFactory(NoticeBody):
    kind = "notice.sent"
    goods = of(lambda journey: journey.goods)
    parties = of(lambda journey: journey.parties)
    route = of(lambda journey: journey.route)
    dispatch_expected = on(30)
    arrival_expected = on(60)
    reply_due = on(21)
    legal_list = "un_table_ii"
    end_use = "solvent_for_coatings"


class NoticeAcknowledgedFactory(NoticeBody):
    kind = "notice.acknowledged"
    occurred_at = on(2)


class NoticeNoObjectionFactory(NoticeBody):
    kind = "notice.no_objection"
    occurred_at = on(12)
    decided_on = day(12)


class NoticeObjectedFactory(NoticeBody):
    kind = "notice.objected"
    occurred_at = on(12)
    decided_on = day(12)
    reason = "company_unknown"
    requests_stop = True


class NoticeInfoRequestedFactory(NoticeBody):
    kind = "notice.info_requested"
    occurred_at = on(5)
    questions = of(lambda _: ["Which product is made with it?"])
    answer_due = on(10)


class NoticeInfoProvidedFactory(NoticeBody):
    kind = "notice.info_provided"
    occurred_at = on(8)
    answers = of(lambda _: ["Two-component coatings for ships."])


class NoticeExtendedFactory(NoticeBody):
    kind = "notice.extended"
    occurred_at = on(18)
    new_due = on(30)
    reason = "The site of the importer is still to be visited."


class NoticeExpiredFactory(NoticeBody):
    kind = "notice.expired"
    occurred_at = on(22)
    due = on(21)


class NoticeWithdrawnFactory(NoticeBody):
    kind = "notice.withdrawn"
    occurred_at = on(9)
    reason = "order_cancelled"


class PermitBody(ShipmentBody):
    goods = of(lambda journey: journey.goods)
    parties = of(lambda journey: journey.parties)
    valid_from = day(14)
    valid_to = day(180)


class ImportAuthorisedFactory(PermitBody):
    kind = "import.authorised"
    occurred_at = on(13)
    authorisation = "KE-IMP-2026-0042"
    licence = "KE-LIC-77"


class ExportAuthorisedFactory(PermitBody):
    kind = "export.authorised"
    occurred_at = on(14)
    authorisation = "NL-EXP-2026-0311"
    office_of_export = "Customs Rotterdam Maasvlakte"
    pen = of(lambda journey: journey.pen)


class AuthorisationSuspendedFactory(ShipmentBody):
    kind = "authorisation.suspended"
    occurred_at = on(20)
    authorisation = "NL-EXP-2026-0311"
    grounds = "licence_withdrawn"
    effective_at = on(20)


class SuspensionLiftedFactory(ShipmentBody):
    kind = "suspension.lifted"
    occurred_at = on(24)
    basis = "conditions_met"
    authorisation = "NL-EXP-2026-0311"


class EventCorrectedFactory(ShipmentBody):
    kind = "event.corrected"
    occurred_at = on(33)
    corrects = EARLIER
    reason = "did_not_occur"


class AmendedFactory(ShipmentBody):
    kind = "shipment.amended"
    occurred_at = on(15)
    changes = of(lambda _: [{"field": "/goods/0/quantity", "old": "16000 kg", "new": "18000 kg"}])
    material = True
    goods = of(lambda journey: [journey.line("18000")])


class CancelledFactory(ShipmentBody):
    kind = "shipment.cancelled"
    occurred_at = on(16)
    reason = "order_cancelled"


class ClosedFactory(ShipmentBody):
    kind = "shipment.closed"
    occurred_at = on(130)
    reason = "reconciled"
    reconciled = of(lambda journey: journey.goods)
