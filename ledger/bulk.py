"""Many rows by one statement, without the work that SQLAlchemy does for each row and each value.

SQLAlchemy words the statement, once for a dialect; the driver takes the rows as they are. That is
right for the plain types that are stored here, and refused for any other. An append writes some
twenty rows an entry, so this is a tenth of what it costs.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Boolean, Dialect, Insert, Integer, LargeBinary, String, Table, Update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session

Row = Mapping[str, Any]
PLAIN = (Boolean, Integer, LargeBinary, String)  # both drivers take their values as Python has them


def run(session: Session, statement: Insert | Update, rows: Sequence[Row]) -> None:
    """Execute a statement that lives as long as the process, once for each of these rows."""
    if not rows:
        return
    connection = session.connection()
    sql, taken = _worded(statement, connection.dialect, tuple(rows[0]))
    connection.exec_driver_sql(sql, [taken(row) for row in rows])


def insert_new(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Insert the rows whose key is not taken yet, and leave the others as they are."""
    if rows:
        run(session, _where_free(table, session.get_bind().dialect.name), rows)


def add_up(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows, or add each one's other columns to what stands under its key."""
    if rows:
        run(session, _adding(table, session.get_bind().dialect.name), rows)


@lru_cache
def _adding(table: Table, dialect: str) -> Insert:
    make: Any = sqlite if dialect == "sqlite" else postgresql
    new = make.insert(table)
    keys = [column.name for column in table.primary_key]
    sums = [column for column in table.columns if column.name not in keys]
    added = {column.name: column + new.excluded[column.name] for column in sums}
    statement: Insert = new.on_conflict_do_update(index_elements=keys, set_=added)
    return statement


@lru_cache
def _where_free(table: Table, dialect: str) -> Insert:
    make: Any = sqlite if dialect == "sqlite" else postgresql
    statement: Insert = make.insert(table).on_conflict_do_nothing()
    return statement


@lru_cache(maxsize=512)
def _worded(
    statement: Insert | Update, dialect: Dialect, names: tuple[str, ...]
) -> tuple[str, Callable[[Row], Any]]:
    """The statement as the driver reads it, and how it wants a row: by position or by name."""
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    for name, parameter in compiled.binds.items():
        kind: Any = parameter.type
        if not isinstance(kind.impl if isinstance(kind, TypeDecorator) else kind, PLAIN):
            raise TypeError(f"{name} is not of a type that is stored as it is")
    places = compiled.positiontup
    if places is None:
        return str(compiled), dict
    if len(places) == 1:
        only = places[0]
        return str(compiled), lambda row: (row[only],)
    return str(compiled), itemgetter(*places)
