"""Proofs made from what an append had in hand: they lead to the root that the tree has."""

from hypothesis import given
from hypothesis import strategies as st

from ledger.grown import Grown
from ledger.merkle import Frontier, check_inclusion, leaf_hash

LEAVES = [leaf_hash(str(number).encode()) for number in range(700)]
SIZES = st.integers(0, 350)


@given(before=SIZES, added=st.integers(1, 350))
def test_each_new_entry_is_proved_in_the_tree_as_it_grew(before: int, added: int):
    old, _ = Frontier.empty().extend(LEAVES[:before])
    new = LEAVES[before : before + added]
    root = old.extend(new)[0].root()
    proofs = Grown(old, new).proofs()
    assert len(proofs) == added
    for index in {before, before + added // 2, before + added - 1}:
        check_inclusion(proofs[index - before], index, before + added, LEAVES[index], root)
