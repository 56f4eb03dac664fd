"""How habits are read: by what a country does, and until that is known by what all others do."""

from decimal import Decimal

import pytest
from rule_stories import Story, honest, on
from rule_world import World, dossier, only

from alerts.rules.habits import anywhere, left_out, permits_of, receipts_of
from alerts.rules.observing import MILLIONTHS, facts
from alerts.rules.questions import Observation

NL = permits_of("NL")


def told(left, times):
    """Of so many cases, one in `left` was left out; in none where that is nought."""
    return tuple(
        Observation(ref=f"X-{n}", at=on(-n - 1), value=Decimal(int(bool(left) and n % left == 0)))
        for n in reversed(range(times))
    )


def told_by(story):
    return {(each.what, each.value / MILLIONTHS) for each in facts(dossier(story))}


def share(usual=0.04, **seen):
    known = World(
        seen={{"own": NL, "others": anywhere(NL)}[who]: what for who, what in seen.items()}
    )
    return left_out(dossier(Story(), world=known), NL, on(0), usual=usual).share


def test_a_country_that_is_not_known_yet_is_read_by_what_all_others_do():
    assert share() == pytest.approx(0.04)
    assert share(others=told(2, 400)) == pytest.approx(0.48, abs=0.01)
    assert share(others=told(0, 400)) < 0.01


def test_a_country_that_is_known_is_read_by_what_it_does_itself():
    assert share(own=told(0, 400), others=told(2, 400)) < 0.05
    assert share(own=told(2, 400), others=told(0, 400)) > 0.4


def test_a_missing_permit_says_little_of_a_new_country_where_nobody_reports_them():
    story = Story().notice().agreed().released().departed()
    careless = only("RF-35", story, world=World(seen={anywhere(NL): told(2, 400)}))
    assert careless.surprise < 1 < only("RF-35", story).surprise
    assert "permits" not in careless.summary  # nothing is known of the country itself


def test_each_shipment_tells_of_its_country_and_of_all():
    kept = told_by(honest())
    assert {(NL, 0), (anywhere(NL), 0)} <= kept
    assert {(receipts_of("KE"), 0), (anywhere(receipts_of("KE")), 0)} <= kept
    missed = told_by(Story().notice().departed())
    assert {(NL, 1), (NL, -1), (anywhere(NL), 1)} <= missed
    assert (anywhere(NL), -1) not in missed  # so many share it that none is looked at again
