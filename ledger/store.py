"""Where entries, tiles and checkpoints rest, and the one pen that adds to them.

Appending is one transaction: entries, tiles, the head (by compare-and-swap) and one signed
checkpoint become durable together, or not at all. Entries refuse to change by trigger, and a tile
may only grow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import BigInteger, LargeBinary, bindparam, update
from sqlmodel import Field, Session, SQLModel, select

from crypto import frozen
from crypto.notes import Signer
from ledger import Conflict, NotFound, bulk, tilebook
from ledger.checkpoints import Checkpoint, sign
from ledger.entries import GENESIS_PREV, chained
from ledger.merkle import Frontier
from ledger.tiles import updates

BOOK = tilebook.BOOK
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# SQLite keeps a table whose rows are little more than their key in the key's own tree, not in two.
BY_KEY: Final = {"sqlite_with_rowid": False}


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


class Draft(NamedTuple):
    """What is about to become an entry."""

    jwt: str
    tag: bytes | None


@dataclass(frozen=True, kw_only=True)
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
    said = [(draft.jwt, draft.tag) for draft in drafts]
    made = chained(said, first=before.size, prev=before.last, time=time)
    placed = [
        frozen.made(Placed, index=index, data=data, hash=digest, time=time)
        for index, (data, digest) in enumerate(made, before.size)
    ]
    last = placed[-1].hash if placed else before.last
    grown, completed = before.frontier.extend(each.hash for each in placed)
    bulk.add(session, ENTRIES, [(book, p.index, p.data) for p in placed])
    tilebook.grow(session, updates(before.size, completed), book)
    after = Head(origin=before.origin, size=grown.size, frontier=grown, last=last, time=time)
    advance(session, before, after, book)
    checkpoint = Checkpoint(origin=before.origin, size=grown.size, root=grown.root())
    note = sign(checkpoint, signer)
    bulk.add(session, CHECKPOINTS, [(book, grown.size, note)])
    return Appended(placed=placed, note=note)


def advance(session: Session, before: Head, after: Head, book: str = BOOK) -> None:
    """Move the head by compare-and-swap; Conflict tells who came second."""
    said = {"its_book": book, "old_size": before.size, "old_last": before.last}
    said |= {"new_size": after.size, "new_frontier": after.frontier.encode()}
    said |= {"new_last": after.last, "new_time": micros(after.time)}
    if session.connection().execute(_ADVANCE, said).rowcount != 1:
        raise Conflict("somebody else moved the head of the log", code="overtaken")


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
