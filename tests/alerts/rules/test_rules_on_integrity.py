"""RF-16 and RF-26: seals, and papers or containers that serve two shipments."""

import pytest
from rule_stories import (
    CONTAINER,
    IMPORTER,
    SEALED,
    Story,
    World,
    dossier,
    findings,
    honest,
    line,
    observed,
    on,
    only,
    under_way,
)

from alerts.rules import Severity, due


def seen(*seals, container=CONTAINER, **more):
    return observed(equipment=[{"container": container, "seals": list(seals)}], **more)


def changed(story, at, new="EG7788", **more):
    claims = {
        "container": CONTAINER,
        "old_seal": "NL445566",
        "old_state": "intact",
        "new_seal": new,
        "reason": "inspection",
        "place": "EGPSD",
    }
    return story.says("seal.changed", "EG-CUSTOMS", on(at), **claims | more)


def test_another_seal_than_the_recorded_one_is_found():
    story = under_way().arrived(observed=seen("EG7788"))
    found = only("RF-16", story)
    assert found.summary == (
        "Container MSKU9070323 was sealed with NL445566 and seen with EG7788 on 2026-04-10; no "
        "change of seals or typing slip explains it."
    )
    assert found.severity is None
    assert found.evidence == (story.jti(5),)


def test_a_wrong_seal_waits_a_day_for_a_change_that_is_reported_late():
    story = under_way().arrived(observed=seen("EG7788"))
    heard = {story.jti(5): on(43)}
    assert findings("RF-16", story, now=on(43), recorded=heard) == ()
    assert due(dossier(story, now=on(43), recorded=heard)) == on(44)
    assert findings("RF-16", story, now=on(44), recorded=heard)


@pytest.mark.parametrize("at", [30, 40.5])
def test_a_change_by_an_authority_explains_it(at):
    story = changed(under_way().arrived(observed=seen("EG7788")), at)
    assert findings("RF-16", story) == ()


def test_a_change_that_came_two_days_later_does_not():
    assert findings("RF-16", changed(under_way().arrived(observed=seen("EG7788")), 42))


@pytest.mark.parametrize(
    "story",
    [
        honest(),
        under_way().arrived(observed=seen("nl-445566")),
        under_way().arrived(observed=seen("NL445566", "KE1234")),  # one more than recorded
        under_way().arrived(observed=seen()),  # none named
        under_way().arrived(observed=seen("X99999", container="CSQU3054383")),
        under_way()
        .inspected(observed=seen("EG7788"), seal_before="NL445566", seal_after="EG7788")
        .arrived(observed=seen("EG7788")),
    ],
)
def test_the_recorded_seal_or_none_named_is_no_mismatch(story):
    assert findings("RF-16", story) == ()


def test_one_wrong_character_of_a_seal_is_a_typing_slip():
    found = only("RF-16", under_way().arrived(observed=seen("NL445556")))
    assert found.severity is Severity.LOW
    assert found.summary.endswith("it looks like a typing slip.")


def test_a_seal_that_is_replaced_must_be_the_recorded_one():
    found = only("RF-16", changed(under_way(), 30, old_seal="ZZ9999"))
    assert "seen with ZZ9999" in found.summary


def test_a_broken_seal_is_believed_at_once():
    story = under_way().entered(observed=seen("NL445566", seals_intact=False, place="EGPSD"))
    found = only("RF-16", story, now=on(28))
    assert found.summary == "A seal of container MSKU9070323 was found broken on 2026-03-29."
    assert found.evidence == (story.jti(5),)
    unnamed = under_way().entered(observed=observed(seals_intact=False))
    assert "A seal of the goods" in only("RF-16", unnamed).summary


def test_officers_who_opened_the_goods_explain_a_broken_seal():
    story = under_way().entered(observed=observed(seals_intact=False)).inspected(at=28.5)
    assert findings("RF-16", story) == ()


def test_a_change_says_in_what_state_the_old_seal_was():
    found = only("RF-16", changed(under_way(), 30, old_state="missing"))
    assert found.summary == "The seal of container MSKU9070323 was found missing on 2026-03-31."


@pytest.mark.parametrize(("seal", "count"), [("NL445566", 0), ("XX9999", 1)])
def test_a_transhipment_is_judged_by_what_the_goods_came_off(seal, count):
    other = "CSQU3054383"
    story = (
        under_way()
        .says(
            "shipment.transhipped",
            "EG-CUSTOMS",
            on(30),
            observed=observed(),
            from_means="MV A",
            to_means="MV B",
            from_equipment=[{"container": CONTAINER, "seals": [seal]}],
            to_equipment=[{"container": other, "seals": ["EG7788"]}],
        )
        .arrived(observed=seen("EG7788", container=other))
    )
    assert len(findings("RF-16", story)) == count


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
    found = twice(under_way(), other)
    assert [each.key for each in found] == [f"container:{CONTAINER}", "seal:NL445566"]
    assert found[0].summary == (
        "Container MSKU9070323 is also under way on 1 other shipment, first reported on 2026-01-30."
    )


def test_a_container_that_was_emptied_may_be_used_again():
    assert twice(under_way(), before().departed(at=-10).arrived(at=2).cleared(at=4)) == ()
    assert twice(Story().notice(), before().departed(at=-10)) == ()


def test_several_notices_for_one_consignment_are_low():
    other = Story("NL-00").notice(at=-2).departed(at=20, equipment=SEALED)
    found = twice(under_way(), other)
    assert {each.severity for each in found} == {Severity.LOW}
    assert "one consignment under several notices" in found[0].summary
