"""Where entries, tiles and checkpoints rest, and the one pen that adds to them.

Appending is one transaction: entries, tiles, the head (by compare-and-swap) and one signed
checkpoint become durable together, or not at all. Entries refuse to change by trigger, and a tile
may only grow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, LargeBinary, TextClause, bindparam, insert, text, update
from sqlmodel import Field, Session, SQLModel, select

from crypto.notes import Signer
from ledger import Conflict, NotFound, bulk
from ledger.checkpoints import Checkpoint, sign
from ledger.entries import GENESIS_PREV, Entry, encode, hash_of
from ledger.merkle import Frontier
from ledger.tiles import Growth, Tile, updates

BOOK = "ledger"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    """Microseconds since 1970: how instants are stored, exact and alike in both databases."""
    return (moment - EPOCH) // MICROSECOND


def instant(stored: int) -> datetime:
    return EPOCH + stored * MICROSECOND


class EntryRow(SQLModel, table=True):
    """The bytes of one entry of one book, verbatim."""

    __tablename__ = "entry"
    book: str = Field(primary_key=True)
    index: int = Field(primary_key=True, sa_type=BigInteger)
    data: bytes = Field(sa_type=LargeBinary)


class TileRow(SQLModel, table=True):
    """Up to 256 hashes of one level: a growing row, so a partial tile is a prefix of it."""

    __tablename__ = "tile"
    book: str = Field(primary_key=True)
    level: int = Field(primary_key=True)
    index: int = Field(primary_key=True, sa_type=BigInteger)
    data: bytes = Field(sa_type=LargeBinary)


class HeadRow(SQLModel, table=True):
    """The newest size of a book, with what is needed to grow it."""

    __tablename__ = "head"
    book: str = Field(primary_key=True)
    origin: str
    size: int = Field(sa_type=BigInteger)
    frontier: bytes = Field(sa_type=LargeBinary)
    last: bytes = Field(sa_type=LargeBinary)
    time: int = Field(sa_type=BigInteger)


class CheckpointRow(SQLModel, table=True):
    """A signed checkpoint, kept and served as it was signed."""

    __tablename__ = "checkpoint"
    book: str = Field(primary_key=True)
    size: int = Field(primary_key=True, sa_type=BigInteger)
    note: bytes = Field(sa_type=LargeBinary)


ENTRIES = EntryRow.__table__  # type: ignore[attr-defined]
TILES = TileRow.__table__  # type: ignore[attr-defined]
HEADS = HeadRow.__table__  # type: ignore[attr-defined]
CHECKPOINTS = CheckpointRow.__table__  # type: ignore[attr-defined]

_HEAD = select(*HEADS.c).where(HEADS.c.book == bindparam("its_book"))
_ADVANCE = (
    update(HEADS)
    .where(
        HEADS.c.book == bindparam("its_book"),
        HEADS.c.size == bindparam("old_size"),
        HEADS.c.last == bindparam("old_last"),
    )
    .values({name: bindparam(f"new_{name}") for name in ("size", "frontier", "last", "time")})
)
_ADD, _NEW_TILE, _SIGNED = insert(ENTRIES), insert(TILES), insert(CHECKPOINTS)
_WIDEN = (
    update(TILES)
    .where(*(TILES.c[name] == bindparam(f"its_{name}") for name in ("book", "level", "index")))
    .values(data=bindparam("new_data"))
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What is about to become an entry."""

    jwt: str
    tag: bytes | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """An entry in its place."""

    index: int
    data: bytes
    hash: bytes
    time: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Appended:
    """What one append added, and the checkpoint that covers it."""

    placed: list[Placed]
    note: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """How far a book has come, and what the next entry builds on."""

    origin: str
    size: int
    frontier: Frontier
    last: bytes
    time: datetime


def begin(session: Session, origin: str, book: str = BOOK) -> None:
    """Open an empty book under its name; once."""
    if session.get(HeadRow, book) is not None:
        raise Conflict(f"the book {book} exists", code="exists")
    nothing = Frontier.empty().encode()
    session.add(
        HeadRow(book=book, origin=origin, size=0, frontier=nothing, last=GENESIS_PREV, time=0)
    )
    session.flush()


def head(session: Session, book: str = BOOK) -> Head:
    row = session.connection().execute(_HEAD, {"its_book": book}).one_or_none()
    if row is None:
        raise NotFound(f"there is no book {book}: run `shield init` first")
    return Head(
        origin=row.origin,
        size=row.size,
        frontier=Frontier.decode(row.frontier),
        last=row.last,
        time=instant(row.time),
    )


def append(
    session: Session,
    drafts: Sequence[Draft],
    *,
    before: Head,
    signer: Signer,
    now: datetime,
    book: str = BOOK,
) -> Appended:
    """Give drafts their places behind `before`, grow the tree, and sign one checkpoint.

    The caller holds the pen (`databases.writing`); the compare-and-swap on the head is the belt to
    those braces. Times never run backwards, whatever the clock does.
    """
    time = max(now, before.time)
    placed, last = [], before.last
    for index, draft in enumerate(drafts, before.size):
        entry = Entry(index=index, jwt=draft.jwt, prev=last, tag=draft.tag, time=time)
        data = encode(entry)
        last = hash_of(data)
        placed.append(Placed(index=index, data=data, hash=last, time=time))
    grown, completed = before.frontier.extend(each.hash for each in placed)
    bulk.run(session, _ADD, [{"book": book, "index": p.index, "data": p.data} for p in placed])
    grow(session, updates(before.size, completed), book)
    after = Head(origin=before.origin, size=grown.size, frontier=grown, last=last, time=time)
    advance(session, before, after, book)
    checkpoint = Checkpoint(origin=before.origin, size=grown.size, root=grown.root())
    note = sign(checkpoint, signer)
    bulk.run(session, _SIGNED, [{"book": book, "size": grown.size, "note": note}])
    return Appended(placed=placed, note=note)


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


def advance(session: Session, before: Head, after: Head, book: str = BOOK) -> None:
    """Move the head by compare-and-swap; Conflict tells who came second."""
    said = {"its_book": book, "old_size": before.size, "old_last": before.last}
    said |= {"new_size": after.size, "new_frontier": after.frontier.encode()}
    said |= {"new_last": after.last, "new_time": micros(after.time)}
    if session.connection().execute(_ADVANCE, said).rowcount != 1:
        raise Conflict("somebody else moved the head of the log", code="overtaken")


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


def entry(session: Session, index: int, book: str = BOOK) -> bytes:
    """The bytes of one entry; NotFound beyond the end."""
    for _, data in entries(session, index, index + 1, book):
        return data
    raise NotFound(f"there is no entry {index}")


def entries(session: Session, start: int, end: int, book: str = BOOK) -> list[tuple[int, bytes]]:
    """The entries from `start` up to but not including `end`, in order."""
    rows = session.execute(
        select(ENTRIES.c.index, ENTRIES.c.data)
        .where(ENTRIES.c.book == book, ENTRIES.c.index >= start, ENTRIES.c.index < end)
        .order_by(ENTRIES.c.index)
    )
    return [(place, bytes(data)) for place, data in rows]
