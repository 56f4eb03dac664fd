"""Keys: each enrolled once, with a proof that its holder has it, and valid between two entries."""

from typing import Any

import pytest

from crypto import UnknownKey
from crypto.encodings import b64u_encode
from crypto.keys import PrivateKey
from ledger import NotPermitted
from ledger.roster import HUB, root_of
from tests.enlisting import apply, founded, refusal, staffed
from tests.enrolling import key_claims
from tests.factories import body, enrolment, key_for

# The neutral element and a point of order 4: signatures under them mean nothing (RFC 8032 §5.1.3).
SMALL_ORDER = [b"\x01" + bytes(31), bytes(32)]


def key_added(agency: str, name: str, **changes: Any) -> dict[str, Any]:
    return body("key.added", agency=agency, **key_claims(agency, key=key_for(name)), **changes)


ROTATION = pytest.mark.parametrize(
    ("agency", "allowed"), [("NL-ROOT", True), (HUB, True), ("KE-ROOT", False)]
)


def test_a_key_is_enrolled_once_for_ever():
    again = key_added("NL-CUSTOMS", "NL-CUSTOMS")
    assert (refusal(staffed(), again, "NL-ROOT").code) == "key-reused"
    revoked = apply(staffed(), body("key.revoked"), "NL-ROOT", 2)
    assert refusal(revoked, again, "NL-ROOT", 3).code == "key-reused"
    stolen = key_added("KE-CUSTOMS", "NL-CUSTOMS")
    elsewhere = apply(staffed(), enrolment("KE-CUSTOMS"), "KE-ROOT", 2)
    assert refusal(elsewhere, stolen, "KE-ROOT", 3).pointer == "/key"


@pytest.mark.parametrize("raw", SMALL_ORDER, ids=["order 1", "order 4"])
def test_a_key_of_small_order_is_refused(raw):
    weak = {"kty": "OKP", "crv": "Ed25519", "x": b64u_encode(raw)}
    error = refusal(founded(), enrolment("NL-CUSTOMS", key=weak), "NL-ROOT")
    assert (error.pointer, error.code) == ("/key", "bad-key")


@pytest.mark.parametrize(
    "spoiled",
    [
        {"x": "AA"},
        {"x": "!" * 43},
        {"y": "AA"},
        {"kty": "EC"},
        {"crv": "P-256"},
        {"x": b64u_encode(b"\xff" * 32)},
    ],
)
def test_a_key_in_an_odd_spelling_is_refused(spoiled):
    key = key_for("NL-CUSTOMS").public.jwk | spoiled
    assert refusal(founded(), enrolment("NL-CUSTOMS", key=key), "NL-ROOT").code == "bad-key"


def test_a_p256_key_is_as_good():
    key = PrivateKey.generate("ES256")
    made = enrolment("NL-CUSTOMS", **key_claims("NL-CUSTOMS", key=key))
    assert key.kid in apply(founded(), made, "NL-ROOT", 1).keyring


@pytest.mark.parametrize(
    "proof",
    [
        key_claims("NL-CUSTOMS", key=key_for("other"))["possession"],
        key_claims("KE-CUSTOMS", key=key_for("NL-CUSTOMS"))["possession"],
        key_claims("NL-CUSTOMS", "another.log", key_for("NL-CUSTOMS"))["possession"],
        b64u_encode(bytes(64)),
        "AA",
        "not base64url!",
    ],
    ids=["another key", "another holder", "another log", "zeros", "too short", "no encoding"],
)
def test_a_key_is_enrolled_only_with_a_proof_that_its_holder_has_it(proof):
    error = refusal(founded(), enrolment("NL-CUSTOMS", possession=proof), "NL-ROOT")
    assert (error.pointer, error.code) == ("/possession", "no-possession")


def test_two_keys_may_be_valid_during_a_rotation():
    roster = apply(staffed(), key_added("NL-CUSTOMS", "second"), "NL-ROOT", 2)
    assert {each.key.kid for each in roster.keyring.held_by("NL-CUSTOMS")} == {
        key_for("NL-CUSTOMS").kid,
        key_for("second").kid,
    }


def test_a_key_is_added_only_to_an_agency_there_is():
    error = refusal(founded(), key_added("NL-CUSTOMS", "second"), "NL-ROOT")
    assert (error.pointer, error.code) == ("/agency", "unknown-agency")


def test_a_revoked_key_is_valid_for_earlier_entries_only():
    since = "2026-03-01T00:00:00Z"
    made = body("key.revoked", compromised_since=since, reason="compromised")
    roster = apply(staffed(), made, "NL-ROOT", 5)
    kid = key_for("NL-CUSTOMS").kid
    assert roster.keyring.find(kid, 4).compromised_since is not None
    with pytest.raises(UnknownKey) as caught:
        roster.keyring.find(kid, 6)
    assert caught.value.revoked
    again = refusal(roster, body("key.revoked"), "NL-ROOT", 6)
    assert (again.pointer, again.code) == ("/kid", "unknown-key")


@pytest.mark.parametrize(
    ("agency", "allowed"), [("NL-ROOT", True), (HUB, True), ("KE-ROOT", False)]
)
def test_a_key_is_revoked_by_its_own_root_or_by_the_hub(agency, allowed):
    if allowed:
        roster = apply(staffed(), body("key.revoked"), agency, 2)
        assert roster.keyring.held_by("NL-CUSTOMS")[0].revoked == 2
    else:
        assert isinstance(refusal(staffed(), body("key.revoked"), agency), NotPermitted)


def test_a_key_nobody_has_is_not_revoked():
    assert refusal(staffed(), body("key.revoked", kid="nobody"), "NL-ROOT").code == "unknown-key"


@pytest.mark.parametrize(
    ("agency", "allowed"), [("NL-ROOT", True), (HUB, True), ("KE-ROOT", False)]
)
def test_a_root_key_is_followed_by_another(agency, allowed):
    made = key_added(root_of("NL"), "NL-ROOT-2")
    if allowed:
        roster = apply(founded(), made, agency, 1)
        assert len(roster.keyring.held_by("NL-ROOT")) == 2
    else:
        assert isinstance(refusal(founded(), made, agency), NotPermitted)


def test_a_country_that_takes_no_part_has_no_root():
    assert isinstance(refusal(founded(), key_added("UG-ROOT", "x"), HUB), NotPermitted)
