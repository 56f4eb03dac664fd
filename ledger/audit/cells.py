"""Rows as they lie in the database, whatever somebody wrote there.

An audit must not trust a column to hold what it was declared to hold: SQLite keeps any type in any
column, and text that is no UTF-8. So each value is read raw, as a cell, and cells order as both
databases order them: null, numbers, text by its bytes, bytes.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, LargeBinary, Select, String, cast, func, select
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from ledger import Tampered

CHUNK = 500

Cell = tuple[int, Any]
Row = tuple[Cell, ...]
Key = tuple[Cell, ...]

NULL, NUMBER, TEXT, BYTES = range(4)

_RANKS = {"null": NULL, "integer": NUMBER, "real": NUMBER, "text": TEXT, "blob": BYTES}


class Unreadable(Tampered):
    """The database itself can't read what it holds."""


def is_whole(cell: Cell) -> bool:
    """Whether a cell is a whole number from 0, as every index and size is."""
    return cell[0] == NUMBER and isinstance(cell[1], int) and cell[1] >= 0


def rows(
    session: Session, columns: list[Column[Any]], *where: ColumnElement[bool]
) -> Iterator[Row]:
    """Rows in order of their first columns' cells, streamed."""
    if session.get_bind().dialect.name == "sqlite":
        asked: list[Any] = [
            part for column in columns for part in (func.typeof(column), cast(column, LargeBinary))
        ]
        for raw in _streamed(session, select(*asked).where(*where).order_by(*columns)):
            yield tuple(map(_from_sqlite, raw[::2], raw[1::2]))
        return
    ordered = [c.collate("C") if isinstance(c.type, String) else c for c in columns]
    for raw in _streamed(session, select(*columns).where(*where).order_by(*ordered)):
        yield tuple(map(_from_postgresql, raw))


def _streamed(session: Session, query: Select[Any]) -> Iterator[Any]:
    try:
        with session.execute(query, execution_options={"yield_per": CHUNK}) as result:
            yield from result
    except DBAPIError as error:
        raise Unreadable(str(error.orig)) from error


def plain(session: Session, query: Select[Any]) -> Sequence[tuple[Any, ...]]:
    """All rows of a query as the driver gives them, for who holds each against what it must be."""
    return session.connection().execute(query).cursor.fetchall()


def _from_sqlite(kind: str, raw: bytes | None) -> Cell:
    if raw is None:
        return NULL, None
    if kind == "integer":
        return NUMBER, int(raw)
    if kind == "real":
        return NUMBER, float(raw)
    return _RANKS[kind], bytes(raw)


def _from_postgresql(value: Any) -> Cell:
    if value is None:
        return NULL, None
    if isinstance(value, str):
        return TEXT, value.encode()
    if isinstance(value, int):
        return NUMBER, int(value)
    return BYTES, bytes(value)


def show(cell: Cell) -> str:
    """A cell for a human eye."""
    rank, value = cell
    if rank == TEXT:
        return str(value.decode(errors="backslashreplace"))
    return value.hex() if rank == BYTES else str(value)


def merged(
    left: Iterator[Row], right: Iterator[Row], width: int
) -> Iterator[tuple[Key, Row | None, Row | None]]:
    """Two streams in order side by side: each key with the row on the left and on the right."""
    ours, theirs = next(left, None), next(right, None)
    while ours is not None or theirs is not None:
        key = min(row[:width] for row in (ours, theirs) if row is not None)
        mine = ours if ours is not None and ours[:width] == key else None
        other = theirs if theirs is not None and theirs[:width] == key else None
        yield key, mine, other
        if mine is not None:
            ours = next(left, None)
        if other is not None:
            theirs = next(right, None)
