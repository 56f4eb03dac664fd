"""Worlds to judge detection on: they hold what they say, and labels stay out of what is said."""

import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from ledger import vocabulary
from seed.journeys import SIMULATED, Step
from seed.worlds import NOISES, JudgedWorld, families, judged_world

SHIPMENTS = 900
OFFICES = {"CNA": {"competent_authority", "licensing_authority"}, "CUSTOMS": {"customs"}}


@cache
def world(seed: int = 5) -> JudgedWorld:
    return judged_world(seed, shipments=SHIPMENTS, prevalence=0.05)


@cache
def steps(seed: int = 5) -> tuple[Step, ...]:
    return tuple(world(seed).steps())


def test_there_are_many_families_and_many_kinds_of_noise() -> None:
    assert len(families()) >= 15
    assert len(NOISES) >= 10
    assert all(each.rules and each.topics and each.story for each in families().values())


def test_seventy_countries_take_part_and_others_are_only_passed() -> None:
    signing = {step.agency[:2] for step in steps()}
    assert len(world().cast.countries) == 70
    assert signing <= set(world().cast.countries)
    assert len(signing) > 48
    assert not signing & set(world().outsiders)


def test_the_share_that_was_asked_for_is_involved() -> None:
    involved = [ref for case in world().cases for ref in case.shipments]
    assert len(involved) == len(set(involved))
    assert abs(len(involved) / SHIPMENTS - 0.05) < 0.01
    assert len(world().orders) == SHIPMENTS
    assert judged_world(5, shipments=200, prevalence=0).cases == ()


def test_only_the_families_that_were_asked_for_are_staged() -> None:
    wanted = {"never_arrived", "web_of_brokers"}
    made = judged_world(5, shipments=400, prevalence=0.1, families=wanted)
    assert {case.family for case in made.cases} == wanted


@pytest.mark.parametrize("name", sorted(families()))
def test_every_family_can_be_staged_and_states_what_its_agencies_may(name: str) -> None:
    made = judged_world(9, shipments=500, prevalence=0.04, families={name})
    assert made.cases
    for plot in made.plots.values():
        for order in plot.orders:
            for step in made.steps_of(order):
                check(step)


@pytest.mark.parametrize("noise", NOISES)
def test_every_kind_of_noise_changes_what_is_stated(noise: str) -> None:
    def stated(noises: set[str]) -> Iterator[Step]:
        return judged_world(3, shipments=400, prevalence=0, noises=noises).steps()

    pairs = itertools.zip_longest(stated({*NOISES}), stated({*NOISES} - {noise}))
    assert any(one != other for one, other in pairs)


def test_every_body_is_one_that_its_agency_may_state() -> None:
    for step in steps()[::7]:
        check(step)


def check(step: Step) -> None:
    event = vocabulary.parse(step.body)
    vocabulary.check_signer(event, frozenset(OFFICES[step.agency[3:]]), step.agency[:2])
    assert step.at <= step.told


def test_steps_come_in_the_order_of_their_signing_and_under_ids_of_their_own() -> None:
    told = [step.told for step in steps()]
    assert told == sorted(told)
    assert len({step.jti for step in steps()}) == len(told)


def test_the_same_seed_makes_the_same_world_and_another_seed_another() -> None:
    again = judged_world(5, shipments=SHIPMENTS, prevalence=0.05)
    assert list(itertools.islice(again.steps(), 800)) == list(steps()[:800])
    assert again.cases == world().cases
    assert judged_world(6, shipments=200, prevalence=0.1).cases != world().cases


def test_no_shipment_has_the_reference_of_another() -> None:
    opened = Counter(step.body["shipment"] for step in steps() if step.kind == "notice.sent")
    assert max(Counter(o.number for o in world().orders).values()) == 1
    assert len(opened) > SHIPMENTS / 2


def test_nothing_that_is_stated_is_made_of_a_label() -> None:
    said = json.dumps([step.body for step in steps()])
    words = {*families(), *(each.story for each in families().values())}
    assert not [word for word in words if word in said]
    assert {step.body["simulated"] for step in steps()} == {SIMULATED}
    assert not [w for w in ("RF-", "diverted", "honest", "staged") if w in said]


def test_the_deciding_evidence_of_a_case_lies_within_its_world() -> None:
    for case in world().cases:
        assert world().starts < case.decided_at < world().settled, case
        assert case.kg > 0


def test_agencies_differ_in_lateness_by_an_order_of_magnitude() -> None:
    late: dict[str, list[float]] = {}
    for step in steps():
        late.setdefault(step.agency, []).append((step.told - step.at).total_seconds())
    medians = sorted(sorted(each)[len(each) // 2] for each in late.values() if len(each) > 20)
    assert medians[len(medians) * 9 // 10] > 5 * medians[len(medians) // 10]


def test_the_page_about_worlds_tells_every_family_and_every_noise() -> None:
    page = (Path(__file__).parents[2] / "docs" / "worlds.md").read_text(encoding="utf-8")
    for name, each in families().items():
        assert re.search(
            rf"- `{name}` \(.*{', '.join(each.rules)}\): {re.escape(each.story)}", page
        )
    assert not [noise for noise in NOISES if f"`{noise}`" not in page]
