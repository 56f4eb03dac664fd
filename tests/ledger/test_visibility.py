"""Who sees what: the one function, tried for every marking and every kind of viewer."""

import itertools
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.claims import Marking
from ledger.grants import Grant
from ledger.roster import HUB
from ledger.shipments import Origin
from ledger.visibility import (
    SEEN,
    SENTENCES,
    Viewer,
    explained,
    held,
    released,
    strictest,
    travels,
    visible_claims,
)
from tests.world import NOON

CLAIMS = frozenset({"kind", "shipment", "goods", "nominal"})
ALL_BUT_NOMINAL = CLAIMS - {"nominal"}
NOTHING: frozenset[str] = frozenset()
BY = Origin(
    agency="NL-CUSTOMS", country="NL", jti="a", issued_at=0, occurred_at=NOON - timedelta(days=1)
)
CONCERNED = frozenset({"NL", "KE"})
HUB_DESK = Viewer(agency=HUB, country="ZZ")


def viewer(agency):
    return Viewer(agency=agency, country=agency[:2])


def sees(agency, *, now=NOON, **marking):
    return visible_claims(
        CLAIMS,
        marking=Marking(**marking),
        by=BY,
        concerned=CONCERNED,
        viewer=viewer(agency),
        now=now,
    )


def test_the_originator_sees_all_of_its_own():
    assert sees("NL-CUSTOMS") == CLAIMS
    assert sees("NL-CUSTOMS", tlp="RED") == CLAIMS


@pytest.mark.parametrize("agency", ["NL-POLICE", "KE-CUSTOMS", HUB])
def test_nobody_else_ever_sees_the_nominal_claim(agency):
    assert sees(agency) == ALL_BUT_NOMINAL


@pytest.mark.parametrize("tlp", ["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"])
def test_a_stranger_to_the_route_sees_nothing_whatever_the_marking(tlp):
    assert sees("ZA-CUSTOMS", tlp=tlp) == NOTHING
    assert sees("ZA-CUSTOMS", tlp=tlp, releasable_to=("ZA",)) == NOTHING


@pytest.mark.parametrize("tlp", ["CLEAR", "GREEN", "AMBER"])
def test_a_country_concerned_sees_what_may_travel(tlp):
    assert sees("KE-CUSTOMS", tlp=tlp) == ALL_BUT_NOMINAL


def test_red_is_for_those_who_are_named():
    assert sees("KE-CUSTOMS", tlp="RED") == NOTHING
    assert sees("KE-CUSTOMS", tlp="RED", releasable_to=("KE-POLICE",)) == NOTHING
    assert sees("KE-CUSTOMS", tlp="RED", releasable_to=("KE",)) == ALL_BUT_NOMINAL
    assert sees("KE-CUSTOMS", tlp="RED", releasable_to=("KE-CUSTOMS",)) == ALL_BUT_NOMINAL


def test_what_its_originator_controls_is_for_those_who_are_named():
    assert sees("KE-CUSTOMS", originator_controlled=True) == NOTHING
    assert sees("KE-CUSTOMS", originator_controlled=True, releasable_to=("KE",)) == ALL_BUT_NOMINAL


def test_amber_strict_is_for_all_concerned_unless_it_names_some():
    assert sees("KE-CUSTOMS", tlp="AMBER+STRICT") == ALL_BUT_NOMINAL
    assert sees("KE-CUSTOMS", tlp="AMBER+STRICT", releasable_to=("EG",)) == NOTHING


def test_a_time_withholds_until_it_has_come():
    later = NOON + timedelta(hours=1)
    assert sees("KE-CUSTOMS", visible_after=later) == NOTHING
    assert sees("KE-CUSTOMS", visible_after=later, now=later) == ALL_BUT_NOMINAL
    assert sees("NL-CUSTOMS", visible_after=later) == CLAIMS


def test_the_hub_sees_what_the_checker_needs():
    later = NOON + timedelta(hours=1)
    assert sees(HUB, tlp="RED", visible_after=later) == ALL_BUT_NOMINAL


MARKINGS = [
    Marking(tlp=tlp, releasable_to=to, visible_after=after, originator_controlled=controlled)
    for tlp, to, after, controlled in itertools.product(
        ("RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"),
        ((), ("KE",), ("ZA",), ("KE-CUSTOMS",)),
        (None, NOON + timedelta(hours=1)),
        (False, True),
    )
]


@given(
    marking=st.sampled_from(MARKINGS),
    agency=st.sampled_from(["NL-CUSTOMS", "NL-POLICE", "KE-CUSTOMS", "ZA-CUSTOMS", HUB]),
    concerned=st.frozensets(st.sampled_from(["NL", "KE", "ZA"])),
    claims=st.frozensets(st.sampled_from(sorted(CLAIMS))),
)
def test_no_marking_adds_to_what_a_viewer_sees_without_one(marking, agency, concerned, claims):
    def seen(which):
        return visible_claims(
            claims, marking=which, by=BY, concerned=concerned, viewer=viewer(agency), now=NOON
        )

    assert seen(marking) <= seen(Marking()) <= claims
    assert agency == BY.agency or "nominal" not in seen(marking)


def test_h3_is_for_those_who_are_named_and_h0_to_h2_are_only_shown():
    assert sees("KE-CUSTOMS", handling=("H3",)) == NOTHING
    assert sees("KE-CUSTOMS", handling=("H3",), releasable_to=("KE",)) == ALL_BUT_NOMINAL
    for code in ("H0", "H1", "H2"):
        assert sees("KE-CUSTOMS", handling=(code,)) == ALL_BUT_NOMINAL


def test_an_auditor_of_a_country_concerned_sees_nothing():
    auditor = Viewer(agency="KE-AUDIT", country="KE", auditor=True)
    seen = visible_claims(
        CLAIMS, marking=Marking(tlp="CLEAR"), by=BY, concerned=CONCERNED, viewer=auditor, now=NOON
    )
    assert seen == NOTHING
    assert not released(Marking(tlp="CLEAR"), BY, auditor, NOON)


GRANTS = [
    Grant(
        id=f"{giver}/x",
        to="ZA",
        shipment="NL-2026-1",
        readers=readers,
        claims=claims,
        whole=whole,
    )
    for giver, readers, claims, whole in itertools.product(
        ("NL-CUSTOMS", "NL-CNA"),
        (frozenset({"ZA"}), frozenset({"ZA-POLICE"}), frozenset()),
        (frozenset(), frozenset({"goods"}), frozenset({"goods", "nominal"})),
        (False, True),
    )
]
VIEWERS = ["NL-CUSTOMS", "NL-POLICE", "KE-CUSTOMS", "ZA-CUSTOMS", "ZA-POLICE", HUB]


@given(
    marking=st.sampled_from(MARKINGS),
    agency=st.sampled_from(VIEWERS),
    grants=st.lists(st.sampled_from(GRANTS), max_size=3),
)
def test_the_reasons_agree_with_what_is_seen_whatever_was_granted(marking, agency, grants):
    asked = {
        "marking": marking,
        "by": BY,
        "concerned": CONCERNED,
        "viewer": viewer(agency),
        "now": NOON,
        "grants": grants,
    }
    told = explained(CLAIMS, **asked)
    assert told.keys() == CLAIMS
    assert {name for name, why in told.items() if why in SEEN} == visible_claims(CLAIMS, **asked)
    assert set(told.values()) <= SENTENCES.keys()


@given(
    marking=st.sampled_from(MARKINGS),
    agency=st.sampled_from(VIEWERS),
    grants=st.lists(st.sampled_from(GRANTS), max_size=3),
)
def test_a_grant_adds_for_its_readers_and_for_nobody_else(marking, agency, grants):
    def seen(given):
        return visible_claims(
            CLAIMS,
            marking=marking,
            by=BY,
            concerned=CONCERNED,
            viewer=viewer(agency),
            now=NOON,
            grants=given,
        )

    assert seen([]) <= seen(grants)
    if not any(each.is_for(viewer(agency).names, NOON) for each in grants):
        assert seen([]) == seen(grants)
    if not any(each.by == BY.agency and each.is_explicit for each in grants):
        travelled = travels(marking, NOON) or held(marking, viewer(agency), NOON) is None
        assert travelled or seen([]) == seen(grants)


@given(
    stated=st.lists(
        st.tuples(
            st.sampled_from(MARKINGS), st.sampled_from(["NL-CUSTOMS", "KE-CUSTOMS", "EG-CNA"])
        ),
        min_size=1,
        max_size=4,
    ),
    agency=st.sampled_from(["NL-CUSTOMS", "NL-POLICE", "KE-CUSTOMS", "ZA-CUSTOMS", "EG-CNA"]),
)
def test_what_is_made_of_statements_goes_no_further_than_each_of_them(stated, agency):
    made = strictest(stated)
    if held(made, viewer(agency), NOON) is None:
        for marking, originator in stated:
            assert agency == originator or held(marking, viewer(agency), NOON) is None
