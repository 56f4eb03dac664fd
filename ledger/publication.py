"""What anyone may read of the log: hash tiles and bundles of entries (C2SP tlog-tiles).

Every resource but the checkpoint never changes: a partial tile is a prefix of the row that grew
past it, so each width that was ever published is still there. One indexed read a resource.
"""

from collections.abc import Mapping, Sequence

from sqlmodel import Session, select

from ledger import NotFound
from ledger.merkle import HASH_SIZE, ReadHashes
from ledger.store import BOOK, CHECKPOINTS, entries
from ledger.tilebook import read_tiles
from ledger.tiles import WIDTH, Place, Tile, bundle, read_through


def resource(session: Session, place: Place, book: str = BOOK) -> bytes:
    """The bytes at a tile path; NotFound for what the log is not large enough to have."""
    if place.level is None:
        return _bundle(session, place, book)
    tile = read_tiles(session, [(place.level, place.index)], book).get((place.level, place.index))
    wanted = place.width * HASH_SIZE
    if tile is None or len(tile) < wanted:
        raise NotFound("the log has no such tile")
    return tile[:wanted]


def _bundle(session: Session, place: Place, book: str) -> bytes:
    start = place.index * WIDTH
    found = entries(session, start, start + place.width, book)
    if len(found) < place.width:
        raise NotFound("the log has no such bundle")
    return bundle(data for _, data in found)


def hashes(session: Session, book: str = BOOK) -> ReadHashes:
    """A reader of node hashes that remembers the tiles it read: for proofs over one tree."""
    seen: dict[Tile, bytes] = {}

    def read(wanted: Sequence[Tile]) -> Mapping[Tile, bytes]:
        missing = [tile for tile in wanted if tile not in seen]
        if missing:
            seen.update(read_tiles(session, missing, book))
        return seen

    return read_through(read)


def checkpoint(session: Session, book: str = BOOK) -> bytes:
    """The newest checkpoint, as it was signed."""
    note = session.execute(
        select(CHECKPOINTS.c.note)
        .where(CHECKPOINTS.c.book == book)
        .order_by(CHECKPOINTS.c.size.desc())
        .limit(1)
    ).scalar_one_or_none()
    if note is None:
        raise NotFound("the log has no checkpoint yet")
    return bytes(note)


def covering(session: Session, index: int, book: str = BOOK) -> tuple[bytes, int]:
    """The checkpoint that was signed when an entry was added, and its size."""
    row = session.execute(
        select(CHECKPOINTS.c.note, CHECKPOINTS.c.size)
        .where(CHECKPOINTS.c.book == book, CHECKPOINTS.c.size > index)
        .order_by(CHECKPOINTS.c.size)
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound(f"no checkpoint covers entry {index}")
    return bytes(row.note), row.size
