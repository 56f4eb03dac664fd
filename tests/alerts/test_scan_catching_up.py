"""Catching up: who is far behind passes over entries, learns, then judges; where it ends is one."""

from pathlib import Path
from typing import Any

import pytest

from alerts import duelist
from alerts.scan import Ended, Report, step
from alerts.survey import AHEAD
from ledger import databases
from tests.alerts.desks import active, cases, scanned, scanner_of, statements_of, steps_of, upto
from tests.alerts.test_scan_laws import (
    Killed,
    copied,
    killed_at,
    other,
    shuffled,
    troubled,
)
from tests.world import World

NEAR, FAR = 1_000, 3  # limits under which the same history is near, and far behind


@pytest.fixture
def waiting(sqlite_world: World) -> World:
    """A world with a troubled history that nobody has looked at."""
    sqlite_world.admitted(statements_of(sqlite_world, troubled()))
    return sqlite_world


def outcome(world: World) -> tuple[Any, ...]:
    return active(world), {a: (c.status, c.evidence) for a, c in cases(world).items()}


def test_far_behind_or_not_it_ends_in_the_same_findings_and_alerts(
    waiting: World, tmp_path: Path
) -> None:
    ends = []
    for limit in (NEAR, FAR, 1):
        with copied(waiting, tmp_path / f"{limit}.sqlite3") as world:
            scanned(world, limit=limit)
            ends.append(outcome(world))
    assert ends[0] == ends[1] == ends[2]
    assert ends[0][0]


def test_a_shipment_that_was_heard_of_many_times_is_judged_once(sqlite_world: World) -> None:
    sqlite_world.admitted(statements_of(sqlite_world, steps_of()))
    report = scanned(sqlite_world, limit=FAR)
    assert report.ended is Ended.IDLE
    assert report.entries > 10
    assert report.shipments == 1


def test_many_are_learnt_from_before_the_first_of_them_is_judged(sqlite_world: World) -> None:
    orders = [upto("notice.sent", steps_of(other(number))) for number in range(12)]
    sqlite_world.admitted(statements_of(sqlite_world, [each for steps in orders for each in steps]))
    while not scanned_once(sqlite_world, limit=2).shipments:
        pass
    with databases.reading(sqlite_world.engine) as session:
        waiting, ready = duelist.heard(session, 100), duelist.learnt(session, 100)
    assert waiting
    assert len(ready) + 2 >= 2 * AHEAD


def scanned_once(world: World, limit: int) -> Report:
    return step(scanner_of(world), now=world.clock(), limit=limit)


def test_what_is_passed_over_is_not_due(waiting: World) -> None:
    scanned_once(waiting, limit=FAR)
    with databases.reading(waiting.engine) as session:
        assert duelist.heard(session, 100)
        assert set(duelist.heard(session, 100)).isdisjoint(
            duelist.due(session, waiting.clock(), 100)
        )


def test_killed_at_any_write_while_catching_up_it_ends_the_same(
    sqlite_world: World, tmp_path: Path
) -> None:
    departed = upto("shipment.departed", steps_of(without=("export.authorised",)))
    signed = statements_of(sqlite_world, [*departed, *upto("notice.sent", steps_of(other(3)))])
    sqlite_world.admitted(shuffled(signed, 1))
    with copied(sqlite_world, tmp_path / "whole.sqlite3") as world:
        scanned(world, limit=FAR)
        whole = outcome(world)
    number, survived = 0, False
    while not survived:
        number += 3
        with copied(sqlite_world, tmp_path / f"killed-{number}.sqlite3") as world:
            try:
                with killed_at(world.engine, number):
                    scanned(world, limit=FAR)
                survived = True
            except Killed:
                pass
            scanned(world, limit=FAR)
            assert outcome(world) == whole, number
    assert number > 10
