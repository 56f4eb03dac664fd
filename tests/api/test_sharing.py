"""Sharing over HTTP: preview, grant, explanation, withdrawal; and the auditor's empty view."""

import json

import pytest

from api.asked import ExplanationAnswer, GrantsAnswer
from ledger.roster import root_of
from ledger.schemas import schema_of
from tests import factories
from tests.factories import HONEST

EVENTS = f"/v1/shipments/{HONEST.ref}/events"
PREVIEW = f"/v1/shipments/{HONEST.ref}/preview"
EXPLAIN = f"/v1/shipments/{HONEST.ref}/explain?viewer="
GRANT = "NL-AUTHORITY/to-za"


@pytest.fixture
def told(sqlite_world):
    """An honest journey, and a word of Kenya's that is RED and names a person."""
    sqlite_world.live(HONEST)
    red = {"marking": {"tlp": "RED"}, "nominal": {"text": "a person"}}
    sqlite_world.post(factories.body("discrepancy.recorded", **red), "KE-CUSTOMS")
    sqlite_world.passes(minutes=1)
    return sqlite_world


def give(world, grant=GRANT, to="ZA", **changes):
    world.passes(minutes=1)
    body = factories.body("grant.given", grant=grant, to=to, **changes)
    world.post(body, grant.partition("/")[0])


def ask(caller, path, **question):
    return caller.post(path, json.dumps(question).encode())


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("claims", [[], ["goods", "parties"]], ids=str)
def test_a_preview_is_what_the_recipient_gets_once_the_grant_is_given(
    told, sqlite_agency, whole, claims
):
    giver, reader = sqlite_agency("NL-AUTHORITY"), sqlite_agency("ZA-CUSTOMS")
    before = ask(giver, PREVIEW, viewer="ZA", grant={"whole": whole, "claims": claims})
    assert (before.status_code, reader.get(EVENTS).status_code) == (200, 404)
    give(told, whole=whole, claims=claims)
    after = reader.get(EVENTS)
    assert after.json == before.json
    assert ask(giver, PREVIEW, viewer="ZA").json == after.json
    told.passes(minutes=1)
    told.post(factories.body("grant.withdrawn", grant=GRANT), "NL-AUTHORITY")
    assert reader.get(EVENTS).status_code == 404
    assert ask(giver, PREVIEW, viewer="ZA").json == {"events": []}


@pytest.mark.usefixtures("told")
def test_a_preview_gives_nothing(sqlite_agency):
    ask(sqlite_agency("NL-AUTHORITY"), PREVIEW, viewer="ZA", grant={"whole": True})
    assert sqlite_agency("ZA-CUSTOMS").get(EVENTS).status_code == 404
    assert sqlite_agency("NL-AUTHORITY").get("/v1/grants").json == {"grants": []}


@pytest.mark.usefixtures("told")
def test_a_preview_shows_its_asker_nothing_that_it_may_not_see(sqlite_agency):
    own = sqlite_agency("KE-CUSTOMS").get(EVENTS).json["events"]
    assert "discrepancy.recorded" in {each["kind"] for each in own}
    seen = ask(sqlite_agency("NL-AUTHORITY"), PREVIEW, viewer="KE-CUSTOMS").json["events"]
    assert "discrepancy.recorded" not in {each["kind"] for each in seen}


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("agency", ["ZA-CUSTOMS", "DE-POLICE"])
def test_who_sees_nothing_of_a_shipment_hears_that_there_is_none(sqlite_agency, agency):
    stranger = sqlite_agency(agency)
    nowhere = PREVIEW.replace(HONEST.ref, "NL-2026-999999")
    for path in (PREVIEW, nowhere):
        answer = ask(stranger, path, viewer="NL", grant={})
        assert (answer.status_code, answer.json["code"]) == (404, "not-found")
    unknown = EXPLAIN.replace(HONEST.ref, "NL-2026-999999")
    assert stranger.get(EXPLAIN + "KE").data == stranger.get(unknown + "KE").data


@pytest.mark.usefixtures("told")
def test_a_proposal_that_the_door_would_refuse_is_refused(sqlite_agency):
    answer = ask(sqlite_agency("NL-CUSTOMS"), PREVIEW, viewer="ZA", grant={"whole": True})
    assert answer.status_code == 403
    answer = ask(sqlite_agency("NL-AUTHORITY"), PREVIEW, viewer="ZA", grant={"claims": ["nominal"]})
    assert answer.status_code == 422


def reasons(answer):
    assert schema_of(ExplanationAnswer).load(answer.json)
    return {
        (told["kind"], each["claim"]): each["why"]
        for told in answer.json["statements"]
        for each in told["claims"]
    }


def test_an_originator_hears_why_somebody_does_not_see_its_words(told, sqlite_agency):
    kenya = sqlite_agency("KE-CUSTOMS")
    why = reasons(kenya.get(EXPLAIN + "NL-CUSTOMS"))
    assert why["discrepancy.recorded", "found"] == "red"
    assert why["import.cleared", "kind"] == "concerned"
    assert reasons(kenya.get(EXPLAIN + "ZA"))["import.cleared", "kind"] == "stranger"
    assert set(reasons(kenya.get(EXPLAIN + "KE-CUSTOMS")).values()) == {"own"}
    give(told, "KE-CUSTOMS/x", "ZA-POLICE", claims=["found"])
    why = reasons(kenya.get(EXPLAIN + "ZA-POLICE"))
    assert why["discrepancy.recorded", "found"] == "granted"
    assert why["discrepancy.recorded", "nominal"] == "stranger"


@pytest.mark.usefixtures("told")
def test_an_explanation_is_of_ones_own_statements_alone(sqlite_agency):
    answer = sqlite_agency("KE-AUTHORITY").get(EXPLAIN + "ZA")
    events = sqlite_agency("KE-AUTHORITY").get(EVENTS).json["events"]
    own = {each["index"] for each in events if each["agency"] == "KE-AUTHORITY"}
    assert {each["index"] for each in answer.json["statements"]} == own != set()
    assert sqlite_agency("KE-POLICE").get(EXPLAIN + "ZA").status_code == 404


def test_giver_and_reader_list_a_grant_and_nobody_else_does(told, sqlite_agency):
    give(told)
    for agency, sees in (("NL-AUTHORITY", 1), ("ZA-POLICE", 1), ("NL-CUSTOMS", 0), ("KE-CNA", 0)):
        listed = sqlite_agency(agency).get("/v1/grants")
        assert schema_of(GrantsAnswer).load(listed.json)
        assert len(listed.json["grants"]) == sees, agency


def test_an_auditor_sees_that_things_happened_and_nothing_of_what(told, sqlite_agency):
    body = factories.enrolment("KE-AUDIT", ["auditor"], origin=told.origin)
    told.post(body, root_of("KE"))
    auditor = sqlite_agency("KE-AUDIT")
    assert auditor.get("/v1/shipments").json == {"shipments": []}
    assert auditor.get("/v1/alerts").json == {"alerts": []}
    for path in (EVENTS, EVENTS.removesuffix("/events"), EXPLAIN + "KE"):
        assert auditor.get(path).status_code == 404
    entries = auditor.get("/v1/entries?from=0&limit=200").json["entries"]
    assert len(entries) == told.size
    assert all(each["statement"].count("~") == 1 for each in entries)
    give(told, to="KE-AUDIT")
    assert auditor.get(EVENTS).status_code == 404
