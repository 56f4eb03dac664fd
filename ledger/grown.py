"""Proofs for entries that were just added, from what adding them had in hand: nothing is read.

A path from a new leaf meets subtrees that the append made, and otherwise whole subtrees of the
right edge it began with (RFC 9162 §2.1.3).
"""

from collections.abc import Sequence

from ledger.merkle import Frontier, inclusion_path, node_hash, split


class Grown:
    """A tree after an append; proves the new leaves only."""

    def __init__(self, before: Frontier, leaves: Sequence[bytes]) -> None:
        self._leaves, self._first = leaves, before.size
        self._size = before.size + len(leaves)
        self._known: dict[tuple[int, int], bytes] = {}
        low = 0
        for digest in before.hashes:  # one for each bit of the size, widest first
            high = low + (1 << (before.size - low).bit_length() - 1)
            self._known[low, high] = digest
            low = high

    def proof(self, index: int) -> tuple[bytes, ...]:
        """The inclusion path of a new entry in the tree as it is now."""
        return tuple([self._hash(part) for part in inclusion_path(index, self._size)])

    def _hash(self, part: tuple[int, int]) -> bytes:
        known = self._known.get(part)
        if known is None:
            known = self._known[part] = self._made(*part)
        return known

    def _made(self, low: int, high: int) -> bytes:
        if high - low == 1:
            if low < self._first:
                raise LookupError(f"entry {low} was there before")
            return self._leaves[low - self._first]
        middle = low + split(high - low)
        return node_hash(self._hash((low, middle)), self._hash((middle, high)))
