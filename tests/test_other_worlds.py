"""The other simulators: the door takes all they state, and one seed makes one world."""

import sys
from datetime import timedelta
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parent.parent / "bench"))

from detection_trial import ORIGIN, trial
from outsider import outsider_world
from stranger import stranger_world
from visitor import visitor_world

NEVER = timedelta(days=5000)


@pytest.fixture(scope="module", params=[stranger_world, outsider_world, visitor_world])
def make(request):
    return lambda seed: request.param(seed, shipments=60, prevalence=0.3, origin=ORIGIN)


@pytest.fixture(scope="module")
def world(make):
    return make(5)


def test_the_door_takes_all_that_is_stated(world):
    with trial(world.cast, world.steps(), every=NEVER) as lived:
        assert lived.refused == []
        assert lived.admitted == len(world.steps())


def test_the_same_seed_makes_the_same_world(world, make):
    one, again, other = world, make(5), make(6)
    assert [s.jti for s in one.steps()] == [s.jti for s in again.steps()]
    assert [s.body for s in one.steps()] == [s.body for s in again.steps()]
    assert one.cases == again.cases
    assert [s.jti for s in one.steps()] != [s.jti for s in other.steps()]


def test_cases_are_about_shipments_of_which_something_was_told(world):
    told = {step.body.get("shipment") for step in world.steps()}
    assert world.cases
    assert all(set(case.shipments) <= told for case in world.cases)


def test_what_is_stated_names_no_scheme(world):
    families = {case.family for case in world.cases}
    assert not any(family in str(step.body) for family in families for step in world.steps())
