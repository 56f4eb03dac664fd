"""Traders as the scan knows them: under other names, by earlier orders, as agencies state it."""

from functools import partial
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import select

from ledger import databases, projections, standings
from tests import factories
from tests.alerts.desks import active, case_of, scanned
from tests.erasing import approved, carried_out, requested
from tests.factories import HONEST
from tests.world import World

PHONE = "+254 20 555 999"
OLD = {"name": "Mara Coatings Ltd", "country": "KE", "scheme": "national", "identifier": "P07"}
NEW = {"name": "Lake Polymers", "country": "KE", "phone": PHONE}


def order(world: World, number: int, importer: dict[str, Any], *, day: float, seller: str) -> None:
    """A notice of an order by this importer from a seller of the Netherlands."""
    parties = {
        "exporter": {"name": seller, "country": "NL"},
        "importer": importer,
        "consignee": importer,
    }
    world.post(
        factories.body(
            "notice.sent",
            shipment=f"NL-2026-88000{number}",
            pen=f"PEN-88{number}",
            parties=parties,
            occurred_at=HONEST.at(day),
        ),
        "NL-CNA",
    )


def objected(world: World, number: int, day: float) -> None:
    body = factories.body(
        "notice.objected",
        shipment=f"NL-2026-88000{number}",
        pen=f"PEN-88{number}",
        occurred_at=HONEST.at(day),
    )
    world.post(body, "KE-AUTHORITY")


def told(world: World, step: str) -> None:
    if step == "before":
        order(world, 1, {**OLD, "phone": PHONE}, day=0, seller="Seller A")
    elif step == "refused":
        order(world, 2, OLD, day=2, seller="Seller A")
        objected(world, 2, 4)
    elif step == "closed":
        told(world, "before")
        ended = {"shipment": "NL-2026-880001", "occurred_at": HONEST.at(3)}
        world.post(factories.body("shipment.cancelled", **ended), "NL-CNA")
    elif step == "revoked":
        lost = {"trader": OLD, "status": "revoked", "occurred_at": HONEST.at(5)}
        world.post(factories.body("party.licensed", **lost), "KE-LICENSING")
    else:
        order(world, 3, NEW, day=6, seller="Seller B")


def found(world: World, *rules: str) -> set[tuple[str, str]]:
    return {(row[1], row[2]) for row in active(world) if row[2] in rules}


@pytest.mark.parametrize("steps", list(permutations(("before", "refused", "after"))))
def test_a_refused_firm_is_known_by_the_telephone_of_its_orders_before_whatever_comes_first(
    sqlite_world: World, steps: tuple[str, ...]
) -> None:
    for step in steps:
        told(sqlite_world, step)
        scanned(sqlite_world)
    assert found(sqlite_world, "RF-28") == {("NL-2026-880003", "RF-28")}


@pytest.mark.parametrize("earlier", ["before", "closed"])
@pytest.mark.parametrize("places", list(permutations(range(3))))
def test_a_firm_that_lost_its_licence_is_known_by_the_telephone_of_its_orders(
    sqlite_world: World, places: tuple[int, ...], earlier: str
) -> None:
    for place in places:
        told(sqlite_world, (earlier, "revoked", "after")[place])
        scanned(sqlite_world)
    assert found(sqlite_world, "RF-28") == {("NL-2026-880003", "RF-28")}
    (summary,) = [row[4] for row in active(sqlite_world) if row[2] == "RF-28"]
    assert "or whose licence was ended, in 1 of" in summary


def test_a_telephone_that_customs_left_out_is_remembered(world: World) -> None:
    for step in ("before", "refused", "after"):
        told(world, step)
    parties = {"exporter": {"name": "Seller B", "country": "NL"}, "declarant": OLD}
    parties["importer"] = {"name": NEW["name"], "country": "KE"}
    body = factories.body(
        "export.released", shipment="NL-2026-880003", parties=parties, occurred_at=HONEST.at(9)
    )
    world.post(body, "NL-CUSTOMS")
    scanned(world)
    assert found(world, "RF-28") == {("NL-2026-880003", "RF-28")}


@pytest.mark.parametrize(("one", "other"), [(OLD, NEW), (NEW, OLD)])
def test_a_refused_firm_is_found_under_a_name_that_an_agency_states_to_be_its_own(
    world: World, one: dict[str, Any], other: dict[str, Any]
) -> None:
    for step in ("refused", "after"):
        told(world, step)
    scanned(world)
    assert found(world, "RF-12") == set()
    pair = {"trader": one, "other": other}
    world.post(factories.body("trader.merged", **pair), "KE-LICENSING")
    scanned(world)
    assert found(world, "RF-12") == {("NL-2026-880003", "RF-12")}
    assert "by its identity, as an agency stated it" in case_of(world, "RF-12").summary
    world.passes(minutes=1)
    again = factories.body("trader.separated", **pair, occurred_at=HONEST.at(60))
    world.post(again, "KE-LICENSING")
    scanned(world)
    assert found(world, "RF-12") == set()


@pytest.mark.parametrize("undone", ["erased", "separated"])
def test_who_was_said_to_be_one_is_forgotten_with_the_statement_and_a_rebuild_agrees(
    sqlite_world: World, undone: str
) -> None:
    merged = sqlite_world.post(
        factories.body("trader.merged", trader=OLD, other=NEW), "KE-LICENSING"
    )
    assert same(sqlite_world) == ("KE:lake polymers",)
    if undone == "erased":
        approved(sqlite_world, requested(sqlite_world, merged, by="KE-CNA"), "KE-AUTHORITY")
        carried_out(sqlite_world)
    else:
        apart = factories.body("trader.separated", trader=OLD, other=NEW, occurred_at=HONEST.at(60))
        sqlite_world.post(apart, "KE-LICENSING")
    assert same(sqlite_world) == ()
    before = rows(sqlite_world)
    projections.rebuild_in_place(sqlite_world.engine)
    assert rows(sqlite_world) == before


def same(world: World) -> tuple[str, ...]:
    with databases.reading(world.engine) as session:
        return standings.same_as(partial(standings.standing, session), "national:P07")


def rows(world: World) -> list[Any]:
    with databases.reading(world.engine) as session:
        return sorted(map(tuple, session.execute(select(*standings.STANDINGS.c))))
