"""The tree: against RFC 6962 vectors, a naive tree, and every part of every proof spoiled."""

import base64
import json
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import Malformed
from ledger import Invalid, Tampered
from ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    check_consistency,
    check_inclusion,
    frontier,
    leaf_hash,
    node_hash,
    prove_consistency,
    prove_inclusion,
    root,
)

VECTORS = Path(__file__).parent.parent / "vectors"
SMALL = json.loads((VECTORS / "tlog" / "own-small-log.json").read_text())
LEAVES = [leaf_hash(str(number).encode()) for number in range(1100)]
SIZES = st.integers(1, 300)


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, as it is written there."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(naive_root(leaves[:k]), naive_root(leaves[k:]))


def read(nodes):
    return [naive_root(LEAVES[i << level : (i + 1) << level]) for level, i in nodes]


def cases(folder: str):
    with zipfile.ZipFile(VECTORS / "merkle_rfc6962_transparency_dev.zip") as archive:
        names = [n for n in archive.namelist() if n.startswith(f"testdata/{folder}/")]
        found = [{"name": n} | json.loads(archive.read(n)) for n in names if n[-1] != "/"]
    assert len(found) == 98
    return found


def by_name(case: dict) -> str:
    return case["name"].removeprefix("testdata/")


def hashes(texts) -> tuple[bytes, ...]:
    return tuple(base64.b64decode(text or "") for text in texts or ())


def spoiled(proof: tuple[bytes, ...]):
    """Every way to lose, add or swap a step, and one spoiled bit in each."""
    for at, step in enumerate(proof):
        yield (*proof[:at], bytes([step[0] ^ 1]) + step[1:], *proof[at + 1 :])
        yield (*proof[:at], step[:-1] + bytes([step[-1] ^ 128]), *proof[at + 1 :])
        yield (*proof[:at], step[:-1], *proof[at + 1 :])
        yield (*proof[:at], *proof[at + 1 :])
        yield (*proof[:at], step, step, *proof[at + 1 :])
    yield (*proof, bytes(32))
    yield (bytes(32), *proof)
    if len(proof) > 1:
        yield proof[::-1]


@pytest.mark.parametrize("case", cases("inclusion"), ids=by_name)
def test_inclusion_is_judged_as_the_vectors_say(case: dict):
    (leaf, tree_root), proof = hashes([case["leafHash"], case["root"]]), hashes(case["proof"])

    def judge():
        check_inclusion(proof, case["leafIdx"], case["treeSize"], leaf, tree_root)

    if case["wantErr"]:
        with pytest.raises(Tampered):
            judge()
    else:
        judge()


@pytest.mark.parametrize("case", cases("consistency"), ids=by_name)
def test_consistency_is_judged_as_the_vectors_say(case: dict):
    roots, proof = hashes([case["root1"], case["root2"]]), hashes(case["proof"])

    def judge():
        check_consistency(proof, case["size1"], case["size2"], *roots)

    if case["wantErr"]:
        with pytest.raises(Tampered):
            judge()
    else:
        judge()


def test_the_worked_example_has_the_hashes_and_proofs_it_prints():
    leaves = [leaf_hash(entry.encode()) for entry in SMALL["entries"]]
    assert [leaf.hex() for leaf in leaves] == SMALL["leaf_hashes"]

    def read_small(nodes):
        return [naive_root(leaves[i << level : (i + 1) << level]) for level, i in nodes]

    assert root(3, read_small).hex() == SMALL["root"]
    for index in (0, 2):
        proof = prove_inclusion(index, 3, read_small)
        assert [step.hex() for step in proof] == SMALL[f"inclusion_{index}_of_3"]
    for old in (1, 2):
        proof = prove_consistency(old, 3, read_small)
        assert [step.hex() for step in proof] == SMALL[f"consistency_{old}_3"]


def test_the_empty_tree_has_the_hash_of_nothing():
    assert root(0, read) == Frontier.empty().root() == EMPTY_ROOT


@given(SIZES)
def test_the_frontier_has_the_root_of_the_naive_tree(size: int):
    grown, _ = Frontier.empty().extend(LEAVES[:size])
    assert grown.size == size
    assert grown.root() == naive_root(LEAVES[:size]) == root(size, read)
    assert frontier(size, read) == grown


@given(SIZES, SIZES)
def test_growing_in_two_steps_is_growing_in_one(first: int, second: int):
    one, completed = Frontier.empty().extend(LEAVES[: first + second])
    half, some = Frontier.empty().extend(LEAVES[:first])
    two, others = half.extend(LEAVES[first : first + second])
    assert (one, sorted(completed)) == (two, sorted(some + others))
    assert half.append(LEAVES[first]) == Frontier.empty().extend(LEAVES[: first + 1])[0]


@given(SIZES, st.integers(0, 70))
def test_growing_at_once_is_growing_leaf_by_leaf(size: int, more: int):
    before, _ = Frontier.empty().extend(LEAVES[:size])
    leaf_by_leaf = before
    for leaf in LEAVES[size : size + more]:
        leaf_by_leaf = leaf_by_leaf.append(leaf)
    assert before.extend(LEAVES[size : size + more])[0] == leaf_by_leaf


def test_growing_tells_the_nodes_that_tiles_keep():
    _, completed = Frontier.empty().extend(LEAVES)
    assert [(level, i) for level, i, _ in completed if level] == [(8, i) for i in range(4)]
    for level, index, digest in completed:
        assert [digest] == read([(level, index)])


def test_the_second_level_of_tiles_is_told_too():
    whole, _ = Frontier.empty().extend([LEAVES[0]] * 65_535)
    _, completed = whole.extend([LEAVES[0]])
    assert [(level, index) for level, index, _ in completed] == [(0, 65_535), (8, 255), (16, 0)]


@given(st.integers(0, 1100))
def test_a_frontier_comes_back_from_its_bytes(size: int):
    grown, _ = Frontier.empty().extend(LEAVES[:size])
    assert Frontier.decode(grown.encode()) == grown


@pytest.mark.parametrize("data", [b"", bytes(7), bytes(40), b"\1".rjust(8, b"\0"), bytes(9)])
def test_bytes_that_are_no_frontier_are_malformed(data: bytes):
    with pytest.raises(Malformed):
        Frontier.decode(data)


@settings(max_examples=40)
@given(SIZES, st.data())
def test_every_entry_is_provably_in_and_no_spoiled_proof_says_so(size: int, data):
    index = data.draw(st.integers(0, size - 1))
    leaf, top = LEAVES[index], naive_root(LEAVES[:size])
    proof = prove_inclusion(index, size, read)
    check_inclusion(proof, index, size, leaf, top)
    wrong = bytes([leaf[0] ^ 1]) + leaf[1:]
    worse = top[:-1] + bytes([top[-1] ^ 1])
    attempts = [(bad, index, size, leaf, top) for bad in spoiled(proof)]
    attempts += [(proof, other, size, leaf, top) for other in range(-1, size + 1) if other != index]
    attempts += [(proof, index, size, wrong, top), (proof, index, size, leaf, worse)]
    attempts += [(proof, index, size, leaf[:-1], top), (proof, index, size, leaf, top + b"\0")]
    for attempt in attempts:
        with pytest.raises(Tampered):
            check_inclusion(*attempt)


@settings(max_examples=40)
@given(SIZES, st.data())
def test_every_tree_is_provably_a_beginning_and_no_spoiled_proof_says_so(new: int, data):
    old = data.draw(st.integers(1, new))
    roots = naive_root(LEAVES[:old]), naive_root(LEAVES[:new])
    proof = prove_consistency(old, new, read)
    check_consistency(proof, old, new, *roots)
    attempts = [(bad, old, new, *roots) for bad in spoiled(proof)]
    attempts += [
        (proof, other, new, *roots) for other in (0, old - 1, old + 1, new + 1) if other != old
    ]
    attempts += [(proof, old, new, bytes(32), roots[1]), (proof, old, new, roots[0], bytes(32))]
    for attempt in attempts:
        with pytest.raises(Tampered):
            check_consistency(*attempt)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_there_is_no_proof_of_an_entry_outside_the_tree(index: int, size: int):
    with pytest.raises(Invalid):
        prove_inclusion(index, size, read)


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3), (-1, 3), (0, 0)])
def test_there_is_no_proof_of_growth_from_nothing_or_backwards(old: int, new: int):
    with pytest.raises(Invalid):
        prove_consistency(old, new, read)


def test_a_proof_is_read_in_one_go():
    reads = []

    def counting(nodes):
        reads.append(nodes)
        return read(nodes)

    prove_inclusion(5, 300, counting)
    prove_consistency(7, 300, counting)
    assert len(reads) == 2
