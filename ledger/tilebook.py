"""Where hash tiles rest: rows that only ever grow (C2SP tlog-tiles)."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, LargeBinary, TextClause, bindparam, insert, text, update
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

_NEW_TILE = insert(TILES)
_WIDEN = (
    update(TILES)
    .where(*(TILES.c[name] == bindparam(f"its_{name}") for name in ("book", "level", "index")))
    .values(data=bindparam("new_data"))
)


def grow(session: Session, growths: Sequence[Growth], book: str = BOOK) -> None:
    """Add to tiles what `tiles.updates` says."""
    open_tiles = [(g.level, g.index) for g in growths if g.before]
    held = read_tiles(session, open_tiles, book) if open_tiles else {}
    fresh: list[dict[str, object]] = []
    wider: list[dict[str, object]] = []
    for growth in growths:
        key = {"level": growth.level, "index": growth.index}
        if not growth.before:
            fresh.append({"book": book, **key, "data": growth.added})
            continue
        data = held.get((growth.level, growth.index), b"")
        if len(data) != growth.before * 32:
            raise Conflict("a tile is not as wide as its book says", code="tampered")
        wider.append({f"its_{name}": value for name, value in key.items()})
        wider[-1] |= {"its_book": book, "new_data": data + growth.added}
    bulk.run(session, _WIDEN, wider)
    bulk.run(session, _NEW_TILE, fresh)


def read_tiles(session: Session, wanted: Sequence[Tile], book: str = BOOK) -> Mapping[Tile, bytes]:
    """Tile rows by (level, index), in one query: on a database each is a round trip."""
    levels: dict[int, list[int]] = {}
    for level, index in wanted:
        levels.setdefault(level, []).append(index)
    if not levels:
        return {}
    said: dict[str, object] = {"book": book}
    for place, (level, indexes) in enumerate(levels.items()):
        said |= {f"level_{place}": level, f"indexes_{place}": indexes}
    rows = session.connection().execute(_tiles_of(len(levels)), said)
    return {(level, index): data for level, index, data in rows}


@lru_cache
def _tiles_of(levels: int) -> TextClause:
    """One select a level, as text: putting it together anew would cost as much as a whole proof.

    SQLite finds no index for alternatives in one WHERE, so it is a union.
    """
    asked = (
        'SELECT level, "index", data FROM tile'  # noqa: S608 - the only thing put in is a number
        f' WHERE book = :book AND level = :level_{place} AND "index" IN :indexes_{place}'
        for place in range(levels)
    )
    names = (f"indexes_{place}" for place in range(levels))
    parts: list[Any] = [bindparam(name, expanding=True) for name in names]
    return text(" UNION ALL ".join(asked)).bindparams(*parts)
