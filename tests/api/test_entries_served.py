"""Runs of entries: the signed parts for every agency, the claims for those who may see them."""

import pytest

from api.schemas import EntriesAnswer
from crypto import sdjwt
from ledger.schemas import schema_of
from tests.factories import HONEST


def claims(entry):
    return sdjwt.split(entry["statement"].encode(), complete=False).claims


@pytest.fixture
def start(world):
    """The index of the first entry of an honest journey from NL to KE."""
    first = world.size
    world.live(HONEST)
    return first


def test_each_agency_sees_the_claims_it_may_see_and_every_signed_part(start, agency, world):
    shown = {}
    for name in ("NL-AUTHORITY", "KE-CUSTOMS", "CN-CUSTOMS"):
        answer = agency(name).get(f"/v1/entries?from={start}&limit=200")
        assert answer.status_code == 200
        assert schema_of(EntriesAnswer).load(answer.json)
        shown[name] = answer.json["entries"]
        assert [each["index"] for each in shown[name]] == list(range(start, world.size))
    assert all(claims(each) for each in shown["KE-CUSTOMS"])
    assert not any(claims(each) for each in shown["CN-CUSTOMS"])
    parts = [[each["statement"].partition("~")[0] for each in told] for told in shown.values()]
    assert parts[0] == parts[1] == parts[2]


def test_it_shows_of_each_statement_what_the_history_shows(start, agency):
    history = agency("KE-CUSTOMS").get(f"/v1/shipments/{HONEST.ref}/events").json["events"]
    run = agency("KE-CUSTOMS").get(f"/v1/entries?from={start}&limit=200").json["entries"]
    assert [each["statement"] for each in history] == [each["statement"] for each in run]


def test_a_run_ends_where_it_is_told_to_or_where_the_log_ends(sqlite_world, sqlite_agency):
    def indexes(query):
        answer = sqlite_agency("NL-CUSTOMS").get(f"/v1/entries?{query}")
        return [each["index"] for each in answer.json["entries"]]

    size = sqlite_world.size
    assert indexes("from=2&limit=3") == [2, 3, 4]
    assert indexes(f"from={size - 1}") == [size - 1]
    assert indexes(f"from={size}") == []
    assert indexes("from=9007199254740991") == []


@pytest.mark.parametrize("asked", ["from=-1", "from=9007199254740992", "from=x", "limit=201"])
def test_a_wrong_run_is_refused_by_the_name_of_its_parameter(sqlite_agency, asked):
    answer = sqlite_agency("NL-CUSTOMS").get(f"/v1/entries?{asked}")
    assert (answer.status_code, answer.json["code"]) == (400, "bad-parameter")
    assert answer.json["parameter"] == asked.partition("=")[0]


def test_nobody_reads_without_a_token(sqlite_app):
    assert sqlite_app.test_client().get("/v1/entries").status_code == 401
