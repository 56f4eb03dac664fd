"""The same events, in whatever order and batches they arrive, end in the same states (DESIGN §5).

They go through the door, so that what is stored is compared, not what a fold would give.
"""

import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger import projections
from ledger.audit import audit
from tests import factories, vaults
from tests.factories import Journey
from tests.tampering import rows_of
from tests.world import World

# What does not follow from the events alone: places in the log.
PLACES = {"first_index", "index", "k"}
SECOND = Journey(ref="NL-2026-000018", started=datetime(2026, 4, 1, 9, 0, tzinfo=UTC))


def statements(world: World) -> list[bytes]:
    """Two lives, one with a correction and one with late and contradictory reports."""
    steps = [*factories.journey_bodies(factories.HONEST), *factories.journey_bodies(SECOND)[:9]]
    made = [world.statement(step.body, step.agency) for step in steps]
    wrong = factories.uuid7(1_780_000_000_000, 1)
    arrived = factories.body("shipment.arrived", remarks="misread")
    made.append(world.statement(arrived, "KE-CUSTOMS", jti=wrong))
    corrected = factories.body("event.corrected", corrects=wrong)
    made.append(world.statement(corrected, "KE-CUSTOMS"))
    for kind, agency in (("party.licensed", "KE-CNA"), ("shipment.seized", "EG-POLICE")):
        made.append(world.statement(factories.body(kind), agency))
    return made


@contextmanager
def ledger(template: Path, home: Path) -> Iterator[World]:
    path = home / "order.sqlite3"
    shutil.copy(template, path)
    engine = vaults.connect(f"sqlite:///{path}")
    try:
        yield World.on(engine)
    finally:
        engine.dispose()
        for each in home.glob("order.sqlite3*"):
            each.unlink()


def batches(made: list[bytes], dice: random.Random) -> Iterator[list[bytes]]:
    at = 0
    while at < len(made):
        size = dice.randint(1, 9)
        yield made[at : at + size]
        at += size


def stored(world: World, *, without: frozenset[str] | set[str] = frozenset()) -> dict[str, list]:
    return {
        table.name: sorted(
            (
                tuple((name, value) for name, value in row.items() if name not in without)
                for row in rows_of(world.engine, table)
            ),
            key=repr,
        )
        for table in projections.TABLES
    }


def test_twenty_orders_of_the_same_events_end_in_the_same_bytes(
    sqlite_template: Path, tmp_path: Path
):
    ends = []
    for order in range(20):
        dice = random.Random(order)
        with ledger(sqlite_template, tmp_path) as world:
            made = statements(world)
            if order:
                dice.shuffle(made)
            for batch in batches(made, dice):
                world.admitted(batch)
                world.passes(minutes=1)
            ends.append({k: v for k, v in stored(world, without=PLACES).items() if k != "timeline"})
    assert all(end == ends[0] for end in ends)
    assert len(ends[0]["shipment"]) == 2


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32), restarts=st.integers(0, 3))
def test_a_rebuild_gives_what_live_appending_left(
    sqlite_template: Path, tmp_path: Path, seed: int, restarts: int
):
    dice = random.Random(seed)
    with ledger(sqlite_template, tmp_path) as world:
        made = statements(world)
        dice.shuffle(made)
        for place, batch in enumerate(batches(made, dice)):
            # A process that forgets must come to what one that remembers comes to.
            node = world.restarted(seed=place) if dice.randrange(4) < restarts else world
            node.admitted(batch)
        live = stored(world)
        projections.rebuild_in_place(world.engine)
        assert stored(world) == live


@pytest.mark.parametrize("order", range(2))
def test_on_either_database_live_and_rebuilt_are_the_same(world: World, order: int):
    dice = random.Random(order)
    made = statements(world)
    dice.shuffle(made)
    for batch in batches(made, dice):
        world.admitted(batch)
        world.passes(minutes=1)
    live = stored(world)
    assert audit(world.engine).faults == ()
    projections.rebuild_in_place(world.engine)
    assert stored(world) == live
    assert audit(world.engine).faults == ()


def test_both_databases_hold_the_same_rows(sqlite_engine, postgresql_engine):
    ends = []
    for engine in (sqlite_engine, postgresql_engine):
        world = World.on(engine)
        for batch in batches(statements(world), random.Random(0)):
            world.admitted(batch)
        ends.append(stored(world))
    assert ends[0] == ends[1]
