"""Hit or no hit: heard as far as owners allow, a no and a not-allowed alike, and rationed."""

import json
import time
from dataclasses import replace

import pytest

from api.config import Settings
from ledger import NotPermitted
from tests import factories
from tests.api.test_reads import recorded
from tests.factories import HONEST
from tests.world import World

PATH = "/v1/hits"
CONTAINER = HONEST.container
NO = {"known": False, "owners": []}


def moved(world: World, agency: str = "NL-CUSTOMS", **changes) -> None:
    """A departure that names the container, stated by this agency."""
    world.post(factories.body("shipment.departed", **changes), agency)


def declared(world: World, answer: str, agency: str = "NL-CUSTOMS", by: str | None = None) -> None:
    world.post(factories.body("hits.declared", agency=agency, answer=answer), by or agency)


def asked(caller, kind: str = "container", value: str = CONTAINER, **changes):
    return caller.post(PATH, json.dumps({"kind": kind, "value": value}).encode(), **changes)


def heard(caller, kind: str = "container", value: str = CONTAINER):
    answer = asked(caller, kind, value)
    assert answer.status_code == 200, answer.json
    return answer.json


def test_owners_decide_what_others_hear(world, agency):
    moved(world)
    assert heard(agency("ZA-POLICE")) == NO
    declared(world, "yes_without_name")
    assert heard(agency("ZA-POLICE")) == {"known": True, "owners": []}
    declared(world, "yes")
    assert heard(agency("ZA-POLICE")) == {"known": True, "owners": ["NL"]}
    declared(world, "no", by="NL-ROOT")
    assert heard(agency("ZA-POLICE")) == NO


def test_one_s_own_records_always_answer(sqlite_world, sqlite_agency):
    moved(sqlite_world)
    assert heard(sqlite_agency("NL-CUSTOMS")) == {"known": True, "owners": ["NL"]}
    assert heard(sqlite_agency("NL-POLICE")) == NO


def test_what_one_agency_tells_says_nothing_of_another_s(sqlite_world, sqlite_agency):
    """Two agencies state something about one shipment; only one of them names the container."""
    moved(sqlite_world)
    sqlite_world.post(factories.body("use.reported"), "KE-AUTHORITY")
    declared(sqlite_world, "yes", "KE-AUTHORITY")
    assert heard(sqlite_agency("ZA-POLICE")) == NO


@pytest.mark.parametrize(
    ("marking", "known"),
    [
        ({"tlp": "RED"}, False),
        ({"tlp": "RED", "releasable_to": ["ZA"]}, True),
        ({"tlp": "AMBER", "visible_after": "2027-01-01T00:00:00Z"}, False),
        ({"tlp": "AMBER"}, True),
    ],
)
def test_a_marking_that_keeps_a_statement_keeps_its_hit(
    sqlite_world, sqlite_agency, marking, known
):
    moved(sqlite_world, marking=marking)
    declared(sqlite_world, "yes")
    assert heard(sqlite_agency("ZA-POLICE"))["known"] is known


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("container", "msku 123456-5"),
        ("name", HONEST.exporter["name"].upper()),
        ("trader", "EORI:" + HONEST.exporter["identifier"].lower()),
        ("document", "pen-nl-2026-000017"),
    ],
)
def test_identifiers_are_compared_however_they_are_typed(sqlite_world, sqlite_agency, kind, value):
    sqlite_world.live(HONEST)
    for name in ("NL-CUSTOMS", "NL-AUTHORITY"):
        declared(sqlite_world, "yes", name)
    assert heard(sqlite_agency("ZA-POLICE"), kind, value)["known"], (kind, value)


def test_nominal_data_never_hits(sqlite_world, sqlite_agency):
    nominal = {"persons": [{"name": "Jan Jansen"}]}
    sqlite_world.post(factories.body("shipment.seized", nominal=nominal), "NL-POLICE")
    declared(sqlite_world, "yes", "NL-POLICE")
    for name in ("ZA-POLICE", "NL-POLICE"):
        assert heard(sqlite_agency(name), "name", "Jan Jansen") == NO


def test_a_no_and_a_not_allowed_are_the_same_answer(sqlite_world, sqlite_agency):
    for number in range(30):
        journey = replace(HONEST, ref=f"NL-2026-{number:06}")
        moved(sqlite_world, shipment=journey.ref)
    began = time.perf_counter()
    known = asked(sqlite_agency("ZA-POLICE"))
    between = time.perf_counter()
    unknown = asked(sqlite_agency("KE-POLICE"), value="MSCU7654321")
    ended = time.perf_counter()
    assert known.data == unknown.data
    assert {*dict(known.headers)} == {*dict(unknown.headers)}
    assert between - began >= 0.05
    assert ended - between >= 0.05


def test_only_the_agency_or_its_root_key_says_what_others_hear(sqlite_world):
    for stranger in ("NL-POLICE", "KE-ROOT", "ZZ-HUB"):
        with pytest.raises(NotPermitted):
            declared(sqlite_world, "yes", by=stranger)


def test_questions_are_rationed_by_agency(world, agency):
    quota = Settings.read({}).hits_per_hour
    first = asked(agency("ZA-POLICE"))
    assert first.headers["RateLimit-Policy"] == f'"hits";q={quota};w=3600'
    assert first.headers["RateLimit"] == f'"hits";r={quota - 1};t={3600 // quota}'
    for _ in range(quota - 1):
        last = asked(agency("ZA-POLICE"))
    assert last.headers["RateLimit"].startswith('"hits";r=0;')
    refused = asked(agency("ZA-POLICE"))
    assert (refused.status_code, refused.json["code"]) == (429, "too-many")
    wait = int(refused.headers["Retry-After"])
    assert refused.headers["RateLimit"] == f'"hits";r=0;t={wait}'
    assert refused.headers["RateLimit-Policy"] == first.headers["RateLimit-Policy"]
    assert asked(agency("KE-POLICE")).status_code == 200
    world.passes(seconds=wait)
    assert asked(agency("ZA-POLICE")).status_code == 200
    assert asked(agency("ZA-POLICE")).status_code == 429


def test_a_question_is_in_the_log_of_reads_and_its_words_are_not(sqlite_world, sqlite_agency):
    heard(sqlite_agency("ZA-POLICE"))
    (read,) = recorded(sqlite_world)
    assert (read.operation, read.agency) == ("hits.post_hit", "ZA-POLICE")
    assert read.asks("container", CONTAINER)
    assert read.shown == frozenset()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"kind":"colour","value":"red"}', "bad-parameter"),
        (b'{"kind":"container"}', "bad-parameter"),
        (b'{"kind":"container","value":""}', "bad-parameter"),
        (b'{"kind":"container","value":"x","more":1}', "bad-parameter"),
        (b"[]", "bad-parameter"),
        (b"{", "malformed"),
        (b"", "malformed"),
    ],
)
def test_what_is_no_question_is_refused_and_costs_nothing(sqlite_agency, body, code):
    refused = sqlite_agency("ZA-POLICE").post(PATH, body)
    assert (refused.status_code, refused.json["code"]) == (400, code)
    assert '"hits"' not in refused.headers["RateLimit"]


def test_a_hit_needs_a_token_and_a_purpose(sqlite_app, sqlite_agency):
    assert sqlite_app.test_client().post(PATH, json={}).status_code == 401
    refused = asked(sqlite_agency("ZA-POLICE"), headers={"Shield-Purpose": ""}, purpose="")
    assert refused.json["code"] == "purpose-missing"
