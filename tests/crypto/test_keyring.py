"""Whose key was valid at which entry."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import Malformed, UnknownKey
from crypto.keyring import Enrolment, Keyring
from crypto.keys import PrivateKey

KEY = PrivateKey.from_seed(bytes(32)).public
OTHER = PrivateKey.from_seed(b"\1" * 32).public


def test_a_key_is_valid_after_the_entry_that_added_it():
    ring = Keyring().enrol("NL-CUSTOMS", KEY, at=5)
    assert ring.find(KEY.kid, at=6) == Enrolment(holder="NL-CUSTOMS", key=KEY, added=5)
    for entry in (0, 5):
        with pytest.raises(UnknownKey) as refusal:
            ring.find(KEY.kid, at=entry)
        assert not refusal.value.revoked


def test_a_key_may_sign_its_own_revocation_and_nothing_later():
    ring = Keyring().enrol("NL-CUSTOMS", KEY, at=5).revoke(KEY.kid, at=9)
    assert ring.find(KEY.kid, at=9).revoked == 9
    with pytest.raises(UnknownKey) as refusal:
        ring.find(KEY.kid, at=10)
    assert refusal.value.revoked


@given(st.integers(0, 20), st.integers(1, 20), st.integers(0, 50))
def test_validity_is_added_before_and_not_revoked_before(added, lifetime, entry):
    ring = Keyring().enrol("A", KEY, at=added).revoke(KEY.kid, at=added + lifetime)
    if added < entry <= added + lifetime:
        assert ring.find(KEY.kid, at=entry).key == KEY
    else:
        with pytest.raises(UnknownKey):
            ring.find(KEY.kid, at=entry)


def test_an_unknown_key_is_unknown_and_not_revoked():
    with pytest.raises(UnknownKey) as refusal:
        Keyring().find(KEY.kid, at=1)
    assert not refusal.value.revoked
    with pytest.raises(UnknownKey):
        Keyring().revoke(KEY.kid, at=1)


def test_a_key_is_enrolled_once_for_ever_even_after_its_revocation():
    ring = Keyring().enrol("NL-CUSTOMS", KEY, at=1)
    for again in (ring, ring.revoke(KEY.kid, at=2)):
        for holder in ("NL-CUSTOMS", "DE-CUSTOMS"):
            with pytest.raises(Malformed):
                again.enrol(holder, KEY, at=3)


def test_a_revocation_is_final():
    ring = Keyring().enrol("A", KEY, at=1).revoke(KEY.kid, at=2)
    with pytest.raises(UnknownKey) as refusal:
        ring.revoke(KEY.kid, at=3)
    assert refusal.value.revoked
    assert ring.find(KEY.kid, at=2).revoked == 2


def test_a_key_is_not_revoked_before_it_was_added():
    with pytest.raises(Malformed):
        Keyring().enrol("A", KEY, at=4).revoke(KEY.kid, at=4)


def test_a_compromise_marks_and_removes_nothing():
    since = datetime(2026, 1, 1, tzinfo=UTC)
    ring = Keyring().enrol("A", KEY, at=1).revoke(KEY.kid, at=9, compromised_since=since)
    assert ring.find(KEY.kid, at=5).compromised_since == since


def test_a_ring_does_not_change_when_another_is_made_of_it():
    empty = Keyring()
    one = empty.enrol("A", KEY, at=1)
    two = one.enrol("B", OTHER, at=2)
    two.revoke(KEY.kid, at=3)
    assert (len(empty), len(one), len(two)) == (0, 1, 2)
    assert one.find(KEY.kid, at=100).revoked is None
    assert [each.key for each in two] == [KEY, OTHER]
    assert two.holders == {"A", "B"}
    assert [each.key for each in two.held_by("B")] == [OTHER]
    assert OTHER.kid in two
    assert OTHER.kid not in one
