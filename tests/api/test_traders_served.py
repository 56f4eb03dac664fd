"""A trader over HTTP: under all its names, from what the caller may see and nothing else."""

import hashlib
from typing import Any

import pytest
from werkzeug.test import TestResponse

from ledger.mentions import trader_id
from ledger.roster import HUB
from tests import factories
from tests.api.conftest import callers, served
from tests.factories import HONEST
from tests.world import World

TSAVO = "national:P051234567X"
MARA = {"name": "Mara Coatings", "country": "KE", "phone": HONEST.importer["phone"]}
STRANGER = {"name": "Lake Soap", "country": "KE", "address": "Plaza 9, Kisumu"}
# A hidden order of a firm that shares an address with Lake Soap, between two other countries.
HIDDEN = {"name": "Hidden Buyers", "country": "DE", "address": STRANGER["address"]}


def ordered(world: World, number: int, importer: dict[str, Any], agency: str = "NL-CNA") -> str:
    parties = {**HONEST.parties, "importer": importer, "consignee": importer}
    parties = {role: parties[role] for role in ("exporter", "importer", "consignee")}
    ref = f"{agency[:2]}-2026-77000{number}"
    route = {**factories.body("notice.sent")["route"], "exporting": agency[:2]}
    body = factories.body("notice.sent", shipment=ref, pen=f"PEN-77{number}", parties=parties)
    world.post({**body, "route": {**route, "importing": importer["country"]}}, agency)
    return ref


@pytest.fixture
def known(sqlite_world: World) -> World:
    sqlite_world.live()
    for number, importer in enumerate((MARA, STRANGER)):
        ordered(sqlite_world, number, importer)
    sqlite_world.post(factories.body("party.licensed"), "KE-LICENSING")
    return sqlite_world


def asked(world: World, key: str, agency: str) -> TestResponse:
    return callers(served(world), world)(agency).get(f"/v1/traders/{trader_id(key)}")


def test_a_trader_has_its_shipments_its_ties_and_its_risk(known):
    answer = asked(known, TSAVO, "NL-CUSTOMS")
    assert answer.status_code == 200, answer.data
    made = answer.json
    assert (made["trader"], made["names"]) == (TSAVO, [HONEST.importer["name"]])
    assert made["shipments"] == [HONEST.ref]
    (near,) = made["related"]
    assert near["names"] == [MARA["name"]]
    assert near["why"] == "shares a telephone, under another name"
    assert near["id"] == hashlib.sha256(near["trader"].encode()).hexdigest()[:32]
    assert [each["ref"] for each in made["risk"]] == [HONEST.ref]
    assert made["risk"][0]["band"] == "low"


def test_licences_are_shown_to_those_who_may_see_their_statements(known):
    (licence,) = asked(known, TSAVO, "KE-LICENSING").json["licences"]
    assert (licence["number"], licence["trader"]) == ("KE-LIC-77", TSAVO)
    assert asked(known, TSAVO, HUB).json["licences"] == [licence]
    assert asked(known, TSAVO, "NL-CUSTOMS").json["licences"] == []


def test_two_that_an_agency_states_to_be_one_are_found_from_either_by_who_may_know(known):
    body = factories.body("trader.merged", trader=HONEST.importer, other=STRANGER)
    known.post(body, "KE-LICENSING")
    for agency in (HUB, "KE-LICENSING"):
        for key, other in ((TSAVO, "KE:lake soap"), ("KE:lake soap", TSAVO)):
            same = asked(known, key, agency).json["same"]
            assert [(each["trader"], each["why"]) for each in same] == [
                (other, "an agency stated it")
            ]
    assert asked(known, TSAVO, "NL-CUSTOMS").json["same"] == []


def test_a_registered_number_may_stand_in_the_address_and_a_name_may_not(known):
    caller = callers(served(known), known)("NL-CUSTOMS")
    assert caller.get(f"/v1/traders/{TSAVO}").json["id"] == trader_id(TSAVO)
    assert caller.get("/v1/traders/KE:mara%20coatings").status_code == 404
    assert asked(known, "KE:mara coatings", "NL-CUSTOMS").status_code == 200


def test_whom_one_sees_in_no_shipment_is_not_there(known):
    for key in (TSAVO, "KE:nobody"):
        answer = asked(known, key, "DE-CUSTOMS")
        assert (answer.status_code, answer.json["code"]) == (404, "not-found")
    assert asked(known, TSAVO, "KE-POLICE").status_code == 200


def test_what_others_traded_changes_nothing_of_an_answer(known):
    before = asked(known, "KE:lake soap", "NL-CUSTOMS").data
    ordered(known, 5, HIDDEN, agency="ZA-CNA")
    assert asked(known, "KE:lake soap", "NL-CUSTOMS").data == before
    assert asked(known, "DE:hidden buyers", "NL-CUSTOMS").status_code == 404
    related = asked(known, "DE:hidden buyers", HUB).json["related"]
    assert [each["names"] for each in related] == [[STRANGER["name"]]]
