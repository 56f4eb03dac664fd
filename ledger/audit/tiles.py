"""The stored tiles against the hashes made anew from the entries."""

from collections.abc import Iterable

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from ledger.audit.cells import BYTES, Cell, is_whole, rows, show
from ledger.audit.faults import Say
from ledger.merkle import HASH_SIZE, TILE_HEIGHT
from ledger.tilebook import TILES, read_tiles
from ledger.tiles import WIDTH

FULL = WIDTH * HASH_SIZE


class TileCheck:
    """Gathers a tile of each level at a time, so memory does not grow with the log."""

    def __init__(self, session: Session, book: str, say: Say) -> None:
        self._session, self._book, self._say = session, book, say
        self._open: dict[int, bytearray] = {}
        self._done: dict[int, int] = {}  # full tiles of each level

    def take(self, completed: Iterable[tuple[int, int, bytes]]) -> None:
        """Nodes that the tree completed, as `Frontier.extend` tells them."""
        for height, _, digest in completed:
            level = height // TILE_HEIGHT
            tile = self._open.setdefault(level, bytearray())
            tile += digest
            if len(tile) == FULL:
                self._check(level, bytes(tile))
                del self._open[level]
                self._done[level] = self._done.get(level, 0) + 1

    def finish(self) -> None:
        """Hold the partial tiles against the store, and name tiles that the tree does not have."""
        for level, tile in self._open.items():
            self._check(level, bytes(tile))
        key = [TILES.c.level, TILES.c.index]
        for place in rows(self._session, key, TILES.c.book == self._book):
            if not self._has(*place):
                self._say(f"tile {'/'.join(map(show, place))}", "the tree has no such tile")

    def _has(self, level: Cell, index: Cell) -> bool:
        if not is_whole(level) or not is_whole(index):
            return False
        count = self._done.get(level[1], 0) + (level[1] in self._open)
        return bool(index[1] < count)

    def _check(self, level: int, made: bytes) -> None:
        index = self._done.get(level, 0)
        place = f"tile {level}/{index}"
        if self._is_stored(level, index, made):
            return
        here = (TILES.c.book == self._book) & (TILES.c.level == level) & (TILES.c.index == index)
        stored = list(rows(self._session, [TILES.c.data], here))
        if not stored:
            self._say(place, "is missing")
        elif stored[0][0] != (BYTES, made):
            self._say(place, _difference(level, index * WIDTH, made, stored[0][0]))

    def _is_stored(self, level: int, index: int, made: bytes) -> bool:
        """Whether all is well, the quick way; whatever else there is, is looked at as cells."""
        try:
            found = read_tiles(self._session, [(level, index)], self._book)
        except DBAPIError:
            return False
        return found.get((level, index)) == made


def _difference(level: int, start: int, made: bytes, stored: Cell) -> str:
    rank, data = stored
    if rank != BYTES:
        return "is not stored as bytes"
    if len(data) != len(made):
        return f"holds {len(data) / HASH_SIZE:g} hashes instead of {len(made) // HASH_SIZE}"
    place = next(
        n
        for n in range(len(made) // HASH_SIZE)
        if made[n * HASH_SIZE : (n + 1) * HASH_SIZE] != data[n * HASH_SIZE : (n + 1) * HASH_SIZE]
    )
    if level == 0:
        return f"holds another hash than that of entry {start + place}"
    return f"hash {place} is not that of tile {level - 1}/{start + place}"
