"""A remote log as its pin lets one believe it: newest checkpoint, node hashes, entries in order.

Pure over a function that fetches one resource of the log (C2SP tlog-tiles), so that a test or a
proxy can stand in for the server. Nothing is given out before it is proved to be in the tree that
the log signed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import TypeAlias

from api import Unreachable, wire
from api.continuity import BadProof, WrongKey, check_continues
from api.pins import LastSeen, Pin
from api.wire import Fetch
from crypto import CryptoError, Malformed
from crypto.notes import open_note
from ledger import NotFound, Tampered, entries, policies, tiles
from ledger.checkpoints import Checkpoint, open_checkpoint
from ledger.entries import GENESIS_PREV
from ledger.merkle import HASH_SIZE, Frontier, ReadHashes
from ledger.tiles import WIDTH, Growth, Tile

Get: TypeAlias = Callable[[str], bytes]  # one resource by its path; NotFound where there is none

REMEMBERED = 256  # tiles, of 8 KiB each
FRESH = {"Cache-Control": "no-cache"}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A checkpoint that the pinned key signed, and the note it came in."""

    checkpoint: Checkpoint
    note: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Position:
    """How far a follower has read, with all it needs to prove that it goes on from there."""

    frontier: Frontier
    last: bytes

    @property
    def size(self) -> int:
        return self.frontier.size

    def checkpoint(self, origin: str) -> Checkpoint:
        return Checkpoint(origin=origin, size=self.size, root=self.frontier.root())


START = Position(frontier=Frontier.empty(), last=GENESIS_PREV)


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Entries one behind the other, proved to be in the log, and where one is after them."""

    before: Position
    entries: tuple[bytes, ...]
    after: Position
    growths: tuple[Growth, ...]


@dataclass(frozen=True, kw_only=True)
class Log:
    """A log that answers at `get` and is believed by its pin alone.

    Entries of so many `bundles` are proved together, and kept in one transaction.
    """

    pin: Pin
    get: Get
    bundles: int = 16

    def newest(self) -> Shown:
        """The newest checkpoint; WrongKey, or Undecided where the pinned witnesses are missing."""
        note = self.get("checkpoint")
        try:
            checkpoint = open_checkpoint(note, self.pin.origin, [self.pin.verifier])
            open_note(note, self.pin.keys)  # no line of the log's other key may speak against it
            policies.check_quorum(self.pin.rule, note)
        except CryptoError as error:
            raise WrongKey(f"the checkpoint: {error}", pointer="/checkpoint") from error
        return Shown(checkpoint=checkpoint, note=note)

    def hashes(self, size: int) -> ReadHashes:
        """A reader of the nodes of the tree of this size, from tiles that it remembers."""
        return tiles.read_through(self._tiles(size))

    def read_on(self, position: Position, newest: Checkpoint) -> Iterator[Stretch]:
        """Everything between a position and a checkpoint, stretch by stretch, each one proved.

        First that the checkpoint continues the position, then of every stretch that it continues
        into the checkpoint, that its chain of hashes is whole, and that the log shows the tiles
        which its entries make.
        """
        read_tiles = self._tiles(newest.size)
        hashes = tiles.read_through(read_tiles)
        check_continues(position.checkpoint(self.pin.origin), newest, lambda _: hashes)
        while position.size < newest.size:
            stretch = self._stretch(position, newest.size)
            self._check_reaches(stretch, newest, hashes)
            _check_shown(stretch.growths, read_tiles)
            yield stretch
            position = stretch.after

    def _stretch(self, before: Position, size: int) -> Stretch:
        first = before.size // WIDTH
        last = min(first + self.bundles, -(-size // WIDTH))
        found = [entry for index in range(first, last) for entry in self._bundle(index, size)]
        found = found[before.size % WIDTH :]
        try:
            entries.check_links(before.size, before.last, found)
        except Tampered as error:
            raise BadProof(str(error)) from error
        leaves = [entries.hash_of(entry) for entry in found]
        grown, completed = before.frontier.extend(leaves)
        return Stretch(
            before=before,
            entries=tuple(found),
            after=Position(frontier=grown, last=leaves[-1]),
            growths=tuple(tiles.updates(before.size, completed)),
        )

    def _check_reaches(self, stretch: Stretch, newest: Checkpoint, hashes: ReadHashes) -> None:
        reached = stretch.after.checkpoint(self.pin.origin)
        try:
            check_continues(reached, newest, lambda _: hashes)
        except Tampered as error:
            # Not a fork: the tree of `reached` is one that we made, and nobody signed it.
            low, high = stretch.before.size, stretch.after.size
            raise BadProof(f"entries {low} to {high - 1} are not those of the tree") from error

    def _bundle(self, index: int, size: int) -> list[bytes]:
        width = tiles.width_of(0, index, size)
        data = _whole_or_part(self.get, partial(tiles.bundle_path, index), width)
        try:
            found = tiles.unbundle(data)[:width]
        except Malformed as error:
            raise BadProof(f"bundle {index}: {error}") from error
        if len(found) < width:
            raise BadProof(f"bundle {index} holds {len(found)} entries, not {width}")
        return found

    def _tiles(self, size: int) -> tiles.ReadTiles:
        def read(wanted: Sequence[Tile]) -> Mapping[Tile, bytes]:
            return {each: self._tile(*each, size) for each in wanted}

        return read

    def _tile(self, level: int, index: int, size: int) -> bytes:
        width = tiles.width_of(level, index, size)
        path = partial(tiles.tile_path, level, index)
        data = _whole_or_part(self._remembering, path, width)
        if len(data) < width * HASH_SIZE:
            raise BadProof(f"tile {level}/{index} is shorter than {width} hashes")
        return data[: width * HASH_SIZE]

    @cached_property
    def _remembering(self) -> Get:
        """What is at a tile's path never changes."""
        return lru_cache(maxsize=REMEMBERED)(self.get)


def follow(log: Log, seen: LastSeen) -> Shown:
    """The newest checkpoint, once it continues the last one seen; remembered before it is used."""
    since = seen.find()
    shown = log.newest()
    seen.follow(shown.checkpoint, log.hashes, since=since)
    return shown


def over_http(url: str, fetch: Fetch = wire.fetch) -> Get:
    """Resources of the log that is served at this address."""

    def get(path: str) -> bytes:
        # What a cache kept of the checkpoint may be older than what we saw of the log already.
        asking = FRESH if path == "checkpoint" else {}
        answer = fetch("GET", f"{url}/log/{path}", None, asking)
        if answer.status == 200:
            return answer.body
        if answer.status == 404:
            raise NotFound(f"{url} has no {path}")
        raise Unreachable(f"{url} answered {answer.status}: try again later")

    return get


def _whole_or_part(get: Get, path: Callable[[int], str], width: int) -> bytes:
    """A partial resource, or the beginning of the full one once it exists (C2SP tlog-tiles).

    What is not there at all may be on its way to the replica that was asked: it proves nothing.
    """
    for asked in dict.fromkeys((width, WIDTH)):
        try:
            return get(path(asked))
        except NotFound:
            continue
    raise Unreachable(f"the log signed a tree and does not show {path(width)} of it")


def _check_shown(growths: Sequence[Growth], read: tiles.ReadTiles) -> None:
    """What strangers read of the log is what its entries make."""
    for growth in growths:
        tile = (growth.level, growth.index)
        start = growth.before * HASH_SIZE
        if read([tile])[tile][start : start + len(growth.added)] != growth.added:
            raise BadProof(f"tile {growth.level}/{growth.index} has hashes of other entries")
