"""The other half of a shipment over HTTP and on the command line: for who sees both."""

from typing import Any

import pytest

from ledger.roster import HUB
from tests import factories
from tests.alerts.desks import scanned, steps_of, upto
from tests.api.conftest import callers, served
from tests.api.shell import Shell
from tests.factories import HONEST
from tests.world import World

ELSEWHERE = "KE-2026-000099"


def path(ref: str) -> str:
    return f"/v1/shipments/{ref}/matches"


def told(world: World, agency: str, ref: str = HONEST.ref) -> dict[str, Any]:
    answer = callers(served(world), world)(agency).get(path(ref))
    assert answer.status_code == 200, answer.data
    return dict(answer.json)


def arrives_elsewhere(world: World, **marked: Any) -> None:
    """Customs of the importing country tell of it under a reference of their own."""
    for kind in ("shipment.arrived", "import.cleared"):
        body = factories.body(kind, shipment=ELSEWHERE, **marked)
        world.passes(days=1)
        world.post(body, "KE-CUSTOMS")
    scanned(world)


@pytest.fixture
def departed(sqlite_world: World) -> World:
    sqlite_world.live(steps=upto("shipment.departed", steps_of()))
    sqlite_world.clock.now = max(sqlite_world.clock.now, HONEST.moment(63))
    scanned(sqlite_world)
    return sqlite_world


def test_who_sees_both_hears_of_the_other_half_and_why(departed):
    arrives_elsewhere(departed)
    for agency in (HUB, "KE-CUSTOMS"):
        made = told(departed, agency)
        assert made["half"] == "departed"
        (match,) = made["matches"]
        assert (match["ref"], match["level"], match["assigned"]) == (ELSEWHERE, "likely", True)
        said = [each["words"] for each in match["weights"]]
        assert "same container, seen on 2 shipments" in said
        added = sum(float(each["bits"]) for each in match["weights"])
        assert added == pytest.approx(float(match["bits"]), abs=0.5)
        (back,) = told(departed, agency, ELSEWHERE)["matches"]
        assert (back["ref"], back["bits"]) == (HONEST.ref, match["bits"])


def test_who_sees_one_of_them_hears_of_nothing(departed):
    before = told(departed, "NL-CUSTOMS")
    arrives_elsewhere(departed)
    assert told(departed, "NL-CUSTOMS") == before
    assert before["matches"] == []
    for agency, ref in (("NL-CUSTOMS", ELSEWHERE), ("DE-CUSTOMS", HONEST.ref)):
        assert callers(served(departed), departed)(agency).get(path(ref)).status_code == 404


def test_what_is_hidden_of_a_shipment_does_not_weigh_for_who_may_not_see_it(departed):
    """An egyptian sighting of the container that Kenya may not see leads Kenya nowhere."""
    arrives_elsewhere(departed)
    sealed = {"marking": {"tlp": "RED"}}
    third = {**factories.body("transit.entered", **sealed), "shipment": "EG-2026-000003"}
    before = told(departed, "KE-CUSTOMS")
    departed.passes(minutes=1)
    departed.post(third, "EG-CUSTOMS")
    scanned(departed)
    assert told(departed, "KE-CUSTOMS") == before


def test_a_shipment_told_of_under_one_reference_needs_no_other(sqlite_world):
    sqlite_world.live()
    scanned(sqlite_world)
    made = told(sqlite_world, "KE-CUSTOMS")
    assert (made["half"], made["matches"]) == ("whole", [])


def test_the_command_tells_each_weight_in_words(tmp_path):
    shell = Shell(tmp_path / "home").founded()
    shell.ok("enrol", "participant", "KE", "Kenya")
    shell.enrolled("KE-CUSTOMS", "customs")
    shell.posted("shipment.departed")
    shell.posted("shipment.arrived", "KE-CUSTOMS", shipment=ELSEWHERE)
    shell.posted("import.cleared", "KE-CUSTOMS", shipment=ELSEWHERE)
    assert "No shipment that may be seen fits" in shell.ok("shipment", "matches", HONEST.ref)
    shell.ok("scan")
    said = shell.ok("shipment", "matches", HONEST.ref)
    assert f"{ELSEWHERE}: likely one shipment" in said
    assert "same container, seen on 2 shipments" in said
    assert shell.json("shipment", "matches", ELSEWHERE)["matches"][0]["ref"] == HONEST.ref
    # No route names Kenya, so it does not see the departure.
    assert shell.json("shipment", "matches", ELSEWHERE, "--as", "KE-CUSTOMS")["matches"] == []
