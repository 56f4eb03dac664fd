"""The programme's figures: each counted once, the same in any order, and nothing of others'."""

import random
from dataclasses import replace
from typing import Any

import pytest

from ledger import databases, projections, records
from ledger.roster import HUB
from tests import factories
from tests.alerts.desks import statements_of, steps_of
from tests.api.conftest import callers, served
from tests.factories import HONEST, Step
from tests.world import World

YEAR = "?from=2026-01-01&to=2026-12-31"
ALERT = {"alert": HONEST.key}
SECOND = replace(HONEST, ref="NL-2026-000099", pen="PEN-99", key="ef" * 12)


def step(kind: str, agency: str, journey=HONEST, **said: Any) -> Step:
    return Step(
        body=factories.body(kind, journey, **said), agency=agency, country=agency[:2], role=""
    )


def story() -> list[Step]:
    """A seizure told three times, arrests told twice, and a second shipment of no consequence."""
    kilos = [HONEST.line("400")]
    return [
        *steps_of()[:10],
        *steps_of(SECOND)[:3],
        step("shipment.seized", "KE-CUSTOMS", seizure="S-1", goods=[HONEST.line("300")]),
        step("shipment.seized", "KE-POLICE", seizure="S-1", goods=kilos),
        step("outcome.reported", "KE-POLICE", outcome="arrest", count=3),
        step("alert.raised", HUB, countries=["NL", "KE"]),
        step("alert.judged", "KE-CUSTOMS", verdict="true_diversion"),
        step("alert.resulted", "KE-CUSTOMS", seized=kilos, arrests=2),
    ]


def told(world: World, agency: str = HUB, query: str = YEAR) -> dict[str, Any]:
    answer = callers(served(world), world)(agency).get(f"/v1/statistics{query}")
    assert answer.status_code == 200, answer.data
    return dict(answer.json)


@pytest.fixture
def full(world: World) -> World:
    world.passes(days=30)
    world.admitted(statements_of(world, story()))
    return world


def test_a_seizure_and_an_arrest_count_once_however_often_they_are_told(full):
    own = told(full)["own"]
    (seized,) = own["seizures"]
    assert (seized["substance"], seized["unit"]) == (HONEST.substance, "kg")
    assert float(seized["amount"]) == pytest.approx(400 * 0.99, rel=0.02)
    assert own["arrests"] == 3
    assert own["outcomes"] == {"arrest": 3}
    assert own["alerts"]["by_verdict"] == {"true_diversion": 1}
    assert own["alerts"]["by_rule"][0]["right"] == 1
    assert own["shipments"] == 2


def test_replies_are_counted_by_the_country_that_was_asked_with_their_median(full):
    (kenya,) = told(full)["own"]["replies"]
    assert (kenya["participant"], kenya["notices"], kenya["in_time"]) == ("KE", 2, 2)
    assert kenya["rate"] == "1"
    assert kenya["median_hours"] > 0


@pytest.mark.parametrize("seed", range(3))
def test_the_same_statements_in_any_order_give_the_same_figures(sqlite_world, other_world, seed):
    statements = statements_of(sqlite_world, story())
    for world in (sqlite_world, other_world):
        world.passes(days=30)
    sqlite_world.admitted(statements)
    mixed = list(statements)
    random.Random(seed).shuffle(mixed)
    for each in mixed:
        other_world.admitted([each])
    assert told(sqlite_world)["own"] == told(other_world)["own"]


def test_a_rebuild_gives_the_same_figures(full):
    before = told(full)
    projections.rebuild_in_place(full.engine)
    assert told(full) == before


def test_a_correction_takes_a_seizure_out_again(sqlite_world):
    sqlite_world.passes(days=30)
    sqlite_world.admitted(statements_of(sqlite_world, steps_of()[:10]))
    taken = sqlite_world.post(step("shipment.seized", "KE-CUSTOMS").body, "KE-CUSTOMS")
    assert told(sqlite_world)["own"]["seizures"]
    with databases.reading(sqlite_world.engine) as session:
        jti = jti_at(session, taken.receipt.index)
    sqlite_world.passes(minutes=1)
    sqlite_world.post(factories.body("event.corrected", corrects=jti), "KE-CUSTOMS")
    assert told(sqlite_world)["own"]["seizures"] == []


def jti_at(session, index):
    return records.read(session, [index])[0].by.jti


def test_an_agency_counts_what_it_may_see_and_no_more(full):
    kenya, germany = told(full, "KE-CUSTOMS"), told(full, "DE-CUSTOMS")
    assert kenya["scope"] == germany["scope"] == "own"
    assert kenya["own"]["shipments"] == 2
    assert kenya["own"]["arrests"] == 3
    assert germany["own"]["shipments"] == germany["own"]["arrests"] == 0
    assert germany["own"]["seizures"] == germany["own"]["replies"] == []
    assert germany["own"]["alerts"]["raised"] == 0
    # the Netherlands see the shipment, and what Kenya seized is Kenya's to count
    assert told(full, "NL-CUSTOMS")["own"]["seizures"] == []


HIDDEN = [
    ("shipment.seized", "KE-POLICE", {"seizure": "S-2"}),
    ("shipment.stopped", "KE-CUSTOMS", {}),
    ("notice.objected", "KE-AUTHORITY", {"pen": HONEST.pen}),
    ("alert.judged", "NL-POLICE", ALERT),
    ("outcome.reported", "NL-POLICE", {"outcome": "arrest", "count": 9}),
]


@pytest.mark.parametrize(("kind", "agency", "said"), HIDDEN)
def test_no_figure_moves_because_of_what_one_may_not_see(full, kind, agency, said):
    before = {each: told(full, each)["own"] for each in ("KE-LAB", "NL-CUSTOMS", "DE-CUSTOMS")}
    hub = told(full)["own"]
    full.passes(minutes=1)
    body = factories.body(kind, **said, marking={"tlp": "RED"})
    full.post({**body, "occurred_at": HONEST.at(90)}, agency)
    for each, own in before.items():
        assert told(full, each)["own"] == own, each
    assert told(full)["own"] != hub or kind == "alert.judged"


def test_a_hidden_correction_moves_no_figure_of_a_colleague(sqlite_world):
    world = sqlite_world
    world.passes(days=30)
    world.admitted(statements_of(world, steps_of()[:10]))
    taken = world.post(step("shipment.seized", "KE-CUSTOMS").body, "KE-CUSTOMS")
    before = told(world, "KE-POLICE")["own"]
    assert before["seizures"]
    with databases.reading(world.engine) as session:
        jti = jti_at(session, taken.receipt.index)
    world.passes(minutes=1)
    hidden = factories.body("event.corrected", corrects=jti, marking={"tlp": "RED"})
    world.post(hidden, "KE-CUSTOMS")
    assert told(world, "KE-POLICE")["own"] == before
    assert told(world, "KE-CUSTOMS")["own"]["seizures"] == []


def test_an_auditor_has_no_figures_of_its_own(sqlite_world):
    body = factories.enrolment("KE-AUDIT", ["auditor"], origin=sqlite_world.origin)
    sqlite_world.post(body, "KE-ROOT")
    sqlite_world.passes(days=30)
    sqlite_world.admitted(statements_of(sqlite_world, story()))
    own = told(sqlite_world, "KE-AUDIT")["own"]
    assert own["shipments"] == own["arrests"] == own["alerts"]["raised"] == 0


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("?from=2026-02-01&to=2026-01-01", "from"),
        ("?from=2020-01-01&to=2026-01-01", "from"),
        ("?from=yesterday", "from"),
    ],
)
def test_a_period_that_makes_no_sense_is_refused_by_name(sqlite_world, query, parameter):
    caller = callers(served(sqlite_world), sqlite_world)("KE-CUSTOMS")
    answer = caller.get(f"/v1/statistics{query}")
    assert (answer.status_code, answer.json["parameter"]) == (400, parameter)


def test_what_lies_outside_the_period_does_not_count(full):
    own = told(full, query="?from=2027-01-01&to=2027-12-31")["own"]
    assert own["shipments"] == own["arrests"] == own["alerts"]["raised"] == 0
    assert own["seizures"] == own["replies"] == []
