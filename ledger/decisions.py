"""What a person signs, and the proof that they did: by a passkey, or by a key of their own.

A proof is a signature over one decision: a WebAuthn assertion whose challenge is the decision's
hash and whose user was verified, or a detached JWS (RFC 7515 Appendix F). So a stranger with
nothing but the log can check it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from crypto import CryptoError, Malformed, canonical, jws, passkeys
from crypto.canonical import Json
from crypto.encodings import b64u_encode
from crypto.keys import PrivateKey
from ledger import NotPermitted
from ledger.fields import choice
from ledger.persons import OwnKey, Passkey, Person, PersonId
from ledger.values import Pattern

PROOF_TYPE = "shield-decision"
MAX_PROOF = 8 * 1024

B64u = Annotated[str, partial(Pattern, r"[A-Za-z0-9_-]{2,6000}", "use base64url without padding")]
Detached = Annotated[
    str,
    partial(
        Pattern,
        r"[A-Za-z0-9_-]{2,1000}\.\.[A-Za-z0-9_-]{2,1000}",
        "use a compact JWS without its payload",
    ),
]
CredentialType = Annotated[str, choice("passkey", "key")]


@dataclass(frozen=True, kw_only=True)
class Proof:
    """That a person decided this very thing: by a passkey's assertion, or by their key's JWS."""

    person: PersonId
    credential: B64u
    type: CredentialType
    client_data: B64u | None = None
    authenticator_data: B64u | None = None
    signature: B64u | None = None
    jws: Detached | None = None


def digest_of(jwt: str) -> str:
    """What a request names: the hash of a statement's signed part, which commits to every claim.

    It stays checkable after an erasure, and by whoever has the log alone.
    """
    return hashlib.sha256(jwt.encode("ascii")).hexdigest()


def decision(*, log: str, decision: str, request: str, statement: str, person: str) -> Json:
    """What a person signs: in this log, this decision on this request for this statement."""
    return {
        "log": log,
        "decision": decision,
        "request": request,
        "statement": statement,
        "person": person,
    }


def prove(decided: Json, *, person: str, key: PrivateKey) -> dict[str, Json]:
    """A person's proof by their own key, as a statement carries it."""
    signed = jws.sign({"kid": key.kid, "typ": PROOF_TYPE}, canonical.encode(decided), key)
    header, _, signature = signed.split(".")
    return {
        "person": person,
        "credential": key.kid,
        "type": "key",
        "jws": f"{header}..{signature}",
    }


def of_assertion(assertion: Mapping[str, Json], *, person: str) -> dict[str, Json]:
    """A person's proof by a passkey: the assertion of a browser, as a statement carries it."""
    said = passkeys.essence(assertion)
    response: Mapping[str, Json] = said["response"]
    return {
        "person": person,
        "credential": said["id"],
        "type": "passkey",
        "client_data": response["clientDataJSON"],
        "authenticator_data": response["authenticatorData"],
        "signature": response["signature"],
    }


def check_proof(proof: Proof, person: Person, decided: Json) -> None:
    """Refuse a proof that is not this person's over this decision; for a passkey, user verified."""
    held = next((each for each in person.credentials if each.id == proof.credential), None)
    if held is None:
        raise _unproven("/proof/credential", "is not a credential of this person")
    try:
        if isinstance(held, Passkey):
            _check_passkey(proof, held, decided)
        else:
            _check_key(proof, held, decided)
    except CryptoError as error:
        raise _unproven("/proof", str(error)) from error


def _unproven(pointer: str, why: str) -> NotPermitted:
    return NotPermitted(f"{pointer}: {why}", pointer=pointer, code="person-unproven")


def _check_passkey(proof: Proof, held: Passkey, decided: Json) -> None:
    if proof.type != "passkey" or proof.jws is not None:
        raise Malformed("a passkey proves by its assertion")
    response = {
        "clientDataJSON": proof.client_data,
        "authenticatorData": proof.authenticator_data,
        "signature": proof.signature,
    }
    passkeys.verify_assertion(
        {"id": held.id, "type": "public-key", "response": response},
        public_key=held.public_key,
        challenge=passkeys.challenge_of(decided),
        rp_id=held.rp,
        origin=held.origin,
    )


def _check_key(proof: Proof, held: OwnKey, decided: Json) -> None:
    if proof.type != "key" or proof.jws is None:
        raise Malformed("a person's key proves by a detached JWS")
    header, _, signature = proof.jws.partition("..")
    whole = f"{header}.{b64u_encode(canonical.encode(decided))}.{signature}"
    signed = jws.split(whole, max_bytes=MAX_PROOF)
    if signed.header != {"alg": signed.header.get("alg"), "kid": held.id, "typ": PROOF_TYPE}:
        raise Malformed(f"its header has alg, this key's kid and typ {PROOF_TYPE}")
    jws.check(signed, held.key)
