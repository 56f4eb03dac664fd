"""Several processes find what one finds, in the same order, and only of the moment they began."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from ledger import Undecided, databases, records, store
from ledger.audit import audit
from ledger.audit.ranges import Checker
from ledger.audit.speakers import heard
from ledger.audit.workers import RANGE, Job, Worker
from ledger.concealment import vault_of
from ledger.store import Draft
from tests import factories, postgres, vaults
from tests.tampering import changed, disarm, dropped, flipped, rows_of
from tests.world import ORIGIN, World, founded, log_signer, root_of

MANY = RANGE + 300  # two ranges; the last block of the second is not full


def office(name: str) -> dict[str, Any]:
    return factories.enrolment(name, ("laboratory",), origin=ORIGIN)


def filled(engine: Engine) -> Engine:
    """Many remarks about one shipment, and an agency that is enrolled between them."""
    founded(engine, ("NL", "KE", "EG"), ("AUTHORITY", "CUSTOMS"))
    world = World.on(engine)
    step = factories.step("shipment.departed")
    while (left := MANY - world.size) > 0:
        pages = range(world.size, world.size + min(left - 1, 150))
        world.passes(minutes=1)
        world.admitted(
            [
                world.statement({**step.body, "remarks": f"page {page}"}, step.agency)
                for page in pages
            ]
        )
        late = world.statement(office(f"NL-OFFICE{world.size}"), root_of("NL"))
        world.admitted([late])
    disarm(engine)
    return engine


@pytest.fixture(scope="module")
def sqlite_many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = vaults.connect(f"sqlite:///{tmp_path_factory.mktemp('many') / 'shield.sqlite3'}")
    yield filled(engine)
    engine.dispose()


@pytest.fixture(scope="module")
def postgresql_many(postgresql: postgres.Server) -> Iterator[Engine]:
    with postgresql.copy("template0") as engine:
        yield filled(engine)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def many(request: pytest.FixtureRequest) -> Engine:
    made: Engine = request.getfixturevalue(f"{request.param}_many")
    return made


def test_two_processes_report_what_one_reports(many: Engine):
    walked: list[int] = []
    report = audit(many, workers=2, progress=walked.append)
    assert report == audit(many, workers=1)
    assert (report.faults, report.size, report.derived) == ((), MANY, True)
    assert sum(walked) == 2 * MANY


def test_the_log_alone_can_be_checked(many: Engine):
    walked: list[int] = []
    report = audit(many, workers=2, progress=walked.append, contents=False)
    assert (report.faults, report.size, report.derived) == ((), MANY, False)
    assert sum(walked) == MANY


def test_what_is_in_order_is_joined_and_not_walked(many: Engine):
    with databases.reading(many) as session:
        found = Checker(session, heard(session).voices()).check((0, MANY))
    assert sum(len(block.hashes) for _, block in found.blocks if block) == MANY
    assert len(found.opened) == len(rows_of(many, store.CHECKPOINTS))


@pytest.mark.parametrize("index", [3, RANGE - 1, RANGE, MANY - 2])
def test_a_fault_is_told_alike_whoever_finds_it(many: Engine, index: int):
    dice = random.Random(index)
    entry = rows_of(many, store.ENTRIES)[index]
    with changed(many, store.ENTRIES, entry, data=flipped(entry["data"], dice)):
        both = audit(many, workers=2)
        assert both == audit(many, workers=1)
    assert f"entry {index}" in {fault.place for fault in both.faults}


def test_faults_of_several_ranges_come_in_the_order_of_the_log(many: Engine):
    beside = rows_of(many, records.DISCLOSURES)
    note = rows_of(many, store.CHECKPOINTS)[-1]
    with (
        dropped(many, records.DISCLOSURES, beside[RANGE + 100]),
        changed(many, records.DISCLOSURES, beside[700], data=b"nothing"),
        changed(many, store.CHECKPOINTS, note, note=note["note"].replace(b"\n", b" ", 1)),
    ):
        places = [fault.place for fault in audit(many, workers=2, contents=False).faults]
    assert places == ["disclosure 700", f"disclosure {RANGE + 100}", f"checkpoint {MANY}"]


def test_what_comes_in_meanwhile_is_left_to_the_next_audit(
    sqlite_world: World, postgresql_engine: Engine
):
    for world in (sqlite_world, World.on(postgresql_engine)):
        size = world.size
        posted = iter([factories.body("shipment.departed")])

        def meanwhile(_: int, world: World = world, posted: Iterator[object] = posted) -> None:
            for body in posted:
                world.post(body, "NL-CUSTOMS")

        report = audit(world.engine, workers=2, progress=meanwhile)
        assert (report.faults, report.size, world.size) == ((), size, size + 1)


def test_a_statement_that_no_door_would_admit_is_named_by_its_content(sqlite_world: World):
    """Signed with a valid key by an agency that may not say so: only reading it can tell."""
    body, stranger = factories.body("notice.no_objection"), "KE-POLICE"
    jwt, *beside, _ = sqlite_world.statement(body, stranger).decode().split("~")
    with databases.writing(sqlite_world.engine) as session:
        added = store.append(
            session,
            [Draft(jwt=jwt, tag=None)],
            before=store.head(session),
            signer=log_signer(),
            now=sqlite_world.clock.now,
        )
        (placed,) = added.placed
        records.put(session, [(placed.index, records.text_of(beside))])
    assert audit(sqlite_world.engine, contents=False).faults == ()
    said = "\n".join(map(str, audit(sqlite_world.engine).faults))
    assert f"entry {placed.index}: only a competent_authority may post" in said


def test_a_worker_that_dies_leaves_the_audit_undecided(sqlite_many: Engine):
    with databases.reading(sqlite_many) as session:
        job = Job(
            url=sqlite_many.url.render_as_string(hide_password=False),
            snapshot=None,
            voices=heard(session).voices(),
            wrapping=vault_of(session).wrapping,
        )
    with Worker.hired(job) as worker:
        worker.give(7, (0, 256))
        place, found = worker.take()
        assert (place, len(found.blocks)) == (7, 1)
        worker.process.kill()
        worker.process.wait()
        worker.tasks.append(8)
        with pytest.raises(Undecided, match="ended early"):
            worker.take()


def test_a_database_that_is_none_is_told_by_several_processes_too(tmp_path: Path):
    path = tmp_path / "shield.sqlite3"
    path.write_bytes(b"This was a ledger once." * 400)
    engine = vaults.connect(f"sqlite:///{path}")
    places = [fault.place for fault in audit(engine, workers=2).faults]
    engine.dispose()
    assert places == ["database"]
