"""What each caller reads over HTTP, page by page, unchanged or not, and what stays unseen."""

from dataclasses import replace

import pytest
from werkzeug.http import parse_options_header

from api.schemas import (
    AlertAnswer,
    AlertPage,
    HistoryAnswer,
    ShipmentAnswer,
    ShipmentPage,
)
from crypto import sdjwt
from crypto.encodings import b64_encode
from ledger import databases, entries, store
from ledger.roster import HUB
from ledger.schemas import schema_of
from tests import factories
from tests.factories import HONEST
from tests.world import World

ONE = f"/v1/shipments/{HONEST.ref}"
ALERT = f"/v1/alerts/{HONEST.key}"
NAME = "Jan Jansen"
NOMINAL = {"persons": [{"name": NAME}]}


def refs(answer):
    assert answer.status_code == 200, answer.json
    return [each["ref"] for each in answer.json["shipments"]]


def next_of(answer):
    """The path of the next page, from the Link header."""
    link, options = parse_options_header(answer.headers["Link"])
    assert options == {"rel": "next"}
    return link.strip("<>").removeprefix("http://ledger.test")


def opened(world: World, count: int, **changes) -> None:
    for number in range(count):
        journey = replace(HONEST, ref=f"NL-2026-{number:06}", pen=f"PEN-{number}")
        world.post(factories.body("notice.sent", journey, **changes), "NL-AUTHORITY")


def test_a_history_shows_statements_that_check_out_against_the_log(world, agency):
    world.live(HONEST)
    events = agency("KE-CUSTOMS").get(f"{ONE}/events").json["events"]
    assert [each["kind"] for each in events] == list(factories.LIFE)
    for each in events:
        key = factories.key_for(each["agency"]).public
        verified = sdjwt.unwrap(each["statement"].encode(), lambda _, key=key: key)
        assert verified.claims == each["claims"]
        assert (verified.jti, verified.issuer) == (each["jti"], each["agency"])
        with databases.reading(world.engine) as session:
            entry = store.entry(session, each["index"])
        assert each["hash"] == b64_encode(entries.hash_of(entry))
        assert entries.decode(entry).jwt == verified.jwt


def test_the_nominal_claim_is_its_originators_alone(world, agency):
    world.post(factories.body("shipment.seized", nominal=NOMINAL), "NL-POLICE")
    for name in ("NL-CUSTOMS", HUB):
        answer = agency(name).get(f"{ONE}/events")
        (event,) = answer.json["events"]
        assert "nominal" not in event["claims"]
        with_it = sdjwt.split(event["statement"].encode(), complete=False)
        assert with_it.claims.keys() == event["claims"].keys()
        assert NAME.encode() not in answer.data + agency(name).get(ONE).data
    (event,) = agency("NL-POLICE").get(f"{ONE}/events").json["events"]
    assert event["claims"]["nominal"] == NOMINAL
    assert NAME not in agency("NL-POLICE").get(ONE).text
    assert refs(agency("NL-POLICE").get("/v1/shipments?q=Jan%20Jansen")) == []


def test_what_may_not_be_seen_and_what_is_not_there_have_the_same_answer(world, agency):
    world.live(HONEST)
    hidden = replace(HONEST, ref="NL-2026-HIDDEN", pen="PEN-H")
    world.post(factories.body("notice.sent", hidden, marking={"tlp": "RED"}), "NL-AUTHORITY")
    answers = [
        agency(who).get(f"/v1/shipments/{ref}{more}")
        for who, ref in (
            ("ZA-CUSTOMS", HONEST.ref),
            ("ZA-CUSTOMS", "ZA-2026-000001"),
            ("KE-CUSTOMS", hidden.ref),
            ("KE-CUSTOMS", "not a reference"),
            ("KE-CUSTOMS", "NL-A/B%00"),
        )
        for more in ("", "/events")
    ]
    assert {each.status_code for each in answers} == {404}
    assert len({each.data for each in answers}) == 1
    assert {frozenset(dict(each.headers)) for each in answers} == {
        frozenset(dict(answers[0].headers))
    }


def test_a_warning_about_a_claim_goes_with_the_claim(sqlite_world, sqlite_agency):
    transport = {**HONEST.transport, "imo": "1234568"}
    sqlite_world.post(factories.body("shipment.departed", transport=transport), "NL-CUSTOMS")
    (event,) = sqlite_agency("NL-POLICE").get(f"{ONE}/events").json["events"]
    assert [each["pointer"] for each in event["warnings"]] == ["/transport/imo"]


def test_a_reference_with_a_slash_has_an_address(sqlite_world, sqlite_agency):
    journey = replace(HONEST, ref="NL-2026/17.A")
    sqlite_world.post(factories.body("notice.sent", journey), "NL-AUTHORITY")
    for path in ("/v1/shipments/NL-2026/17.A", "/v1/shipments/NL-2026%2F17.A"):
        assert sqlite_agency("NL-CUSTOMS").get(path).json["ref"] == journey.ref
        assert len(sqlite_agency("NL-CUSTOMS").get(f"{path}/events").json["events"]) == 1


def test_pages_lead_through_everything_once(world, agency):
    opened(world, 5)
    caller = agency("KE-CUSTOMS")
    answer = caller.get("/v1/shipments?limit=2&exporting=NL")
    seen = refs(answer)
    while "Link" in answer.headers:
        answer = caller.get(next_of(answer))
        seen += refs(answer)
    assert seen == [f"NL-2026-{number:06}" for number in (4, 3, 2, 1, 0)]


def test_a_cursor_goes_with_its_search_and_its_caller(sqlite_world, sqlite_agency):
    opened(sqlite_world, 3)
    path = next_of(sqlite_agency("KE-CUSTOMS").get("/v1/shipments?limit=1&exporting=NL"))
    assert refs(sqlite_agency("KE-CUSTOMS").get(path.replace("limit=1", "limit=2")))
    for who, asked in (
        ("ZA-CUSTOMS", path),
        ("KE-CUSTOMS", path.replace("exporting=NL", "exporting=KE")),
        ("KE-CUSTOMS", path + "x"),
        ("KE-CUSTOMS", "/v1/shipments?cursor=e30"),
        ("KE-CUSTOMS", "/v1/shipments?cursor=!"),
        ("KE-CUSTOMS", "/v1/alerts?cursor=bnVsbA"),
    ):
        refused = sqlite_agency(who).get(asked)
        assert (refused.status_code, refused.json["code"]) == (400, "bad-cursor"), asked
        assert refused.json["parameter"] == "cursor"


def test_a_list_says_nothing_of_how_much_there_is(sqlite_world, sqlite_agency):
    opened(sqlite_world, 3)
    answer = sqlite_agency("KE-CUSTOMS").get("/v1/shipments?limit=1")
    assert answer.json.keys() == {"shipments"}


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=%2B5", "limit"),
        ("limit=1&limit=2", "limit"),
        ("exporting=nl", "exporting"),
        ("status=lost", "status"),
        ("from=yesterday", "from"),
        ("occurred_from=2026-01-01T00:00:00Z", "occurred_from"),
        ("q=", "q"),
        ("q=%00", "q"),
        ("colour=red", "colour"),
    ],
)
def test_a_wrong_parameter_is_named(sqlite_agency, asked, parameter):
    refused = sqlite_agency("KE-CUSTOMS").get(f"/v1/shipments?{asked}")
    assert (refused.status_code, refused.json["code"]) == (400, "bad-parameter")
    assert refused.json["parameter"] == parameter


def test_who_has_the_bytes_already_hears_that_they_are_unchanged(world, agency):
    world.live(HONEST)
    for path in (ONE, f"{ONE}/events", "/v1/shipments"):
        first = agency("KE-CUSTOMS").get(path)
        tag = first.headers["ETag"]
        assert not tag.startswith("W/")
        assert first.headers["Cache-Control"] == "private, no-cache"
        assert "Authorization" in first.headers["Vary"]
        again = agency("KE-CUSTOMS").get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == tag
        other = agency("KE-CUSTOMS").get(path, headers={"If-None-Match": '"x"'})
        assert other.data == first.data
    world.post(factories.body("shipment.seized"), "NL-POLICE")
    changed = agency("KE-CUSTOMS").get(ONE, headers={"If-None-Match": tag})
    assert changed.status_code == 200


def test_an_etag_spares_nobody_the_token(sqlite_app, sqlite_world, sqlite_agency):
    sqlite_world.live(HONEST)
    tag = sqlite_agency("KE-CUSTOMS").get(ONE).headers["ETag"]
    assert sqlite_app.test_client().get(ONE, headers={"If-None-Match": tag}).status_code == 401


def test_an_alert_is_read_by_those_it_is_for(world, agency):
    world.post(factories.body("alert.raised"), HUB)
    world.post(factories.body("alert.acknowledged"), "KE-POLICE")
    told = agency("KE-POLICE").get(ALERT).json
    assert told["status"] == "acknowledged"
    assert [each["kind"] for each in told["timeline"]] == ["alert.raised", "alert.acknowledged"]
    (listed,) = agency("NL-CUSTOMS").get("/v1/alerts?status=acknowledged").json["alerts"]
    assert (listed["alert"], listed["about_id"]) == (HONEST.key, HONEST.ref)
    assert agency("ZA-CUSTOMS").get("/v1/alerts").json == {"alerts": []}
    answers = [
        agency("ZA-CUSTOMS").get(f"/v1/alerts/{alert}")
        for alert in (HONEST.key, "f" * 24, "x", "%00")
    ]
    assert {each.status_code for each in answers} == {404}
    assert len({each.data for each in answers}) == 1


def test_alerts_come_in_pages(sqlite_world, sqlite_agency):
    for number in range(3):
        journey = replace(HONEST, key=f"{number:024x}")
        sqlite_world.post(factories.body("alert.raised", journey), HUB)
    answer = sqlite_agency("KE-LAB").get("/v1/alerts?limit=2")
    assert len(answer.json["alerts"]) == 2
    (last,) = sqlite_agency("KE-LAB").get(next_of(answer)).json["alerts"]
    assert last["alert"] == f"{0:024x}"
    assert sqlite_agency("ZA-LAB").get(next_of(answer)).json["code"] == "bad-cursor"


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/v1/shipments", ShipmentPage),
        (ONE, ShipmentAnswer),
        (f"{ONE}/events", HistoryAnswer),
        ("/v1/alerts", AlertPage),
        (ALERT, AlertAnswer),
    ],
)
def test_answers_have_the_shape_that_the_documents_give_them(
    sqlite_world, sqlite_agency, path, shape
):
    sqlite_world.live(HONEST)
    sqlite_world.post(factories.body("alert.raised"), HUB)
    answer = sqlite_agency("KE-CUSTOMS").get(path)
    assert schema_of(shape).load(answer.json)
