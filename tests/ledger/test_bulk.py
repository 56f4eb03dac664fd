"""Many rows by one statement are the rows that one statement each would have left."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Engine, Float, MetaData, Table, delete, select
from sqlmodel import Session

from ledger import bulk
from ledger.history import MENTIONS, SHIPMENTS
from ledger.volumes import IMPORT_DAYS

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
awkward = st.sampled_from(["", " ", "NULL", "null", "{}", '"', "\\", "a,b", '\\"', "é\n\t", "%s"])
words = texts | awkward
shipments = st.fixed_dictionaries(
    {
        "state": st.binary(max_size=6),
        "events": st.integers(0, 2**31 - 1),
        "first_index": st.integers(-(2**63), 2**63 - 1),
        "first_occurred": st.integers(0, 2**60),
        "last_occurred": st.integers(0, 2**60),
        "last_issued": st.integers(0, 2**60),
        "last_jti": words,
        "status": words,
        "exporting": st.none() | words,
        "importing": st.none() | words,
        "restricted": st.booleans(),
    }
)
quick = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@contextmanager
def emptied(engine: Engine) -> Iterator[Session]:
    """A session in which the tables are empty."""
    with Session(engine) as session:
        for table in (SHIPMENTS, MENTIONS, IMPORT_DAYS):
            session.execute(delete(table))
        yield session


def stored(session: Session, table: Table) -> list[tuple[object, ...]]:
    rows = session.execute(select(*table.c))
    return sorted([tuple(row) for row in rows], key=repr)


def by_name(table: Table, rows: list[dict[str, object]]) -> list[tuple[object, ...]]:
    return sorted([tuple(row[name] for name in table.c.keys()) for row in rows], key=repr)  # noqa: SIM118


@quick
@given(told=st.dictionaries(words, shipments, max_size=8), data=st.data())
def test_rows_are_stored_and_changed_as_they_are(engine: Engine, told, data):
    rows = [{"ref": ref, **row} for ref, row in told.items()]
    with emptied(engine) as session:
        bulk.add(session, SHIPMENTS, rows)
        assert stored(session, SHIPMENTS) == by_name(SHIPMENTS, rows)
        others = [{"ref": row["ref"], **data.draw(shipments)} for row in rows]
        bulk.change(session, SHIPMENTS, others)
        assert stored(session, SHIPMENTS) == by_name(SHIPMENTS, others)


@quick
@given(
    first=st.lists(st.tuples(words, words, words), max_size=9),
    more=st.lists(st.tuples(words, words, words), max_size=9),
)
def test_a_key_that_is_taken_stays_as_it_is(engine: Engine, first, more):
    with emptied(engine) as session:
        bulk.insert_new(session, MENTIONS, first)
        bulk.insert_new(session, MENTIONS, [*first, *more])
        assert stored(session, MENTIONS) == sorted({*first, *more}, key=repr)


@quick
@given(days=st.dictionaries(st.integers(0, 20), st.integers(-(2**50), 2**50), max_size=9))
def test_amounts_add_up_under_their_key(engine: Engine, days):
    rows = [("KE", "acetone", 2026, day, amount, 1) for day, amount in days.items()]
    twice = [("KE", "acetone", 2026, day, 2 * amount, 2) for day, amount in days.items()]
    with emptied(engine) as session:
        bulk.add_up(session, IMPORT_DAYS, rows)
        bulk.add_up(session, IMPORT_DAYS, rows)
        assert stored(session, IMPORT_DAYS) == sorted(twice, key=repr)


def test_a_type_that_drivers_do_not_take_as_it_is_is_refused(engine: Engine):
    table = Table("odd", MetaData(), Column("share", Float))
    with Session(engine) as session, pytest.raises(TypeError, match="stored as it is"):
        bulk.add(session, table, [{"share": 0.5}])
