"""An audit meets anything at all in a database, and tells it as a fault instead of falling over."""

import itertools
import random
from pathlib import Path

import pytest
from sqlalchemy import Engine, Table

from crypto.notes import Signer
from ledger import databases, projections, records, store, tilebook
from ledger.audit import Report, audit
from ledger.merkle import HASH_SIZE
from ledger.store import Draft
from tests import factories, vaults
from tests.tampering import (
    ODD_VALUES,
    STORED,
    changed,
    disarm,
    dropped,
    flipped,
    rows_of,
    written,
)
from tests.world import NOON, World, log_signer


def places(report: Report) -> str:
    return "\n".join(map(str, report.faults))


@pytest.mark.parametrize("table", STORED, ids=lambda table: table.name)
def test_a_value_of_the_wrong_type_is_a_fault_at_its_place(sqlite_disarmed: Engine, table: Table):
    """SQLite keeps any type in any column, text that is no UTF-8 among them."""
    found, dice = rows_of(sqlite_disarmed, table), random.Random(table.name)
    odd = itertools.cycle(ODD_VALUES)
    for column in table.columns:
        row, value = dice.choice(found), next(odd)
        with written(sqlite_disarmed, table, column.name, row, value):
            faults = audit(sqlite_disarmed).faults
        assert any(fault.place.startswith(table.name.split("_")[0]) for fault in faults), value
    assert audit(sqlite_disarmed).faults == ()


@pytest.fixture
def long_engine(sqlite_engine: Engine) -> Engine:
    """Three hundred entries: a full tile, a partial one, and one above them."""
    world = World.on(sqlite_engine)
    step = factories.step("shipment.departed")
    world.live()
    world.admitted(
        [
            world.statement({**step.body, "remarks": f"page {n}"}, step.agency)
            for n in range(300 - world.size)
        ]
    )
    assert world.size == 300
    return sqlite_engine


def test_every_tile_of_a_longer_log_is_held_against_its_entries(long_engine: Engine):
    assert audit(long_engine).faults == ()
    disarm(long_engine)
    tiles = {(row["level"], row["index"]): row for row in rows_of(long_engine, tilebook.TILES)}
    assert set(tiles) == {(0, 0), (0, 1), (1, 0)}
    for (level, index), row in tiles.items():
        data = flipped(bytes(row["data"]), random.Random(index))
        with changed(long_engine, tilebook.TILES, row, data=data):
            assert f"tile {level}/{index}: h" in places(audit(long_engine))
        with dropped(long_engine, tilebook.TILES, row):
            assert f"tile {level}/{index}: is missing" in places(audit(long_engine))


def test_a_tile_fault_names_the_entry_it_is_about(long_engine: Engine):
    disarm(long_engine)
    row = rows_of(long_engine, tilebook.TILES)[1]
    data = bytes(row["data"])
    at = 17 * HASH_SIZE
    spoiled = data[:at] + bytes(HASH_SIZE) + data[at + HASH_SIZE :]
    with changed(long_engine, tilebook.TILES, row, data=spoiled):
        faults = audit(long_engine).faults
    assert [str(fault) for fault in faults] == [
        "tile 0/1: holds another hash than that of entry 273"
    ]


def test_one_changed_entry_does_not_drown_the_other_faults(long_engine: Engine):
    disarm(long_engine)
    entry = rows_of(long_engine, store.ENTRIES)[45]
    shipment = rows_of(long_engine, projections.TABLES[1])[0]
    later = entry["data"].replace(b'"time":"2026', b'"time":"2025')
    with (
        changed(long_engine, store.ENTRIES, entry, data=later),
        changed(long_engine, projections.TABLES[1], shipment, status="lost"),
    ):
        said = places(audit(long_engine))
    assert "entry 45: is older than the entry before it" in said
    assert "entry 46: does not follow entry 45" in said
    assert f"shipment {shipment['ref']}: status" in said


def test_another_book_is_held_against_its_own_hashes(engine: Engine):
    """A book of reads, say: it has a chain, a tree and checkpoints of its own."""
    with databases.reading(engine) as session:
        jwt = records.read(session, [1])[0].parsed.jwt
    origin = "ledger.test/shield/reads"
    with databases.writing(engine) as session:
        store.begin(session, origin, "reads")
    for n in range(3):
        with databases.writing(engine, "reads") as session:
            store.append(
                session,
                [Draft(jwt=jwt, tag=None)] * (n + 1),
                before=store.head(session, "reads"),
                signer=Signer(name=origin, key=log_signer().key),
                now=NOON,
                book="reads",
            )
    assert audit(engine).faults == ()
    disarm(engine)
    row = next(row for row in rows_of(engine, store.ENTRIES) if row["book"] == "reads")
    with changed(engine, store.ENTRIES, row, data=flipped(row["data"], random.Random(1))):
        said = places(audit(engine))
    assert "reads: entry 1: does not follow entry 0" in said
    assert "reads: tile 0/0: holds another hash than that of entry 0" in said
    assert "reads: checkpoint 1: its root is not that of the entries" in said


def test_a_file_that_is_no_database_is_a_fault(tmp_path: Path):
    path = tmp_path / "shield.sqlite3"
    path.write_bytes(b"This was a ledger once." * 400)
    engine = vaults.connect(f"sqlite:///{path}")
    report = audit(engine)
    engine.dispose()
    assert [fault.place for fault in report.faults] == ["database"]


def test_an_empty_ledger_lacks_its_head(blank_engine: Engine):
    databases.create_tables(blank_engine)
    report = audit(blank_engine)
    assert places(report) == "head: is missing"
    assert report.size == 0
