"""Where hash tiles rest: rows that only ever grow (C2SP tlog-tiles)."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from sqlalchemy import BigInteger, Connection, Dialect, LargeBinary, text
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


_ONE = 'SELECT data FROM tile WHERE book = ? AND level = ? AND "index" = ?'

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
    """Tile rows by (level, index); what is not there is left out."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        return _read_each(connection, wanted, book)
    return _read_at_once(connection, wanted, book) if wanted else {}


def _read_each(connection: Connection, wanted: Sequence[Tile], book: str) -> Mapping[Tile, bytes]:
    """On SQLite there are no round trips, and one short statement is planned for good."""
    return {
        tile: data for tile in wanted for (data,) in connection.exec_driver_sql(_ONE, (book, *tile))
    }


def _read_at_once(
    connection: Connection, wanted: Sequence[Tile], book: str
) -> Mapping[Tile, bytes]:
    """In one query, since each is a round trip."""
    levels: dict[int, list[int]] = {}
    for level, index in wanted:
        levels.setdefault(level, []).append(index)
    said: list[object] = []
    rooms = tuple([_room(len(indexes)) for indexes in levels.values()])
    for (level, indexes), room in zip(levels.items(), rooms, strict=True):
        said += [book, level, *indexes, *indexes[:1] * (room - len(indexes))]
    sql, names = _worded(connection.dialect, rooms)
    rows = connection.exec_driver_sql(sql, dict(zip(names, said, strict=True))).all()
    return {(level, index): data for level, index, data in rows}


def _room(count: int) -> int:
    """The next power of two: one said twice costs less than another statement to word and plan."""
    return 1 << (count - 1).bit_length()


@lru_cache
def _worded(dialect: Dialect, rooms: tuple[int, ...]) -> tuple[str, list[str]]:
    """One select a level, as the driver reads it, and the names of what it is told.

    To word it anew would cost half a proof.
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
    return str(text(" UNION ALL ".join(asked)).compile(dialect=dialect)), names
