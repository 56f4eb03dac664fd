"""Statements cross over to and from the reference implementation of SD-JWT (package `sd-jwt`)."""

import json

import pytest
from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

from crypto import Malformed, envelope, sdjwt
from crypto.keys import PrivateKey, PublicKey

PUBLIC = {
    "iss": "DE-BAFA",
    "aud": "ledger.example/live",
    "iat": 1_772_366_400,
    "jti": "018f3c6e-7b1a-7cde-8f00-0123456789ab",
}
CLAIMS = {
    "kind": "notice.sent",
    "goods": [
        {"substance": "ephedrine", "amount": "25", "unit": "KGM", "marks": ["Ä", "\\", "😀"]}
    ],
    "route": {"export": "DE", "import": "MX"},
    "nominal": {"driver": "J. Doe"},
}
# jwcrypto's key parameters, and the names under which it signs.
ALGS = [
    ({"kty": "OKP", "crv": "Ed25519"}, "Ed25519"),
    ({"kty": "OKP", "crv": "Ed25519"}, "EdDSA"),
    ({"kty": "EC", "crv": "P-256"}, "ES256"),
]


def _issue(parameters, alg, claims, **options):
    theirs = JWK.generate(**parameters)
    public = PublicKey.from_jwk(theirs.export_public(as_dict=True))
    issuer = SDJWTIssuer(
        {**PUBLIC, **{SDObj(name): value for name, value in claims.items()}},
        theirs,
        sign_alg=alg,
        extra_header_parameters={"typ": envelope.TYPE, "kid": public.kid},
        **options,
    )
    return issuer.sd_jwt_issuance, public


def _verify(statement, key):
    jwk = JWK.from_json(json.dumps(key.public.jwk))
    return SDJWTVerifier(statement.decode(), lambda *_: jwk).get_verified_payload()


@pytest.mark.parametrize(("parameters", "alg"), ALGS)
def test_we_unwrap_what_the_reference_issuer_makes(parameters, alg):
    issuance, public = _issue(parameters, alg, CLAIMS)
    verified = sdjwt.unwrap(issuance.encode(), {public.kid: public}.__getitem__)
    assert verified.claims == CLAIMS
    assert verified.alg == public.alg


@pytest.mark.parametrize("alg", ["Ed25519", "ES256"])
def test_the_reference_verifier_reads_what_we_make_whole_or_in_part(alg):
    key = PrivateKey.generate(alg)
    statement = sdjwt.wrap(CLAIMS, public=PUBLIC, key=key)
    assert _verify(statement, key) == {**PUBLIC, **CLAIMS}
    part = sdjwt.disclose(statement, {"kind", "route"})
    assert _verify(part, key) == {**PUBLIC, "kind": CLAIMS["kind"], "route": CLAIMS["route"]}


def test_the_reference_verifier_reads_our_public_statements():
    key = PrivateKey.generate()
    statement = sdjwt.wrap({}, public={**PUBLIC, "agency": "DE-BAFA"}, key=key)
    assert _verify(statement, key) == {**PUBLIC, "agency": "DE-BAFA"}


def test_a_part_that_the_reference_holder_cut_is_what_we_would_cut():
    issuance, public = _issue({"kty": "OKP", "crv": "Ed25519"}, "Ed25519", CLAIMS)
    holder = SDJWTHolder(issuance)
    holder.create_presentation({"goods": True, "nominal": True})
    presented = sdjwt.unwrap(
        holder.sd_jwt_presentation.encode(), {public.kid: public}.__getitem__, complete=False
    )
    ours = sdjwt.split(sdjwt.disclose(issuance.encode(), {"goods", "nominal"}), complete=False)
    assert presented.claims == ours.claims
    assert set(presented.disclosures) == set(ours.disclosures)


def test_decoys_and_nested_disclosures_are_valid_sd_jwt_but_no_statements():
    ed25519 = {"kty": "OKP", "crv": "Ed25519"}
    decoys, _ = _issue(ed25519, "Ed25519", CLAIMS, add_decoy_claims=True)
    nested, _ = _issue(ed25519, "Ed25519", {"goods": {SDObj("amount"): "1", "unit": "KGM"}})
    elements, _ = _issue(ed25519, "Ed25519", {"route": [SDObj("DE"), "MX"]})
    for issuance in (decoys, nested, elements):
        with pytest.raises(Malformed):
            sdjwt.split(issuance.encode())
