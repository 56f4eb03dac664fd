"""Bodies of grants and sharing groups: what the importing country's authority shares."""

from tests.making import Body, of, on


class GrantGivenFactory(Body):
    kind = "grant.given"
    occurred_at = on(62)
    grant = of(lambda journey: f"{journey.importing}-AUTHORITY/acetone-17")
    to = "ZA"
    shipment = of(lambda journey: journey.ref)
    reason = "The same consignee orders in Durban."


class GrantWithdrawnFactory(Body):
    kind = "grant.withdrawn"
    occurred_at = on(63)
    grant = of(lambda journey: f"{journey.importing}-AUTHORITY/acetone-17")
    reason = "The enquiry is over."


class GroupDeclaredFactory(Body):
    kind = "group.declared"
    occurred_at = on(61)
    group = of(lambda journey: f"{journey.importing}-AUTHORITY/solvents")
    members = of(lambda _: ["ZA", "DE-POLICE"])
    purpose = "Joint enquiry into solvents"
