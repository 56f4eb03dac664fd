"""RF-19, RF-22: silence after clearance, and before it, beside what is usual there."""

from rule_stories import on, under_way
from rule_world import World, findings, many, only

from alerts.rules import Severity
from alerts.rules.habits import clearings_of, receipts_of, silences_of

CLEARED = under_way().arrived().cleared()


def test_nobody_told_of_a_delivery_either_is_rarer_than_a_missing_receipt():
    silent, delivered = only("RF-19", CLEARED), only("RF-19", CLEARED.delivered())
    assert silent.summary == (
        "The goods were cleared on 2026-04-12 and no receipt was confirmed by 2026-05-12. Nobody "
        "told of a delivery either."
    )
    assert "either" not in delivered.summary
    assert silent.surprise > delivered.surprise
    assert not silent.alone
    assert findings("RF-19", CLEARED.delivered().received()) == ()


def test_silence_weighs_by_the_countrys_habit_of_it():
    often = only("RF-19", CLEARED, world=World(seen={silences_of("KE"): many(*[1] * 40)}))
    assert often.surprise < only("RF-19", CLEARED).surprise
    careless = {receipts_of("KE"): many(*[1, 0] * 40), silences_of("KE"): many(*[0] * 80)}
    found = only("RF-19", CLEARED, world=World(seen=careless))
    assert found.summary.endswith(
        "Of receipts there 42 % never come. Nobody told of a delivery either, as with 1 % of goods "
        "there."
    )
    assert found.surprise > 3
    told = only("RF-19", CLEARED.delivered(), world=World(seen=careless))
    assert told.surprise < 1


def test_cargo_that_ages_is_weak_where_the_country_often_reports_no_clearance():
    story = under_way().arrived()
    careless = World(seen={clearings_of("KE"): many(*[1, 0, 0] * 30)})
    careful = World(seen={clearings_of("KE"): many(*[0] * 90)})
    found, usual = (only("RF-22", story, world=world) for world in (careless, careful))
    assert found.severity is usual.severity is Severity.HIGH
    assert (found.alone, usual.alone) == (False, True)
    assert found.surprise < 2 < usual.surprise


def test_cargo_on_hold_waits_for_no_clearance():
    claims = {"hold": "documents", "reason": "risk"}
    held = under_way().says("hold.placed", "EG-CUSTOMS", on(25), **claims)
    careless = World(seen={clearings_of("KE"): many(*[1, 0, 0] * 30)})
    assert only("RF-22", held, world=careless).alone is True
