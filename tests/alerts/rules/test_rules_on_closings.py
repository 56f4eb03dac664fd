"""RF-19, RF-22: silence after clearance, and before it, beside what is usual there."""

from decimal import Decimal

from rule_stories import on, under_way
from rule_world import World, only

from alerts.rules.habits import clearings_of, receipts_of, silences_of
from alerts.rules.questions import Observation


def habit(missing, of):
    """Of so many loads before, so many were left out."""
    return tuple(
        Observation(ref=f"NL-9{n}", at=on(-n - 40), value=Decimal(n < missing)) for n in range(of)
    )


def test_who_hears_neither_of_delivery_nor_of_receipt_is_rarer_than_who_misses_a_receipt():
    world = World(seen={receipts_of("KE"): habit(60, 200), silences_of("KE"): habit(2, 200)})
    cleared = under_way().arrived().cleared()
    delivered, silent = (
        only("RF-19", story, world=world) for story in (cleared.delivered(), cleared)
    )
    assert silent.summary.endswith(
        "Of receipts there 28 % never come. Nobody told of a delivery either, as with 1 % of "
        "goods there."
    )
    assert "Nobody told" not in delivered.summary
    assert delivered.surprise + 2 < silent.surprise


def test_cargo_that_waits_is_a_weak_sign_where_clearances_often_go_unreported():
    story = under_way().arrived()
    often = World(seen={clearings_of("KE"): habit(60, 200)})
    never = World(seen={clearings_of("KE"): habit(0, 200)})
    assert only("RF-22", story, now=on(130), world=often).alone is False
    assert only("RF-22", story, now=on(130), world=never).alone is True
