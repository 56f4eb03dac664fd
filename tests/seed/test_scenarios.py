"""Staged diversions: each leaves its mark, says what happened elsewhere only, and can be staged."""

import json
import random
from functools import cache

import pytest

from ledger import vocabulary
from seed import notifications, pic, traffic, world
from seed.clerk.rows import Notification
from seed.journeys import SIMULATED, Journey
from seed.scenarios import Label, Scenario, scenario, scenarios, staged

RULES = {
    f"RF-{number:02}"
    for number in (3, 4, 5, 9, 11, 12, 13, 14, 16, 17, 19, 22, 24, 26, 27, 34, 35, 36)
}


@cache
def honest() -> tuple[Journey, ...]:
    read = [n for n in notifications.read_all() if isinstance(n, Notification)][:500]
    cast = world.cast(read, origin="log.test/s", secret=bytes(32))
    return tuple(traffic.journeys(list(pic.notices(read, cast)), random.Random(4), share=0.5))


@cache
def outcome() -> tuple[list[Journey], list[Label]]:
    return staged(honest(), random.Random(9), times=2)


def fitting(each: Scenario) -> Journey:
    return next(journey for journey in honest() if each.suits(journey))


def test_every_rule_of_the_first_batch_has_a_diversion_that_it_should_find() -> None:
    assert {rule for each in scenarios().values() for rule in each.rules} == RULES


def test_every_scenario_is_staged_as_often_as_asked_and_never_twice_on_one_journey() -> None:
    journeys, labels = outcome()
    counts = {name: sum(label.scenario == name for label in labels) for name in scenarios()}
    assert set(counts.values()) == {2}
    changed = [a.plan.ref for a, b in zip(honest(), journeys, strict=True) if a != b]
    assert len(changed) == len(labels) == len(set(changed))


@pytest.mark.parametrize("name", sorted(scenarios()))
def test_a_diversion_is_still_made_of_steps_that_their_agencies_may_state(name: str) -> None:
    bent, label = scenarios()[name].stage(fitting(scenarios()[name]), random.Random(2))
    offices = {"CNA": {"competent_authority", "licensing_authority"}, "CUSTOMS": {"customs"}}
    for step in bent.steps:
        event = vocabulary.parse(step.body)
        vocabulary.check_signer(event, frozenset(offices[step.agency[3:]]), step.agency[:2])
    assert label.story == scenarios()[name].story


@pytest.mark.parametrize("name", sorted(scenarios()))
def test_a_diversion_differs_from_the_honest_journey_it_was_made_of(name: str) -> None:
    journey = fitting(scenarios()[name])
    bent, _ = scenarios()[name].stage(journey, random.Random(2))
    assert bent.steps != journey.steps
    assert len({step.jti for step in bent.steps}) == len(bent.steps)


def test_nothing_that_goes_into_the_ledger_names_a_scenario_or_a_rule() -> None:
    journeys, _ = outcome()
    said = json.dumps([step.body for journey in journeys for step in journey.steps])
    words = {*scenarios(), *RULES, *(each.story for each in scenarios().values())}
    assert not [word for word in words if word in said]


def test_staged_and_honest_steps_are_marked_alike() -> None:
    journeys, _ = outcome()
    assert {s.body["simulated"] for j in journeys for s in j.steps} == {SIMULATED}


def test_the_same_seed_stages_the_same_diversions() -> None:
    assert staged(honest(), random.Random(9), times=2) == outcome()
    assert staged(honest(), random.Random(10), times=2) != outcome()


def test_a_scenario_that_suits_no_journey_is_left_out() -> None:
    few = [journey for journey in honest() if journey.plan.mode == "road"][:2]
    _, labels = staged(few, random.Random(1))
    assert len(labels) <= 2
    assert staged([], random.Random(1)) == ([], [])


def test_a_scenario_needs_a_story_and_a_name_of_its_own() -> None:
    def silent(journey: Journey, _: random.Random) -> tuple[Journey, tuple[()]]:
        return journey, ()

    with pytest.raises(TypeError, match="docstring"):
        scenario("RF-13")(silent)

    def never_arrived(journey: Journey, _: random.Random) -> tuple[Journey, tuple[()]]:
        """The name is taken."""
        return journey, ()

    with pytest.raises(TypeError, match="twice"):
        scenario("RF-13")(never_arrived)
