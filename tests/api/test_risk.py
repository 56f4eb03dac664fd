"""A shipment's risk over HTTP: each viewer's own, and what a person decided."""

from typing import Any

import pytest

from ledger.roster import HUB
from tests import factories
from tests.alerts.desks import case_of, scanned
from tests.alerts.test_scan_stories import leaves_against_an_objection
from tests.api.conftest import callers, served
from tests.factories import HONEST
from tests.journeys import written
from tests.world import World

PATH = f"/v1/shipments/{HONEST.ref}/risk"


def told(world: World, agency: str = HUB) -> dict[str, Any]:
    answer = callers(served(world), world)(agency).get(PATH)
    assert answer.status_code == 200, answer.data
    return dict(answer.json)


@pytest.fixture
def unpermitted(sqlite_world: World) -> World:
    """A shipment that left against an objection; the checker has seen it."""
    leaves_against_an_objection(sqlite_world)
    scanned(sqlite_world)
    return sqlite_world


def test_a_hard_rule_is_opened_on_arrival_and_says_why(unpermitted):
    made = told(unpermitted)
    assert made["current"] == "pre_arrival"
    assert (made["now"]["action"], made["now"]["band"]) == ("open", "high")
    assert any("RF-35" in term["words"] for term in made["now"]["terms"])
    (container,) = made["containers"]
    assert (container["container"], container["score"]) == (HONEST.container, made["now"]["score"])


def test_an_agency_scores_by_the_alerts_it_was_told_of(unpermitted):
    assert "RF-35" in told(unpermitted, "KE-CUSTOMS")["now"]["rules"]
    stranger = callers(served(unpermitted), unpermitted)("DE-CUSTOMS").get(PATH)
    assert stranger.status_code == 404


def test_what_somebody_was_not_told_of_does_not_show_in_its_score(unpermitted):
    before = told(unpermitted, "KE-CUSTOMS")
    body = factories.body("alert.raised", severity="critical", countries=["NL"])
    unpermitted.post(body, HUB)
    assert told(unpermitted, "KE-CUSTOMS") == before
    assert told(unpermitted, "NL-CUSTOMS")["now"]["score"] > before["now"]["score"]


def test_a_finding_that_people_explained_no_longer_counts(unpermitted):
    case = case_of(unpermitted, "RF-35")
    unpermitted.passes(minutes=1)
    body = factories.body(
        "alert.judged", alert=case.alert, occurred_at=written(unpermitted.clock())
    )
    unpermitted.post(body, "KE-CUSTOMS")
    for agency in (HUB, "KE-CUSTOMS"):
        assert "RF-35" not in told(unpermitted, agency)["now"]["rules"]


def test_an_analyst_decides_otherwise_with_a_reason_that_the_route_reads(unpermitted):
    body = factories.body(
        "risk.assessed",
        point="pre_arrival",
        score=20,
        band="low",
        action="documents",
        override="The permit was shown to us on paper.",
        occurred_at=written(unpermitted.clock()),
    )
    unpermitted.post(body, "KE-CUSTOMS")
    for agency in (HUB, "NL-CUSTOMS"):
        decided = told(unpermitted, agency)["decided"]
        assert decided["agency"] == "KE-CUSTOMS"
        assert (decided["action"], decided["override"]) == (body["action"], body["override"])


def test_trust_counts_for_who_may_see_it_and_never_beside_a_hard_rule(unpermitted):
    trusted = factories.body("party.trusted", status="validated")
    unpermitted.post(trusted, "NL-CUSTOMS")
    unpermitted.post(factories.body("programme.recognised"), "KE-CUSTOMS")
    made = told(unpermitted)
    assert made["now"]["discount"] == 0
    words = [term["words"] for term in made["now"]["terms"]]
    assert any("validated in NL's aeo-s, recognised" in said for said in words)
    assert "no discount beside RF-35" in words[-1]
    assert not any("aeo-s" in t["words"] for t in told(unpermitted, "KE-POLICE")["now"]["terms"])
