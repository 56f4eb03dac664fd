"""The score: what adds to it, what trust may take off, and what it recommends."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.risk.scoring import (
    MOST_OFF,
    MOST_SHARE,
    POINTS,
    WEIGHTS,
    Fired,
    Known,
    Trusted,
    Visit,
    assess,
    for_container,
)
from ledger.standing import Evaluation
from tests.factories import NOON

HARD = Fired(rule="RF-35", name="No permit", severity="high", family="licensing", since=NOON)
SOFT = Fired(rule="RF-02", name="Outlier", severity="high", family="quantity", since=NOON)
AEO = Trusted(role="exporter", programme="aeo-s", country="NL", status="validated", recognised=True)
severities = st.sampled_from(sorted(WEIGHTS))
fired = st.builds(
    lambda severity, family, rule: Fired(
        rule=f"RF-{rule:02}", name="x", severity=severity, family=family, since=NOON
    ),
    severities,
    st.sampled_from(["quantity", "licensing", "movement"]),
    st.integers(1, 40),
)
points = st.sampled_from(POINTS)


def visit(result: str, days_ago: int = 30, site: str = "Mombasa Road 7") -> Visit:
    on = (NOON - timedelta(days=days_ago)).date()
    made = Evaluation(site=site, type="initial", result=result, on=on, by="KE-AUTHORITY")
    return Visit(role="importer", evaluation=made)


@given(st.lists(fired, max_size=12), st.lists(st.just(AEO), max_size=5), points)
def test_a_score_lies_between_nothing_and_a_hundred_and_its_terms_explain_it(found, trusted, point):
    made = assess(Known(fired=found, trusted=trusted), point, NOON)
    assert 0 <= made.score <= 100
    off = sum(-term.points for term in made.terms if term.points < 0)
    back = sum(term.points for term in made.terms if "discount" in term.words)
    assert off - back == made.discount
    assert all(term.words for term in made.terms)


@given(st.lists(fired, max_size=12), fired, points)
def test_one_more_finding_never_lowers_a_score(found, more, point):
    one, other = (assess(Known(fired=f), point, NOON) for f in (found, [*found, more]))
    assert other.score >= one.score


@given(st.lists(fired, max_size=12), st.lists(st.just(AEO), min_size=1, max_size=9), points)
def test_trust_takes_off_no_more_than_its_cap_and_nothing_beside_a_hard_rule(found, trusted, point):
    without = assess(Known(fired=found), point, NOON)
    trusting = assess(Known(fired=found, trusted=trusted), point, NOON)
    assert 0 <= without.score - trusting.score <= min(MOST_OFF, without.score * MOST_SHARE)
    if any(each.is_hard for each in found):
        assert trusting.score == without.score
        assert trusting.action == without.action
        assert trusting.action in {"do_not_load", "open"}


def test_what_was_not_known_yet_does_not_count():
    later = replace(SOFT, since=NOON + timedelta(hours=1))
    assert assess(Known(fired=[later]), "pre_loading", NOON).score == 0
    assert assess(Known(fired=[later]), "pre_arrival", later.since).score > 0


@pytest.mark.parametrize(
    ("known", "point", "action"),
    [
        (Known(), "pre_loading", "release"),
        (Known(fired=[SOFT]), "pre_departure", "documents"),
        (Known(fired=[SOFT, SOFT]), "pre_arrival", "scan"),
        (Known(fired=[SOFT] * 4), "pre_arrival", "open"),
        (Known(fired=[HARD]), "pre_loading", "do_not_load"),
        (Known(fired=[HARD]), "pre_departure", "do_not_load"),
        (Known(fired=[HARD]), "pre_arrival", "open"),
    ],
)
def test_what_is_recommended_follows_from_the_score_and_from_hard_rules(known, point, action):
    assert assess(known, point, NOON).action == action


def test_a_programme_that_the_importing_country_does_not_recognise_counts_half():
    known = Known(fired=[SOFT, SOFT], trusted=[AEO])
    foreign = Known(fired=[SOFT, SOFT], trusted=[replace(AEO, recognised=False)])
    assert assess(known, "pre_arrival", NOON).discount == 15
    made = assess(foreign, "pre_arrival", NOON)
    assert made.discount == 7
    assert "not recognised by the importing country" in made.terms[-1].words


def test_a_site_that_failed_adds_and_one_that_passed_since_takes_off():
    failed = assess(Known(visits=[visit("fail")]), "pre_loading", NOON)
    assert (failed.score, failed.band) == (30, "medium")
    mended = Known(fired=[SOFT], visits=[visit("fail", 90), visit("pass", 30)])
    assert assess(mended, "pre_loading", NOON).score == 48 - 6
    assert assess(Known(visits=[visit("fail", 900)]), "pre_loading", NOON).score == 0


def test_a_container_answers_for_itself_and_for_what_names_no_container():
    one = replace(SOFT, about="the seal of MSKU1234565")
    other = replace(SOFT, rule="RF-16", about="the seal of TEMU7654320")
    whole = replace(SOFT, rule="RF-24")
    known = Known(fired=[one, other, whole])
    mine = for_container(known, "MSKU1234565", ["MSKU1234565", "TEMU7654320"])
    assert [each.rule for each in mine.fired] == ["RF-02", "RF-24"]
