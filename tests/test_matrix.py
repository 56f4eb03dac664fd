"""Every route for everybody: the application keeps to the table in docs/visibility.md."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from ledger.mentions import trader_id
from ledger.roster import HUB, root_of
from tests import deciding, factories
from tests.api.conftest import PURPOSE, callers, served
from tests.factories import HONEST
from tests.world import AGENCIES, World

ROOT = Path(__file__).resolve().parents[1]
COLUMNS = ("anonymous", "auditor", "stranger", "granted", "route", "owner", "hub")
ROLES = tuple(AGENCIES)
WHO: dict[str, tuple[str | None, ...]] = {
    "anonymous": (None,),
    "auditor": ("DE-AUDIT", "KE-AUDIT", "NL-AUDIT", "ZA-AUDIT"),
    "stranger": tuple(f"DE-{role}" for role in ROLES),
    "granted": tuple(f"ZA-{role}" for role in ROLES),
    "route": tuple(f"KE-{role}" for role in ROLES),
    "owner": ("NL-CNA",),
    "hub": (HUB,),
}
JOURNEY = replace(HONEST, key="ab" * 12)
REQUEST = factories.uuid7(1_800_000_000_000)
ARGUMENTS = {
    "path:ref": JOURNEY.ref,
    "alert": JOURNEY.key,
    "request_id": REQUEST,
    "int(max=9007199254740991):index": "0",
    "path:path": "0/000.p/1",
    "trader": trader_id("national:P051234567X"),
}
QUERIES = {
    "GET /v1/shipments/<path:ref>/explain": "?viewer=KE",
    "GET /v1/reads": f"?shipment={JOURNEY.ref}",
    "GET /v1/entries": "?from=40&limit=200",
}
CUSTOMER = {"name": "Tsavo Coatings Ltd", "country": "KE"}
BODIES: dict[str, Any] = {
    "POST /v1/shipments/<path:ref>/preview": {"viewer": "KE"},
    "POST /v1/refusals/check": {"party": CUSTOMER},
    "POST /v1/hits": {"kind": "document", "value": factories.body("notice.sent", JOURNEY)["pen"]},
}
NOT_FROM_HERE = {"cross-site", "provider-refused"}
EMPTY: list[Any] = [
    *(
        {name: []}
        for name in ("shipments", "alerts", "grants", "refusals", "reads", "events", "rules")
    ),
    {"known": False, "owners": []},
    {"requests": [], "unconfirmed": [], "unreviewed": []},
]


def table() -> dict[str, dict[str, str]]:
    """Route to column to cell, as the page has them."""
    text = (ROOT / "docs" / "visibility.md").read_text(encoding="utf-8")
    _, _, rest = text.partition("| route | anonymous |")
    rows = [line.strip("| ").split(" | ") for line in rest.splitlines()[2:] if line.startswith("|")]
    return {
        row[0].strip("`"): dict(zip(COLUMNS, (cell.strip() for cell in row[1:]), strict=True))
        for row in rows
    }


TABLE = table()


@dataclass(frozen=True, kw_only=True)
class Place:
    """An application with one shipment, one alert, one grant and one refusal."""

    world: World
    app: Any

    def ask(self, route: str, agency: str | None) -> TestResponse:
        method, _, rule = route.partition(" ")
        path = rule
        for name, value in ARGUMENTS.items():
            path = path.replace(f"<{name}>", value)
        path += QUERIES.get(route, "")
        body = json.dumps(BODIES[route]).encode() if route in BODIES else b""
        headers = {"Shield-Purpose": PURPOSE}
        if agency is not None:
            caller = callers(self.app, self.world)(agency)
            token = caller.token(path, method=method, body=body)
            headers["Authorization"] = f"Bearer {token}"
        kind = "application/json" if body else None
        client = self.app.test_client()
        return client.open(path, method=method, data=body, headers=headers, content_type=kind)


def stated() -> Iterator[tuple[dict[str, Any], str]]:
    """What the owner states, what Kenya answers, and what the hub and the owner share."""
    sent = factories.body("notice.sent", JOURNEY)
    yield sent, "NL-CNA"
    yield factories.body("export.authorised", JOURNEY), "NL-CNA"
    raised = factories.body("alert.raised", JOURNEY, countries=["NL", "KE"])
    yield raised, HUB
    given = {"grant": "NL-CNA/whole", "to": "ZA", "whole": True}
    yield factories.body("grant.given", JOURNEY, **given), "NL-CNA"
    yield factories.body("shipment.stopped", JOURNEY, reason="false_documents"), "EG-CUSTOMS"


@pytest.fixture
def place(sqlite_world: World) -> Place:
    for auditor in WHO["auditor"]:
        body = factories.enrolment(str(auditor), ["auditor"], origin=sqlite_world.origin)
        sqlite_world.post(body, root_of(str(auditor)[:2]))
    for body, agency in stated():
        sqlite_world.passes(minutes=1)
        sqlite_world.post(body, agency)
    someone = deciding.enrol(sqlite_world, "NL-CNA/p-amsterdam")
    wanted = sqlite_world.statement(factories.body("grant.withdrawn", JOURNEY), "NL-CNA")
    deciding.requested(sqlite_world, someone, wanted, REQUEST, jti=REQUEST)
    made = Place(world=sqlite_world, app=served(sqlite_world))
    assert made.ask("GET /v1/shipments/<path:ref>", "KE-CUSTOMS").status_code == 200
    return made


def test_the_table_has_every_route_and_no_other(place):
    there = {
        f"{method} {rule.rule}"
        for rule in place.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert set(TABLE) == there


def shows(answer: TestResponse) -> bool:
    """Whether an answer shows anything of the case."""
    if answer.status_code == 503:
        return answer.json["code"] == "not-witnessed"  # it is there, and its proof comes later
    if answer.status_code != 200:
        return False
    if answer.json is not None and "entries" in answer.json:
        return any(each["statement"].count("~") > 1 for each in answer.json["entries"])
    if answer.json is not None and "own" in answer.json:
        own = answer.json["own"]  # figures: of no shipment, no alert and no seizure
        return bool(own["shipments"] or own["alerts"]["raised"] or own["seizures"])
    return answer.json not in EMPTY


def cell(answer: TestResponse) -> str:
    if answer.status_code in {401, 404}:
        return str(answer.status_code)
    return "shows" if shows(answer) else "nothing"


@pytest.mark.parametrize("column", COLUMNS)
def test_every_route_answers_each_as_the_table_says(place, column):
    wrong = []
    for route, cells in TABLE.items():
        for agency in WHO[column]:
            answer = place.ask(route, agency)
            wanted = cells[column]
            if wanted == "public":
                plain = place.ask(route, None)
                same = (answer.status_code, answer.data) == (plain.status_code, plain.data)
                fits = same and answer.status_code not in {401, 403, 500}
                fits = fits and JOURNEY.ref.encode() not in answer.data
            elif wanted == "signed":
                fits = answer.status_code == 415
            elif wanted == "here":
                fits = answer.status_code == 403 and answer.json["code"] in NOT_FROM_HERE
            else:
                fits = cell(answer) == wanted
            if not fits:
                wrong.append((route, agency, wanted, answer.status_code, answer.data[:200]))
    assert wrong == []


def test_a_grant_that_was_withdrawn_makes_a_stranger_of_its_reader(place):
    place.world.passes(minutes=1)
    place.world.post(factories.body("grant.withdrawn", JOURNEY, grant="NL-CNA/whole"), "NL-CNA")
    for route, cells in TABLE.items():
        if cells["stranger"] in {"nothing", "404"}:
            assert cell(place.ask(route, "ZA-POLICE")) == cells["stranger"], route
