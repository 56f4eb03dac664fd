"""RF-26: papers, containers and seals that serve two shipments."""

import pytest
from rule_stories import (
    CONTAINER,
    IMPORTER,
    ROUTE,
    SEALED,
    Story,
    line,
    observed,
    on,
    under_way,
)
from rule_world import World, findings, only

from alerts.rules import Severity
from alerts.rules.questions import CITED


def paper(kind, number, **more):
    return [{"type": kind, "number": number, **more}]


BILL = paper("bill_of_lading", "MAEU 1234567")
BROKER = {"exporter": {"name": "Baltic Bulk", "country": "NL"}, "importer": IMPORTER}


def before(**more):
    """A shipment of other traders, first reported a month before ours."""
    return Story("NL-00").notice(at=-30, parties=BROKER, **more)


def twice(mine, other):
    return findings("RF-26", mine, world=World(others=(other,)))


def test_a_bill_of_lading_that_served_before_is_found_on_the_later_shipment():
    mine, other = Story().notice().departed(documents=BILL), before(documents=BILL)
    found = only("RF-26", mine, world=World(others=(other,)))
    assert found.summary == (
        "Bill of lading MAEU 1234567 is also used on 1 other shipment, first reported on "
        "2026-01-30."
    )
    assert found.evidence == (other.jti(0), mine.jti(1))
    assert found.key == "bill_of_lading:MAEU 1234567"
    assert found.severity is None
    assert twice(other, mine) == ()


def test_a_bill_is_found_among_many_other_papers_of_its_number():
    mine, other = Story().notice().departed(documents=BILL), before(documents=BILL)
    others = [
        Story(f"NL-B{n}").notice(at=-40, documents=paper("report", "MAEU 1234567"))
        for n in range(CITED)
    ]
    (found,) = findings("RF-26", mine, world=World(others=(*others, other)))
    assert found.evidence == (other.jti(0), mine.jti(1))
    assert findings("RF-26", mine, world=World(others=tuple(others))) == ()


def test_an_authorisation_in_its_own_field_counts_as_a_paper():
    other = before().authorised(at=-20, authorisation="EA-NL-01", parties=BROKER)
    (found,) = twice(Story().notice().released(), other)
    assert found.summary.startswith("Export authorisation EA-NL-01 is also used")


@pytest.mark.parametrize(
    ("mine", "other"),
    [
        (
            Story().notice(documents=paper("export_authorisation", "EA-9", reusable=True)),
            before(documents=paper("export_authorisation", "EA-9")),
        ),
        (
            Story().notice(documents=paper("export_authorisation", "EA-9")),
            before().authorised(at=-20, authorisation="EA-9", simplified=True, parties=BROKER),
        ),
        # Invoice numbers are only unique within one exporter.
        (
            Story().notice(documents=paper("invoice", "2026-001")),
            before(documents=paper("invoice", "2026-001")),
        ),
        (
            Story().notice(documents=BILL),
            before(documents=BILL).says(
                "shipment.split",
                "NL-CUSTOMS",
                on(-1),
                into=[{"shipment": "NL-01", "goods": [line()]}],
            ),
        ),
        (
            Story().notice(documents=BILL),
            before(documents=BILL).says("shipment.cancelled", "NL-CUSTOMS", on(-3), reason="x"),
        ),
        (Story().notice(documents=BILL), before(documents=paper("other", "MAEU 1234567"))),
    ],
)
def test_papers_good_for_several_or_shared_in_a_family_are_silent(mine, other):
    assert twice(mine, other) == ()


def test_an_authorisation_marked_for_several_on_one_shipment_serves_all():
    holder = Story("NL-99").notice(at=-40, parties=BROKER)
    holder = holder.authorised(at=-35, authorisation="EA-MANY", simplified=True)
    user = before().released(at=-5, authorisation="EA-MANY")
    mine = Story().notice().released(authorisation="EA-MANY", mrn="26NL00000000000011")
    assert findings("RF-26", mine, world=World(others=(holder, user))) == ()
    assert twice(mine, user)


def test_parts_of_one_shipment_share_its_papers():
    parts = [{"shipment": ref, "goods": [line("100")]} for ref in ("NL-01", "NL-00")]
    parent = (
        Story("NL-99")
        .notice(at=-40, parties=BROKER, documents=BILL)
        .says("shipment.split", "NL-CUSTOMS", on(-35), into=parts)
    )
    world = World(others=(parent, before(documents=BILL)))
    assert findings("RF-26", Story().notice(documents=BILL), world=world) == ()


def test_an_invoice_used_twice_by_one_exporter_is_found():
    invoice = paper("invoice", "2026-001")
    other = Story("NL-00").notice(at=-30, documents=invoice)
    assert twice(Story().notice(documents=invoice), other)


def test_a_container_in_two_shipments_at_once_is_found_with_its_seal():
    other = before().departed(at=10, goods=[line()])
    mine = under_way()
    (found,) = twice(mine, other)
    assert found.key == f"container:{CONTAINER}"
    assert found.summary == (
        "Container MSKU9070323 and seal NL445566 are also under way on 1 other shipment, first "
        "reported on 2026-01-30."
    )
    assert {other.jti(1), mine.jti(4)} <= set(found.evidence)


def test_what_is_shared_with_another_shipment_is_found_apart():
    invoice = paper("invoice", "7")
    one = Story("NL-00").notice(at=-30, documents=invoice)
    two = Story("NL-0A").notice(at=-29, parties=BROKER, documents=BILL)
    mine = Story().notice(documents=[*BILL, *invoice])
    found = findings("RF-26", mine, world=World(others=(one, two)))
    assert [(each.key.partition(":")[0], each.alone) for each in found] == [
        ("bill_of_lading", True),
        ("invoice", False),
    ]


def test_a_container_that_was_emptied_may_be_used_again():
    assert twice(under_way(), before().departed(at=-10).arrived(at=2).cleared(at=4)) == ()
    assert twice(Story().notice(), before().departed(at=-10)) == ()


def test_a_container_seen_on_a_shipment_that_never_left_is_not_judged():
    seen = observed(equipment=SEALED)
    assert twice(Story().notice().arrived(observed=seen), before().departed(at=10)) == ()


def test_several_notices_for_one_consignment_are_low():
    goods = [line(substance="toluene")]
    other = Story("NL-00").notice(at=-2, goods=goods)
    found = twice(under_way(), other.departed(at=20, equipment=SEALED, goods=goods))
    assert {(each.severity, each.alone) for each in found} == {(Severity.LOW, False)}
    assert "one consignment under several notices" in found[0].summary


def test_one_substance_that_is_in_one_container_twice_is_not_low():
    other = Story("NL-00").notice(at=-2).departed(at=20, equipment=SEALED)
    found = twice(under_way(), other)
    assert {(each.severity, each.alone) for each in found} == {(None, True)}


@pytest.mark.parametrize(("days", "alone"), [(15, False), (5, True)])
def test_goods_of_several_shippers_may_be_in_one_container(days, alone):
    other = before().departed(at=days, documents=BILL)
    found = twice(under_way().departed(documents=BILL), other)
    assert {each.alone for each in found} == {alone}
    assert ("several shippers" in found[0].summary) is not alone


def test_a_container_on_another_way_at_that_time_is_not_shared():
    other = before(route={**ROUTE, "importing": "TZ"}).departed(at=15)
    assert {each.alone for each in twice(under_way(), other)} == {True}


@pytest.mark.parametrize("own", [paper("bill_of_lading", "X 1"), paper("air_waybill", "X 1")])
def test_a_number_in_one_statement_of_another_shipment_may_be_filed_there_by_mistake(own):
    mine = Story().notice().departed(documents=BILL, equipment=[])
    other = before().departed(at=-5, documents=own)
    assert [each.alone for each in twice(mine, other.arrived(at=5, documents=BILL))] == [False]
    (found,) = twice(mine, before().departed(at=-5, documents=BILL).arrived(at=5))
    assert found.alone is True
    goods = [line(substance="toluene")]
    (found,) = twice(mine, before().departed(at=-5, documents=BILL, goods=goods).arrived(at=5))
    assert (found.alone, "wrong reference" in found.summary) == (False, True)


@pytest.mark.parametrize("cited", [BILL, paper("import_authorisation", "IA-KE-77")])
def test_a_paper_that_only_the_far_end_cites_once_may_be_filed_there_by_mistake(cited):
    mine = Story().notice(documents=cited).departed(equipment=[])
    other = before().departed(at=-5, equipment=[])
    (found,) = twice(mine, other.arrived(at=5, documents=cited))
    assert (found.alone, "wrong reference" in found.summary) == (False, True)
    (found,) = twice(mine, other.arrived(at=5, documents=cited).cleared(at=6, documents=cited))
    assert "wrong reference" not in found.summary


def test_that_each_end_has_an_mrn_of_its_own_explains_no_shared_one():
    mrn, theirs = "26NL00000000000011", {**BROKER, "declarant": BROKER["exporter"]}
    mine = Story().notice().released(mrn=mrn).cleared()
    other = before().released(at=-5, mrn=mrn, authorisation="EA-0", parties=theirs)
    other = other.cleared(at=-2, mrn="26KE0001", parties=theirs)
    assert [(each.key, each.alone) for each in twice(mine, other)] == [(f"mrn:{mrn}", True)]


def test_among_the_same_traders_it_takes_two_papers_and_a_permit_among_them():
    invoice, permit = paper("invoice", "1"), paper("export_authorisation", "EA-9")
    for shared, alone in ((invoice, False), (permit, False), (invoice + permit, True)):
        other = Story("NL-00").notice(at=-30, documents=shared)
        found = twice(Story().notice(documents=shared), other)
        assert {each.alone for each in found} == {alone}


def test_where_the_route_is_unknown_an_authorisation_is_compared_all_the_same():
    other = Story("NL-00").released(at=-9, authorisation="EA-9")
    assert twice(Story().released(authorisation="EA-9"), other)


def test_an_import_authorisation_is_compared_within_the_importing_country():
    permit = {
        "authorisation": "IA-9",
        "goods": [line()],
        "parties": BROKER,
        "valid_from": "2026-01-01",
        "valid_to": "2026-12-31",
    }
    at = on(-20)
    other = before().says("import.authorised", "KE-AUTHORITY", at, **permit)
    elsewhere = before(route={**ROUTE, "importing": "TZ"})
    elsewhere = elsewhere.says("import.authorised", "TZ-AUTHORITY", at, **permit)
    mine = Story().notice().cleared(authorisation="IA-9")
    assert [each.key for each in twice(mine, other)] == ["import_authorisation:IA-9"]
    assert twice(mine, elsewhere) == ()


def test_shipments_without_named_traders_do_not_look_like_one_consignment():
    other = Story("NL-00").departed(at=19, equipment=SEALED)
    found = findings("RF-26", under_way(), world=World(others=(other,)))
    assert found == ()  # it was first reported later than ours
    early = Story("NL-00").departed(at=-1, equipment=SEALED)
    assert {each.severity for each in twice(under_way(), early)} == {None}
    near = Story("NL-00").inspected(at=-2).departed(at=20, equipment=SEALED)
    assert {each.severity for each in twice(under_way(), near)} == {None}
