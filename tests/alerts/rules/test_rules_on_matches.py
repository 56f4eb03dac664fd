"""What rules make of the other half of a shipment, told under another reference."""

import pytest
from rule_stories import Story, line, on, under_way
from rule_world import World, findings, only

ELSEWHERE = "KE-77"


def import_told(**cleared):
    return Story(ELSEWHERE).arrived().cleared(origin_country="NL", **cleared)


def beside(other, ref="NL-01"):
    return World(others=(other,), other_half=other, ref=ref)


def test_goods_that_came_in_under_another_reference_are_not_overdue():
    left = under_way()
    assert findings("RF-13", left)
    assert findings("RF-13", left, world=beside(import_told())) == ()


@pytest.mark.parametrize("ref", ["BR-77", "EG-77"])
def test_goods_that_came_into_another_country_than_they_were_sent_to_are_overdue_still(ref):
    other = Story(ref).arrived().cleared()
    assert findings("RF-13", under_way(), world=beside(other))


def test_an_import_announced_under_another_reference_was_announced():
    came = import_told()
    assert findings("RF-36", came)
    assert findings("RF-36", came, world=beside(under_way(), ELSEWHERE)) == ()


def test_a_notice_that_was_objected_to_announces_nothing():
    objected = Story("NL-01").notice().objected()
    assert findings("RF-36", import_told(), world=beside(objected, ELSEWHERE))


def test_a_receipt_under_the_other_reference_closes_the_loop():
    came = import_told()
    assert findings("RF-19", came)
    assert findings("RF-19", came, world=beside(under_way().received(), ELSEWHERE)) == ()


def test_the_declarations_of_both_halves_are_held_together_and_told_to_who_sees_both():
    short = import_told(goods=[line("9000")])
    found = only("RF-24", short, world=beside(under_way(), ELSEWHERE))
    assert found.summary.startswith(
        "9,000 kg were declared for import where 25,000 kg were declared for export: "
        "16,000 kg (64.0 %) less, more than the 2 % allowed"
    )
    assert found.countries == {"KE"}
    assert len(found.evidence) == 2
    assert findings("RF-24", short) == ()
    assert findings("RF-24", import_told(), world=beside(under_way(), ELSEWHERE)) == ()


def test_what_was_lost_on_the_way_under_the_other_reference_is_accounted_for():
    lost = {"goods": [line("16000")], "place": "EGPSD", "loss": "theft"}
    left = under_way().says("loss.reported", "EG-CUSTOMS", on(30), **lost)
    short = import_told(goods=[line("9000")])
    assert findings("RF-24", short, world=beside(left, ELSEWHERE)) == ()
