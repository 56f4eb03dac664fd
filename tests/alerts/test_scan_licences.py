"""RF-28 over whole scans: a buyer that is reached like a firm whose licence was revoked."""

from itertools import permutations
from typing import Any

import pytest

from tests import factories
from tests.alerts.desks import scanned
from tests.alerts.test_scan_traders import NEW, OLD, PHONE, found, order
from tests.factories import HONEST
from tests.world import World

LINKED = {("NL-2026-880003", "RF-28")}
REACHED = {**OLD, "phone": PHONE}


def licensed(world: World, *, day: float, status: str, **more: Any) -> None:
    trader = {name: said for name, said in {**OLD, **more}.items() if said is not None}
    body = factories.body(
        "party.licensed", trader=trader, status=status, occurred_at=HONEST.at(day)
    )
    world.post(body, "KE-LICENSING")


def told(world: World, step: str) -> None:
    if step == "ordered":
        order(world, 1, REACHED, day=0, seller="Seller A")
    elif step == "ended":
        body = factories.body(
            "shipment.cancelled", shipment="NL-2026-880001", occurred_at=HONEST.at(1)
        )
        world.post(body, "NL-CNA")
    elif step == "after":
        order(world, 3, NEW, day=6, seller="Seller B")
    elif step == "merged":
        body = factories.body("trader.merged", trader=OLD, other=NEW, occurred_at=HONEST.at(1))
        world.post(body, "KE-LICENSING")
    elif step in {"revoked later", "suspended later"}:
        licensed(world, day=10, status=step.removesuffix(" later"))
    elif step == "given back":
        licensed(world, day=5, status="active")
    elif step == "revoked by name":
        licensed(world, day=3, status="revoked", scheme=None, identifier=None)
    else:
        licensed(world, day=3, status=step)


@pytest.mark.parametrize("steps", list(permutations(("ordered", "revoked", "after"))))
def test_a_firm_whose_licence_was_revoked_is_known_by_its_telephone_whatever_comes_first(
    sqlite_world: World, steps: tuple[str, ...]
) -> None:
    for step in steps:
        told(sqlite_world, step)
        scanned(sqlite_world)
    assert found(sqlite_world, "RF-28") == LINKED


@pytest.mark.parametrize(("status", "links"), [("suspended", LINKED), ("active", set())])
def test_a_suspended_licence_links_and_one_that_stands_does_not(
    sqlite_world: World, status: str, links: set[tuple[str, str]]
) -> None:
    for step in ("ordered", status, "after"):
        told(sqlite_world, step)
    scanned(sqlite_world)
    assert found(sqlite_world, "RF-28") == links


def test_a_licence_that_is_revoked_after_the_order_links_nobody(sqlite_world: World) -> None:
    for step in ("ordered", "after"):
        told(sqlite_world, step)
    licensed(sqlite_world, day=8, status="revoked")
    scanned(sqlite_world)
    assert found(sqlite_world, "RF-28") == set()


def test_an_ended_order_is_looked_at_again_when_its_buyer_loses_its_licence(
    sqlite_world: World,
) -> None:
    for step in ("ordered", "ended", "active", "after"):
        told(sqlite_world, step)
    scanned(sqlite_world)
    assert found(sqlite_world, "RF-28") == set()
    sqlite_world.passes(minutes=1)
    told(sqlite_world, "revoked")
    scanned(sqlite_world)
    assert found(sqlite_world, "RF-28") == LINKED


@pytest.mark.parametrize("together", [True, False])
def test_a_licence_that_is_given_back_links_nobody_any_more(
    sqlite_world: World, *, together: bool
) -> None:
    for step in ("ordered", "ended", "revoked", "after"):
        told(sqlite_world, step)
    if not together:
        scanned(sqlite_world)
        assert found(sqlite_world, "RF-28") == LINKED
    sqlite_world.passes(minutes=1)
    licensed(sqlite_world, day=5, status="active")
    scanned(sqlite_world)
    assert found(sqlite_world, "RF-28") == set()


def ends_in(world: World, steps: tuple[str, ...], rule: str) -> set[tuple[str, str]]:
    for step in steps:
        told(world, step)
        scanned(world)
    return found(world, rule)


BY_NAME = ("ordered", "revoked by name", "after")
CLOSED = (("ordered", "ended", *BY_NAME[1:]), ("revoked by name", "ordered", "ended", "after"))


@pytest.mark.parametrize("steps", [*permutations(BY_NAME), *CLOSED])
def test_a_licence_that_was_revoked_by_name_alone_is_that_of_the_firm_with_a_number(
    sqlite_world: World, steps: tuple[str, ...]
) -> None:
    assert ends_in(sqlite_world, steps, "RF-28") == LINKED


@pytest.mark.parametrize("steps", list(permutations((*BY_NAME[:2], "active"))))
def test_a_licence_by_number_counts_before_one_by_name(
    sqlite_world: World, steps: tuple[str, ...]
) -> None:
    place = steps.index("ordered") + 1
    ended = (*steps[:place], "ended", *steps[place:], "after")
    assert ends_in(sqlite_world, ended, "RF-28") == set()


@pytest.mark.parametrize("steps", list(permutations(("merged", "revoked", "after"))))
def test_a_revoked_licence_is_that_of_whoever_is_said_to_be_the_same(
    sqlite_world: World, steps: tuple[str, ...]
) -> None:
    assert ends_in(sqlite_world, steps, "RF-05") == {("NL-2026-880003", "RF-05")}


@pytest.mark.parametrize("later", ["revoked later", "suspended later"])
@pytest.mark.parametrize("places", list(permutations(range(3))))
def test_a_licence_ended_again_was_ended_all_the_while(
    sqlite_world: World, places: tuple[int, ...], later: str
) -> None:
    steps = [("suspended", "after", later)[place] for place in places]
    assert ends_in(sqlite_world, ("ordered", *steps), "RF-28") == LINKED


@pytest.mark.parametrize("places", list(permutations(range(3))))
def test_a_licence_that_stood_between_two_endings_links_no_order_of_that_time(
    sqlite_world: World, places: tuple[int, ...]
) -> None:
    steps = [("suspended", "given back", "revoked later")[place] for place in places]
    assert ends_in(sqlite_world, ("ordered", "after", *steps), "RF-28") == set()
