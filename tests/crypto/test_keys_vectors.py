"""Signatures judged as Wycheproof and the Ed25519 edge-case vectors of C2SP/CCTV say."""

import json
from pathlib import Path

import pytest

from crypto import BadSignature, Malformed
from crypto.encodings import b64u_encode
from crypto.keys import PublicKey

VECTORS = Path(__file__).parents[1] / "vectors"
CCTV = json.loads((VECTORS / "ed25519_cctv" / "ed25519vectors.json").read_bytes())

# The encodings listed in the vectors' README: eight points and six other spellings of them.
SMALL_ORDER = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
]


def _groups(name):
    return json.loads((VECTORS / "wycheproof" / name).read_bytes())["testGroups"]


def _key(group):
    # Not every ECDSA group has a JWK; each has the point.
    if "publicKeyJwk" in group:
        return PublicKey.from_jwk(group["publicKeyJwk"])
    return PublicKey("ES256", bytes.fromhex(group["publicKey"]["uncompressed"]))


def _cases(name):
    return [(_key(group), case) for group in _groups(name) for case in group["tests"]]


@pytest.mark.parametrize(
    ("file", "count"),
    [("ed25519_test.json", 151), ("ecdsa_secp256r1_sha256_p1363_test.json", 262)],
)
def test_wycheproof_verdicts_are_ours(file, count):
    cases = _cases(file)
    assert len(cases) == count
    for key, case in cases:
        signature, message = bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"])
        if case["result"] == "valid":
            key.check(signature, message)
        else:
            with pytest.raises(BadSignature):
                key.check(signature, message)


def _ed25519(raw):
    return PublicKey.from_jwk({"kty": "OKP", "crv": "Ed25519", "x": b64u_encode(raw)})


@pytest.mark.parametrize("encoded", SMALL_ORDER)
def test_an_ed25519_key_of_small_order_is_refused_however_it_is_spelled(encoded):
    with pytest.raises(Malformed, match=r"small order|non-canonical"):
        _ed25519(bytes.fromhex(encoded))


@pytest.mark.parametrize("encoded", [SMALL_ORDER[5], SMALL_ORDER[13]])
def test_minus_zero_is_no_second_spelling_of_zero(encoded):
    with pytest.raises(Malformed, match="minus zero"):
        _ed25519(bytes.fromhex(encoded))


def test_an_unreduced_ed25519_key_is_refused():
    for y in range(2**255 - 19, 2**255):
        for sign in (0, 1):
            with pytest.raises(Malformed, match="not reduced"):
                _ed25519((y | sign << 255).to_bytes(32, "little"))


def test_an_ed25519_key_off_the_curve_is_refused():
    with pytest.raises(Malformed, match="no point"):
        _ed25519((2).to_bytes(32, "little"))


def test_every_edge_case_key_is_refused_exactly_when_it_is_of_small_order_or_misspelt():
    assert len(CCTV) == 914
    for vector in CCTV:
        raw, flags = bytes.fromhex(vector["key"]), set(vector["flags"] or ())
        if flags & {"low_order_A", "non_canonical_A"}:
            with pytest.raises(Malformed):
                _ed25519(raw)
        else:
            assert _ed25519(raw).raw == raw


def test_under_accepted_keys_signatures_are_judged_cofactorless_with_a_canonical_r():
    # So what we accept is accepted by cofactored verifiers too: nobody can split our readers.
    judged = 0
    for vector in CCTV:
        flags = set(vector["flags"] or ())
        if flags & {"low_order_A", "non_canonical_A"}:
            continue
        judged += 1
        key = _ed25519(bytes.fromhex(vector["key"]))
        signature, message = bytes.fromhex(vector["sig"]), vector["msg"].encode()
        if flags & {"low_order_residue", "non_canonical_R"}:
            with pytest.raises(BadSignature):
                key.check(signature, message)
        else:
            key.check(signature, message)
    assert judged > 100
