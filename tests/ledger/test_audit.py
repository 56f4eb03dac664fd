"""Whatever is changed behind the ledger's back, the audit names the place; untouched, it is quiet.

The ledger is small and is put back after each change, so that every column of every table has its
turn on both databases.
"""

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Engine, Table

from ledger import Tampered, databases, projections, store
from ledger.audit import Report, audit
from tests.tampering import STORED, added, changed, dropped, other, place_of, rows_of

COLUMNS = [(table.name, column.name) for table in STORED for column in table.columns]
NAMES = [table.name for table in STORED]


def named(name: str) -> Table:
    return next(table for table in STORED if table.name == name)


def places(report: Report) -> str:
    return "\n".join(map(str, report.faults))


def check_named(engine: Engine, here: Table, column: Column[Any], dice: random.Random) -> None:
    """Change one value of one row; the audit must name the row, under its old key or its new."""
    row = dice.choice(rows_of(engine, here))
    value = other(column, row[column.name], dice)
    with changed(engine, here, row, **{column.name: value}):
        report = audit(engine)
    new = {**row, column.name: value}
    assert {place_of(here)(row), place_of(here)(new)} & {
        fault.place for fault in report.faults
    } or (place_of(here)(row) in places(report)), (row, value)
    with pytest.raises(Tampered, match="faults, first"):
        report.check()


def test_an_untouched_ledger_has_no_fault(disarmed: Engine):
    walked: list[int] = []
    report = audit(disarmed, progress=walked.append)
    report.check()
    assert report.faults == ()
    assert report.derived
    assert sum(walked) == 2 * report.size > 0
    assert all(rows_of(disarmed, table) for table in STORED)


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_a_changed_value_of_any_column_is_named(sqlite_disarmed: Engine, table: str, column: str):
    here = named(table)
    check_named(sqlite_disarmed, here, here.columns[column], random.Random(column))


@pytest.mark.parametrize("table", NAMES)
def test_a_changed_value_of_any_table_is_named(disarmed: Engine, table: str):
    dice = random.Random(table)
    check_named(disarmed, named(table), dice.choice(list(named(table).columns)), dice)


@pytest.mark.parametrize("table", NAMES)
def test_a_dropped_row_is_named(disarmed: Engine, table: str):
    row = random.Random(table).choice(rows_of(disarmed, named(table)))
    with dropped(disarmed, named(table), row):
        assert place_of(named(table))(row) in places(audit(disarmed)), row


@pytest.mark.parametrize("table", [name for name in NAMES if name != "head"])
def test_an_added_row_is_named(disarmed: Engine, table: str):
    here, dice = named(table), random.Random(table)
    row = dict(dice.choice(rows_of(disarmed, here)))
    key = list(here.primary_key.columns)[-1].name
    row[key] = row[key] + 700 if isinstance(row[key], int) else "strange"
    if "jti" in row:
        row["jti"] = "strange"
    with added(disarmed, here, row):
        assert place_of(here)(row) in places(audit(disarmed)), row


BLOBS = {"entry": "data", "tile": "data", "checkpoint": "note", "head": "frontier"}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(table=st.sampled_from(sorted(BLOBS)), seed=st.integers(0, 2**32))
def test_any_flipped_bit_of_the_log_is_named(sqlite_disarmed: Engine, table: str, seed: int):
    here, dice = named(table), random.Random(seed)
    check_named(sqlite_disarmed, here, here.columns[BLOBS[table]], dice)


def test_a_restored_older_state_is_a_fault_at_its_end(disarmed: Engine):
    last = rows_of(disarmed, store.ENTRIES)[-1]
    with dropped(disarmed, store.ENTRIES, last):
        report = audit(disarmed)
    assert f"head: size is {last['index'] + 1}, and by the entries {last['index']}" in places(
        report
    )


def test_a_row_of_a_book_nobody_opened_is_named(disarmed: Engine):
    row = {**rows_of(disarmed, store.ENTRIES)[0], "book": "stray"}
    with added(disarmed, store.ENTRIES, row):
        assert "entry 0: is in no known book (stray)" in places(audit(disarmed))


def test_only_the_first_twenty_faults_are_told_and_all_are_counted(disarmed: Engine):
    mentions = rows_of(disarmed, projections.TABLES[3])
    with databases.writing(disarmed) as session:
        session.execute(projections.TABLES[3].delete())
    report = audit(disarmed)
    with databases.writing(disarmed) as session:
        session.execute(projections.TABLES[3].insert(), mentions)
    assert (len(report.faults), report.count) == (20, len(mentions))
    assert len(mentions) > 20


def test_a_rebuild_mends_what_is_derived(disarmed: Engine):
    shipments = projections.TABLES[1]
    row = rows_of(disarmed, shipments)[0]
    before = {table.name: rows_of(disarmed, table) for table in projections.TABLES}
    with changed(disarmed, shipments, row, status="lost"):
        assert audit(disarmed).faults
        seen: list[int] = []
        size = projections.rebuild_in_place(disarmed, progress=seen.append)
        assert sum(seen) == size
        assert audit(disarmed).faults == ()
    assert {table.name: rows_of(disarmed, table) for table in projections.TABLES} == before
