"""The kit: declaring rules, their parameters, what they may see, and when they are due."""

import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rule_stories import Story, honest, jti, line, observed, on, text, under_way
from rule_world import ROSTER, World, dossier, findings

from alerts.rules import Severity, check, due, evidence, rule, rules
from alerts.rules.parameters import Parameters
from ledger.cases import SEVERITIES
from ledger.vocabulary import kinds

FIRST = [
    "RF-03",
    "RF-04",
    "RF-05",
    "RF-09",
    "RF-11",
    "RF-12",
    "RF-13",
    "RF-14",
    "RF-16",
    "RF-17",
    "RF-19",
    "RF-22",
    "RF-24",
    "RF-26",
    "RF-27",
    "RF-34",
    "RF-35",
    "RF-36",
]


def troubled():
    """A story with something for many rules: short, resealed, late, badly numbered, unlicensed."""
    return (
        Story()
        .notice(reply_due=text(on(2)))
        .authorised(goods=[line("20000")])
        .released(goods=[line(hs="291412", cas="67-64-2")])
        .departed(goods=[line("24000")])
        .entered(observed=observed(place="EGPSD", seals_intact=False))
        .exited()
        .arrived(observed=observed(equipment=[{"container": "MSKU9070323", "seals": ["XX1"]}]))
        .cleared(goods=[line("20000")])
        .delivered(goods=[line("15000")])
    )


@pytest.mark.parametrize("code", FIRST)
def test_a_rule_is_declared_once_and_says_why_and_from_where(code):
    made = rules()[code]
    assert "Source: " in made.rationale
    assert made.version >= 1
    assert made.severity in SEVERITIES
    assert made.needs <= kinds().keys()
    assert all(f"`{name}`" in made.rationale for name in made.parameters)


def test_a_rule_without_a_rationale_or_with_a_secret_parameter_is_refused():
    def silent(*_):
        yield from ()

    def spoken(*_):
        """It says why."""
        yield from ()

    about = {"version": 1, "severity": Severity.LOW, "family": "x", "name": "X"}
    with pytest.raises(TypeError, match="no docstring"):
        rule("RF-98", **about)(silent)
    with pytest.raises(TypeError, match="does not explain slack_days"):
        rule("RF-98", parameters={"slack_days": 1}, **about)(spoken)
    with pytest.raises(TypeError, match="declared twice"):
        rule("RF-13", **about)(spoken)
    assert "RF-98" not in rules()


def test_a_correction_and_a_needed_kind_run_a_rule_and_others_do_not():
    needy, free = rules()["RF-12"], rules()["RF-13"]
    assert needy.wants(["notice.sent"])
    assert needy.wants(["event.corrected"])
    assert not needy.wants(["shipment.arrived"])
    assert free.wants(["shipment.arrived"])


def test_an_honest_life_is_silent_under_every_rule():
    for code in rules():
        assert findings(code, honest()) == ()


def test_a_troubled_life_is_not():
    spoken = {code for code in FIRST if findings(code, troubled())}
    assert spoken >= {"RF-04", "RF-09", "RF-11", "RF-16", "RF-17", "RF-19", "RF-24", "RF-27"}


@given(st.randoms(use_true_random=False))
def test_findings_do_not_depend_on_the_order_in_which_statements_came(shuffler: random.Random):
    story = troubled()
    stated = list(story.stated)
    shuffler.shuffle(stated)
    again = Story(ref=story.ref, stated=tuple(stated))
    for made in rules().values():
        assert check(dossier(again), made) == check(dossier(story), made)


@given(st.sets(st.integers(0, 10)))
def test_no_rule_raises_whatever_is_missing(missing: set[int]):
    full = honest()
    kept = tuple(s for place, s in enumerate(full.stated) if place not in missing)
    for story in (Story(stated=kept), Story(ref="KE-9")):
        for made in rules().values():
            for found in check(dossier(story), made):
                known = {s.by.jti for s in story.stated}
                assert set(found.evidence) <= known
        due(dossier(story))


def test_evidence_is_in_the_order_in_which_things_happened_and_each_once():
    story = under_way()
    first, second = story.stated[:2]
    assert evidence([second], [first, second]) == (jti("NL-01", 0), jti("NL-01", 1))


def test_what_a_stranger_to_the_route_states_is_not_heard():
    story = under_way().says(
        "shipment.departed",
        "FR-CUSTOMS",
        on(21),
        goods=[line("1")],
        transport={"mode": "sea", "means": "MV Other"},
        office_of_exit="FR0001",
    )
    assert findings("RF-17", story) == ()


def test_the_next_due_moment_is_the_earliest_to_come():
    story = under_way().entered()
    early = dossier(story, now=on(29))
    assert due(early) == on(34)  # transit exit, 48 h after the fourth day
    assert due(dossier(story, now=on(34))) == on(47)  # arrival, 7 days after the fortieth
    assert due(dossier(story, now=on(47))) == on(70)  # when its silence counts as a habit
    assert due(dossier(story, now=on(70))) == on(92)  # when it stands alone
    assert due(dossier(story, now=on(92))) is None
    sooner = due(early, {"RF-14": {"grace_hours": 24}})
    assert sooner == on(33)
    assert due(dossier(honest(), now=on(1))) is None


def test_an_override_changes_what_a_rule_finds():
    late = {"now": on(48)}
    assert findings("RF-13", under_way(), **late)
    assert not findings("RF-13", under_way(), {"sea_slack_days": 30}, **late)


@pytest.mark.parametrize("override", [{"slack": 3}, {"sea_slack_days": "3"}])
def test_an_override_that_a_rule_does_not_have_is_refused(override):
    with pytest.raises(ValueError, match=next(iter(override))):
        findings("RF-13", under_way(), override)


def test_parameters_are_read_with_their_units():
    p = Parameters({"tolerance_percent": Decimal("0.5"), "names": "a, b  c"})
    assert p.share("tolerance_percent") == Decimal("0.005")
    assert p.words("names") == {"a", "b", "c"}
    assert len(p) == 2
    assert dict(p.but({"names": "d"})) == {"tolerance_percent": Decimal("0.5"), "names": "d"}


def test_a_recorded_time_before_the_event_is_taken_as_its_own_time():
    story = under_way()
    by = story.stated[0].by
    assert dossier(story, recorded={by.jti: on(-1)}).heard_at(by) == by.occurred_at
    assert dossier(story, recorded={by.jti: on(3)}).heard_at(by) == on(3)
    assert dossier(story, roster=ROSTER, world=World()).heard_at(by) == by.occurred_at
