"""Tiles: the paths and bytes of C2SP tlog-tiles, and a reader that equals the naive tree."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import Malformed
from ledger import NotFound, Tampered
from ledger.checkpoints import decode
from ledger.merkle import (
    Frontier,
    check_consistency,
    check_inclusion,
    leaf_hash,
    node_hash,
    prove_consistency,
    prove_inclusion,
    root,
)
from ledger.tiles import (
    Place,
    bundle,
    bundle_path,
    parse_path,
    read_through,
    tile_path,
    tiles_of,
    unbundle,
    updates,
    width_of,
)

VECTORS = Path(__file__).parent.parent / "vectors" / "tlog"
TESSERA = VECTORS / "tessera"
SMALL = json.loads((VECTORS / "own-small-log.json").read_text())
LEAVES = [sha256(str(number).encode()).digest() for number in range(66_000)]


class Rows(dict[tuple[int, int], bytes]):
    """Tiles as a store keeps them: one row each, that only ever grows."""

    size = 0

    def grow(self, frontier: Frontier, leaves: list[bytes]) -> Frontier:
        after, completed = frontier.extend(leaves)
        for growth in updates(frontier.size, completed):
            row = self.get((growth.level, growth.index), b"")
            assert len(row) == 32 * growth.before
            self[growth.level, growth.index] = row + growth.added
        return after

    def read(self, tiles):
        return {tile: self[tile] for tile in tiles if tile in self}


def grown(*steps: int) -> tuple[Rows, Frontier]:
    rows, frontier = Rows(), Frontier.empty()
    for step in steps:
        frontier = rows.grow(frontier, LEAVES[frontier.size : frontier.size + step])
    return rows, frontier


BIG, BIG_FRONTIER = grown(1, 255, 300, 65_000, 444)


@pytest.mark.parametrize(
    ("place", "path"),
    [
        (Place(0, 0), "tile/0/000"),
        (Place(0, 5), "tile/0/005"),
        (Place(1, 273), "tile/1/273"),
        (Place(2, 1_000), "tile/2/x001/000"),
        (Place(63, 1_234_067, 17), "tile/63/x001/x234/067.p/17"),
        (Place(None, 1_234_067), "tile/entries/x001/x234/067"),
        (Place(None, 0, 255), "tile/entries/000.p/255"),
    ],
)
def test_paths_are_those_of_the_specification(place: Place, path: str):
    make = (place.index, place.width)
    assert (bundle_path(*make) if place.level is None else tile_path(place.level, *make)) == path
    assert parse_path(path) == place


@given(st.integers(0, 63), st.integers(0, 2**55), st.integers(1, 256))
def test_every_path_is_read_back(level: int, index: int, width: int):
    assert parse_path(tile_path(level, index, width)) == Place(level, index, width)
    assert parse_path(bundle_path(index, width)) == Place(None, index, width)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/5",
        "tile/0/0005",
        "tile/00/005",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/x000/005",
        "tile/0/001/067",
        "tile/0/x001/x067",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/007",
        "tile/0/000.p/7/",
        "tile/0/000.p/7\n",
        "tile/0/٠٠٥",
        "/tile/0/000",
        "tile/8/0/000",
        "tile/data/000",
    ],
)
def test_there_is_nothing_at_any_other_path(path: str):
    with pytest.raises(NotFound):
        parse_path(path)


def test_a_tree_consists_of_the_tiles_the_specification_counts():
    tiles = list(tiles_of(70_000))
    assert len(tiles) == 277
    assert [tile for tile in tiles if tile[2] < 256] == [(0, 273, 112), (1, 1, 17), (2, 0, 1)]
    assert list(tiles_of(256)) == [(0, 0, 256), (1, 0, 1)]
    assert list(tiles_of(0)) == []
    assert width_of(0, 300, 70_000) == 0


@given(st.lists(st.integers(0, 700), max_size=6))
def test_rows_hold_just_the_tiles_of_the_tree_however_it_grew(steps: list[int]):
    rows, frontier = grown(*steps)
    widths = {(level, index): width for level, index, width in tiles_of(frontier.size)}
    assert {tile: len(row) // 32 for tile, row in rows.items()} == widths


def test_a_partial_tile_is_a_beginning_of_the_later_one():
    early, _ = grown(300)
    assert all(BIG[tile].startswith(row) for tile, row in early.items())


@settings(max_examples=50)
@given(st.integers(0, 19), st.data())
def test_any_node_read_through_tiles_is_the_naive_node(level: int, data):
    node = data.draw(st.integers(0, max(0, (BIG_FRONTIER.size >> level) - 1)))
    if (node + 1) << level > BIG_FRONTIER.size:
        with pytest.raises(Tampered):
            read_through(BIG.read)([(level, node)])
        return
    row = LEAVES[node << level : (node + 1) << level]
    while len(row) > 1:
        row = [node_hash(*pair) for pair in zip(row[::2], row[1::2], strict=True)]
    assert read_through(BIG.read)([(level, node)]) == row


@settings(max_examples=50)
@given(st.integers(1, 66_000), st.data())
def test_proofs_read_through_tiles_check(size: int, data):
    read = read_through(BIG.read)
    frontier, _ = Frontier.empty().extend(LEAVES[:size])
    top = root(size, read)
    assert top == frontier.root()
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    check_inclusion(prove_inclusion(index, size, read), index, size, LEAVES[index], top)
    check_consistency(prove_consistency(old, size, read), old, size, root(old, read), top)


def test_a_missing_or_short_tile_is_noticed():
    for row in (None, BIG[0, 3][:-1], BIG[0, 3][:-32], b""):
        rows = Rows(BIG)
        del rows[0, 3]
        if row is not None:
            rows[0, 3] = row
        with pytest.raises(Tampered):
            read_through(rows.read)([(0, 4 * 256 - 1)])


@given(level=st.integers(0, 15), data=st.data())
def test_what_a_tile_was_folded_to_before_is_not_told_of_one_that_was_changed(level: int, data):
    node = data.draw(st.integers(0, (66_000 >> level) - 1))
    rows = Rows(BIG)
    (before,) = read_through(rows.read)([(level, node)])
    tile = level // 8, (node << level % 8) // 256
    at = (node << level % 8) % 256 * 32 + data.draw(st.integers(0, (32 << level % 8) - 1))
    row = rows[tile]
    rows[tile] = row[:at] + bytes([row[at] ^ 1]) + row[at + 1 :]
    assert read_through(rows.read)([(level, node)]) != [before]
    rows[tile] = row
    assert read_through(rows.read)([(level, node)]) == [before]


def test_a_proof_asks_for_each_tile_once():
    asked = []

    def read_tiles(tiles):
        asked.append(tiles)
        return BIG.read(tiles)

    prove_inclusion(12_345, 66_000, read_through(read_tiles))
    assert len(asked) == 1
    assert len(set(asked[0])) == len(asked[0]) <= 6


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_a_bundle_gives_its_entries_back(entries: list[bytes]):
    assert unbundle(bundle(entries)) == entries


def test_a_bundle_holds_entries_of_any_allowed_length():
    assert unbundle(bundle([b"x" * 65_535, b""])) == [b"x" * 65_535, b""]
    with pytest.raises(OverflowError):
        bundle([b"x" * 65_536])


def test_a_bundle_cut_short_is_malformed():
    data = bytes.fromhex(SMALL["bundle_hex"])
    assert unbundle(data) == [entry.encode() for entry in SMALL["entries"]]
    assert bundle(entry.encode() for entry in SMALL["entries"]) == data
    whole = {7 * 2, 7, 0}
    for cut in set(range(len(data))) - whole:
        with pytest.raises(Malformed):
            unbundle(data[:cut])
    with pytest.raises(Malformed):
        unbundle(bundle([b""] * 257))


def test_the_worked_example_has_the_tile_it_prints():
    _, completed = Frontier.empty().extend(leaf_hash(each.encode()) for each in SMALL["entries"])
    (growth,) = updates(0, completed)
    assert (growth.level, growth.index, growth.before) == (0, 0, 0)
    assert growth.added.hex() == SMALL["tile0_hex"]


@pytest.mark.parametrize("size", range(16))
def test_a_log_of_another_implementation_reads_as_it_says(size: int):
    text = (TESSERA / f"checkpoint.{size}").read_text().partition("\n\n")[0] + "\n"
    checkpoint = decode(text)
    assert checkpoint.size == size
    if size == 0:
        assert checkpoint.root == Frontier.empty().root()
        return
    tile = (TESSERA / tile_path(0, 0, size)).read_bytes()
    entries = unbundle((TESSERA / bundle_path(0, size)).read_bytes())
    frontier, completed = Frontier.empty().extend(leaf_hash(entry) for entry in entries)
    assert [growth.added for growth in updates(0, completed)] == [tile]
    assert frontier.root() == checkpoint.root
    read = read_through(lambda _: {(0, 0): tile})
    for old in range(1, size + 1):
        proof = prove_consistency(old, size, read)
        check_consistency(proof, old, size, root(old, read), checkpoint.root)
