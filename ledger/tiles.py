"""Tiles: node hashes and entries in cacheable blocks of 256, and their paths (C2SP tlog-tiles).

Tile (level, index) holds the hashes of the tree's nodes at level 8 * level, 256 of them when it is
full. A partial tile is a beginning of the later one, so one growing row for each tile serves every
width it ever had.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from struct import Struct

from crypto import Malformed
from ledger import NotFound, Tampered
from ledger.merkle import HASH_SIZE, TILE_HEIGHT, Node, ReadHashes

WIDTH = 1 << TILE_HEIGHT
MAX_LEVEL = 63

Tile = tuple[int, int]
ReadTiles = Callable[[Sequence[Tile]], Mapping[Tile, bytes]]

LONG = 32  # hashes that are worth remembering what they fold to

_NODE = sha256(b"\x01")
_PAIRS = Struct(f"{2 * HASH_SIZE}s").iter_unpack
_PATH = re.compile(
    r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/)*)([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True)
class Place:
    """What a path asks for: `level` is None for a bundle of entries."""

    level: int | None
    index: int
    width: int = WIDTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """A tile's row grows: `added` goes behind the `before` hashes that it holds already."""

    level: int
    index: int
    before: int
    added: bytes


def tile_path(level: int, index: int, width: int = WIDTH) -> str:
    return _path(str(level), index, width)


def bundle_path(index: int, width: int = WIDTH) -> str:
    return _path("entries", index, width)


def parse_path(path: str) -> Place:
    """Read a path back; there is nothing at any other spelling of it."""
    found = _PATH.fullmatch(path)
    if found is None:
        raise NotFound("no such tile")
    kind, groups, last, width = found.groups()
    index = int(groups.replace("x", "").replace("/", "") + last)
    place = Place(None if kind == "entries" else int(kind), index, int(width or WIDTH))
    level = "entries" if place.level is None else str(place.level)
    if (place.level or 0) > MAX_LEVEL or _path(level, index, place.width) != path:
        raise NotFound("no such tile")
    return place


def width_of(level: int, index: int, size: int) -> int:
    """How many hashes this tile holds in a tree of `size` entries (for bundles, ask at level 0)."""
    return min(WIDTH, max(0, (size >> TILE_HEIGHT * level) - WIDTH * index))


def tiles_of(size: int) -> Iterator[tuple[int, int, int]]:
    """Every (level, index, width) that a tree of this size consists of."""
    level, hashes = 0, size
    while hashes:
        for index in range((hashes + WIDTH - 1) // WIDTH):
            yield level, index, width_of(level, index, size)
        level, hashes = level + 1, hashes >> TILE_HEIGHT


def bundle(entries: Iterable[bytes]) -> bytes:
    """Entries one behind the other, each with its length in 16 bits."""
    return b"".join(len(entry).to_bytes(2) + entry for entry in entries)


def unbundle(data: bytes) -> list[bytes]:
    entries, at = [], 0
    while at < len(data):
        start = at + 2
        at = start + int.from_bytes(data[at:start])
        if start > len(data) or at > len(data):
            raise Malformed("the bundle ends inside an entry")
        entries.append(data[start:at])
    if len(entries) > WIDTH:
        raise Malformed("a bundle holds at most 256 entries")
    return entries


def read_through(read_tiles: ReadTiles) -> ReadHashes:
    """Read any node of the tree from tiles: 2^(level mod 8) neighbours of one tile, folded.

    What was folded is remembered: paths of one tree meet further up.
    """
    folded: dict[Node, bytes] = {}

    def read(nodes: Sequence[Node]) -> list[bytes]:
        missing = {node: _tile_of(node) for node in nodes if node not in folded}
        if missing:
            tiles = read_tiles(sorted(set(missing.values())))
            for node, tile in missing.items():
                folded[node] = _fold(tiles.get(tile, b""), node)
        return [folded[node] for node in nodes]

    return read


def updates(old_size: int, completed: Iterable[tuple[int, int, bytes]]) -> list[Growth]:
    """Which tiles grow, and by what, when a tree completes the nodes `Frontier.extend` tells of."""
    hashes: dict[Tile, list[bytes]] = {}
    for level, index, digest in completed:
        hashes.setdefault((level // TILE_HEIGHT, index // WIDTH), []).append(digest)
    return [
        Growth(
            level=level,
            index=index,
            before=width_of(level, index, old_size),
            added=b"".join(added),
        )
        for (level, index), added in sorted(hashes.items())
    ]


def _path(kind: str, index: int, width: int) -> str:
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    number = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return f"tile/{kind}/{number}" + ("" if width == WIDTH else f".p/{width}")


def _tile_of(node: Node) -> Tile:
    level, index = node
    return level // TILE_HEIGHT, (index << level % TILE_HEIGHT) // WIDTH


def _fold(tile: bytes, node: Node) -> bytes:
    level, index = node
    count = 1 << level % TILE_HEIGHT
    start = (index * count) % WIDTH
    row = tile[start * HASH_SIZE : (start + count) * HASH_SIZE]
    if len(row) != count * HASH_SIZE:
        raise Tampered(f"node {index} of level {level} is missing from its tile")
    # Above the leaves, and at the right edge, proofs of one tree fold the same rows each time.
    again = level >= TILE_HEIGHT or len(tile) < WIDTH * HASH_SIZE
    return folded_before(row) if again and count >= LONG else _folded(row)


@lru_cache(maxsize=2_048)  # rows of 4 KiB at most
def folded_before(row: bytes) -> bytes:
    """As `_folded`, remembered by the hashes themselves, so never of a tile that was changed."""
    return _folded(row)


def _folded(row: bytes) -> bytes:
    """The one node above these hashes, 2^k of them.

    As merkle.pair_hash does it: this loop is what a proof costs, and a call would double it. To
    copy a hash that has begun is quicker than to begin one.
    """
    begun = _NODE.copy
    while len(row) > HASH_SIZE:
        made = []
        # Two neighbours lie together already, just as a node's hash wants them.
        for (pair,) in _PAIRS(row):
            node = begun()
            node.update(pair)
            made.append(node.digest())
        row = b"".join(made)
    return row
