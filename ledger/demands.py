"""What a client may ask of signatures beyond the registry's rule: either kind, one of them, both.

Published checkpoints and cosignatures come as Ed25519 and as ML-DSA-44. The registry's rule takes
either; who fears quantum computers, or a fault in the younger scheme, pins a stricter one. All of
it is said in a C2SP tlog-policy, in which the log's own second key stands as one more cosigner.
"""

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum

from crypto.notes import Scheme, Verifier
from ledger import Undecided, policies
from ledger.policies import NOBODY, QUORUM, Group, Policy, alias
from ledger.roster import Roster

DEMANDED = "demanded+signatures"


class Demand(StrEnum):
    """Which kinds of signature each signer must have made."""

    EITHER = "either"
    ED25519 = "ed25519"
    QUANTUM = "ml-dsa-44"
    BOTH = "both"


_WANTED: dict[Demand, frozenset[Scheme]] = {
    Demand.ED25519: frozenset({Scheme.COSIGNATURE}),
    Demand.QUANTUM: frozenset({Scheme.TREE_COSIGNATURE}),
    Demand.BOTH: frozenset({Scheme.COSIGNATURE, Scheme.TREE_COSIGNATURE}),
}


def of_roster(roster: Roster, also: Iterable[Verifier], demand: Demand) -> Policy:
    """The registry's quorum, by signatures of the kinds that are demanded.

    The log's Ed25519 line is what it is pinned by, so it is needed anyway; its ML-DSA-44 line
    counts as a cosigner's. Undecided when too few have such keys: nothing could ever satisfy it.
    """
    policy = policies.of_roster(roster, also)
    if demand is Demand.EITHER:
        return policy
    wanted = _WANTED[demand]
    signers = _signers(policy, wanted)
    if len(signers) < roster.quorum:
        raise Undecided(f"{len(signers)} witnesses sign so, and the quorum is {roster.quorum}")
    witnesses = {name: policy.witnesses[name] for group in signers.values() for name in group}
    groups = {name: Group(len(wanted), members) for name, members in signers.items()}
    if roster.quorum:
        groups[QUORUM] = Group(roster.quorum, tuple(signers))
    made = replace(policy, witnesses=witnesses, groups=groups)
    return _with_own(made, roster) if Scheme.TREE_COSIGNATURE in wanted else made


def _signers(policy: Policy, wanted: frozenset[Scheme]) -> dict[str, tuple[str, ...]]:
    """The keys of each witness that has one of every kind wanted."""
    found = {}
    for group, each in policy.groups.items():
        keys = [n for n in each.members if n in policy.witnesses]
        kept = tuple(name for name in keys if policy.witnesses[name].scheme in wanted)
        if wanted == {policy.witnesses[name].scheme for name in kept}:
            found[group] = kept
    return found


def _with_own(policy: Policy, roster: Roster) -> Policy:
    """The policy that also wants the log's own second line."""
    if not roster.quantum_key:
        raise Undecided("the log has no ML-DSA-44 key")
    own = Verifier.parse(roster.quantum_key)
    policy = replace(policy, witnesses={**policy.witnesses, alias(own): own})
    if policy.quorum == NOBODY:
        return replace(policy, quorum=alias(own))
    both = Group(2, (policy.quorum, alias(own)))
    return replace(policy, groups={**policy.groups, DEMANDED: both}, quorum=DEMANDED)
