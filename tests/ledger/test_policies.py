"""Policies: whose cosignatures are enough, from the registry or from a tlog-policy file."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import BadSignature, Malformed, Untrusted
from crypto.keys import PrivateKey
from crypto.mldsa import QuantumKey
from crypto.notes import Cosigner, Signer, attach, signature_line
from ledger import Undecided
from ledger.checkpoints import Checkpoint, encode, sign
from ledger.merkle import EMPTY_ROOT
from ledger.policies import (
    Policy,
    check,
    check_quorum,
    of_roster,
    parse,
    satisfied,
    serialize,
)
from ledger.roster import Roster, Witness

ORIGIN = "ledger.test/shield"
LOG = Signer(name=ORIGIN, key=PrivateKey.from_seed(bytes(32)))
EMPTY = Checkpoint(origin=ORIGIN, size=0, root=EMPTY_ROOT)
NOTE = sign(EMPTY, LOG)


def cosigner(n: int, name: str = "") -> Cosigner:
    key = PrivateKey.from_seed(bytes([n] * 32))
    return Cosigner(name=name or f"witness.test/{n}", key=key, time=1_790_000_000 + n)


ONE, TWO, THREE, FOUR = (cosigner(n) for n in range(1, 5))
QUANTUM = Cosigner(name=ONE.name, key=QuantumKey.from_seed(bytes(32)), time=1_790_000_000)


def cosigned(*cosigners: Cosigner) -> bytes:
    return attach(NOTE, [signature_line(encode(EMPTY), each) for each in cosigners])


def roster(*cosigners: Cosigner, quorum: int) -> Roster:
    witnesses = {c.name: Witness(name=c.name, vkey=c.verifier.vkey) for c in cosigners}
    return Roster(hub_key=LOG.verifier.vkey, witnesses=witnesses, quorum=quorum)


EXAMPLE = f"""
# Two organisations: two of the first's three, and any of the second's.
log {LOG.verifier.vkey}  https://ledger.test/log
witness X1 {ONE.verifier.vkey}
\twitness X2 {TWO.verifier.vkey} https://two.test
witness X3 {THREE.verifier.vkey}
group X 2 X1 X2 X3
witness Y1 {FOUR.verifier.vkey}
group Y any Y1
group both all X Y
quorum both
"""


def test_nested_groups_are_counted_as_the_specification_counts_them():
    policy = parse(EXAMPLE.encode())
    assert check(policy, cosigned(ONE, THREE, FOUR)) == EMPTY
    assert check(policy, cosigned(ONE, TWO, THREE, FOUR)) == EMPTY
    for too_few in [(), (ONE, TWO), (ONE, FOUR), (ONE, TWO, THREE), (FOUR,)]:
        with pytest.raises(Undecided):
            check(policy, cosigned(*too_few) if too_few else NOTE)


def test_a_policy_is_printed_and_read_back():
    policy = parse(EXAMPLE.encode())
    assert parse(serialize(policy).encode()) == policy
    assert policy.urls == {LOG.verifier.vkey: "https://ledger.test/log", "X2": "https://two.test"}
    ours = of_roster(roster(ONE, TWO, THREE, quorum=2), [QUANTUM.verifier])
    assert parse(serialize(ours).encode()) == ours


@given(st.sets(st.sampled_from(range(1, 8))), st.integers(1, 7))
def test_the_registry_asks_for_so_many_of_its_witnesses(signing: set[int], quorum: int):
    policy = of_roster(roster(*(cosigner(n) for n in range(1, 8)), quorum=quorum))
    signed = [cosigner(n).verifier for n in signing]
    assert satisfied(policy, signed) is (len(signing) >= quorum)


def test_two_keys_of_one_witness_are_one_witness():
    policy = of_roster(roster(ONE, TWO, quorum=2), [QUANTUM.verifier])
    check_quorum(policy, cosigned(ONE, TWO))
    check_quorum(policy, cosigned(QUANTUM, TWO))
    with pytest.raises(Undecided):
        check_quorum(policy, cosigned(ONE, QUANTUM))


def test_one_key_under_two_names_is_one_witness():
    alias = cosigner(1, "alias.test")
    policy = of_roster(roster(ONE, alias, quorum=2))
    with pytest.raises(Undecided):
        check_quorum(policy, cosigned(ONE, alias))


def test_a_key_under_a_name_that_is_not_registered_counts_for_nobody():
    policy = of_roster(roster(ONE, TWO, quorum=2), [THREE.verifier])
    with pytest.raises(Undecided):
        check_quorum(policy, cosigned(ONE, THREE))


@pytest.mark.parametrize("name", ["none", "witnesses", "registered"])
def test_no_name_of_a_witness_can_pass_for_a_name_of_the_policy(name: str):
    policy = of_roster(roster(cosigner(9, name), ONE, quorum=2))
    with pytest.raises(Undecided):
        check_quorum(policy, cosigned(ONE))
    assert parse(serialize(policy).encode()) == policy


def test_a_registry_that_asks_for_nobody_is_satisfied_by_nobody():
    policy = of_roster(roster(ONE, quorum=0))
    assert not policy.asks_for_witnesses
    assert check(policy, NOTE) == EMPTY
    assert check(of_roster(Roster(hub_key=LOG.verifier.vkey)), NOTE) == EMPTY


def test_a_witness_whose_line_does_not_hold_spoils_the_note_whoever_else_signed():
    false = signature_line(encode(EMPTY).replace("0", "1", 1), TWO)
    note = attach(cosigned(ONE), [false])
    for quorum in (0, 1):
        with pytest.raises(BadSignature):
            check_quorum(of_roster(roster(ONE, TWO, quorum=quorum)), note)
    check_quorum(of_roster(roster(ONE, quorum=1)), note)


def test_a_log_that_the_policy_does_not_name_is_not_trusted():
    other = Signer(name="elsewhere.test", key=LOG.key)
    note = sign(Checkpoint(origin=other.name, size=0, root=EMPTY_ROOT), other)
    with pytest.raises(Untrusted):
        check(parse(f"log {LOG.verifier.vkey}\nquorum none\n".encode()), note)


def test_either_key_of_a_log_makes_its_checkpoint():
    quantum = Cosigner(name=ORIGIN, key=QuantumKey.from_seed(bytes(32)), time=1)
    note = attach(NOTE, [signature_line(encode(EMPTY), quantum)])
    for verifier in (LOG.verifier, quantum.verifier):
        assert check(Policy(logs=(verifier,)), note) == EMPTY


W1, W2 = f"witness a {ONE.verifier.vkey}\n", f"witness b {TWO.verifier.vkey}\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "quorum\n",
        "quorum none\nquorum none\n",
        "quorum a\n" + W1,
        W1,
        "quorum none extra\n",
        "unknown line\nquorum none\n",
        f"log {ONE.verifier.vkey}\nquorum none\n",
        f"log {LOG.verifier.vkey}\nlog {LOG.verifier.vkey}\nquorum none\n",
        f"log {LOG.verifier.vkey} url url\nquorum none\n",
        f"witness a {LOG.verifier.vkey}\nquorum none\n",
        f"witness none {ONE.verifier.vkey}\nquorum none\n",
        W1 + W1 + "quorum none\n",
        W1 + f"witness b {ONE.verifier.vkey}\nquorum none\n",
        W1 + f"witness b {cosigner(1, 'alias.test').verifier.vkey}\nquorum none\n",
        W1 + "group a any a\nquorum none\n",
        W1 + "group g any\nquorum none\n",
        W1 + "group g some a\nquorum none\n",
        W1 + "group g 0 a\nquorum none\n",
        W1 + "group g 2 a\nquorum none\n",
        W1 + "group g 01 a\nquorum none\n",
        W1 + "group g any a a\nquorum none\n",
        W1 + "group g any a none\nquorum none\n",
        W1 + "group g any g\nquorum none\n",
        W1 + W2 + "group g any a b\ngroup h any a\nquorum none\n",
        "quorum none\r\n",
        "quorum\u00a0none\n",
        "quorum none\n\x00",
        "# " + "x" * 1_000_000 + "\nquorum none\n",
    ],
)
def test_what_is_no_policy_is_malformed(text: str):
    with pytest.raises(Malformed):
        parse(text.encode())


@given(st.binary(max_size=200))
def test_junk_is_malformed_and_nothing_else(data: bytes):
    with contextlib.suppress(Malformed):
        parse(data)


def test_as_many_witnesses_as_anybody_needs_are_taken():
    many = [cosigner(n, f"witness.test/{n}") for n in range(1, 71)]
    policy = of_roster(roster(*many, quorum=36))
    assert satisfied(policy, [each.verifier for each in many[:36]])
    assert not satisfied(policy, [each.verifier for each in many[:35]])
    assert parse(serialize(policy).encode()) == policy
