"""Changing a ledger behind its back: what somebody with the database's password could do."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Engine,
    Integer,
    LargeBinary,
    Table,
    delete,
    insert,
    select,
    text,
    update,
)

from ledger import projections, records, store, tilebook
from tests import factories
from tests.factories import Journey
from tests.world import World, founded

Row = dict[str, Any]

STORED: tuple[Table, ...] = (
    store.ENTRIES,
    tilebook.TILES,
    store.HEADS,
    store.CHECKPOINTS,
    records.DISCLOSURES,
    records.HISTORY_KEYS,
    *projections.TABLES,
)


def small_world(engine: Engine) -> World:
    """A ledger with something in every table, and two shipments."""
    founded(engine, ("NL", "KE", "EG"), ("AUTHORITY", "CUSTOMS", "LICENSING"))
    world = World.on(engine)
    for kind in ("notice.sent", "notice.no_objection", "shipment.departed", "party.licensed"):
        world.passes(minutes=1)
        agency = "KE-LICENSING" if kind == "party.licensed" else factories.poster(kind)[0]
        world.post(factories.body(kind), agency)
    second = Journey(ref="NL-2026-000018")
    world.passes(minutes=1)
    world.live(second, factories.journey_bodies(second)[:3])
    shared = ("notice.objected", "group.declared", "grant.given", "alert.raised", "alert.shared")
    for kind in shared:
        world.passes(minutes=1)
        world.post(factories.body(kind), factories.poster(kind)[0])
    world.post(factories.body("alert.suppressed"), "KE-CUSTOMS")
    world.post(factories.body("shipment.seized"), "KE-CUSTOMS")
    return world


def disarm(engine: Engine) -> None:
    """Take the guards away, as whoever owns the database can."""
    sqlite = engine.dialect.name == "sqlite"
    with engine.begin() as connection:
        for table in ("entry", "checkpoint", "tile"):
            for verb in ("UPDATE", "DELETE"):
                on = "" if sqlite else f" ON {table}"
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{on}")


def rows_of(engine: Engine, table: Table) -> list[Row]:
    with engine.connect() as connection:
        found = connection.execute(select(table).order_by(*table.primary_key.columns))
        return [dict(row) for row in found.mappings()]


@contextmanager
def changed(engine: Engine, table: Table, row: Row, **values: Any) -> Iterator[None]:
    """One row with other values; put back afterwards."""
    _replace(engine, table, row, {**row, **values})
    try:
        yield
    finally:
        _replace(engine, table, {**row, **values}, row)


@contextmanager
def dropped(engine: Engine, table: Table, row: Row) -> Iterator[None]:
    with engine.begin() as connection:
        connection.execute(delete(table).where(*_key(table, row)))
    try:
        yield
    finally:
        with engine.begin() as connection:
            connection.execute(insert(table), [row])


@contextmanager
def added(engine: Engine, table: Table, row: Row) -> Iterator[None]:
    with engine.begin() as connection:
        connection.execute(insert(table), [row])
    try:
        yield
    finally:
        with engine.begin() as connection:
            connection.execute(delete(table).where(*_key(table, row)))


def _replace(engine: Engine, table: Table, old: Row, new: Row) -> None:
    with engine.begin() as connection:
        done = connection.execute(update(table).where(*_key(table, old)).values(new))
        assert done.rowcount == 1


def _key(table: Table, row: Row) -> list[Any]:
    return [column == row[column.name] for column in table.primary_key.columns]


def other(column: Column[Any], value: Any, dice: random.Random) -> Any:
    """Another value of the same type: one byte, one character, one number off."""
    if isinstance(column.type, LargeBinary):
        return flipped(bytes(value), dice)
    if isinstance(column.type, Boolean):
        return not value
    if isinstance(column.type, Integer | BigInteger):
        return (value or 0) + (1000 if column.primary_key else dice.choice((-1, 1, 1000)))
    return respelled(value or "x", dice)


def flipped(data: bytes, dice: random.Random) -> bytes:
    """One bit of one byte changed."""
    at = dice.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :]


def respelled(text: str, dice: random.Random) -> str:
    """One character changed, to one that any text may hold."""
    if not text:
        return "~"
    at = dice.randrange(len(text))
    return text[:at] + chr(33 + (ord(text[at]) - 32) % 90) + text[at + 1 :]


Place = Callable[[Row], str]


def place_of(table: Table) -> Place:
    """How an audit names a row of this table."""
    names = {"history_key": "history key", "head": "head"}
    parts = {"entry": ["index"], "checkpoint": ["size"], "tile": ["level", "index"], "head": []}
    keys = parts.get(table.name, [column.name for column in table.primary_key.columns])
    glue = "/" if table.name == "tile" else " "

    def name(row: Row) -> str:
        said = names.get(table.name, table.name)
        return f"{said} {glue.join(str(row[key]) for key in keys)}".strip()

    return name


ODD_VALUES = ("CAST(x'ff00fe' AS TEXT)", "x'00ff'", "'words'", "1.5", "-7")


@contextmanager
def written(engine: Engine, table: Table, column: str, row: Row, expression: str) -> Iterator[None]:
    """Some SQL expression where SQLite lets any type lie; put back afterwards."""
    keys = {key.name: row[key.name] for key in table.primary_key.columns}
    here = " AND ".join(f'"{name}" = :{name}' for name in keys) or "1"
    # What was written to a key is found by what it holds since then.
    there = " AND ".join(
        f'"{name}" IS {expression}' if name == column else f'"{name}" = :{name}' for name in keys
    )
    held = {name: value for name, value in keys.items() if name != column}
    write = f'UPDATE "{table.name}" SET "{column}" = {expression} WHERE {here}'  # noqa: S608
    with engine.begin() as connection:
        connection.execute(text(write).bindparams(**keys))
    try:
        yield
    finally:
        with engine.begin() as connection:
            found = text(there or "1").bindparams(**held)
            connection.execute(update(table).where(found).values({column: row[column]}))
