"""The other half of a shipment over HTTP and on the command line: for who sees both."""

from dataclasses import replace
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


def test_what_somebody_may_not_see_does_not_weigh_for_them(departed):
    """A South African sighting of the container tells the hub something, and Kenya nothing."""
    arrives_elsewhere(departed)
    kenya, hub = (told(departed, agency)["matches"] for agency in ("KE-CUSTOMS", HUB))
    assert kenya == hub
    departed.passes(minutes=1)
    third = factories.body("shipment.arrived", shipment="ZA-2026-000003")
    departed.post(third, "ZA-CUSTOMS")
    scanned(departed)
    assert told(departed, "KE-CUSTOMS")["matches"] == kenya
    said = [each["words"] for each in told(departed, HUB)["matches"][0]["weights"]]
    assert "same container, seen on 3 shipments" in said


def test_what_is_marked_weighs_for_who_may_see_it_alone(departed):
    """Kenya holds back that it saw the goods: the route learns of no match by it."""
    arrives_elsewhere(departed, marking={"tlp": "RED"})
    assert [each["ref"] for each in told(departed, "KE-CUSTOMS")["matches"]] == [ELSEWHERE]
    assert told(departed, "NL-CUSTOMS")["matches"] == []


def test_a_shipment_told_of_under_one_reference_needs_no_other(sqlite_world):
    sqlite_world.live()
    scanned(sqlite_world)
    made = told(sqlite_world, "KE-CUSTOMS")
    assert (made["half"], made["matches"]) == ("whole", [])


def test_where_a_country_takes_no_part_nobody_is_waited_for(sqlite_world):
    abroad = replace(HONEST, importing="BR", entry_point="BRSSZ")
    sqlite_world.post(factories.body("notice.sent", abroad), "NL-CNA")
    scanned(sqlite_world)
    why = told(sqlite_world, "NL-CUSTOMS")["why"]
    assert why.endswith("BR takes no part, so nobody there tells of the other half")


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
