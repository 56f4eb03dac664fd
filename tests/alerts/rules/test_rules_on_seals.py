"""RF-16: seals broken, missing, or not the ones recorded."""

from decimal import Decimal

import pytest
from rule_stories import (
    CONTAINER,
    Story,
    honest,
    observed,
    on,
    under_way,
)
from rule_world import World, dossier, findings, only

from alerts.rules import Severity, due
from alerts.rules.boxes import observed_boxes, reboxed_of
from alerts.rules.questions import Observation
from alerts.rules.seals import reseals_of


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


def test_an_inspection_reported_after_the_sighting_explains_its_new_seal():
    story = under_way().arrived(observed=seen("EG7788"))
    inspected = story.inspected(at=40.5, observed=seen("NL445566"), seal_after="EG7788")
    assert findings("RF-16", inspected) == ()


def test_a_change_that_came_two_days_later_does_not():
    assert findings("RF-16", changed(under_way().arrived(observed=seen("EG7788")), 42))


@pytest.mark.parametrize(
    "story",
    [
        honest(),
        under_way().arrived(observed=seen("nl-445566")),
        under_way().arrived(observed=seen("NL445566", "KE1234")),  # one more than recorded
        under_way().arrived(observed=seen()),  # none named
        under_way()
        .inspected(observed=seen("EG7788"), seal_before="NL445566", seal_after="EG7788")
        .arrived(observed=seen("EG7788")),
    ],
)
def test_the_recorded_seal_or_none_named_is_no_mismatch(story):
    assert findings("RF-16", story) == ()


def test_goods_that_come_in_a_container_nobody_loaded_are_found():
    found = only("RF-16", under_way().arrived(observed=seen("X99999", container="CSQU3054383")))
    assert found.summary == (
        "1 container (CSQU3054383) was seen on 2026-04-10 that nobody had loaded; MSKU9070323 had "
        "left. No typing slip or reported transhipment explains it."
    )
    slip = under_way().arrived(observed=seen("NL445566", container="MSKU9070332"))
    assert findings("RF-16", slip) == ()


def test_a_load_that_came_in_several_other_containers_was_likely_loaded_anew():
    loaded = [{"container": n, "seals": ["S-1"]} for n in ("MSKU9070323", "MSKU9070339")]
    other = [{"container": n, "seals": ["S-2"]} for n in ("CSQU3054383", "TCLU4265855")]
    story = Story().notice().departed(equipment=loaded)
    several, one = (
        only("RF-16", story.arrived(observed=observed(equipment=came)))
        for came in (other, [other[0], loaded[1]])
    )
    assert (several.alone, one.alone) == (False, True)


def test_other_containers_stand_alone_only_where_that_is_rare_on_the_way_there():
    other = under_way().arrived(observed=seen("X99999", container="CSQU3054383"))
    orderly = World(seen={reboxed_of("KE"): many(0, 0)})
    careless = World(seen={reboxed_of("KE"): many(1, 0)})
    rare, common = (only("RF-16", other, world=world) for world in (orderly, careless))
    assert (rare.alone, common.alone) == (True, False)
    assert common.surprise * 3 < rare.surprise
    assert only("RF-16", other).alone is True  # until anything is known


def boxes_of(story):
    return [(what, value) for what, _, value in observed_boxes(dossier(story)) if value >= 0]


def test_each_arrival_tells_whether_goods_were_loaded_anew_on_the_way():
    known = (reboxed_of("KE"), 0), (reboxed_of("KE"), 1)
    assert boxes_of(under_way().arrived(observed=seen("NL445566"))) == [known[0]]
    other = seen("X99999", container="CSQU3054383")
    assert boxes_of(under_way().arrived(observed=other)) == [known[1]]
    assert boxes_of(transhipped(free_zone=False).arrived(observed=other)) == [known[0]]
    assert boxes_of(under_way().arrived()) == []


def transhipped(free_zone):
    return under_way().says(
        "shipment.transhipped",
        "EG-CUSTOMS",
        on(30),
        observed=observed(),
        from_means="MV A",
        to_means="MV B",
        from_equipment=[{"container": CONTAINER, "seals": ["NL445566"]}],
        to_equipment=[{"container": "CSQU3054383", "seals": ["EG7788"]}],
        free_zone=free_zone,
    )


def test_goods_loaded_anew_in_a_free_zone_are_found_though_officers_say_so():
    found = only("RF-16", transhipped(free_zone=True))
    assert found.summary == (
        "The goods were taken out of their containers in a free zone on 2026-03-31 and put into "
        "CSQU3054383."
    )
    assert found.severity is Severity.MEDIUM
    assert findings("RF-16", transhipped(free_zone=False)) == ()


def test_a_new_seal_of_the_old_ones_make_stands_alone_and_officers_seals_do_not():
    found = only("RF-16", under_way().arrived(observed=seen("NL901234")))
    assert found.alone is True
    assert found.summary.endswith(
        "It is of the make of the one it replaces, which officers abroad do not have."
    )
    assert only("RF-16", under_way().arrived(observed=seen("KE901234"))).alone is False


def test_an_unreported_seal_weighs_little_where_officers_often_forget_to_tell():
    odd = under_way().arrived(observed=seen("KE901234"))
    careless = World(seen={reseals_of("KE"): many(1, 0)})
    careful = World(seen={reseals_of("KE"): many(0, 0)})
    little = only("RF-16", odd, world=careless).surprise
    assert little < 1 < only("RF-16", odd, world=careful).surprise


def many(*values):
    return tuple(
        Observation(ref=f"X-{n}", at=on(-n - 1), value=Decimal(values[n % len(values)]))
        for n in range(80)
    )


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


def test_an_officer_who_names_the_seal_before_says_which_was_met():
    found = only("RF-16", under_way().inspected(observed=seen("ZZ9999"), seal_before="ZZ9999"))
    assert "seen with ZZ9999" in found.summary
    both = [{"container": CONTAINER}, {"container": "CSQU3054383"}]
    unclear = under_way().inspected(observed=observed(equipment=both), seal_before="ZZ9999")
    assert findings("RF-16", unclear) == ()
