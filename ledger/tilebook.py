"""Where hash tiles rest: rows that only ever grow (C2SP tlog-tiles)."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Dialect, LargeBinary, text
from sqlmodel import Field, Session, SQLModel

from ledger import Conflict, bulk
from ledger.tiles import Growth, Tile

BOOK = "ledger"  # the log; the log of reads is a book beside it


class TileRow(SQLModel, table=True):
    """Up to 256 hashes of one level: a growing row, so a partial tile is a prefix of it."""

    __tablename__ = "tile"
    book: str = Field(primary_key=True)
    level: int = Field(primary_key=True)
    index: int = Field(primary_key=True, sa_type=BigInteger)
    data: bytes = Field(sa_type=LargeBinary)


TILES = TileRow.__table__  # type: ignore[attr-defined]


def grow(session: Session, growths: Sequence[Growth], book: str = BOOK) -> None:
    """Add to tiles what `tiles.updates` says."""
    open_tiles = [(g.level, g.index) for g in growths if g.before]
    held = read_tiles(session, open_tiles, book) if open_tiles else {}
    fresh: list[bulk.Row] = []
    wider: list[bulk.Row] = []
    for growth in growths:
        key = (book, growth.level, growth.index)
        if not growth.before:
            fresh.append((*key, growth.added))
            continue
        data = held.get((growth.level, growth.index), b"")
        if len(data) != growth.before * 32:
            raise Conflict("a tile is not as wide as its book says", code="tampered")
        wider.append((*key, data + growth.added))
    bulk.change(session, TILES, wider)
    bulk.add(session, TILES, fresh)


def read_tiles(session: Session, wanted: Sequence[Tile], book: str = BOOK) -> Mapping[Tile, bytes]:
    """Tile rows by (level, index), in one query: on a database each is a round trip."""
    levels: dict[int, list[int]] = {}
    for level, index in wanted:
        levels.setdefault(level, []).append(index)
    if not levels:
        return {}
    said: list[object] = []
    rooms = tuple([_room(len(indexes)) for indexes in levels.values()])
    for (level, indexes), room in zip(levels.items(), rooms, strict=True):
        said += [book, level, *indexes, *indexes[:1] * (room - len(indexes))]
    connection = session.connection()
    sql, taken = _worded(connection.dialect, rooms)
    rows = connection.exec_driver_sql(sql, taken(said)).all()
    return {(level, index): data for level, index, data in rows}


def _room(count: int) -> int:
    """The next power of two: one said twice costs less than another statement to word and plan."""
    return 1 << (count - 1).bit_length()


@lru_cache
def _worded(dialect: Dialect, rooms: tuple[int, ...]) -> tuple[str, Callable[[list[object]], Any]]:
    """One select a level, as the driver reads it: to word it anew would cost half a proof.

    SQLite finds no index for alternatives in one WHERE, so it is a union.
    """
    names: list[str] = []
    asked: list[str] = []
    for place, room in enumerate(rooms):
        indexes = [f"index_{place}_{n}" for n in range(room)]
        names += [f"book_{place}", f"level_{place}", *indexes]
        asked.append(
            f'SELECT level, "index", data FROM tile WHERE book = :book_{place}'  # noqa: S608 - of numbers
            f' AND level = :level_{place} AND "index" IN (:{", :".join(indexes)})'
        )
    compiled = text(" UNION ALL ".join(asked)).compile(dialect=dialect)
    if compiled.positiontup is None:
        return str(compiled), lambda said: dict(zip(names, said, strict=True))
    return str(compiled), tuple
