"""Keys and the statements that enrol them: real Ed25519 keys, the same on every run."""

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Any

from crypto.keys import PrivateKey
from crypto.mldsa import QuantumKey
from crypto.notes import Scheme, Verifier
from ledger.events.registry import possession_of
from ledger.roster import HUB, root_of
from tests.journeys import NOON, written
from tests.making import AGENCY_NAMES

ORIGIN = "ledger.test/shield"


@cache
def key_for(name: str) -> PrivateKey:
    """The key of an agency, a root, the hub or a witness: its name's hash is the seed."""
    return PrivateKey.from_seed(hashlib.sha256(name.encode()).digest())


def vkey_for(name: str, scheme: Scheme) -> str:
    """The note key under that name, as a signed note's verifier writes it (C2SP signed-note)."""
    return Verifier(name=name, key=key_for(name).public, scheme=scheme).vkey


def quantum_vkey(name: str = ORIGIN) -> str:
    """The ML-DSA-44 key under that name, as a log's or a witness's second one."""
    key = QuantumKey.from_seed(hashlib.sha256(f"quantum {name}".encode()).digest())
    return Verifier(name=name, key=key.public, scheme=Scheme.TREE_COSIGNATURE).vkey


def witness(name: str = "witness.test/one") -> str:
    return vkey_for(name, Scheme.COSIGNATURE)


def key_claims(holder: str, origin: str = ORIGIN, key: PrivateKey | None = None) -> dict[str, Any]:
    """A key and the proof that its holder has it, as enrolments state them."""
    held = key or key_for(holder)
    return {"key": held.public.jwk, "possession": possession_of(origin, holder, held)}


def root(country: str, origin: str = ORIGIN, **changes: Any) -> dict[str, Any]:
    """A participant with the root key of its focal point."""
    claims = key_claims(root_of(country), origin)
    return {"country": country, "name": f"Participant {country}", **claims, **changes}


def genesis(
    countries: Sequence[str] = ("NL", "KE", "EG"),
    *,
    origin: str = ORIGIN,
    witnesses: Sequence[str] = (),
    quorum: int = 0,
) -> dict[str, Any]:
    """The body of entry 0."""
    return {
        "kind": "log.created",
        "occurred_at": written(NOON),
        "origin": origin,
        "key": key_for(HUB).public.jwk,
        "checkpoint_key": vkey_for(origin, Scheme.NOTE),
        "participants": [root(country, origin) for country in countries],
        "witnesses": list(witnesses),
        "quorum": quorum,
    }


def enrolment(
    agency: str, roles: Sequence[str] | None = None, *, origin: str = ORIGIN, **changes: Any
) -> dict[str, Any]:
    """The body by which a participant's root enrols an agency; its name tells the role."""
    short = agency.partition("-")[2]
    told = [role for role, name in AGENCY_NAMES.items() if name == short]
    return {
        "kind": "agency.enrolled",
        "occurred_at": written(NOON),
        "agency": agency,
        "name": f"Agency {agency}",
        "roles": list(roles or told),
        **key_claims(agency, origin),
        **changes,
    }
