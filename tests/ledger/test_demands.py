"""What a client may ask beyond the registry's rule: either kind of signature, one of them, both."""

import pytest

from crypto.keys import PrivateKey
from crypto.mldsa import QuantumKey
from crypto.notes import Cosigner, Signer, attach, signature_line
from ledger import Undecided
from ledger.checkpoints import Checkpoint, encode, sign
from ledger.demands import Demand, of_roster
from ledger.merkle import EMPTY_ROOT
from ledger.policies import Policy, check, parse, serialize
from ledger.roster import Roster, Witness

ORIGIN = "ledger.test/shield"
LOG = Signer(name=ORIGIN, key=PrivateKey.from_seed(bytes(32)))
EMPTY = Checkpoint(origin=ORIGIN, size=0, root=EMPTY_ROOT)


def classic(name: str, n: int) -> Cosigner:
    return Cosigner(name=name, key=PrivateKey.from_seed(bytes([n] * 32)), time=1)


def quantum(name: str, n: int) -> Cosigner:
    return Cosigner(name=name, key=QuantumKey.from_seed(bytes([n] * 32)), time=1)


OWN = quantum(ORIGIN, 9)
ONE, TWO = classic("one.test", 1), classic("two.test", 2)
ONE_Q, TWO_Q = quantum("one.test", 1), quantum("two.test", 2)
LINES = (OWN, ONE, TWO, ONE_Q, TWO_Q)


def roster(quorum: int = 2, second: str = OWN.verifier.vkey) -> Roster:
    witnesses = {c.name: Witness(name=c.name, vkey=c.verifier.vkey) for c in (ONE, TWO)}
    return Roster(
        origin=ORIGIN,
        hub_key=LOG.verifier.vkey,
        quantum_key=second,
        witnesses=witnesses,
        quorum=quorum,
    )


def policy(demand: Demand, quorum: int = 2) -> Policy:
    made = of_roster(roster(quorum), [ONE_Q.verifier, TWO_Q.verifier], demand)
    assert parse(serialize(made).encode()) == made
    return made


def signed(*cosigners: Cosigner) -> bytes:
    note = sign(EMPTY, LOG)
    lines = [signature_line(encode(EMPTY), each) for each in cosigners]
    return attach(note, lines) if lines else note


ENOUGH = [
    (Demand.EITHER, [(ONE, TWO), (ONE, TWO_Q), (ONE_Q, TWO_Q), LINES]),
    (Demand.ED25519, [(ONE, TWO), LINES]),
    (Demand.QUANTUM, [(OWN, ONE_Q, TWO_Q), LINES]),
    (Demand.BOTH, [LINES]),
]
TOO_LITTLE = [
    (Demand.EITHER, [(OWN,), (OWN, ONE, ONE_Q)]),
    (Demand.ED25519, [(OWN, ONE, TWO_Q), (OWN, ONE_Q, TWO_Q)]),
    (Demand.QUANTUM, [(ONE_Q, TWO_Q), (OWN, ONE, TWO), (OWN, ONE_Q, TWO), (ONE, TWO)]),
    (Demand.BOTH, [tuple(c for c in LINES if c is not each) for each in LINES]),
]


@pytest.mark.parametrize(("demand", "notes"), ENOUGH)
def test_what_was_signed_as_is_demanded_is_enough(demand, notes):
    for cosigners in notes:
        assert check(policy(demand), signed(*cosigners)) == EMPTY


@pytest.mark.parametrize(("demand", "notes"), TOO_LITTLE)
def test_a_kind_of_signature_that_is_demanded_and_missing_leaves_it_undecided(demand, notes):
    for cosigners in notes:
        with pytest.raises(Undecided):
            check(policy(demand), signed(*cosigners))


def test_where_no_witness_is_needed_the_logs_own_second_line_can_be_demanded():
    made = policy(Demand.QUANTUM, quorum=0)
    assert check(made, signed(OWN)) == EMPTY
    with pytest.raises(Undecided):
        check(made, signed())
    assert check(policy(Demand.ED25519, quorum=0), signed()) == EMPTY


@pytest.mark.parametrize("demand", [Demand.QUANTUM, Demand.BOTH])
def test_a_demand_that_nothing_could_satisfy_is_said_at_once(demand):
    with pytest.raises(Undecided, match="1 witnesses sign so"):
        of_roster(roster(), [ONE_Q.verifier], demand)
    with pytest.raises(Undecided, match="no ML-DSA-44 key"):
        of_roster(roster(second=""), [ONE_Q.verifier, TWO_Q.verifier], demand)
