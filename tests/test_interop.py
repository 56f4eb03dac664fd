"""Strangers' software states events here and checks ours: Python by hand, Node, sd-jwt."""

import base64
import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

from crypto.encodings import b64u_encode
from crypto.keys import PrivateKey
from ledger.admission import Admission
from tests.enrolling import key_claims, key_for
from tests.factories import body, uuid7
from tests.world import NOON

AGENCY = "NL-CNA"
SCRIPT = Path(__file__).parent / "interop" / "statement.mjs"
TYPE = "shield+sd-jwt"


def seed_of(holder):
    return hashlib.sha256(holder.encode()).digest()


def private_jwk(holder):
    key = key_for(holder)
    return {**key.public.jwk, "d": b64u_encode(seed_of(holder))}


def payload_of(world, n):
    return {
        "iss": AGENCY,
        "aud": world.origin,
        "iat": int(NOON.timestamp()),
        "jti": uuid7(int(NOON.timestamp() * 1000), n),
    }


def by_hand(world, claims, n):
    """RFC 9901 with the standard library and one signature: no code of ours."""

    def b64u(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    disclosures = [
        b64u(json.dumps([b64u(bytes([n] * 16)), name, value], indent=1).encode())
        for name, value in claims.items()
    ]
    digests = [b64u(hashlib.sha256(each.encode()).digest()) for each in disclosures]
    payload = {**payload_of(world, n), "_sd": sorted(digests), "_sd_alg": "sha-256"}
    header = {"alg": "EdDSA", "typ": TYPE, "kid": key_for(AGENCY).kid}
    signed = ".".join(b64u(json.dumps(part).encode()) for part in (header, payload))
    signature = Ed25519PrivateKey.from_private_bytes(seed_of(AGENCY)).sign(signed.encode())
    return "~".join([f"{signed}.{b64u(signature)}", *disclosures, ""])


def by_reference(world, claims, n):
    """The reference implementation of SD-JWT (PyPI `sd-jwt`)."""
    key = JWK(**private_jwk(AGENCY))
    stated = {**payload_of(world, n), **{SDObj(name): value for name, value in claims.items()}}
    extra = {"typ": TYPE, "kid": key_for(AGENCY).kid}
    issuer = SDJWTIssuer(stated, key, sign_alg="EdDSA", extra_header_parameters=extra)
    return issuer.sd_jwt_issuance


def node(command, **said):
    found = shutil.which("node")
    if found is None:
        pytest.skip("Node is not installed (Debian: nodejs); .ci/run has it")
    done = subprocess.run(
        [found, str(SCRIPT), command],
        input=json.dumps(said),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)


def by_node(world, claims, n, *, jwk=None, kid=None, alg="Ed25519"):
    jwk = jwk or private_jwk(AGENCY)
    kid = kid or key_for(AGENCY).kid
    payload = payload_of(world, n)
    return node("make", jwk=jwk, kid=kid, alg=alg, payload=payload, claims=claims)


@pytest.mark.parametrize("make", [by_hand, by_reference, by_node])
def test_a_statement_that_a_stranger_made_is_accepted(world, make):
    (outcome,) = world.submit([make(world, body("notice.sent"), 7).encode()])
    assert isinstance(outcome, Admission), outcome
    assert outcome.created


def test_node_states_with_a_p256_key_too(world):
    jwk = JWK.generate(kty="EC", crv="P-256")
    pem = jwk.export_to_pem(private_key=True, password=b"correct horse battery")
    key = PrivateKey.from_pem(pem, b"correct horse battery")
    world.post(
        {
            "kind": "key.added",
            "occurred_at": "2026-11-24T11:00:00Z",
            "agency": AGENCY,
            **key_claims(AGENCY, key=key),
        },
        agency="NL-ROOT",
    )
    private = jwk.export(as_dict=True)
    made = by_node(world, body("notice.sent"), 9, jwk=private, kid=key.kid, alg="ES256")
    (outcome,) = world.submit([made.encode()])
    assert isinstance(outcome, Admission), outcome


def test_node_checks_a_statement_that_we_made(sqlite_world):
    claims = body("shipment.departed")
    statement = sqlite_world.statement(claims, "NL-CUSTOMS").decode()
    read = node("check", jwk=key_for("NL-CUSTOMS").public.jwk, statement=statement)
    assert read == claims


def test_the_reference_verifier_checks_a_statement_that_we_made(sqlite_world):
    claims = body("shipment.departed")
    statement = sqlite_world.statement(claims, "NL-CUSTOMS").decode()
    jwk = JWK(**key_for("NL-CUSTOMS").public.jwk)
    read = SDJWTVerifier(statement, lambda *_: jwk).get_verified_payload()
    assert {name: read[name] for name in claims} == claims


def test_the_standard_library_checks_a_statement_that_we_made(sqlite_world):
    claims = body("shipment.departed")
    jwt, *disclosures, _ = sqlite_world.statement(claims, "NL-CUSTOMS").decode().split("~")
    signed, _, signature = jwt.rpartition(".")

    def plain(text):
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

    key = Ed25519PublicKey.from_public_bytes(key_for("NL-CUSTOMS").public.raw)
    key.verify(plain(signature), signed.encode())
    digests = json.loads(plain(signed.split(".")[1]))["_sd"]
    for each in disclosures:
        hashed = base64.urlsafe_b64encode(hashlib.sha256(each.encode()).digest())
        assert hashed.rstrip(b"=").decode() in digests
    read = dict(json.loads(plain(each))[1:] for each in disclosures)
    assert read == claims
