"""At the console a person reads what their agency may see, says why, and leaves a record."""

from pathlib import Path

import pytest

from tests.api.signing_in import Browser, signed_in
from tests.api.test_reads import recorded
from tests.test_matrix import ARGUMENTS, JOURNEY, Place, place

__all__ = ["place"]  # a fixture

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = {
    "auditor": ("NL-AUDIT", "auditor"),
    "stranger": ("DE-CUSTOMS", "investigator"),
    "granted": ("ZA-POLICE", "investigator"),
    "route": ("KE-CUSTOMS", "investigator"),
    "owner": ("NL-CNA", "investigator"),
    "hub": ("ZZ-HUB", "duty_officer"),
}


def table() -> dict[str, dict[str, str]]:
    told = (ROOT / "docs" / "visibility.md").read_text(encoding="utf-8")
    _, _, rest = told.partition("| page | auditor |")
    rows = [line.strip("| ").split(" | ") for line in rest.partition("\n\n")[0].splitlines()[2:]]
    return {row[0].strip("`"): dict(zip(PEOPLE, row[1:], strict=True)) for row in rows}


TABLE = table()


def reader(place: Place, column: str) -> Browser:
    made = signed_in(place.app, place.world, *PEOPLE[column])
    said = {"purpose": "investigation", "case": "KE-2026-17", "back": "/console/alerts"}
    answer = made.submit("/console/purpose", said)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/alerts")
    return made


def path_of(rule: str) -> str:
    for name, value in ARGUMENTS.items():
        rule = rule.replace(f"<{name}>", value)
    return rule


def cell(answer) -> str:
    if answer.status_code != 200:
        return str(answer.status_code)
    return "shows" if JOURNEY.ref in answer.text else "nothing"


@pytest.mark.parametrize("column", PEOPLE)
def test_a_person_sees_what_the_table_says(place, column):
    someone = reader(place, column)
    found = {rule: cell(someone.get(path_of(rule))) for rule in TABLE}
    assert found == {rule: cells[column] for rule, cells in TABLE.items()}


def test_the_table_has_every_page_for_readers(place):
    there = {
        rule.rule
        for rule in place.app.url_map.iter_rules()
        if rule.endpoint.startswith("console.") and "GET" in rule.methods
    }
    assert there == TABLE.keys()


def test_each_read_is_recorded_with_the_pseudonym_and_the_purpose(place):
    someone = reader(place, "route")
    before = len(recorded(place.world))
    someone.get(f"/console/shipments/{JOURNEY.ref}")
    someone.get("/console/shipments/NL-2026-999999")
    read, missed = recorded(place.world)[before:]
    assert (read.agency, read.person, read.channel) == ("KE-CUSTOMS", someone.person, "console")
    assert (read.purpose.sort, read.purpose.case) == ("investigation", "KE-2026-17")
    assert read.shown == {("shipment", JOURNEY.ref)}
    assert missed.shown == frozenset()


def test_without_a_purpose_the_page_asks_for_it_and_shows_nothing(place):
    someone = signed_in(place.app, place.world, *PEOPLE["owner"])
    answer = someone.get("/console/shipments")
    assert answer.status_code == 400
    assert "What do you read for?" in answer.text
    assert 'name="back" value="/console/shipments"' in answer.text
    assert JOURNEY.ref not in answer.text
    refused = someone.submit("/console/purpose", {"purpose": "curiosity"})
    assert refused.status_code == 400


def test_going_on_leads_to_no_other_site(place):
    someone = signed_in(place.app, place.world, *PEOPLE["owner"])
    for back in (
        "https://evil.example",
        "//evil.example",
        "/console\\@evil",
        "/console\nx",
        "/console/é",
        "",
    ):
        answer = someone.submit("/console/purpose", {"purpose": "duty", "back": back})
        assert answer.headers["Location"] == "/console"


def test_roles_that_read_nothing_read_nothing(place):
    roles = ("submitter", "approver", "focal_point", "witness")
    someone = signed_in(place.app, place.world, "NL-CNA", *roles)
    for rule in TABLE:
        answer = someone.get(path_of(rule))
        assert answer.status_code == 403
        assert JOURNEY.ref not in answer.text


def test_the_api_answers_a_reader_by_their_session_as_it_answers_their_agency(place):
    someone = reader(place, "route")
    for route in ("/v1/alerts", "/v1/shipments", f"/v1/shipments/{JOURNEY.ref}/events"):
        by_token = place.ask(f"GET {route}", "KE-CUSTOMS")
        by_session = someone.client.get(route)
        assert by_session.status_code == 200
        assert by_session.data == by_token.data
        assert {"Authorization", "Cookie"} <= set(by_session.vary)
    last = recorded(place.world)[-1]
    assert (last.agency, last.person, last.channel) == ("KE-CUSTOMS", someone.person, "console")


def test_another_site_can_not_ask_the_api_by_somebodys_session(place):
    someone = reader(place, "route")
    asked = {"party": {"name": "Tsavo Coatings Ltd", "country": "KE"}}
    refused = someone.client.post("/v1/refusals/check", json=asked)
    assert (refused.status_code, refused.json["code"]) == (403, "cross-site")
    assert someone.send("/v1/refusals/check", asked).status_code == 200
    stranger = signed_in(place.app, place.world, "NL-CNA", "focal_point", seed=9)
    assert stranger.client.get("/v1/alerts").json["code"] == "role-missing"
