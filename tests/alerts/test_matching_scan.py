"""Pairs kept up with the scan: the same whatever came first, and without effect once taken back."""

import random
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from alerts.matching.book import PAIRS, other_half
from alerts.matching.halfbook import HALVES
from ledger import databases
from tests import factories
from tests.alerts.desks import active, scanned, shuffled, statements_of, steps_of, upto
from tests.alerts.test_scan_laws import copied
from tests.factories import HONEST, Journey, Step
from tests.world import World

BOXES = ("MSKU1234565", "CSQU3054383", "TGHU7599330")
AWAY = ("shipment.arrived", "import.cleared", "shipment.delivered", "receipt.confirmed")


def trip(number: int, **changes: Any) -> Journey:
    told = {
        "ref": f"NL-2026-4{number:05}",
        "pen": f"PEN-4{number}",
        "container": BOXES[number],
        "seal": f"S4{number}",
        "started": HONEST.moment(number * 2),
        "amount": str(16000 + 500 * number),
    }
    return Journey(**{**told, **changes})


def elsewhere(journey: Journey) -> str:
    return f"KE-2026-9{journey.ref[-5:]}"


def halves(journey: Journey) -> list[Step]:
    """A whole journey of which the far end tells under a reference of its own."""
    made = []
    for each in steps_of(journey):
        far = each.body["kind"] in AWAY
        body = {**each.body, "shipment": elsewhere(journey)} if far else each.body
        if each.body["kind"] not in {"use.reported", "shipment.closed"}:
            made.append(replace(each, body=body))
    return made


def everybody() -> list[Step]:
    """Three trips in two halves, one of which never arrives, and one that is whole."""
    lost = trip(2)
    whole = trip(2, ref="NL-2026-400009", pen="PEN-49", container="TEMU1111112", seal="S49")
    return [
        *halves(trip(0)),
        *halves(trip(1)),
        *upto("shipment.departed", steps_of(lost)),
        *steps_of(whole),
    ]


def pairs(world: World) -> set[tuple[Any, ...]]:
    with databases.reading(world.engine) as session:
        return {tuple(row) for row in session.execute(select(*PAIRS.c))}


def likely(world: World) -> set[tuple[str, str]]:
    return {(row[1], row[0]) for row in pairs(world) if row[3] and row[2] >= 6000}


TRUE = {(trip(n).ref, elsewhere(trip(n))) for n in (0, 1)}


def test_each_half_finds_its_own_and_the_lost_one_finds_none(world: World) -> None:
    world.admitted(statements_of(world, everybody()))
    world.passes(days=200)
    scanned(world)
    assert likely(world) == TRUE
    overdue = {row[1] for row in active(world) if row[2] == "RF-13"}
    assert overdue == {trip(2).ref}
    assert "RF-36" not in {row[2] for row in active(world)}


def test_any_order_in_any_batches_ends_in_the_same_pairs(sqlite_world: World, tmp_path) -> None:
    signed = statements_of(sqlite_world, everybody())
    ended = []
    for seed in range(4):
        with copied(sqlite_world, tmp_path / f"{seed}.sqlite3") as world:
            dice = random.Random(seed)
            waiting = shuffled(signed, seed) if seed else list(signed)
            while waiting:
                size = dice.randint(1, 12) if seed else len(waiting)
                world.admitted(waiting[:size])
                del waiting[:size]
                if dice.random() < 0.5:
                    scanned(world, limit=dice.randint(1, 9))
            scanned(world, limit=dice.randint(1, 9))
            ended.append(pairs(world))
            assert likely(world) == TRUE, seed
    assert all(each == ended[0] for each in ended)


def test_a_departure_that_arrives_under_its_own_reference_is_parted_from_another(
    world: World,
) -> None:
    journey = trip(0)
    world.live(steps=[each for each in halves(journey) if each.body["kind"] != AWAY[0]])
    world.passes(days=30)
    scanned(world)
    assert likely(world) == {(journey.ref, elsewhere(journey))}
    with databases.reading(world.engine) as session:
        assert other_half(session, journey.ref) == elsewhere(journey)
        assert other_half(session, elsewhere(journey)) == journey.ref
    arrive_here(world, journey)
    assert likely(world) == set()


def arrive_here(world: World, journey: Journey) -> None:
    """The importer tells of it under the common reference after all: it is whole."""
    world.passes(minutes=1)
    world.post(factories.body("shipment.arrived", journey), "KE-CUSTOMS")
    scanned(world)
    with databases.reading(world.engine) as session:
        rows = session.execute(select(HALVES.c.side).where(HALVES.c.ref == journey.ref))
        assert set(rows.scalars()) == {"whole"}
