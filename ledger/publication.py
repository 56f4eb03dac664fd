"""What anyone may read of the log: hash tiles and bundles of entries (C2SP tlog-tiles).

Every resource but the checkpoint never changes: a partial tile is a prefix of the row that grew
past it, so each width that was ever published is still there. One indexed read a resource.
"""

from sqlmodel import Session

from ledger import NotFound
from ledger.merkle import HASH_SIZE
from ledger.store import BOOK, entries, read_tiles
from ledger.tiles import WIDTH, Place, bundle


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
