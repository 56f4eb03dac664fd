"""Proofs for entries that were just added, from what adding them had in hand: nothing is read.

A path from a new leaf meets subtrees that the append made, and otherwise whole subtrees of the
right edge it began with (RFC 9162 §2.1.3).
"""

from collections.abc import Sequence

from ledger.merkle import Frontier, node_hash, split


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

    def proofs(self) -> list[tuple[bytes, ...]]:
        """The inclusion path of each new entry in the tree as it is now, in their order."""
        found: list[tuple[bytes, ...]] = []
        self._descend(0, self._size, (), found)
        return found

    def _descend(
        self, low: int, high: int, above: tuple[bytes, ...], found: list[tuple[bytes, ...]]
    ) -> None:
        """The paths of the new leaves of a subtree, whose own is `above`: neighbours share it."""
        if high - low == 1:
            found.append(above)
            return
        middle = low + split(high - low)
        if middle > self._first:
            self._descend(low, middle, (self._hash((middle, high)), *above), found)
        self._descend(middle, high, (self._hash((low, middle)), *above), found)

    def _hash(self, part: tuple[int, int]) -> bytes:
        known = self._known.get(part)
        if known is None:
            known = self._known[part] = self._made(*part)
        return known

    def _made(self, low: int, high: int) -> bytes:
        if high - low == 1:
            return self._leaves[low - self._first]
        middle = low + split(high - low)
        return node_hash(self._hash((low, middle)), self._hash((middle, high)))
