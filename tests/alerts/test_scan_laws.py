"""Laws of the scan: order, batches, crashes and company make no difference; nor does the past."""

import random
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from alerts.scan import Ended, scan, step
from ledger import databases, records
from tests import factories, vaults
from tests.alerts.desks import (
    active,
    cases,
    desks,
    loud,
    messages,
    scanned,
    scanner_of,
    shuffled,
    statements_of,
    steps_of,
    upto,
)
from tests.factories import HONEST, Journey, Step
from tests.world import World

J = HONEST
SHORT = {"goods": [J.line("11300")]}


def other(number: int, **changes: Any) -> Journey:
    made = {
        "ref": f"NL-2026-2{number:05}",
        "pen": f"PEN-NL-2026-2{number:05}",
        "seal": f"ML-2{number:06}",
        "started": J.moment(number / 10),
        **changes,
    }
    return Journey(**made)


def troubled() -> list[Step]:
    """Six shipments that share a container, a buyer and a year's imports, with much amiss."""
    refused, shopping = other(1), shopper()
    departed = upto("shipment.departed", steps_of(other(3), without=("export.authorised",)))
    return [
        *steps_of(
            shipment_delivered=SHORT, receipt_confirmed=SHORT, use_reported={"used": SHORT["goods"]}
        ),
        *upto("notice.sent", steps_of(refused)),
        step_of("notice.objected", refused, "KE-AUTHORITY", 1),
        *upto("notice.sent", steps_of(shopping)),
        *departed,
        *upto("shipment.departed", steps_of(other(4))),
        *upto("notice.sent", steps_of(other(5))),
        step_of("notice.withdrawn", other(5), "NL-AUTHORITY", 2),
        requirement("40000", 0),
        requirement("30000", 5),
    ]


def opened(journey: Journey = J) -> list[Step]:
    """A life up to an arrival at which the seals were found broken."""
    steps = upto("shipment.arrived", steps_of(journey))
    observed = {**steps[-1].body["observed"], "seals_intact": False}
    return [*steps[:-1], replace(steps[-1], body={**steps[-1].body, "observed": observed})]


def shopper() -> Journey:
    return other(2, exporting="DE", ref="DE-2026-200002", started=J.moment(20))


def step_of(kind: str, journey: Journey, agency: str, days: float) -> Step:
    body = factories.body(kind, journey, occurred_at=journey.at(days))
    return Step(body=body, agency=agency, country=agency[:2], role="")


def requirement(amount: str, days: float) -> Step:
    body = factories.body("requirement.declared")
    goods = {**body["goods"], "substance": "acetone"}
    goods["quantity"] = {"amount": amount, "unit": "KGM"}
    body |= {"country": "KE", "year": 2026, "goods": goods, "substance": "acetone"}
    body["occurred_at"] = J.at(days)
    return Step(body=body, agency="KE-AUTHORITY", country="KE", role="")


def test_a_troubled_history_is_troubled(sqlite_world: World) -> None:
    sqlite_world.admitted(statements_of(sqlite_world, troubled()))
    scanned(sqlite_world)
    assert {"RF-03", "RF-12", "RF-26"} <= {row[2] for row in active(sqlite_world)}


@pytest.fixture
def settled(sqlite_world: World, tmp_path: Path) -> set[Any]:
    """What the troubled history ends in when it is scanned at once."""
    with copied(sqlite_world, tmp_path / "settled.sqlite3") as world:
        world.admitted(statements_of(world, troubled()))
        scanned(world)
        return active(world)


@contextmanager
def copied(world: World, path: Path) -> Iterator[World]:
    """Another world that begins where this one is."""
    source = world.engine.url.database
    assert source is not None
    with databases.writing(world.engine) as session:
        session.connection()
    shutil.copy(source, path)
    if Path(f"{source}-wal").exists():
        shutil.copy(f"{source}-wal", f"{path}-wal")
    engine = vaults.connect(f"sqlite:///{path}")
    event.listen(engine, "connect", hurried)
    try:
        yield world.restarted(engine)
    finally:
        engine.dispose()


def hurried(connection: Any, _: Any) -> None:
    """These copies need not survive a power cut."""
    connection.execute("PRAGMA synchronous=OFF")


def test_any_order_in_any_batches_ends_in_the_same_findings_and_alerts(
    sqlite_world: World, tmp_path: Path, settled: set[Any]
) -> None:
    signed = statements_of(sqlite_world, troubled())
    for seed in range(20):
        with copied(sqlite_world, tmp_path / f"{seed}.sqlite3") as world:
            random_ = random.Random(seed)
            waiting = shuffled(signed, seed)
            while waiting:
                size = random_.randint(1, 40)
                world.admitted(waiting[:size])
                del waiting[:size]
                if random_.random() < 0.3:
                    scanned(world, limit=random_.randint(1, 30))
            scanned(world, limit=random_.randint(1, 30))
            assert active(world) == settled, seed


def test_scanning_again_adds_nothing(world: World) -> None:
    world.admitted(statements_of(world, troubled()))
    scanned(world)
    size, before = world.size, active(world)
    report = scanned(world)
    assert (report.ended, report.entries, report.shipments) == (Ended.IDLE, 0, 0)
    assert (world.size, active(world)) == (size, before)


class Killed(BaseException):
    """The process died here."""


@contextmanager
def killed_at(engine: Engine, number: int) -> Iterator[None]:
    """Die instead of executing the writing statement of this number."""
    count = 0

    def die(_: Any, __: Any, statement: str, *___: Any) -> None:
        nonlocal count
        count += statement.startswith(("INSERT", "UPDATE", "DELETE"))
        if count == number:
            raise Killed

    event.listen(engine, "before_cursor_execute", die)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", die)


def test_killed_at_any_write_and_run_again_it_ends_the_same(
    sqlite_world: World, tmp_path: Path
) -> None:
    desks(sqlite_world, "NL-CUSTOMS", "KE-CUSTOMS")
    sqlite_world.admitted(statements_of(sqlite_world, opened()))
    with copied(sqlite_world, tmp_path / "whole.sqlite3") as world:
        scanned(world)
        whole, size = outcome(world), world.size
    number, survived = 0, False
    while not survived:
        number += 1
        with copied(sqlite_world, tmp_path / f"killed-{number}.sqlite3") as world:
            try:
                with killed_at(world.engine, number):
                    scanned(world)
                survived = True
            except Killed:
                pass
            scanned(world)
            assert (outcome(world), world.size) == (whole, size), number
    assert number > 20


def outcome(world: World) -> tuple[Any, ...]:
    found = cases(world)
    mail = {each.id for alert in found for each in messages(world, alert)}
    return active(world), {a: (c.status, c.evidence, c.occurrences) for a, c in found.items()}, mail


def test_two_scanners_at_once_end_as_one_does(world: World) -> None:
    world.admitted(statements_of(world, troubled()))
    engines = [world.engine, vaults.connect(world.engine.url.render_as_string(False))]  # noqa: FBT003
    workers = [scanner_of(world.restarted(engine)) for engine in engines]
    failures: list[BaseException] = []

    def work(scanner: Any) -> None:
        try:
            scan(scanner, now=world.clock(), limit=7)
        except BaseException as error:  # noqa: BLE001 - shown by the assertion below
            failures.append(error)

    threads = [threading.Thread(target=work, args=(scanner,)) for scanner in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engines[1].dispose()
    assert failures == []
    scanned(world)
    raised = [r for r in everything(world) if r.event.kind == "alert.raised"]
    assert len({r.event.subject for r in raised}) == len(raised)
    assert loud(world) <= cases(world).keys()


def test_a_step_that_was_overtaken_writes_nothing(sqlite_world: World) -> None:
    """The other scanner works between this one's reading and its writing."""
    world = sqlite_world
    world.admitted(statements_of(world, steps_of(without=("export.authorised",))))
    once = threading.Event()

    def overtake(_: Any, __: Any, statement: str, *___: Any) -> None:
        if statement.startswith("BEGIN IMMEDIATE"):
            return
        if "scan_cursor" in statement and statement.startswith("SELECT") and not once.is_set():
            once.set()
            world_scan()

    engine = vaults.connect(str(world.engine.url))
    rival = world.restarted(engine)

    def world_scan() -> None:
        threading_scan = threading.Thread(target=lambda: scanned(rival))
        threading_scan.start()
        threading_scan.join()

    event.listen(world.engine, "after_cursor_execute", overtake)
    report = step(scanner_of(world), now=world.clock())
    event.remove(world.engine, "after_cursor_execute", overtake)
    engine.dispose()
    assert report.ended is Ended.OVERTAKEN
    kinds = [r.event.subject for r in everything(world) if r.event.kind == "alert.raised"]
    assert len(kinds) == len(set(kinds))


def everything(world: World) -> list[records.Record]:
    with databases.reading(world.engine) as session:
        return records.read_range(session, 0, world.size)


def test_the_cost_of_an_event_does_not_grow_with_the_ledger(sqlite_world: World) -> None:
    def cost(number: int) -> int:
        journey = other(number, container="CSQU3054383", started=J.moment(number))
        sqlite_world.live(journey, steps=steps_of(journey)[:1])
        with counted(sqlite_world.engine) as count:
            scanned(sqlite_world)
        return len(count)

    # The first orders of a buyer are looked at again whenever it orders, those that follow are not.
    for number in range(3):
        cost(number)
    early = cost(3)
    for number in range(4, 20):
        journey = other(number, started=J.moment(number), **stranger(number))
        sqlite_world.live(journey, steps=steps_of(journey)[:6])
    scanned(sqlite_world)
    late = cost(99)
    assert late <= early + 5


def stranger(number: int) -> dict[str, Any]:
    """What keeps a shipment from being anybody's neighbour."""
    return {"container": f"MSKU{1000000 + number}", "importing": "ZA", "substance": "toluene"}


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    said: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        said.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield said
    event.remove(engine, "before_cursor_execute", note)
