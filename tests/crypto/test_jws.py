"""Compact JWS: the cookbook's, Wycheproof's, another library's and ours."""

import json
from pathlib import Path

import pytest
from joserfc import jws as joserfc_jws
from joserfc.jwk import ECKey, OKPKey

from crypto import BadSignature, CryptoError, Malformed, jws
from crypto.encodings import b64u_decode, b64u_encode
from crypto.keys import PrivateKey, PublicKey

VECTORS = Path(__file__).parents[1] / "vectors"
COOKBOOK = sorted((VECTORS / "jose").glob("*/*.json"))
ED25519_EXAMPLE = json.loads((VECTORS / "jose" / "curve25519" / "jws.json").read_bytes())
MAX = 20_000


@pytest.fixture(params=["Ed25519", "ES256"], scope="module")
def key(request):
    return PrivateKey.generate(request.param)


def _joserfc(key):
    return (OKPKey if key.alg == "Ed25519" else ECKey).import_key(key.public.jwk)


def _public(jwk):
    return PublicKey.from_jwk({name: jwk[name] for name in jwk.keys() - {"d"}})


def test_the_cookbooks_ed25519_example_is_made_and_checked_to_the_byte():
    example = ED25519_EXAMPLE
    compact = example["output"]["compact"]
    split = jws.split(compact, max_bytes=MAX)
    assert split.header == {"alg": "EdDSA"}
    assert split.alg == "Ed25519"
    assert split.payload == example["input"]["payload"].encode()
    jws.check(split, _public(example["input"]["key"]))
    # Our header names the algorithm as RFC 9864 does; the signature below is over the old name.
    signer = PrivateKey.from_seed(b64u_decode(example["input"]["key"]["d"]))
    assert b64u_encode(signer.sign(split.signing_input)) == example["signing"]["sig"]


@pytest.mark.parametrize("path", COOKBOOK, ids=lambda path: path.name)
def test_nothing_else_in_the_cookbook_is_ours(path):
    # RSA, HMAC, P-521, JSON serialization, several signatures, detached and unencoded payloads:
    # whatever the JWS, it is refused for its form or algorithm; and so are the cookbook's keys.
    example = json.loads(path.read_bytes())
    if path.parent.name == "jwk":
        with pytest.raises(Malformed):
            PublicKey.from_jwk(example)
    elif example != ED25519_EXAMPLE:
        for text in (example["output"].get("compact"), json.dumps(example["output"])):
            with pytest.raises(Malformed):
                jws.split(text or "", max_bytes=MAX)


def _wycheproof(name):
    groups = json.loads((VECTORS / "wycheproof" / name).read_bytes())["testGroups"]
    return [
        pytest.param(
            group.get("public", group["private"]), case, id=f"{case['tcId']}-{case['comment']}"
        )
        for group in groups
        for case in group["tests"]
    ]


@pytest.mark.parametrize(
    ("jwk", "case"),
    _wycheproof("json_web_signature_test.json") + _wycheproof("json_web_key_test.json"),
)
def test_wycheproofs_jws_are_accepted_when_valid_and_es256(jwk, case):
    ours = jwk.get("alg") == "ES256" and jwk.get("crv") == "P-256"
    if ours and case["result"] == "valid":
        jws.check(jws.split(case["jws"], max_bytes=MAX), PublicKey.from_jwk(jwk))
    else:
        with pytest.raises((Malformed, BadSignature)):
            jws.check(jws.split(case["jws"], max_bytes=MAX), PublicKey.from_jwk(jwk))


def test_every_wycheproof_jws_is_tried():
    assert len(_wycheproof("json_web_signature_test.json")) == 401
    assert len(_wycheproof("json_web_key_test.json")) == 26


def test_another_library_verifies_what_we_sign(key):
    compact = jws.sign({"kid": key.kid}, b"payload", key)
    found = joserfc_jws.deserialize_compact(compact, _joserfc(key), algorithms=[key.alg])
    assert found.payload == b"payload"
    assert found.headers() == {"alg": key.alg, "kid": key.kid}


@pytest.mark.parametrize("kind", [OKPKey, ECKey])
def test_we_verify_what_another_library_signs(kind):
    curve, alg = ("Ed25519", "Ed25519") if kind is OKPKey else ("P-256", "ES256")
    theirs = kind.generate_key(curve)
    compact = joserfc_jws.serialize_compact({"alg": alg}, b"payload", theirs, algorithms=[alg])
    split = jws.split(compact, max_bytes=MAX)
    jws.check(split, PublicKey.from_jwk(theirs.as_dict(private=False)))
    assert split.payload == b"payload"


def test_a_jws_is_spoiled_by_any_other_character(key):
    compact = jws.sign({}, b"payload", key)
    for place in range(len(compact)):
        for other in "A.~=\n":
            spoiled = compact[:place] + other + compact[place + 1 :]
            if spoiled != compact:
                with pytest.raises(CryptoError):
                    jws.check(jws.split(spoiled, max_bytes=MAX), key.public)


def test_a_key_checks_signatures_of_its_own_algorithm_only():
    ed25519, es256 = PrivateKey.generate("Ed25519"), PrivateKey.generate("ES256")
    for one, other in ((ed25519, es256), (es256, ed25519)):
        with pytest.raises(BadSignature, match="under a key for"):
            jws.check(jws.split(jws.sign({}, b"", one), max_bytes=MAX), other.public)
        with pytest.raises(Malformed):
            jws.sign({"alg": other.alg}, b"", one)


def _compact(header, key):
    signing_input = f"{b64u_encode(header)}.{b64u_encode(b'payload')}"
    return f"{signing_input}.{b64u_encode(key.sign(signing_input.encode()))}"


@pytest.mark.parametrize(
    "header",
    [
        b'{"alg":"none"}',
        b'{"alg":"None"}',
        b'{"alg":"HS256"}',
        b'{"alg":"RS256"}',
        b'{"alg":"ES384"}',
        b'{"alg":"ES256K"}',
        b'{"alg":"Ed448"}',
        b'{"alg":["Ed25519"]}',
        b'{"alg":null}',
        b"{}",
        b"[]",
        b'"alg"',
        b'{"alg":"Ed25519","alg":"Ed25519"}',
        b'{"alg":"Ed25519","crit":["exp"],"exp":1}',
        b'{"alg":"Ed25519","crit":[]}',
        b'{"alg":"Ed25519","b64":false}',
        b'{"alg":"Ed25519","b64":true}',
        b'{"alg":"Ed25519","x":1.5}',
        b"\xff",
        b"",
    ],
)
def test_a_header_that_asks_for_anything_else_is_malformed_even_when_signed(header):
    signer = PrivateKey.generate()
    with pytest.raises(Malformed):
        jws.split(_compact(header, signer), max_bytes=MAX)


def test_spaces_in_a_header_are_allowed():
    signer = PrivateKey.generate()
    split = jws.split(_compact(b'{ "alg" : "Ed25519" }', signer), max_bytes=MAX)
    jws.check(split, signer.public)


def test_a_jws_has_a_size_limit_and_three_parts(key):
    compact = jws.sign({}, b"payload", key)
    assert jws.split(compact, max_bytes=len(compact))
    for wrong in (compact, f"{compact}.", compact.rpartition(".")[0], ""):
        with pytest.raises(Malformed):
            jws.split(wrong, max_bytes=len(compact) - 1)
        if wrong != compact:
            with pytest.raises(Malformed):
                jws.split(wrong, max_bytes=MAX)
