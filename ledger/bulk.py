"""Many rows by one statement, without the work that SQLAlchemy does for each row and each value.

SQLAlchemy words the statement, once for a dialect; the driver takes the rows as they are. That is
right for the plain types that are stored here, and refused for any other. SQLite runs a statement
once a row. PostgreSQL is given an array a column, since to run a statement costs it more than a row
does. An append writes some twenty rows an entry, so this is a tenth of what it would cost.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, Literal, TypeAlias

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Dialect,
    Integer,
    LargeBinary,
    String,
    Table,
    bindparam,
    cast,
    column,
    func,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session

Row: TypeAlias = Mapping[str, Any] | tuple[Any, ...]  # a tuple has all of the table's columns
Rows: TypeAlias = Sequence[tuple[Any, ...]]
Verb: TypeAlias = Literal["add", "add new", "add up", "change"]
Told: TypeAlias = tuple[
    str, Callable[[Rows], Any]
]  # a statement, and rows as its driver takes them

PLAIN = (Boolean, Integer, LargeBinary, String)  # both drivers take their values as Python has them
FEW = 4  # so many rows are not worth making arrays of


def add(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows whose keys are new."""
    _write(session, "add", table, rows)


def insert_new(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Insert the rows whose key is not taken yet, and leave the others as they are."""
    _write(session, "add new", table, rows)


def add_up(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows, or add each one's other columns to what stands under its key; each key once."""
    _write(session, "add up", table, rows)


def change(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Give the rows that have these keys these values in the other columns."""
    _write(session, "change", table, rows)


def _write(session: Session, verb: Verb, table: Table, rows: Sequence[Row]) -> None:
    if not rows:
        return
    names, values = _named(table, rows)
    connection = session.connection()
    at_once = connection.dialect.name != "sqlite" and len(values) > FEW
    sql, take = (_by_columns if at_once else _by_rows)(verb, table, names, connection.dialect)
    connection.exec_driver_sql(sql, take(values))


def _named(table: Table, rows: Sequence[Row]) -> tuple[tuple[str, ...], Rows]:
    """The columns that the rows have, as the first one tells, and the rows as tuples of these."""
    first = rows[0]
    if not isinstance(first, Mapping):
        return tuple(table.columns.keys()), rows  # type: ignore[return-value]
    names = tuple(first)
    return names, [tuple([row[name] for name in names]) for row in rows]  # type: ignore[call-overload]


@lru_cache(maxsize=512)
def _by_rows(verb: Verb, table: Table, names: tuple[str, ...], dialect: Dialect) -> Told:
    """A statement that is run once for each row."""
    given = {name: bindparam(_mark(name), type_=_type_of(table.c[name])) for name in names}
    compiled = _worded(verb, table, given, dialect, lambda new: new.values(given))
    marks = tuple(map(_mark, names))
    if compiled.positiontup is None:
        return str(compiled), lambda rows: [dict(zip(marks, row, strict=True)) for row in rows]
    places = [marks.index(mark) for mark in compiled.positiontup]
    if places == list(range(len(names))):
        return str(compiled), list
    return str(compiled), lambda rows: list(map(itemgetter(*places), rows))


@lru_cache(maxsize=512)
def _by_columns(verb: Verb, table: Table, names: tuple[str, ...], dialect: Dialect) -> Told:
    """A statement that takes an array a column (PostgreSQL's manual, 9.19: unnest)."""
    types = [_type_of(table.c[name]) for name in names]
    arrays = [
        cast(bindparam(_mark(name)), postgresql.ARRAY(kind))
        for name, kind in zip(names, types, strict=True)
    ]
    said: list[Any] = [column(name, kind) for name, kind in zip(names, types, strict=True)]
    source = func.unnest(*arrays).table_valued(*said).render_derived(name="given")
    given = {name: source.c[name] for name in names}
    taken = select(*given.values())
    sql = str(_worded(verb, table, given, dialect, lambda new: new.from_select(names, taken)))
    for name, kind in zip(names, types, strict=True):
        if isinstance(kind, LargeBinary):  # as bytes, which psycopg marks so
            sql = sql.replace(f"%({_mark(name)})s", f"%({_mark(name)})b")
    printers = [_printer(kind) for kind in types]
    return sql, lambda rows: {
        _mark(name): print_all(values)
        for name, print_all, values in zip(names, printers, zip(*rows, strict=True), strict=True)
    }


def _worded(
    verb: Verb,
    table: Table,
    given: Mapping[str, ColumnElement[Any]],
    dialect: Dialect,
    fill: Callable[[Any], Any],
) -> SQLCompiler:
    keys = [each.name for each in table.primary_key]
    if verb == "change":
        values = {name: value for name, value in given.items() if name not in keys}
        mine = (table.c[key] == given[key] for key in keys)
        return update(table).where(*mine).values(values).compile(dialect=dialect)
    new: Any = fill((sqlite if dialect.name == "sqlite" else postgresql).insert(table))
    if verb == "add new":
        new = new.on_conflict_do_nothing()
    elif verb == "add up":
        sums = {name: table.c[name] + new.excluded[name] for name in given if name not in keys}
        new = new.on_conflict_do_update(index_elements=keys, set_=sums)
    compiled: SQLCompiler = new.compile(dialect=dialect)
    return compiled


def _mark(name: str) -> str:
    return f"the_{name}"


def _type_of(of: Column[Any]) -> Any:
    kind: Any = of.type
    plain = kind.impl if isinstance(kind, TypeDecorator) else kind
    if not isinstance(plain, PLAIN):
        raise TypeError(f"{of.name} is not of a type that is stored as it is")
    return plain


def _printer(kind: Any) -> Callable[[Sequence[Any]], Any]:
    if isinstance(kind, LargeBinary):
        return list
    return _texts if isinstance(kind, String) else _numbers


def _numbers(values: Iterable[Any]) -> str:
    return f"{{{','.join(['NULL' if each is None else str(each) for each in values])}}}"


def _texts(values: Sequence[str | None]) -> str:
    """An array as PostgreSQL reads one (its manual, 8.15.2 and 8.15.6)."""
    known = [each for each in values if each is not None]
    line = '","'.join(known)
    if len(known) == len(values) and "\\" not in line and line.count('"') == 2 * len(known) - 2:
        return f'{{"{line}"}}'
    return f"{{{','.join(map(_text, values))}}}"


def _text(value: str | None) -> str:
    if value is None:
        return "NULL"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
