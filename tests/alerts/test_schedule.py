"""The schedule: one process leads, a standby takes over, and a job that fails says so."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from alerts import runs, schedule
from alerts.leadership import leadership
from alerts.runs import KEPT, Run
from alerts.schedule import JOBS, Works, run, run_job
from ledger import databases
from tests import vaults
from tests.alerts.desks import (
    UNLEARNT,
    Letterbox,
    active,
    case_of,
    desks,
    statements_of,
    steps_of,
)
from tests.factories import HONEST, key_for
from tests.world import World

SHORT = {"goods": [HONEST.line("11300")]}
OFTEN = dict.fromkeys(JOBS, 1)


def works_of(world: World, letterbox: Letterbox) -> Works:
    return Works(
        engine=world.engine,
        desk=world.desk,
        hub_key=world.hub_key,
        clock=world.clock,
        channels={"email": letterbox},
        reads=world.reads,
        bar=UNLEARNT,
    )


def until(holds: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)


def ran(world: World, job: str) -> list[Run]:
    with databases.reading(world.engine) as session:
        return runs.latest(session, job)


def test_the_schedule_finds_tells_and_stops_when_told(world: World) -> None:
    desks(world, "KE-CUSTOMS")
    steps = steps_of(
        shipment_delivered=SHORT, receipt_confirmed=SHORT, use_reported={"used": SHORT["goods"]}
    )
    world.admitted(statements_of(world, steps))
    letterbox, stop = Letterbox(), threading.Event()
    works = replace(works_of(world, letterbox), clock=schedule_clock(world))
    thread = threading.Thread(target=run, args=(works, stop), kwargs={"every": OFTEN, "poll": 0.05})
    thread.start()
    try:
        until(lambda: bool(letterbox.got) and len(ran(world, "scan")) > 1)
    finally:
        stop.set()
        thread.join(20)
    assert not thread.is_alive()
    alert = case_of(world, "RF-17").alert
    assert any(alert in mail.text for _, mail in letterbox.got)
    assert all(each.outcome.startswith("ok: ") for each in ran(world, "scan"))


def schedule_clock(world: World) -> Callable[[], datetime]:
    """Real time would do as well; this one never stands still, and begins after the story."""
    start, began = world.passes(days=30), time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - began)


def test_only_one_of_two_leads_and_the_other_takes_over(world: World) -> None:
    engines = [world.engine, vaults.connect(world.engine.url.render_as_string(False))]  # noqa: FBT003
    stops = [threading.Event(), threading.Event()]
    leading: list[int] = []

    def lead(number: int) -> None:
        with leadership(engines[number], stops[number], poll=0.02) as held:
            if held is not None:
                assert held()
                leading.append(number)
                stops[number].wait(20)

    first = threading.Thread(target=lead, args=(0,))
    first.start()
    until(lambda: leading == [0])
    second = threading.Thread(target=lead, args=(1,))
    second.start()
    time.sleep(0.3)
    assert leading == [0]
    stops[0].set()
    until(lambda: leading == [0, 1])
    stops[1].set()
    first.join(20)
    second.join(20)
    engines[1].dispose()


def test_who_waits_can_be_told_to_stop(world: World) -> None:
    stop = threading.Event()
    with leadership(world.engine, threading.Event(), poll=0.02) as held:
        assert held is not None
        stop.set()
        with leadership(world.engine, stop, poll=0.02) as other:
            assert other is None


def test_every_job_can_be_run_by_hand_and_says_what_it_did(sqlite_world: World) -> None:
    steps = steps_of(
        shipment_delivered=SHORT, receipt_confirmed=SHORT, use_reported={"used": SHORT["goods"]}
    )
    sqlite_world.admitted(statements_of(sqlite_world, steps))
    sqlite_world.passes(days=30)
    works = works_of(sqlite_world, Letterbox())
    said = {name: run_job(name, works).outcome for name in JOBS}
    assert said["scan"].startswith("ok: ")
    assert said["deliver"].startswith("ok: ")
    assert said["clocks"] == "ok: 0 reminders"
    assert said["purge"] == "ok: 0 messages forgotten"
    assert active(sqlite_world)
    assert {name for name in JOBS if ran(sqlite_world, name)} == set(JOBS)
    assert all(job.do.__doc__ for job in schedule.JOBS.values())


def test_a_job_that_fails_is_noted_and_leaves_nothing_half_done(sqlite_world: World) -> None:
    """The hub signs with a key the log does not know: nothing is lost, and it works again later."""
    world = sqlite_world
    steps = steps_of(
        shipment_delivered=SHORT, receipt_confirmed=SHORT, use_reported={"used": SHORT["goods"]}
    )
    world.admitted(statements_of(world, steps))
    world.passes(days=30)
    works = works_of(world, Letterbox())
    stranger = replace(works, hub_key=key_for("somebody"))
    size = world.size
    assert run_job("scan", stranger).outcome == "failed: UnknownKey"
    assert (world.size, active(world)) == (size, set())
    assert run_job("scan", works).outcome.startswith("ok: ")
    assert case_of(world, "RF-17").status == "open"


def test_old_runs_are_forgotten(sqlite_world: World) -> None:
    with databases.writing(sqlite_world.engine) as session:
        for _ in range(KEPT + 20):
            now = sqlite_world.passes(seconds=1)
            runs.note(session, Run(job="scan", started=now, ended=now, outcome="ok"))
        assert len(runs.latest(session, "scan", limit=1000)) == KEPT
