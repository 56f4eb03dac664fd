"""What is concealed opens in its own place, under its own key, whole; and in no other way."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import Malformed, UnknownKey, Untrusted
from crypto.concealing import (
    KEY_BYTES,
    DataKey,
    WrappingKeys,
    id_of,
    new_wrapping_key,
    read_wrapping_keys,
)
from crypto.encodings import b64u_encode

KEY = DataKey(bytes(range(KEY_BYTES)))
FIRST, SECOND = (b64u_encode(bytes([n] * KEY_BYTES)) for n in (1, 2))


@given(data=st.binary(), context=st.binary())
def test_what_is_concealed_is_revealed(data: bytes, context: bytes):
    assert KEY.reveal(KEY.conceal(data, context), context) == data


def test_the_published_vector_of_aes_256_gcm_opens():
    """Test case 16 of the GCM specification (McGrew and Viega), whose tag covers its header too."""
    key = bytes.fromhex("feffe9928665731c6d6a8f9467308308" * 2)
    nonce = bytes.fromhex("cafebabefacedbaddecaf888")
    cipher = bytes.fromhex(
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        "76fc6ece0f4e1768cddf8853bb2d551b"
    )
    header = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    plain = DataKey(key).reveal(nonce + cipher, header)
    assert plain.hex().startswith("d9313225f88406e5a55909c5aff5269a")


@given(data=st.binary(min_size=1, max_size=40), bit=st.integers(0, 8 * 68))
def test_one_flipped_bit_keeps_it_shut(data: bytes, bit: int):
    concealed = bytearray(KEY.conceal(data, b"place"))
    concealed[bit // 8 % len(concealed)] ^= 1 << bit % 8
    with pytest.raises(Untrusted):
        KEY.reveal(bytes(concealed), b"place")


def test_another_place_or_key_or_a_cut_keeps_it_shut():
    concealed = KEY.conceal(b"secret", b"place")
    with pytest.raises(Untrusted):
        KEY.reveal(concealed, b"another")
    with pytest.raises(Untrusted):
        DataKey(bytes(KEY_BYTES)).reveal(concealed, b"place")
    for length in range(len(concealed)):
        with pytest.raises((Untrusted, Malformed)):
            KEY.reveal(concealed[:length], b"place")


def test_the_same_twice_looks_different():
    assert len({KEY.conceal(b"secret", b"place") for _ in range(100)}) == 100


def test_a_data_key_has_its_length():
    with pytest.raises(Malformed):
        DataKey(bytes(16))


def test_the_first_key_wraps_and_every_key_unwraps():
    old = WrappingKeys(source=lambda: FIRST)
    name, wrapped = old.wrap(bytes(KEY_BYTES), b"1")
    both = WrappingKeys(source=lambda: f"{SECOND}\n{FIRST}\n")
    assert both.unwrap(name, wrapped, b"1") == bytes(KEY_BYTES)
    assert both.wrap(bytes(KEY_BYTES), b"1")[0] == both.current() != name == old.current()
    with pytest.raises(UnknownKey):
        WrappingKeys(source=lambda: SECOND).unwrap(name, wrapped, b"1")
    with pytest.raises(Untrusted):
        both.unwrap(name, wrapped, b"2")


def test_a_process_that_runs_through_a_rotation_finds_the_new_key():
    lines = [FIRST]
    keys = WrappingKeys(source=lambda: "\n".join(lines))
    before = keys.wrap(bytes(KEY_BYTES), b"1")
    lines.insert(0, SECOND)
    other = WrappingKeys(source=lambda: SECOND).wrap(bytes(KEY_BYTES), b"1")
    assert keys.unwrap(*other, b"1") == keys.unwrap(*before, b"1") == bytes(KEY_BYTES)
    assert keys.current() == other[0]


@pytest.mark.parametrize("text", [FIRST[:-2], f"{FIRST}=", "no key at all", f"{FIRST} {SECOND}"])
def test_what_is_no_key_is_refused(text: str):
    with pytest.raises(Malformed):
        read_wrapping_keys(text)


def test_no_key_is_refused_too():
    with pytest.raises(Untrusted, match="no wrapping key"):
        read_wrapping_keys(" \n\n")


def test_an_id_shows_nothing_of_its_key_and_new_keys_differ():
    (name,) = read_wrapping_keys(FIRST)
    assert name == id_of(bytes([1] * KEY_BYTES))
    assert name not in FIRST
    assert new_wrapping_key() != new_wrapping_key()


def test_wrapping_keys_show_no_key_and_go_to_other_processes():
    keys = WrappingKeys(source=new_wrapping_key)
    assert keys.current()
    assert repr(keys).count("_held") == 0
    assert pickle.loads(pickle.dumps(keys)) == keys  # noqa: S301 - our own bytes
