"""RF-11, RF-34, RF-36: exports nobody answered, plans changed late, imports nobody announced."""

from decimal import Decimal

import pytest
from rule_stories import (
    CONTAINER,
    EXPORTER,
    IMPORTER,
    PARTIES,
    ROUTE,
    Story,
    day,
    line,
    observed,
    on,
    under_way,
)
from rule_world import ROSTER, World, dossier, findings, only, waiting

from alerts.rules import Severity
from alerts.rules.aggregates import reply_of, silence_of
from alerts.rules.habits import import_permits_of
from alerts.rules.observing import facts
from alerts.rules.questions import Observation


def unanswered():
    """The deadline is the fifteenth day; the export is authorised on the seventeenth."""
    return Story().notice().authorised(at=17)


def test_an_export_authorised_after_an_unanswered_deadline_is_found():
    story = unanswered()
    found = only("RF-11", story)
    assert found.summary == (
        "The export was authorised on 2026-03-18 although the notice, due to be answered by "
        "2026-03-16, was unanswered. It reported no import permit either, as with 30 % of what "
        "comes in."
    )
    assert found.severity is None
    assert found.evidence == (story.jti(0), story.jti(1))


def test_a_stated_expiry_counts_and_a_departure_alone_is_found_too():
    story = (
        Story()
        .notice()
        .says("notice.expired", "ZZ-HUB", on(15), pen="PEN-NL-01", due=f"{day(15)}T12:00:00Z")
    )
    assert "carried out" in only("RF-11", story.departed()).summary


@pytest.mark.parametrize(
    "story",
    [
        under_way(),
        Story().notice().authorised(),  # before the deadline: the clock still runs
        Story().authorised(at=17),  # no notice: another rule's business
    ],
)
def test_an_answered_or_running_clock_is_silent(story):
    assert findings("RF-11", story) == ()


@pytest.mark.parametrize(
    ("silence", "severity"),
    [("may_proceed", Severity.LOW), ("barred", Severity.HIGH), ("none", None)],
)
def test_what_silence_means_is_the_exporting_countrys_policy(silence, severity):
    assert only("RF-11", unanswered(), roster=waiting(silence)).severity is severity


def test_a_late_answer_that_does_not_object_lowers_it():
    found = only("RF-11", unanswered().agreed(at=18))
    assert found.severity is Severity.LOW
    assert "unanswered; a late reply on 2026-03-19 does not object. It" in found.summary


@pytest.mark.parametrize(
    ("story", "asks"),
    [
        (unanswered(), True),
        (unanswered().agreed(at=18), True),
        (under_way(), False),
        (Story().notice().authorised(), False),
    ],
)
def test_what_went_on_unanswered_asks_how_many_others_did(story, asks):
    """So that a silence or an answer that is heard of later has it looked at again."""
    asked = {each.what for each in facts(dossier(story)) if each.value < 0}
    assert ({silence_of("KE"), reply_of("KE")} <= asked) is asks


def amended(at=18, before=None, **more):
    claims = {
        "changes": [{"field": "plan", "old": "as it was", "new": "as it is"}],
        "material": True,
    }
    story = before or Story().notice().agreed().authorised()
    return story.says("shipment.amended", "NL-AUTHORITY", on(at), **claims | more)


OTHER = {"exporter": EXPORTER, "importer": IMPORTER, "consignee": {"name": "X", "country": "KE"}}


def test_a_change_of_quantity_just_before_departure_is_found():
    story = amended(goods=[line("30000")]).departed()
    found = only("RF-34", story)
    assert found.summary == (
        "The quantity (+20.0 %) was changed on 2026-03-19, 2 days before the departure on "
        "2026-03-21."
    )
    assert found.severity is None
    assert found.evidence == (story.jti(1), story.jti(3), story.jti(4))


def test_a_new_consignee_and_destination_are_named_in_words():
    first = Story().notice(parties={**OTHER, "consignee": IMPORTER}).agreed().authorised()
    story = amended(
        before=first, parties=OTHER, route={**ROUTE, "importing": "TZ"}, material=False, at=19
    )
    assert only("RF-34", story).summary == (
        "The consignee and the destination were changed on 2026-03-20, 1 day before the expected "
        "dispatch on 2026-03-21."
    )


def test_a_new_country_of_end_use_is_a_new_destination():
    found = only("RF-34", amended(route={**ROUTE, "end_use": "TZ"}, material=False).departed())
    assert found.summary.startswith("The destination was changed")
    same = amended(route={**ROUTE, "end_use": "KE"}, material=False).departed()
    assert findings("RF-34", same) == ()


@pytest.mark.parametrize(
    ("at", "words"),
    [(20, "on the day of the"), (22, "after the"), (9, "after the importing country had agreed")],
)
def test_the_sentence_says_when(at, words):
    story = amended(at=at, before=Story().notice().agreed(), goods=[line("30000")])
    assert words in only("RF-34", story).summary


@pytest.mark.parametrize(
    "story",
    [
        under_way(),
        amended(material=False),  # nothing that matters
        amended(material=False, goods=[line("26000")]),  # four per cent more
        amended(at=3, before=Story().notice(), goods=[line("30000")]),  # in good time, no answer
    ],
)
def test_small_or_timely_changes_are_silent(story):
    assert findings("RF-34", story) == ()


def test_a_change_that_the_importing_country_agreed_to_is_low():
    found = only("RF-34", amended(goods=[line("30000")]).agreed(at=19).departed())
    assert found.severity is Severity.LOW
    assert found.summary.endswith("; the importing country has agreed anew.")


def cleared(ref="KE-01", **more):
    return Story(ref).cleared(**{"origin_country": "NL"} | more)


def test_an_import_of_a_listed_substance_that_nobody_announced_is_found():
    story = cleared()
    found = only("RF-36", story)
    assert found.summary == (
        "25,000 kg of a listed substance from NL were cleared on 2026-04-12 with no notice or "
        "export reported in 120 days."
    )
    assert found.evidence == (story.jti(0),)
    assert found.severity is None


@pytest.mark.parametrize(
    "story",
    [
        under_way().cleared(),
        cleared(origin_country="CN"),  # takes no part: nobody there could say anything
        cleared(origin_country=None),
        cleared(goods=[line(substance="water")]),
        Story("KE-01")
        .says(
            "shipment.merged",
            "KE-CUSTOMS",
            on(41),
            parts=[{"shipment": "NL-01", "goods": [line()]}],
        )
        .cleared(origin_country="NL"),
    ],
)
def test_an_import_that_is_announced_unlisted_or_from_outside_is_silent(story):
    assert findings("RF-36", story) == ()


def citing(number="PEN-NL-09"):
    return cleared(documents=[{"type": "pen", "number": number}])


def test_a_notice_for_several_shipments_covers_those_that_cite_it():
    many = {"covers": [line("90000")]}
    covering = Story("NL-09").notice(covers_until=day(60), **many)
    ended = Story("NL-09").notice(covers_until=day(30), **many)
    recent, old = Story("NL-09").notice(), Story("NL-09").notice(at=-100)
    assert findings("RF-36", citing(), world=World(others=(covering,))) == ()
    assert findings("RF-36", citing(), world=World(others=(ended,)))
    assert findings("RF-36", citing(), world=World(others=(recent,))) == ()
    assert findings("RF-36", citing(), world=World(others=(old,)))
    assert findings("RF-36", citing("PEN-OTHER"), world=World(others=(covering,)))


def test_an_import_known_under_another_reference_is_low():
    other = under_way("NL-09")
    seen = observed(equipment=[{"container": CONTAINER, "seals": ["NL445566"]}])
    story = Story("KE-01").arrived(observed=seen).cleared(origin_country="NL")
    found = only("RF-36", story, world=World(others=(other,)))
    assert found.severity is Severity.LOW
    assert found.summary.endswith("; papers or a container lead to another shipment of it.")
    assert only("RF-36", story, roster=ROSTER).severity is None


def test_silence_waits_for_late_answers_and_weighs_by_that_authoritys_habit():
    story = unanswered()
    assert findings("RF-11", story, now=on(19)) == ()
    plain = only("RF-11", story, now=on(20))
    assert plain.alone is False
    silent = World(seen={silence_of("KE"): told(*[1] * 60), reply_of("KE"): told(*[9] * 20)})
    often = only("RF-11", story, world=silent)
    assert "That authority leaves 63 % unanswered (80 notices known)." in often.summary
    assert often.surprise < plain.surprise


def told(*values):
    return tuple(
        Observation(ref=f"X-{n}", at=on(-n - 1), value=Decimal(value))
        for n, value in enumerate(values)
    )


def importable(story):
    claims = {"goods": [line()], "parties": PARTIES, "valid_from": day(0), "valid_to": day(90)}
    return story.says("import.authorised", "KE-AUTHORITY", on(3), authorisation="IA-1", **claims)


def test_silence_says_more_where_no_import_permit_was_reported_either():
    silent, permitted = only("RF-11", unanswered()), only("RF-11", importable(unanswered()))
    assert permitted.summary.endswith("due to be answered by 2026-03-16, was unanswered.")
    assert permitted.surprise < silent.surprise
    strict = World(seen={import_permits_of("KE"): told(*[0] * 80)})
    found = only("RF-11", unanswered(), world=strict)
    assert found.summary.endswith("no import permit either, as with 6 % of what comes in.")
    assert silent.surprise < found.surprise
    same = only("RF-11", importable(unanswered()), world=strict)
    assert same.surprise == permitted.surprise


def test_a_late_answer_that_objects_stands_alone():
    found = only("RF-11", unanswered().objected(at=18))
    assert (found.severity, found.alone) == (Severity.HIGH, True)
    assert "; the reply of 2026-03-19, too late, objects." in found.summary


def test_an_authority_that_takes_no_part_cannot_answer():
    outside = ROSTER.but(participants={c: ROSTER.participants[c] for c in ("NL", "EG")})
    assert findings("RF-11", unanswered(), roster=outside) == ()


def test_a_change_stands_alone_only_where_the_goods_get_another_taker_as_they_leave():
    first = Story().notice(parties={**OTHER, "consignee": IMPORTER}).agreed().authorised()
    sold = amended(before=first, parties=OTHER, at=22).departed()
    assert only("RF-34", sold).alone is True
    before = amended(before=first, parties=OTHER, at=18).departed()
    assert only("RF-34", before).alone is False
    more = amended(before=first, goods=[line("30000")], at=22).departed()
    assert only("RF-34", more).alone is False


def test_an_import_waits_for_the_exporting_countrys_late_papers():
    assert findings("RF-36", cleared(), now=on(46)) == ()
    assert findings("RF-36", cleared(), now=on(47))
