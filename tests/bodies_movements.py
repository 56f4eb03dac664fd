"""Bodies of the journey itself: release, departure, transit, arrival, receipt, use, parts."""

from tests.making import ShipmentBody, day, of, on


class ExportReleasedFactory(ShipmentBody):
    kind = "export.released"
    occurred_at = on(29)
    mrn = "26NL000123A4B5C6D7"
    authorisation = "NL-EXP-2026-0311"
    declared_on = day(28)
    procedure = "1000"
    goods = of(lambda journey: journey.goods)
    parties = of(lambda journey: journey.parties)
    transport = of(lambda journey: journey.transport)
    office_of_export = "Customs Rotterdam Maasvlakte"
    incoterm = "cif"


class DepartedFactory(ShipmentBody):
    kind = "shipment.departed"
    occurred_at = on(31)
    goods = of(lambda journey: journey.goods)
    transport = of(lambda journey: journey.transport)
    office_of_exit = "Customs Rotterdam Maasvlakte"
    arrival_expected = on(58)
    exit_confirmation = "EX-0098812"
    documents = of(lambda _: [{"type": "bill_of_lading", "number": "MAEU 912345678"}])


class TransitEnteredFactory(ShipmentBody):
    kind = "transit.entered"
    occurred_at = on(43)
    country = of(lambda journey: journey.transit)
    observed = of(lambda journey: journey.observed(journey.transit_place))
    transit_document = "T1-EG-55120"
    exit_expected = on(45)


class TransitExitedFactory(ShipmentBody):
    kind = "transit.exited"
    occurred_at = on(44)
    country = of(lambda journey: journey.transit)
    observed = of(lambda journey: journey.observed(journey.transit_place))


class TranshippedFactory(ShipmentBody):
    kind = "shipment.transhipped"
    occurred_at = on(43.5)
    observed = of(lambda journey: journey.observed(journey.transit_place))
    from_means = of(lambda journey: journey.vessel)
    to_means = "MV Nyali"
    from_equipment = of(lambda journey: journey.equipment)
    to_equipment = of(lambda journey: journey.equipment)


class ReturnedFactory(ShipmentBody):
    kind = "shipment.returned"
    occurred_at = on(63)
    reason = "refused_by_importer"
    goods = of(lambda journey: journey.goods)
    refused_by = "Tsavo Coatings Ltd"


class ArrivedFactory(ShipmentBody):
    kind = "shipment.arrived"
    occurred_at = on(59)
    observed = of(lambda journey: journey.observed(journey.entry_point))
    goods = of(lambda journey: journey.goods)
    storage_place = "Kilindini shed 4"


class ImportClearedFactory(ShipmentBody):
    kind = "import.cleared"
    occurred_at = on(62)
    mrn = "26KEMBA00000012341"
    cleared_on = day(62)
    procedure = "4000"
    goods = of(lambda journey: journey.goods)
    parties = of(lambda journey: journey.parties)
    origin_country = of(lambda journey: journey.exporting)
    authorisation = "KE-IMP-2026-0042"


class DeliveredFactory(ShipmentBody):
    kind = "shipment.delivered"
    occurred_at = on(66)
    delivery_address = "Mombasa Road 7, Nairobi"
    goods = of(lambda journey: journey.goods)
    parties = of(lambda journey: {"receiver": journey.importer})
    proof = "POD-4471"


class ReceiptConfirmedFactory(ShipmentBody):
    kind = "receipt.confirmed"
    occurred_at = on(70)
    goods = of(lambda journey: journey.goods)
    method = "declaration"


class ReceiptDisputedFactory(ShipmentBody):
    kind = "receipt.disputed"
    occurred_at = on(67)
    reason = "short_delivery"
    goods = of(lambda journey: [journey.line("12000")])


class UseReportedFactory(ShipmentBody):
    kind = "use.reported"
    occurred_at = on(120)
    period_from = day(70)
    period_to = day(119)
    used = of(lambda journey: journey.goods)
    use = "coatings"
    on_hand = of(lambda journey: [journey.line("0")])
    product = "Two-component marine coating"


class ReexportedFactory(ShipmentBody):
    kind = "shipment.reexported"
    occurred_at = on(75)
    child = of(lambda j: {"shipment": f"{j.importing}-RE-0001", "goods": [j.line("4000")]})
    destination = "UG"
    authorisation = "KE-EXP-2026-0007"


class SplitFactory(ShipmentBody):
    kind = "shipment.split"
    occurred_at = on(61)
    into = of(
        lambda j: [
            {"shipment": f"{j.ref}/A", "goods": [j.line("10000")]},
            {"shipment": f"{j.ref}/B", "goods": [j.line("6000")]},
        ]
    )


class MergedFactory(ShipmentBody):
    kind = "shipment.merged"
    occurred_at = on(61)
    parts = of(lambda j: [{"shipment": f"{j.exporting}-2026-000016", "goods": [j.line("2000")]}])
