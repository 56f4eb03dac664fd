"""Refusals: every exporter of the substance hears, in minimal form; nobody learns more by it."""

import json
from dataclasses import replace

import pytest

from api.asked import RefusalsAnswer
from crypto.encodings import b64u_decode
from ledger.refusals import slow_hash
from ledger.schemas import schema_of
from tests import factories
from tests.factories import HONEST

IMPORTER = "national:P051234567X"
CHINESE = replace(HONEST, ref="CN-2026-000001", exporting="CN", exit_point="CNSHA")


@pytest.fixture
def told(sqlite_world):
    """Kenya objects to a Dutch shipment of acetone; China exports acetone too, to South Africa."""
    for each in (HONEST, replace(CHINESE, importing="ZA", transit="EG")):
        sent = factories.step("notice.sent", each)
        sqlite_world.post(sent.body, sent.agency)
    return sqlite_world


def object_(world, agency="KE-AUTHORITY", **changes):
    world.passes(minutes=1)
    body = factories.body("notice.objected", **{"reason": "no_licence", **changes})
    return world.post(body, agency)


def refusals(caller, path="/v1/refusals"):
    answer = caller.get(path)
    assert answer.status_code == 200
    assert schema_of(RefusalsAnswer).load(answer.json)
    return answer.json["refusals"]


def check(caller, **party):
    answer = caller.post("/v1/refusals/check", json.dumps({"party": party}).encode())
    assert answer.status_code == 200
    return answer.json["refusals"]


def test_an_exporter_of_the_substance_hears_of_a_refusal_in_minimal_form(told, sqlite_agency):
    object_(told)
    china = sqlite_agency("CN-CUSTOMS")
    (one,) = refusals(china, "/v1/refusals?substance=acetone")
    assert (one["substances"], one["reason"]) == (["acetone"], "no_licence")
    assert one["date"] == HONEST.day(0)[:7] + one["date"][7:]
    assert slow_hash(b64u_decode(one["salt"]), IMPORTER) in one["traders"]
    said = json.dumps(one)
    for secret in (HONEST.ref, "Tsavo", "KE", "NL", "P051234567X", "Mombasa"):
        assert secret not in said
    assert refusals(china) == [one]


def test_who_does_not_export_the_substance_hears_nothing(told, sqlite_agency):
    object_(told)
    for agency in ("DE-CUSTOMS", "KE-CUSTOMS"):
        assert refusals(sqlite_agency(agency)) == []
        assert refusals(sqlite_agency(agency), "/v1/refusals?substance=acetone") == []
    assert refusals(sqlite_agency("CN-CUSTOMS"), "/v1/refusals?substance=ephedrine") == []


def test_a_customer_is_found_by_identifier_or_by_name_and_others_are_not(told, sqlite_agency):
    object_(told)
    china = sqlite_agency("CN-CUSTOMS")
    known = {"name": "Somebody", "country": "KE", "scheme": "national", "identifier": "P051234567X"}
    (by_identifier,) = check(china, **known)
    (by_name,) = check(china, name="TSAVO Coatings, Ltd", country="KE")
    assert by_identifier == by_name == refusals(china)[0]
    assert check(china, name="Tsavo Coatings Ltd", country="UG") == []
    assert check(china, name="Somebody else", country="KE") == []
    assert check(sqlite_agency("DE-CUSTOMS"), name="Tsavo Coatings Ltd", country="KE") == []


@pytest.mark.parametrize(
    "changes",
    [
        {"share_with_suppliers": False},
        {"marking": {"tlp": "RED"}},
        {"marking": {"tlp": "AMBER+STRICT"}},
        {"marking": {"originator_controlled": True}},
        {"marking": {"handling": ["H2"]}},
        {"marking": {"visible_after": "2027-01-01T00:00:00Z"}},
    ],
    ids=str,
)
def test_what_may_not_be_passed_on_is_no_refusal_for_others(told, sqlite_agency, changes):
    object_(told, **changes)
    china = sqlite_agency("CN-CUSTOMS")
    assert refusals(china) == []
    assert check(china, name="Tsavo Coatings Ltd", country="KE") == []


def test_a_refusal_that_was_taken_back_is_told_no_longer(told, sqlite_agency):
    index = object_(told).receipt.index
    history = sqlite_agency("KE-AUTHORITY").get(f"/v1/shipments/{HONEST.ref}/events")
    (mine,) = [each for each in history.json["events"] if each["index"] == index]
    assert len(refusals(sqlite_agency("CN-CUSTOMS"))) == 1
    told.passes(minutes=1)
    gone = factories.body("event.corrected", corrects=mine["jti"], reason="did_not_occur")
    gone.pop("replacement", None)
    told.post(gone, "KE-AUTHORITY")
    assert refusals(sqlite_agency("CN-CUSTOMS")) == []


def test_a_stranger_to_the_route_refuses_nothing_in_anybodys_name(told, sqlite_agency):
    object_(told, "DE-AUTHORITY")
    assert refusals(sqlite_agency("CN-CUSTOMS")) == []


def test_a_stop_and_a_suspected_transaction_are_refusals_too(told, sqlite_agency):
    told.passes(minutes=1)
    told.post(factories.body("shipment.stopped"), "KE-CUSTOMS")
    told.post(factories.body("transaction.suspected"), "KE-CUSTOMS")
    told.post(factories.body("transaction.suspected", share_with_suppliers=False), "KE-AUTHORITY")
    found = refusals(sqlite_agency("CN-CUSTOMS"))
    assert [each["reason"] for each in found] == ["cash", "false_documents"]
    assert len({each["refusal"] for each in found} | {each["salt"] for each in found}) == 4


def test_nobody_is_made_an_exporter_by_another(told, sqlite_agency):
    object_(told)
    body = factories.body("loss.reported", replace(HONEST, ref="DE-2026-1"))
    told.post(body, "KE-CUSTOMS")
    assert refusals(sqlite_agency("DE-CUSTOMS")) == []
    told.post(body, "DE-CUSTOMS")
    assert len(refusals(sqlite_agency("DE-CUSTOMS"))) == 1


def test_the_list_goes_on_before_a_day(told, sqlite_agency):
    object_(told)
    china = sqlite_agency("CN-CUSTOMS")
    (one,) = refusals(china)
    assert refusals(china, f"/v1/refusals?before={one['date']}") == []
    assert refusals(china, "/v1/refusals?before=2030-01-01&limit=1") == [one]
