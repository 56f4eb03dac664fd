"""The entries of one book against each other: order, links, times, and the tree they make."""

from datetime import datetime

from sqlmodel import Session

from crypto import Malformed
from ledger import entries
from ledger.audit.blocks import Block
from ledger.audit.cells import BYTES, NUMBER, TEXT, Cell, is_whole, rows, show
from ledger.audit.faults import Say
from ledger.audit.signed import CheckpointCheck
from ledger.audit.tiles import TileCheck
from ledger.entries import GENESIS_PREV, Entry
from ledger.merkle import Frontier
from ledger.store import EPOCH, HEADS, micros


class Chain:
    """Takes entries in order of their index and grows the tree again from nothing.

    After a gap the hashes above it can't be made again: `whole` is false from there, and only what
    stands by itself is still checked.
    """

    def __init__(self, session: Session, book: str, say: Say) -> None:
        self.frontier = Frontier.empty()
        self.whole = True
        self.size = 0
        self.checkpoints = CheckpointCheck(session, book, say)
        self._tiles = TileCheck(session, book, say)
        self._session, self._book, self._say = session, book, say
        self._last, self._time = GENESIS_PREV, EPOCH

    def take(self, index: Cell, data: Cell) -> Entry | None:
        """The next entry if it can be read; what is wrong with it is told."""
        place = f"entry {show(index)}"
        if not is_whole(index) or index[1] < self.size:
            self._say(place, "there can be no such entry")
            return None
        if index[1] > self.size:
            upto = f" with all up to entry {index[1] - 1}" if index[1] > self.size + 1 else ""
            self._say(f"entry {self.size}", f"is missing{upto}")
            self.whole = False
            self.size = index[1]
        if data[0] != BYTES:
            self._say(place, "is not stored as bytes")
            self.whole = False
            self.size += 1
            return None
        entry = self._linked(place, data[1])
        if entry is not None:
            self._check_time(place, entry.time)
        self._grow(data[1])
        return entry

    def join(self, block: Block) -> bool:
        """A block whose entries were checked elsewhere, if it goes on where this walk stands."""
        (_, first), *_ = block.times
        if not (self.whole and self.size == block.start and self._last == block.prev):
            return False
        if first < self._time:
            return False
        for index, time in block.times:
            self._grow_to(index, block)
            self._check_time(f"entry {index}", time)
        self._grow_to(block.end, block)
        self._last = block.hashes[-1]
        return True

    def close(self) -> None:
        """The entry was looked at; its checkpoint can be opened now that entry 0 told the key."""
        self.checkpoints.reach(self.size, self.frontier.root if self.whole else None)

    def finish(self, origin: str) -> None:
        """Hold what is left (partial tiles, the head, checkpoints beyond) against the walk."""
        self.checkpoints.finish(self.size)
        if self.whole:
            self._tiles.finish()
        self._check_head(origin)

    def _linked(self, place: str, data: bytes) -> Entry | None:
        prev, self._last = self._last, entries.hash_of(data)
        try:
            entry = entries.decode(data)
        except Malformed as error:
            self._say(place, str(error))
            return None
        if entry.index != self.size:
            self._say(place, f"says it is entry {entry.index}")
        if entry.prev != prev and self.whole:
            self._say(place, f"does not follow entry {self.size - 1}: one of them was changed")
        return entry

    def _check_time(self, place: str, time: datetime) -> None:
        """Times never run back; what was appended together has one time and then a checkpoint."""
        if time < self._time:
            self._say(place, "is older than the entry before it")
        elif time > self._time and self.checkpoints.newest != self.size:
            self._say(f"checkpoint {self.size}", "is missing: an append ended there")
        self._time = time

    def _grow_to(self, upto: int, block: Block) -> None:
        """Leaf by leaf would do as well; only where a checkpoint lies must the walk stop."""
        while self.size < upto:
            cut = min(upto, max(self.size + 1, self.checkpoints.following))
            leaves = block.hashes[self.size - block.start : cut - block.start]
            self.frontier, completed = self.frontier.extend(leaves)
            self._tiles.take(completed)
            self.size = cut
            self.close()

    def _grow(self, data: bytes) -> None:
        self.size += 1
        if self.whole:
            self.frontier, completed = self.frontier.extend((entries.hash_of(data),))
            self._tiles.take(completed)

    def _check_head(self, origin: str) -> None:
        columns = [HEADS.c.origin, HEADS.c.size, HEADS.c.frontier, HEADS.c.last, HEADS.c.time]
        found = list(rows(self._session, columns, HEADS.c.book == self._book))
        if not found:
            self._say("head", "is missing")
            return
        stored = found[0]
        made = [
            (TEXT, origin.encode()),
            (NUMBER, self.size),
            (BYTES, self.frontier.encode()) if self.whole else stored[2],
            (BYTES, self._last) if self.whole else stored[3],
            (NUMBER, micros(self._time)),
        ]
        for column, said, expected in zip(columns, stored, made, strict=True):
            if said != expected:
                what = f"{column.name} is {show(said)}, and by the entries {show(expected)}"
                self._say("head", what)
