"""RF-17, RF-24: goods in lots, papers of another shipment, and more than was sent."""

import pytest
from rule_stories import PARTIES, Story, honest, line, on
from rule_world import findings, only

from alerts.rules import Severity

HALF = [line("12500")]


def in_two_lots():
    """One release, two departures and two arrivals of half of it each."""
    story = Story().notice().agreed().authorised().released()
    story = story.departed(at=20, goods=HALF).departed(at=24, goods=HALF)
    return story.arrived(at=40, goods=HALF).arrived(at=44, goods=HALF)


def test_a_lot_whose_receipt_is_missing_is_explained_where_another_step_had_it_all():
    story = in_two_lots().received(at=50, goods=HALF)
    found = only("RF-17", story)
    assert found.summary.endswith(
        "it looks like a lot that nobody has reported at this step, since another had it all."
    )
    assert found.alone is False


def test_half_of_what_left_in_one_lot_is_no_lot():
    half = {"at": 50, "goods": [line("12500")]}
    found = findings("RF-17", honest(received=half))
    assert any("do not explain it" in each.summary and each.alone for each in found)


def test_a_lot_of_which_nobody_said_that_it_left_is_as_large_as_those_that_did():
    third = [line("8333")]
    story = Story().notice().released().departed(at=20, goods=third)
    found = only("RF-17", story.departed(at=24, goods=third))
    assert "(33.3 %) less" in found.summary
    assert found.summary.endswith("it looks like a lot whose departure nobody has reported.")
    assert found.alone is False


@pytest.mark.parametrize("sizes", [("10000",), ("15000",), ("8333", "9000"), ("2000",)])
def test_what_did_not_leave_is_no_lot_where_it_is_not_as_large(sizes):
    story = Story().notice().released()
    for place, size in enumerate(sizes):
        story = story.departed(at=20 + 4 * place, goods=[line(size)])
    found = only("RF-17", story)
    assert "do not explain it" in found.summary
    assert found.alone is True


def test_two_receipts_in_the_same_words_are_of_two_lots():
    story = Story().released().departed(at=20, goods=HALF).departed(at=24, goods=HALF)
    found = only("RF-17", story.received(at=50, goods=HALF).received(at=50, goods=HALF))
    assert found.summary.endswith("it looks like two lots told of in the same words.")
    assert found.alone is False


def test_two_lots_that_each_lost_a_little_were_not_told_of_in_the_same_words():
    half, less = ([line(kg, form="powder")] for kg in ("12500", "12410"))
    story = Story().released(goods=[line(form="powder")])
    story = story.departed(at=20, goods=half).departed(at=24, goods=half)
    found = only("RF-17", story.received(at=50, goods=less).received(at=52, goods=less))
    assert "180 kg (0.7 %) less" in found.summary
    assert "do not explain it" in found.summary
    assert found.surprise > 0


def test_one_lot_is_cleared_and_as_many_came_as_had_left():
    story = in_two_lots().cleared(at=46, goods=HALF)
    assert findings("RF-24", story, now=on(80)) == ()  # the other may be cleared yet
    found = only("RF-24", story, now=on(120))
    assert "it looks like a lot whose clearance nobody has reported" in found.summary
    assert found.alone is False


def test_one_lot_is_cleared_and_one_came():
    story = Story().notice().released().departed(at=20, goods=HALF).departed(at=24, goods=HALF)
    found = only("RF-24", story.arrived(at=40, goods=HALF).cleared(at=46, goods=HALF))
    assert "do not explain it" in found.summary
    assert found.alone is True


def test_lots_that_were_each_seen_at_some_step_all_came():
    first, second = [line("12000")], [line("13000")]
    left = Story().notice().released().departed(at=20, goods=first).departed(at=24, goods=second)
    apart = left.cleared(at=42, goods=second).received(at=46, goods=first)
    for rule in ("RF-17", "RF-24"):
        found = only(rule, apart, now=on(120))
        assert "since every lot was seen to come" in found.summary
        assert found.alone is False
    twice = left.cleared(at=42, goods=second).received(at=46, goods=second)
    assert any(each.alone for each in findings("RF-24", twice, now=on(120)))
    alike = Story().notice().released().departed(at=20, goods=HALF).departed(at=24, goods=HALF)
    one = alike.cleared(at=42, goods=HALF).received(at=46, goods=HALF)
    assert any(each.alone for each in findings("RF-24", one, now=on(120)))  # of one lot, both


def test_more_than_was_sent_stands_alone_where_two_offices_saw_it():
    more = [line("31000")]
    once = only("RF-17", Story().released().departed(goods=more))
    assert (once.alone, once.surprise > 6) == (False, True)
    twice = findings("RF-17", Story().released().departed(goods=more).arrived(goods=more))
    assert [each.alone for each in twice] == [True]


def test_a_declaration_of_other_goods_is_of_another_shipment_where_others_have_the_right_ones():
    other = {"substance": "toluene", "declared_name": "Toluene"}
    stray = [line("9000", **other)]
    story = Story().notice().released().cleared(goods=stray)
    found = only("RF-24", story.delivered())
    assert found.summary == (
        "A substance was declared for import that was not declared for export; it looks like the "
        "declaration of another shipment."
    )
    assert (found.severity, found.alone) == (Severity.INFO, False)
    assert only("RF-24", story).alone is True


def test_a_declaration_of_other_goods_by_other_traders_is_of_another_shipment():
    strangers = {
        role: {"name": name, "country": PARTIES[role]["country"]}
        for role, name in (("exporter", "Zuiderzee Metaal"), ("importer", "Lake Steel Mills"))
    }
    stray = {"goods": [line("9000", substance="toluene", declared_name="Toluene")]}
    story = Story().notice().released().cleared(**stray, parties=PARTIES | strangers)
    assert [each.severity for each in findings("RF-24", story)] == [Severity.INFO] * 3
    one = PARTIES | {"importer": strangers["importer"]}
    known = Story().notice().released().cleared(**stray, parties=one)
    assert any(each.alone for each in findings("RF-24", known))
