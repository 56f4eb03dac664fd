"""RF-02 and RF-25 over several orders: runs that are greater, and great orders in small ones."""

from decimal import Decimal

import pytest
from rule_stories import Story, line, on
from rule_world import World, findings, only

from alerts.rules.aggregates import sizes_of, trade_of
from alerts.rules.questions import Observation

MINE = trade_of("KE:rift valley paints ltd", "acetone")


def ordered(*orders):
    """A world that knows what this buyer ordered before: (day, kilograms), the oldest first."""
    return World(seen={MINE: observed(*orders)})


def observed(*orders):
    return tuple(
        Observation(ref=f"NL-8{n}", at=on(at), value=Decimal(kg))
        for n, (at, kg) in enumerate(orders)
    )


def every(days, kg, *, times, until):
    """So much again and again, the last time on that day."""
    return [(until - days * n, kg) for n in reversed(range(times))]


USUAL = every(40, 10000, times=8, until=-130)


def order(kg):
    return Story().notice(goods=[line(kg)])


# --- RF-02: several in a row ---


def test_several_orders_none_of_them_extreme_are_found_together():
    world = ordered(*USUAL, (-90, 17000), (-60, 18000), (-30, 17000))
    found = only("RF-02", order("17000"), world=world)
    assert found.summary == (
        "17,000 kg are ordered; the last 4 orders are on average 1.7 times the median of this "
        "importer's 8 orders before, within 730 days."
    )
    assert findings("RF-02", order("17000"), world=ordered(*USUAL)) == ()


def test_greater_orders_that_are_long_past_make_no_run():
    before = every(40, 10000, times=8, until=-420)
    world = ordered(*before, (-390, 17000), (-320, 18000), (-260, 17000))
    assert findings("RF-02", order("17000"), world=world) == ()


def test_a_buyer_who_ordered_as_much_before_makes_it_no_rarer():
    alone = only("RF-02", order("40000"), world=ordered(*USUAL))
    once = ordered((-500, 40000), *USUAL)
    assert alone.alone is True
    assert findings("RF-02", order("40000"), world=once) == ()


# --- RF-25: a great order in small ones ---

GREAT = every(60, 20000, times=8, until=-60)
SMALL = [(-10, 4000), (-6, 4500)]


def test_orders_far_below_the_usual_that_come_faster_than_the_buyers_pace_are_found():
    found = only("RF-25", order("4000"), world=ordered(*GREAT, *SMALL, (-2, 4000)))
    assert found.summary == (
        "4 orders by one buyer within 30 days, each below 5,000 kg, add up to 16,500 kg."
    )


def test_the_faster_they_come_the_more_it_surprises():
    three = only("RF-25", order("4000"), world=ordered(*GREAT, *SMALL))
    five = only("RF-25", order("4000"), world=ordered(*GREAT, *SMALL, (-3, 4000), (-2, 4000)))
    assert three.surprise < five.surprise


def test_a_buyer_that_always_orders_at_that_pace_splits_nothing():
    busy = [*every(7, 20000, times=60, until=-31), *SMALL, (-2, 4000)]
    assert findings("RF-25", order("4000"), world=ordered(*busy)) == ()


@pytest.mark.parametrize(
    ("kg", "before"),
    [
        ("6000", [*SMALL, (-2, 4000)]),  # above a quarter of the usual
        ("1000", [(-10, 900), (-6, 900)]),  # together still below it
        ("4000", [(-50, 4000), (-40, 4500), (-2, 4000)]),  # over more than a month
        ("4000", [(-10, 9000), (-6, 9000), (-2, 9000)]),  # only one of them is small
    ],
)
def test_orders_that_are_not_small_or_not_great_together_are_no_splitting(kg, before):
    assert findings("RF-25", order(kg), world=ordered(*GREAT, *before)) == ()


def test_a_buyer_that_is_not_known_yet_is_held_against_what_anybody_orders():
    others = {sizes_of("acetone"): observed(*every(5, 20000, times=20, until=-40))}
    before = {MINE: observed(*SMALL, (-4, 4500), (-2, 4000))}
    found = only("RF-25", order("4000"), world=World(seen=before | others))
    assert "5 orders by one buyer within 30 days, each below 5,000 kg" in found.summary
    assert findings("RF-25", order("4000"), world=World(seen=before)) == ()
