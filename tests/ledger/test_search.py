"""Shipments found by what their viewer may see of them, and by nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ledger import NotFound, databases, search
from ledger.filters import Filters
from ledger.roster import HUB
from ledger.visibility import Viewer
from tests import factories
from tests.factories import HONEST, Journey
from tests.world import World

OTHER = replace(
    HONEST,
    ref="DE-2026-000099",
    pen="PEN-DE-2026-000099",
    exporting="DE",
    importing="ZA",
    transit="BE",
    container="CSQU3054383",
    seal="DE-77",
    substance="piperonal",
)
RED = {"tlp": "RED"}


def viewer(agency):
    return Viewer(agency=agency, country=agency[:2])


def found(world: World, agency: str, limit: int = 200, **asked):
    with databases.reading(world.engine) as session:
        page = search.page(
            session, Filters(**asked), viewer(agency), now=world.clock(), limit=limit
        )
    assert page.after is None
    return [view.state.ref for view in page.views]


def state(world: World, agency: str, ref: str):
    with databases.reading(world.engine) as session:
        return search.shipment(session, ref, viewer(agency), now=world.clock())


def kinds(world: World, agency: str, ref: str):
    with databases.reading(world.engine) as session:
        seen = search.shipment_history(session, ref, viewer(agency), now=world.clock())
    return [each.record.event.kind for each in seen]


def sent(world: World, journey: Journey = HONEST, **changes) -> None:
    """The notice that opens a shipment."""
    world.post(factories.body("notice.sent", journey, **changes), f"{journey.exporting}-AUTHORITY")


def departed(world: World, journey: Journey = HONEST, **changes) -> None:
    body = factories.body("shipment.departed", journey, **changes)
    world.post(body, f"{journey.exporting}-CUSTOMS")


SEARCHES = [
    {"q": "NL-2026"},
    {"q": "maasvl"},
    {"q": "msku 123456-5"},
    {"trader": "Tsavo Coatings Ltd"},
    {"trader": "eori:NL001234567"},
    {"container": "msku1234565"},
    {"seal": "ML-NL0012345"},
    {"document": HONEST.pen.lower()},
    {"substance": "acetone"},
    {"exporting": "NL"},
    {"importing": "KE"},
    {"exporting": "NL", "importing": "KE", "status": "closed"},
]


def test_every_filter_finds_what_it_names_and_nothing_else(world):
    world.live(HONEST)
    world.live(OTHER)
    for asked in SEARCHES:
        if "trader" not in asked and asked.get("q") != "maasvl":  # the two share their traders
            assert found(world, HUB, **asked) == [HONEST.ref], asked
        assert HONEST.ref in found(world, HUB, **asked), asked
        assert found(world, "NL-CUSTOMS", **asked) == [HONEST.ref], asked
        assert found(world, "CN-CUSTOMS", **asked) == [], asked
    assert found(world, HUB) == [OTHER.ref, HONEST.ref]
    assert found(world, HUB, q="no such thing") == []
    assert found(world, HUB, q="%") == []
    assert found(world, HUB, q="_") == []


def test_times_find_shipments_with_something_happening_in_them(sqlite_world):
    sqlite_world.live(HONEST)
    first, last = HONEST.moment(0), HONEST.moment(130)
    second = timedelta(seconds=1)
    assert found(sqlite_world, HUB, occurred_from=first, occurred_to=last)
    assert found(sqlite_world, HUB, occurred_from=last)
    assert not found(sqlite_world, HUB, occurred_from=last + second)
    assert not found(sqlite_world, HUB, occurred_to=first)
    assert found(sqlite_world, HUB, occurred_to=first + second)


@pytest.mark.parametrize("agency", ["NL-CUSTOMS", "KE-CUSTOMS", "EG-POLICE"])
def test_a_country_on_the_route_sees_the_state_that_everybody_there_sees(sqlite_world, agency):
    sqlite_world.live(HONEST)
    assert state(sqlite_world, agency, HONEST.ref) == state(sqlite_world, HUB, HONEST.ref)
    assert len(kinds(sqlite_world, agency, HONEST.ref)) == len(factories.LIFE)


def test_what_a_stranger_asks_for_is_what_does_not_exist(world):
    world.live(HONEST)
    refusals = []
    for ref in (HONEST.ref, "NL-2026-UNKNOWN"):
        for ask in (state, kinds):
            with pytest.raises(NotFound) as refused:
                ask(world, "ZA-CUSTOMS", ref)
            refusals.append(str(refused.value))
    assert len(set(refusals)) == 1


def test_a_red_event_changes_nothing_that_others_see_or_find(world):
    sent(world)
    departed(world, marking=RED)
    assert state(world, "NL-CUSTOMS", HONEST.ref).status == "in_transit"
    assert state(world, HUB, HONEST.ref).status == "in_transit"
    assert state(world, "KE-CUSTOMS", HONEST.ref).status == "notified"
    assert kinds(world, "KE-CUSTOMS", HONEST.ref) == ["notice.sent"]
    for asked in ({"container": HONEST.container}, {"seal": HONEST.seal}, {"status": "in_transit"}):
        assert found(world, "NL-CUSTOMS", **asked) == [HONEST.ref], asked
        assert found(world, "NL-POLICE", **asked) == [], asked
        assert found(world, "KE-CUSTOMS", **asked) == [], asked
    for agency in ("KE-CUSTOMS", "NL-POLICE"):
        assert found(world, agency, status="notified") == [HONEST.ref]
        assert not found(world, agency, occurred_from=HONEST.moment(1))


def test_a_shipment_whose_every_event_is_hidden_does_not_exist(world):
    sent(world, marking=RED)
    for agency in ("KE-CUSTOMS", "NL-CUSTOMS"):
        assert found(world, agency) == []
        with pytest.raises(NotFound):
            state(world, agency, HONEST.ref)
        with pytest.raises(NotFound):
            kinds(world, agency, HONEST.ref)
    assert found(world, "NL-AUTHORITY") == [HONEST.ref]


def test_what_is_withheld_until_a_time_appears_with_it(sqlite_world):
    later = sqlite_world.clock() + timedelta(hours=2)
    sent(sqlite_world, marking={"visible_after": later.strftime("%Y-%m-%dT%H:%M:%SZ")})
    assert found(sqlite_world, "KE-CUSTOMS", substance="acetone") == []
    sqlite_world.passes(hours=2)
    assert found(sqlite_world, "KE-CUSTOMS", substance="acetone") == [HONEST.ref]


def test_whoever_posts_about_a_foreign_shipment_sees_its_own_words_alone(world):
    sent(world)
    world.post(factories.body("shipment.seized"), "ZA-POLICE")
    assert kinds(world, "ZA-POLICE", HONEST.ref) == ["shipment.seized"]
    assert state(world, "ZA-POLICE", HONEST.ref).route is None
    assert found(world, "ZA-POLICE", exporting="NL") == []
    assert found(world, "ZA-POLICE", status="seized") == [HONEST.ref]
    assert found(world, "ZA-CUSTOMS") == []


def test_a_page_leads_to_the_next_and_skips_and_repeats_nothing(world):
    journeys = [replace(HONEST, ref=f"NL-2026-{n:06}", pen=f"P-{n}") for n in range(7)]
    for number, journey in enumerate(journeys):
        sent(world, journey, marking=RED if number % 3 == 1 else {})
    for agency, expected in (("KE-CUSTOMS", [6, 5, 3, 2, 0]), ("NL-AUTHORITY", range(6, -1, -1))):
        gathered, after = [], None
        while True:
            with databases.reading(world.engine) as session:
                page = search.page(
                    session,
                    Filters(substance="acetone"),
                    viewer(agency),
                    now=world.clock(),
                    limit=2,
                    after=after,
                )
            gathered += [view.state.ref for view in page.views]
            after = page.after
            if after is None:
                break
        assert gathered == [journeys[n].ref for n in expected]


def test_nobody_goes_on_after_a_shipment_that_it_may_not_see(sqlite_world):
    sent(sqlite_world)
    with databases.reading(sqlite_world.engine) as session, pytest.raises(NotFound):
        search.page(
            session,
            Filters(),
            viewer("ZA-CUSTOMS"),
            now=sqlite_world.clock(),
            limit=10,
            after=HONEST.ref,
        )


def test_a_search_by_columns_and_a_search_of_the_fold_agree(sqlite_world):
    """The same events, once open and once under a marking that hides nothing."""
    marked = replace(HONEST, ref="NL-2026-000018", pen="PEN-18")
    for step in factories.journey_bodies(marked):
        body = {**step.body, "marking": {"tlp": "GREEN"}}
        sqlite_world.post(body, step.agency)
        sqlite_world.post(factories.body(body["kind"], HONEST), step.agency)
    asked = [each for each in SEARCHES if each.get("q") != "NL-2026" and "document" not in each]
    moments = [HONEST.moment(n) for n in (-1, 0, 1, 60, 130, 131)]
    asked += [{"occurred_from": each} for each in moments]
    asked += [{"occurred_to": each} for each in moments]
    asked += [{"status": status} for status in ("closed", "received", "in_transit")]
    for each in asked:
        assert len(found(sqlite_world, "KE-CUSTOMS", **each)) in {0, 2}, each
