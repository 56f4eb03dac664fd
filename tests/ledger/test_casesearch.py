"""Alerts found by the countries they were shared with, as far as each may see them."""

from dataclasses import replace

import pytest

from ledger import NotFound, casesearch, databases
from ledger.casesearch import CaseFilters
from ledger.roster import HUB
from ledger.visibility import Viewer
from tests import factories
from tests.factories import HONEST

OTHER = replace(HONEST, ref="DE-2026-000099", exporting="DE", importing="ZA", transit="BE")
OTHER = replace(OTHER, key="11" * 12)
RED = {"tlp": "RED"}


def viewer(agency):
    return Viewer(agency=agency, country=agency[:2])


def found(world, agency, **asked):
    with databases.reading(world.engine) as session:
        page = casesearch.page(
            session, CaseFilters(**asked), viewer(agency), now=world.clock(), limit=50
        )
    return [case.alert for case in page.cases]


def case(world, agency, alert):
    with databases.reading(world.engine) as session:
        return casesearch.case(session, alert, viewer(agency), now=world.clock())


def raised(world, journey=HONEST, agency=HUB, **changes):
    world.post(factories.body("alert.raised", journey, **changes), agency)


def test_an_alert_is_for_the_countries_it_names_and_the_hub(world):
    raised(world)
    raised(world, OTHER)
    assert found(world, HUB) == [OTHER.key, HONEST.key]
    assert found(world, "KE-POLICE") == [HONEST.key]
    assert found(world, "ZA-CUSTOMS") == [OTHER.key]
    assert found(world, "CN-CUSTOMS") == []
    with pytest.raises(NotFound):
        case(world, "CN-CUSTOMS", HONEST.key)


def test_whoever_raised_an_alert_sees_it_though_it_told_others_alone(world):
    raised(world, agency="CN-CUSTOMS", countries=["KE"])
    assert found(world, "CN-CUSTOMS") == found(world, "KE-LAB") == [HONEST.key]
    assert found(world, "CN-POLICE") == found(world, "NL-CUSTOMS") == []
    world.post(factories.body("alert.acknowledged"), "KE-POLICE")
    state, timeline = case(world, "CN-CUSTOMS", HONEST.key)
    assert (state.status, len(timeline)) == ("acknowledged", 2)


def test_a_country_told_later_sees_the_alert_from_then_on(sqlite_world):
    raised(sqlite_world)
    assert found(sqlite_world, "ZA-CUSTOMS") == []
    sqlite_world.post(factories.body("alert.shared", countries=["ZA"]), HUB)
    assert found(sqlite_world, "ZA-CUSTOMS", country="ZA") == [HONEST.key]


def test_every_filter_finds_what_it_names_and_nothing_else(world):
    raised(world)
    raised(world, OTHER, rule="RF-01", severity="low")
    for asked in (
        {"rule": "RF-13"},
        {"severity": "medium"},
        {"country": "KE"},
        {"about": HONEST.ref},
    ):
        assert found(world, HUB, **asked) == [HONEST.key], asked
    assert found(world, HUB, status="open") == [OTHER.key, HONEST.key]
    assert found(world, HUB, status="closed") == []


def test_a_red_judgement_shows_to_nobody_else_in_any_way(world):
    raised(world)
    world.post(factories.body("alert.judged", marking=RED), "KE-AUTHORITY")
    assert case(world, "KE-AUTHORITY", HONEST.key)[0].status == "closed"
    assert case(world, HUB, HONEST.key)[0].status == "closed"
    for agency in ("NL-CUSTOMS", "KE-CUSTOMS"):
        state, timeline = case(world, agency, HONEST.key)
        assert (state.status, state.verdict) == ("open", None)
        assert [each.record.event.kind for each in timeline] == ["alert.raised"]
        assert found(world, agency, status="open") == [HONEST.key]
        assert found(world, agency, status="closed") == []


def test_an_alert_whose_raising_is_hidden_does_not_exist(sqlite_world):
    raised(sqlite_world, agency="NL-CUSTOMS", marking=RED)
    sqlite_world.post(factories.body("alert.acknowledged"), "KE-POLICE")
    assert found(sqlite_world, "KE-POLICE") == []
    with pytest.raises(NotFound):
        case(sqlite_world, "KE-POLICE", HONEST.key)
    assert found(sqlite_world, "NL-CUSTOMS") == [HONEST.key]
