"""RF-20: books at the end user that do not close."""

from dataclasses import replace

import pytest
from rule_stories import day, honest, line, on
from rule_world import findings, only

from alerts.rules import Severity


def used(used_kg, left, **more):
    return honest().says(
        "use.reported",
        "KE-AUTHORITY",
        on(90),
        period_from=day(46),
        period_to=day(90),
        used=[line(used_kg)],
        use="coatings",
        on_hand=[line(left)],
        **more,
    )


def test_books_in_litres_say_nothing_of_what_came_in_kilograms():
    by_volume = used("20000", "1000", resold=[line("900", "LTR")])
    assert findings("RF-20", by_volume) == ()


def test_books_that_do_not_close_are_found():
    found = only("RF-20", used("20000", "1000"))
    assert found.summary == (
        "Of 25,000 kg received, 4,000 kg are not accounted for after 1 report of what was used, "
        "sold, wasted and is on hand."
    )
    more = only("RF-20", used("26000", "1000"))
    assert "2,000 kg are more than came" in more.summary


def test_books_that_close_or_are_still_open_are_not():
    assert findings("RF-20", used("20000", "4900")) == ()
    assert findings("RF-20", used("20000", "1000", resold=[line("4000")])) == ()
    lossy = {"process_loss_percent": 20}
    assert findings("RF-20", used("20000", "1000"), lossy) == ()
    story = used("20000", "1000")
    assert findings("RF-20", replace(story, stated=story.stated[:-1])) == ()


def test_a_gap_in_the_books_weighs_by_its_share_of_what_came():
    little, much = only("RF-20", used("20000", "4000")), only("RF-20", used("20000", "1000"))
    assert (little.alone, much.alone) == (False, True)
    assert little.surprise * 3 < much.surprise


def reported(*periods):
    """Five of the twenty-five tonnes used in each period, and six on hand at its end."""
    story = honest()
    for first, last in periods:
        period = {"period_from": day(first), "period_to": day(last)}
        goods = {"used": [line("5000")], "on_hand": [line("6000")], "use": "coatings"}
        story = story.says("use.reported", "KE-AUTHORITY", on(last), **period, **goods)
    return story


def test_reports_with_a_gap_between_them_are_weak_since_the_missing_one_may_have_used_it():
    whole, gap = reported((46, 76), (77, 107)), reported((46, 76), (120, 150))
    found = only("RF-20", gap)
    assert found.summary == (
        "Of 25,000 kg received, 9,000 kg are not accounted for after 2 reports of what was used, "
        "sold, wasted and is on hand."
    )
    assert (only("RF-20", whole).alone, found.alone) == (True, False)
    assert only("RF-20", reported((90, 120), (121, 151))).alone is False  # nothing since receipt


@pytest.mark.parametrize(
    "periods",
    [
        [(90, 95), (46, 120)],  # the latest report tells of the first days
        [(46, 120), (50, 60), (125, 150)],
    ],
)
def test_reports_that_overlap_or_come_in_another_order_leave_no_gap(periods):
    assert only("RF-20", reported(*periods)).alone is True


def test_more_that_was_used_than_came_is_a_weak_sign():
    found = only("RF-20", used("26000", "1000"))
    assert (found.alone, found.surprise) == (False, None)


@pytest.mark.parametrize(
    ("used_kg", "left", "units"),
    [("20", "5", "kilograms and tonnes"), ("45000", "10115", "kilograms and pounds")],
)
def test_books_in_another_unit_are_low(used_kg, left, units):
    found = only("RF-20", used(used_kg, left))
    assert found.summary.endswith(f"is on hand; it looks like a unit slip ({units}).")
    assert (found.severity, found.alone, found.surprise) == (Severity.LOW, False, None)


def test_books_that_hold_many_times_what_came_say_nothing():
    assert findings("RF-20", used("600000", "1000")) == ()
    assert findings("RF-20", used("400000", "1000"))


def test_books_of_goods_that_only_a_delivery_tells_of_are_held_against_that():
    story = used("20000", "1000")
    told = tuple(s for s in story.stated if s.event.kind != "receipt.confirmed")
    (found,) = findings("RF-20", replace(story, stated=told))
    assert "4,000 kg are not accounted for" in found.summary


def test_a_receipt_of_goods_that_nobody_sent_is_not_missing_from_the_books():
    stray = line("9000", substance="toluene", declared_name="Toluene")
    told = used("20000", "5000").received(at=50, goods=[stray])
    assert findings("RF-20", told) == ()


def test_a_receipt_of_more_than_was_sent_proves_no_gap():
    twice = used("20000", "5000").says(
        "receipt.confirmed", "KE-AUTHORITY", on(45), goods=[line("25000")], method="declaration"
    )
    (found,) = findings("RF-20", twice)
    assert (found.alone, found.surprise) == (False, None)
