"""Proofs made from what an append had in hand: they lead to the root that the tree has."""

import pytest
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
    tree = Grown(old, new)
    for index in {before, before + added // 2, before + added - 1}:
        proof = tree.proof(index)
        check_inclusion(proof, index, before + added, LEAVES[index], root)


@given(before=st.integers(2, 350), added=st.integers(1, 350), data=st.data())
def test_an_entry_that_was_there_before_is_not_proved(before: int, added: int, data: st.DataObject):
    old, _ = Frontier.empty().extend(LEAVES[:before])
    tree = Grown(old, LEAVES[before : before + added])
    inside = before & (before - 1)  # the last whole subtree of the old tree holds one leaf or more
    index = data.draw(st.integers(0, before - 1))
    if index == inside and before - inside == 1:
        return  # a subtree of one: its neighbour above is at hand too
    with pytest.raises(LookupError):
        tree.proof(index)
