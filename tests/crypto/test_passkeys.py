"""Passkeys: only a verified user's assertion over this very challenge, key and site counts."""

import json
from dataclasses import replace

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import BadSignature, CryptoError, Malformed, Untrusted, passkeys
from crypto.encodings import b64u_decode, b64u_encode
from tests.authenticators import Authenticator

SITE = {"rp_id": "ledger.example", "origin": "https://ledger.example"}
CHALLENGE = passkeys.challenge_of({"approve": "NL-CNA/grant-1"})
KEY = Authenticator()


def created(authenticator, challenge=CHALLENGE):
    options = passkeys.creation_options(
        rp_id="ledger.example",
        rp_name="Shield Ledger",
        user="NL-CNA/p-1",
        shown="Focal point",
        challenge=challenge,
    )
    return authenticator.create(options)


def registered(authenticator, **changed):
    said = {"challenge": CHALLENGE, **SITE, **changed}
    return passkeys.verify_registration(created(authenticator), **said)


def asserted(authenticator, said=None, **changed):
    wanted = {"public_key": authenticator.cose, "challenge": CHALLENGE, **SITE, **changed}
    given_ = authenticator.assertion(CHALLENGE) if said is None else said
    return passkeys.verify_assertion(given_, **wanted)


@pytest.mark.parametrize("algorithm", [-8, -7, -257])
def test_what_is_registered_asserts_afterwards(algorithm):
    authenticator = Authenticator(algorithm=algorithm)
    new = registered(authenticator)
    assert (new.id, new.public_key) == (authenticator.id, authenticator.cose)
    found = asserted(authenticator, public_key=new.public_key, sign_count=new.sign_count)
    assert found == passkeys.Asserted(credential=new.id, user_verified=True, sign_count=1)


def test_an_assertion_is_taken_as_bytes_and_without_what_is_not_checked():
    said = KEY.assertion(CHALLENGE)
    assert asserted(KEY, json.dumps(said).encode()) == asserted(KEY, passkeys.essence(said))
    assert "userHandle" not in passkeys.essence(said)["response"]


def test_options_ask_for_a_verified_user_and_for_no_attestation():
    options = passkeys.creation_options(
        rp_id="ledger.example", rp_name="Log", user="NL-CNA/p-1", shown="Ada", challenge=CHALLENGE
    )
    assert options["attestation"] == "none"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    asked = passkeys.request_options(rp_id="ledger.example", challenge=CHALLENGE, allowed=(KEY.id,))
    assert asked["userVerification"] == "required"
    assert [each["id"] for each in asked["allowCredentials"]] == [KEY.id]


def test_without_user_verification_nothing_is_registered_or_asserted():
    careless = replace(KEY, verifies=False)
    with pytest.raises(Untrusted):
        registered(careless)
    with pytest.raises(Untrusted, match="verify its user"):
        asserted(careless)


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({"challenge": passkeys.challenge_of({"approve": "NL-CNA/grant-2"})}, BadSignature),
        ({"public_key": Authenticator(seed=b"\7" * 32).cose}, BadSignature),
        ({"rp_id": "other.example"}, BadSignature),
        ({"origin": "https://other.example"}, Untrusted),
        ({"sign_count": 1}, Untrusted),
        ({"public_key": b""}, Malformed),
    ],
)
def test_an_assertion_fits_one_challenge_key_and_site(changed, refused):
    with pytest.raises(refused):
        asserted(Authenticator(), **changed)


@pytest.mark.parametrize(
    "client",
    [{"crossOrigin": True}, {"topOrigin": "https://evil.example"}, {"type": "payment.get"}],
)
def test_a_ceremony_inside_another_site_or_of_another_kind_is_refused(client):
    strange = replace(KEY, client=client)
    with pytest.raises((Untrusted, Malformed)):
        asserted(strange)
    with pytest.raises((Untrusted, Malformed)):
        registered(strange)


@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature"])
def test_an_assertion_with_any_bit_changed_is_refused(part):
    said = KEY.assertion(CHALLENGE)
    whole = b64u_decode(said["response"][part])
    for place in range(len(whole) * 8):
        spoiled = bytearray(whole)
        spoiled[place // 8] ^= 1 << place % 8
        response = {**said["response"], part: b64u_encode(bytes(spoiled))}
        with pytest.raises(CryptoError):
            asserted(KEY, {**said, "response": response})


@pytest.mark.parametrize(
    "key",
    [
        {1: 1, 3: -8, -1: 6, -2: (1).to_bytes(32, "little")},  # of small order
        {1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)},  # no point of the curve
        {1: 2, 3: -36, -1: 3, -2: bytes(66), -3: bytes(66)},  # another curve
        {1: 3, 3: -257, -1: b"\xff" * 128, -2: b"\1\0\1"},  # too short
        {1: 3, 3: -257, -1: b"\xff" * 256, -2: b"\3"},
        {1: 1, 3: -8},
        {},
        [],
    ],
)
def test_a_key_that_anybody_could_sign_for_or_of_no_algorithm_of_ours_is_refused(key):
    with pytest.raises(Malformed):
        passkeys.check_public_key(cbor2.dumps(key))


def test_an_uncompressed_point_alone_is_no_key():
    with pytest.raises(Malformed):
        passkeys.check_public_key(b"\4" + bytes(64))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@given(JSON, st.sampled_from(["type", "response", "clientDataJSON", "signature"]))
def test_whatever_a_stranger_sends_is_refused_by_an_error_of_ours(value, part):
    said = KEY.assertion(CHALLENGE)
    changed = {**said, part: value, "response": {**said["response"], part: value}}
    changed = changed if part != "response" else {**said, part: value}
    if changed == said:
        return
    with pytest.raises(CryptoError):
        asserted(KEY, changed)


@given(st.binary(max_size=200))
def test_an_attestation_of_any_bytes_is_refused_by_an_error_of_ours(noise):
    said = created(KEY)
    response = {**said["response"], "attestationObject": b64u_encode(noise)}
    with pytest.raises(CryptoError):
        passkeys.verify_registration({**said, "response": response}, challenge=CHALLENGE, **SITE)
