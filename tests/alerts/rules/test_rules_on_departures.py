"""RF-35: goods that left with no permit in force, or against somebody's word."""

from decimal import Decimal

import pytest
from rule_stories import Story, day, on, under_way
from rule_world import World, findings, many, only

from alerts.rules import Severity
from alerts.rules.habits import permits_of, releases_of
from alerts.rules.questions import Observation


def test_goods_that_leave_without_an_authorisation_are_found():
    story = Story().notice().agreed().departed()
    found = only("RF-35", story)
    assert found.summary == (
        "The goods left on 2026-03-21 with no export authorisation. It reported no release either."
    )
    assert found.evidence == (story.jti(2),)


def test_neither_permit_nor_release_weighs_by_how_seldom_a_country_leaves_out_both():
    bare, named = Story().notice().departed(), Story().notice().released().departed()
    seldom = World(seen={releases_of("NL"): many(*[0] * 200)})
    often = World(seen={releases_of("NL"): many(*[1] * 200)})
    assert only("RF-35", bare, world=often).surprise < only("RF-35", bare, world=seldom).surprise
    assert only("RF-35", named, world=seldom).surprise == only("RF-35", named).surprise
    said = only("RF-35", bare, world=seldom).summary
    assert said.endswith("It reported no release either, as with 1 % of what leaves there.")


def test_goods_that_leave_under_an_authorisation_in_force_are_not():
    assert findings("RF-35", under_way()) == ()


def test_an_authorisation_that_expired_is_found_and_its_last_day_is_a_whole_day():
    story = Story().notice().authorised(until=15).departed()
    assert only("RF-35", story).summary == (
        "The goods left on 2026-03-21 under an export authorisation that had expired on 2026-03-16."
    )
    # 2026-03-21 12:00 UTC is still the 21st in the west when the permit's last day is the 21st.
    assert findings("RF-35", Story().authorised(until=20).departed()) == ()
    assert findings("RF-35", Story().authorised(until=19).departed())


def test_an_authorisation_that_starts_later_is_a_weak_sign_since_papers_are_made_anew():
    found = only("RF-35", Story().authorised(valid_from=day(60), until=90).departed())
    assert found.summary == (
        "The goods left on 2026-03-21 before the export authorisation took effect on 2026-04-30."
    )
    assert found.alone is False
    over = only("RF-35", Story().authorised(until=15).departed())
    assert over.alone is True


def test_an_authorisation_stated_after_departure_does_not_count():
    assert findings("RF-35", Story().departed().authorised(at=21))


def test_a_permit_that_is_out_stands_alone_though_another_begins_later():
    later = {"authorisation": "EA-2", "valid_from": day(60), "until": 90}
    assert only("RF-35", Story().authorised(until=15).authorised(**later).departed()).alone is True
    assert findings("RF-35", Story().authorised(until=90).authorised(**later).departed()) == ()


def suspended(at):
    return under_way().says(
        "authorisation.suspended",
        "NL-AUTHORITY",
        on(at),
        authorisation="EA-NL-01",
        grounds="risk",
        effective_at=f"{day(at)}T00:00:00Z",
    )


def test_goods_that_leave_while_the_authorisation_is_suspended_are_found():
    found = only("RF-35", suspended(at=19))
    assert found.summary.endswith("while the export authorisation was suspended.")
    assert findings("RF-35", suspended(at=25)) == ()


def test_an_authorisation_for_several_shipments_counts_on_those_that_cite_it():
    other = Story("NL-00").notice().authorised(authorisation="EA-MANY", simplified=True)
    single = Story("NL-00").notice().authorised(authorisation="EA-MANY")
    story = Story().notice().released(authorisation="ea-many").departed()
    assert findings("RF-35", story, world=World(others=(other,))) == ()
    assert findings("RF-35", story, world=World(others=(single,)))


def objected(at=5):
    return Story().notice().objected(at=at).authorised()


def test_goods_that_leave_against_an_objection_are_found_whatever_the_permit_says():
    story = objected().departed()
    found = only("RF-35", story)
    assert found.summary == "KE objected on 2026-03-06, and the goods left on 2026-03-21."
    assert found.evidence == (story.jti(1), story.jti(2), story.jti(3))
    assert (found.severity, found.alone) == (None, None)


@pytest.mark.parametrize(
    "story",
    [
        objected(),  # nothing has left
        Story().notice().objected().agreed(at=6).authorised().departed(),
        under_way().objected(at=25),  # too late: RF-11 speaks of answers
    ],
)
def test_an_objection_that_was_taken_back_or_came_later_is_silent(story):
    assert findings("RF-35", story) == ()


def test_an_objection_taken_back_after_the_goods_had_left_is_less_grave():
    found = only("RF-35", objected().departed().agreed(at=25))
    assert found.severity is Severity.MEDIUM
    assert found.summary.endswith("the goods left on 2026-03-21; it agreed on 2026-03-26 only.")


def test_an_objection_shows_on_arrival_where_nobody_reported_the_departure():
    assert "the goods arrived on 2026-04-10" in only("RF-35", objected().arrived()).summary


def test_goods_that_leave_while_they_are_stopped_are_found():
    story = under_way().says(
        "shipment.stopped", "KE-CUSTOMS", on(10), reason="x", evidence_level="suspicion"
    )
    found = only("RF-35", story)
    assert found.summary == "The goods left on 2026-03-21 while the shipment was stopped."


def test_a_permit_that_nobody_reported_is_waited_for_and_weighs_by_the_countrys_habit():
    story = Story().notice().agreed().released().departed()
    heard = {story.jti(3): on(25)}
    assert findings("RF-35", story, now=on(27), recorded=heard) == ()
    careless = World(seen={permits_of("NL"): half_left_out()})
    found = only("RF-35", story, now=on(28), recorded=heard, world=careless)
    assert found.alone is False
    assert found.summary == (
        "The goods left on 2026-03-21 with no export authorisation; the release names one that "
        "nobody reported. Of NL's permits 41 % go unreported."
    )
    assert found.surprise < 1 < only("RF-35", story).surprise
    unreleased = only("RF-35", Story().notice().agreed().departed(), now=on(90))
    assert (found.severity, unreleased.severity) == (Severity.INFO, None)


def half_left_out():
    return tuple(Observation(ref=f"X-{n}", at=on(-n - 1), value=Decimal(n % 2)) for n in range(80))


def called_off(at=15):
    story = Story().notice().agreed().authorised()
    return story.says("shipment.cancelled", "NL-CUSTOMS", on(at), reason="order_cancelled")


def test_goods_that_arrive_after_the_shipment_was_called_off_are_found():
    story = called_off().arrived()
    found = only("RF-35", story)
    assert found.summary == (
        "The shipment was called off on 2026-03-16, and the goods arrived on 2026-04-10."
    )
    assert found.evidence == (story.jti(3), story.jti(4))
    assert (found.severity, found.alone) == (None, None)
    assert "the goods left on 2026-03-21." in only("RF-35", called_off().departed()).summary


def withdrawn(story, at, pen="PEN-NL-01"):
    return story.says("notice.withdrawn", "NL-AUTHORITY", on(at), pen=pen, reason="order_cancelled")


def test_a_notice_that_was_withdrawn_calls_the_shipment_off_too():
    story = withdrawn(Story().notice(), at=9)
    assert "called off on 2026-03-10" in only("RF-35", story.cleared()).summary


def test_a_notice_that_was_sent_anew_takes_back_that_the_shipment_was_called_off():
    story = withdrawn(Story().notice(), at=2).notice(at=3, pen="PEN-2").authorised()
    assert findings("RF-35", story.departed()) == ()
    again = withdrawn(story, at=12, pen="PEN-2").departed()
    assert "called off on 2026-03-13, and the goods left" in only("RF-35", again).summary


@pytest.mark.parametrize(
    "story",
    [
        called_off(),  # nothing went on
        called_off(at=50).arrived(),  # called off when all was over
        under_way().arrived(),
    ],
)
def test_what_was_called_off_and_stayed_is_silent(story):
    assert findings("RF-35", story) == ()
