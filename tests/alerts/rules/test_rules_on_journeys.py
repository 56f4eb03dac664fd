"""RF-13, RF-14, RF-19, RF-22: silence, and what explains it."""

import pytest
from rule_stories import CONTAINER, Story, day, honest, line, observed, on, text, under_way
from rule_world import ROSTER, World, dossier, findings, many, only

from alerts.rules import Severity, due
from alerts.rules.habits import ends_of, lateness_of, receipts_of, unconfirmed_of


def held(story, at=25):
    return story.says("hold.placed", "EG-CUSTOMS", on(at), hold="documents", reason="risk")


def test_goods_that_should_have_arrived_are_overdue():
    story = under_way()
    found = only("RF-13", story, now=on(47))
    assert found.summary == (
        "Expected on 2026-04-10 by sea and not reported as arrived by 2026-04-17, 7 days of grace "
        "included."
    )
    assert found.evidence == (story.jti(0), story.jti(4))
    assert findings("RF-13", story, now=on(46)) == ()
    assert due(dossier(story, now=on(46))) == on(47)


@pytest.mark.parametrize(("mode", "days"), [("air", 2), ("road", 3), ("rail", 3), ("mail", 7)])
def test_the_grace_is_that_of_the_mode(mode, days):
    story = Story().notice().departed(mode=mode, equipment=[])
    assert findings("RF-13", story, now=on(40 + days))
    assert findings("RF-13", story, now=on(40 + days, hours=-1)) == ()


@pytest.mark.parametrize(
    "story",
    [
        Story().notice(),  # has not left
        Story().notice(arrival_expected=None).departed(),  # nobody said when
        under_way().arrived(),
        under_way().cleared(),  # the arrival report is missing, the goods are not
        held(under_way()),
        under_way().says(
            "shipment.stopped", "EG-CUSTOMS", on(30), reason="x", evidence_level="suspicion"
        ),
    ],
)
def test_what_arrived_is_explained_or_was_never_expected_is_not_overdue(story):
    assert findings("RF-13", story) == ()


def test_a_reschedule_moves_the_day():
    story = under_way().says(
        "shipment.amended",
        "NL-CUSTOMS",
        on(30),
        changes=[{"field": "arrival", "old": day(40), "new": day(60)}],
        material=False,
        arrival_expected=text(on(60)),
    )
    assert findings("RF-13", story, now=on(66)) == ()
    found = only("RF-13", story, now=on(67))
    assert found.evidence == (story.jti(4), story.jti(5))


def test_a_transit_that_nobody_left_is_found():
    story = under_way().entered()
    found = only("RF-14", story, now=on(34))
    assert found.summary == (
        "The transit of EG began on 2026-03-29, was to end by 2026-04-02, and no exit had been "
        "reported by 2026-04-04."
    )
    assert found.evidence == (story.jti(5),)
    assert findings("RF-14", story, now=on(33)) == ()


def test_a_transit_without_a_set_end_has_ten_days():
    story = under_way().entered(exit_expected=None)
    assert findings("RF-14", story, now=on(37)) == ()
    assert "had no set end" in only("RF-14", story, now=on(38)).summary


@pytest.mark.parametrize(
    "story",
    [
        under_way().entered().exited(),
        under_way().entered().arrived(),
        held(under_way().entered(), at=30),
        under_way().entered().entered(at=33, country="EG", exit_expected=None).exited(at=34),
    ],
)
def test_a_transit_that_ended_or_is_explained_is_silent(story):
    assert findings("RF-14", story) == ()


def test_goods_whose_receipt_nobody_confirms_are_found():
    story = under_way().arrived().cleared().delivered()
    found = only("RF-19", story, now=on(74))
    assert found.summary == (
        "The goods were delivered on 2026-04-14 and no receipt was confirmed by 2026-05-14."
    )
    assert found.evidence == (story.jti(6), story.jti(7))
    assert findings("RF-19", story, now=on(73)) == ()
    assert due(dossier(story, now=on(73))) == on(74)


@pytest.mark.parametrize(
    "story",
    [
        honest(),
        under_way(),
        under_way()
        .cleared()
        .says(
            "shipment.split",
            "KE-CUSTOMS",
            on(43),
            into=[{"shipment": "KE-01", "goods": [line()]}],
        ),
    ],
)
def test_a_loop_that_closed_or_ended_otherwise_is_silent(story):
    assert findings("RF-19", story) == ()


def test_cargo_that_nobody_clears_is_a_warning_and_then_an_alarm():
    story = under_way().arrived()
    warned = only("RF-22", story, now=on(70))
    assert warned.summary == "Arrived on 2026-04-10 and not cleared within 30 days."
    assert warned.severity is Severity.MEDIUM
    assert warned.evidence == (story.jti(5),)
    alarmed = only("RF-22", story, now=on(130))
    assert alarmed.severity is Severity.HIGH
    assert "within 90 days" in alarmed.summary
    assert findings("RF-22", story, now=on(69)) == ()
    assert due(dossier(story, now=on(70))) == on(130)


def test_ammonium_nitrate_is_an_alarm_at_once():
    goods = [line(substance="ammonium_nitrate")]
    story = Story().departed(goods=goods).arrived()
    assert only("RF-22", story, now=on(70)).severity is Severity.HIGH


def test_cargo_on_hold_ages_too_until_it_is_let_go():
    story = held(under_way())
    assert "Held on 2026-03-26" in only("RF-22", story, now=on(55)).summary
    released = story.says(
        "hold.released", "EG-CUSTOMS", on(26), hold=story.jti(5), result="conform"
    )
    assert findings("RF-22", released) == ()


@pytest.mark.parametrize(
    "story",
    [
        honest(),
        under_way(),
        under_way()
        .arrived()
        .says("shipment.returned", "KE-CUSTOMS", on(45), reason="refused", goods=[line()]),
        under_way().arrived(observed=observed()).cleared(),
    ],
)
def test_cargo_that_went_on_does_not_age(story):
    assert findings("RF-22", story) == ()


def test_an_overdue_arrival_stands_alone_when_late_papers_would_have_come():
    heard = {ends_of("KE"): many(0)}
    assert only("RF-13", under_way(), now=on(91), world=World(seen=heard)).alone is False
    assert only("RF-13", under_way(), now=on(92), world=World(seen=heard)).alone is True
    assert only("RF-13", under_way(), now=on(92)).alone is False  # nobody there was ever heard
    known = World(seen=heard | {lateness_of("KE"): many(*[0] * 20)})
    assert only("RF-13", under_way(), now=on(74), world=known).alone is False
    assert only("RF-13", under_way(), now=on(75), world=known).alone is True


def test_nobody_is_accused_where_nobody_could_tell():
    outside = ROSTER.but(participants={c: ROSTER.participants[c] for c in ("NL", "EG")})
    assert findings("RF-13", under_way(), roster=outside) == ()
    assert only("RF-14", under_way().entered(), roster=outside).alone is False


def test_goods_whose_container_came_in_under_another_reference_have_arrived():
    seen = observed(equipment=[{"container": CONTAINER, "seals": []}])
    other = Story("KE-09").arrived(observed=seen).cleared()
    assert findings("RF-13", under_way(), world=World(others=(other,))) == ()
    announced = under_way("NL-09").arrived(observed=seen)
    assert findings("RF-13", under_way(), world=World(others=(announced,)))


def test_a_transit_without_exit_stands_alone_once_the_arrival_is_overdue_too():
    story = under_way().entered()
    early, late = only("RF-14", story, now=on(34)), only("RF-14", story, now=on(92))
    assert (early.alone, late.alone) == (False, True)
    assert ", and no arrival by 2026-04-17." in late.summary
    assert early.surprise < late.surprise


def test_receipts_weigh_by_the_countrys_habit_and_a_buyers_loads_add_up():
    story = under_way().arrived().cleared().delivered()
    once = only("RF-19", story)
    assert once.alone is False
    buyer = unconfirmed_of("KE:rift valley paints ltd")
    often = only("RF-19", story, world=World(seen={buyer: many(1, 1, 1)}))
    assert often.alone is True
    assert often.summary.endswith("Of the last 4 loads of this buyer 4 were not.")
    assert once.surprise < often.surprise
    careless = World(seen={receipts_of("KE"): many(*[1, 0] * 40), buyer: many(1, 1, 1)})
    assert only("RF-19", story, world=careless).alone is False


def test_the_buyers_latest_loads_speak_loudest_together():
    story = under_way().arrived().cleared().delivered()
    buyer = unconfirmed_of("KE:rift valley paints ltd")
    lately = many(*[1] * 3, *[0] * 8)  # the latest first
    found = only("RF-19", story, world=World(seen={buyer: lately[::-1]}))
    assert found.summary.endswith("Of the last 4 loads of this buyer 4 were not.")
    assert found.alone is True
    long_ago = many(*[0] * 8, *[1] * 3)
    before = only("RF-19", story, world=World(seen={buyer: long_ago[::-1]}))
    assert before.alone is False
    assert "Of the last" not in before.summary
    assert before.surprise < found.surprise
    confirmed = only("RF-19", story, world=World(seen={buyer: many(*[0] * 11)}))
    assert confirmed.summary.endswith("no receipt was confirmed by 2026-05-14.")


def test_ageing_cargo_is_in_company_only_until_the_alarm():
    story = under_way().arrived()
    assert only("RF-22", story, now=on(70)).alone is False
    assert only("RF-22", story, now=on(130)).alone is True
