"""What is known of traders and countries, and the life of an alert."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ledger import folding
from ledger.cases import Case
from ledger.folding import Stated
from ledger.standing import Standing
from tests.factories import HONEST, body, stated, step

HUB = "ZZ-HUB"


def told(kind: str, day: float, agency: str = "", **changes: Any) -> Stated:
    made = step(kind, occurred_at=HONEST.at(day), **changes)
    return stated(made.body, agency or made.agency)


def trader(*events: Stated) -> Standing:
    return folding.standing("national:P051234567X", events)


def case(*events: Stated) -> Case:
    return folding.case(HONEST.key, events)


# --- traders and countries ---


def test_a_licence_covers_what_it_names_while_it_runs():
    licence = trader(told("party.licensed", 0)).licences["KE/KE-LIC-77"]
    assert licence.covers("acetone", "import", date(2026, 3, 2))
    assert not licence.covers("toluene", "import", date(2026, 3, 2))
    assert not licence.covers("acetone", "export", date(2026, 3, 2))
    assert not licence.covers("acetone", "import", date(2024, 1, 1))
    assert not licence.covers("acetone", "import", date(2030, 1, 1))


def test_a_licence_without_an_end_runs_on():
    made = body("party.licensed")
    del made["valid_to"]
    licence = trader(stated(made)).licences["KE/KE-LIC-77"]
    assert licence.covers("acetone", "import", date(2090, 1, 1))


@pytest.mark.parametrize("status", ["suspended", "revoked"])
def test_the_issuer_last_word_on_a_licence_counts(status):
    granted, ended = told("party.licensed", 0), told("party.licensed", 9, status=status)
    for heard in ((granted, ended), (ended, granted)):
        licence = trader(*heard).licences["KE/KE-LIC-77"]
        assert licence.covers("acetone", "import", date(2026, 3, 10))
        assert not licence.covers("acetone", "import", date(2026, 3, 11))


def test_what_was_said_of_a_licence_before_is_kept_in_order_and_only_where_it_differs():
    granted = told("party.licensed", 0)
    ended, again = told("party.licensed", 9, status="suspended"), told("party.licensed", 20)
    key = "KE/KE-LIC-77"
    for heard in ((granted, ended, again), (again, granted, ended)):
        said = trader(*heard).words[key]
        assert [each.licence.status for each in said] == ["active", "suspended", "active"]
        assert [each.on for each in said[1:]] == [date(2026, 3, 11), date(2026, 3, 22)]
    once = trader(granted, told("party.licensed", 3))
    assert (once.versions, len(once.words[key])) == ({}, 1)


def test_the_same_number_from_two_countries_is_two_licences():
    foreign = told("party.licensed", 1, "UG-LICENSING", status="revoked")
    assert sorted(trader(told("party.licensed", 0), foreign).licences) == [
        "KE/KE-LIC-77",
        "UG/KE-LIC-77",
    ]


def test_a_licence_keeps_its_limit_in_pure_mass():
    limited = told("party.licensed", 0, limit=[HONEST.line("1000")])
    limit = trader(limited).licences["KE/KE-LIC-77"].limit
    assert limit is not None
    assert limit.kg("acetone") == 995


def test_trust_visits_and_suspicions_are_kept_beside_the_name():
    known = trader(
        told("party.trusted", 0),
        told("party.evaluated", 1, result="fail"),
        told("party.evaluated", 2, evaluation="for_cause"),
        told("transaction.suspected", 3),
    )
    assert known.trusts["NL/aeo-s"].status == "certified"
    assert [visit.result for visit in known.evaluations] == ["fail", "pass"]
    assert [seen.substances for seen in known.suspicions] == [("acetone",)]
    assert known.name == "Tsavo Coatings Ltd"


def test_a_country_states_its_requirement_anew():
    first = told("requirement.declared", 0)
    second = told("requirement.declared", 5, goods=HONEST.line("500000"))
    needs = folding.standing("KE", [second, first]).requirements
    assert needs["acetone/2026"].masses.kg("acetone") == Decimal(497500)


def test_a_recognition_is_ended_by_the_later_word():
    given, ended = told("programme.recognised", 0), told("programme.recognised", 9, status="ended")
    assert folding.standing("KE", [ended, given]).recognitions["NL/aeo-s"].status == "ended"


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("party.licensed", ("trader", "national:P051234567X")),
        ("party.trusted", ("trader", "eori:NL001234567")),
        ("party.evaluated", ("trader", "national:P051234567X")),
        ("transaction.suspected", ("trader", "national:P051234567X")),
        ("programme.recognised", ("country", "KE")),
        ("requirement.declared", ("country", "KE")),
        ("alert.raised", ("alert", HONEST.key)),
        ("notice.sent", ("shipment", HONEST.ref)),
        ("agency.enrolled", ("registry", "agency.enrolled")),
    ],
)
def test_every_statement_has_a_subject(kind, subject):
    assert stated(body(kind)).event.subject == subject


def test_a_trader_without_a_number_is_known_by_country_and_folded_name():
    plain = {"name": "TSAVO  Coatings, Ltd.", "country": "KE"}
    accented = {"name": "Tsávo coatings ltd", "country": "KE"}
    keys = {told("party.evaluated", 0, trader=each).event.subject[1] for each in (plain, accented)}
    assert keys == {"KE:tsavo coatings ltd"}


# --- alerts ---


RAISED = told("alert.raised", 66)


def test_an_alert_is_raised_taken_up_and_judged():
    taken = told("alert.acknowledged", 68)
    judged = told("alert.judged", 75)
    assert (case(RAISED).status, case(RAISED).untouched) == ("open", True)
    assert case(RAISED, taken).status == "acknowledged"
    done = case(RAISED, taken, judged)
    assert (done.status, done.verdict) == ("closed", "explained")
    assert not done.untouched


def test_an_inconclusive_verdict_leaves_it_in_review():
    state = case(RAISED, told("alert.judged", 75, verdict="inconclusive"))
    assert (state.status, state.verdict) == ("in_review", "inconclusive")


def test_a_repeat_is_an_occurrence_and_not_an_alert():
    state = case(RAISED, told("alert.repeated", 73, countries=["UG"]))
    assert (state.occurrences, state.severity, state.rule) == (2, "high", "RF-13")
    assert state.countries == ("EG", "KE", "NL", "UG")


def test_an_alert_nobody_took_up_lapses_and_comes_back():
    lapsed = case(RAISED, told("alert.lapsed", 74))
    assert (lapsed.status, lapsed.lapsed_because) == ("lapsed", "The arrival was recorded late.")
    back = case(RAISED, told("alert.lapsed", 74), told("alert.repeated", 75))
    assert (back.status, back.lapsed_because) == ("open", None)


def test_an_alert_on_somebodys_desk_does_not_lapse():
    state = case(RAISED, told("alert.acknowledged", 68), told("alert.lapsed", 74))
    assert state.status == "acknowledged"


def test_what_came_of_it_is_counted_in_pure_kilograms():
    (result,) = case(RAISED, told("alert.resulted", 80)).results
    assert (result.seized, result.arrests) == ((("acetone/kg", Decimal(15920)),), 2)


STRANGERS = [
    told("alert.shared", 67, "RU-AUTHORITY", countries=["RU"]),
    told("alert.acknowledged", 68, "RU-AUTHORITY"),
    told("alert.judged", 69, "RU-AUTHORITY"),
    told("alert.resulted", 70, "RU-AUTHORITY"),
    told("alert.raised", 71, "RU-AUTHORITY", countries=["RU"], severity="info"),
]


@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda each: each.event.kind)
def test_a_country_that_was_not_told_changes_nothing(stranger):
    assert case(RAISED, stranger) == case(RAISED)


def test_a_backdated_raise_by_a_stranger_gives_way_to_the_hubs():
    early = told("alert.raised", 1, "RU-AUTHORITY", countries=["RU"], severity="info")
    state = case(early, RAISED)
    assert (state.countries, state.severity, state.raised_by) == (
        ("EG", "KE", "NL"),
        "medium",
        HUB,
    )


def test_whoever_is_told_may_tell_others():
    shared = told("alert.shared", 67, "KE-AUTHORITY")
    assert case(RAISED, shared).countries == ("EG", "KE", "NL", "UG")
    taken = told("alert.acknowledged", 68, "UG-AUTHORITY")
    assert [a.agency for a in case(RAISED, shared, taken).acknowledgements] == ["UG-AUTHORITY"]
    assert case(RAISED, taken).acknowledgements == ()


def test_an_authority_may_raise_an_alert_of_its_own():
    own = told("alert.raised", 66, "KE-AUTHORITY", countries=["NL"], alert="11" * 12)
    state = folding.case("11" * 12, [own, told("alert.judged", 70, "KE-AUTHORITY")])
    assert (state.raised_by, state.countries, state.verdict) == (
        "KE-AUTHORITY",
        ("NL",),
        "explained",
    )
