"""One text for each byte string, in both alphabets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import Malformed
from crypto.encodings import b64_decode, b64_encode, b64u_decode, b64u_decode_each, b64u_encode

# RFC 4648 §10.
VECTORS = [
    (b"", ""),
    (b"f", "Zg=="),
    (b"fo", "Zm8="),
    (b"foo", "Zm9v"),
    (b"foob", "Zm9vYg=="),
    (b"fooba", "Zm9vYmE="),
    (b"foobar", "Zm9vYmFy"),
]


@pytest.mark.parametrize(("data", "text"), VECTORS)
def test_the_vectors_of_rfc_4648_hold_both_ways(data, text):
    assert b64_encode(data) == text
    assert b64_decode(text) == data
    assert b64u_encode(data) == text.rstrip("=")
    assert b64u_decode(text.rstrip("=")) == data


@given(st.binary())
def test_what_is_encoded_is_decoded_to_the_same(data):
    assert b64_decode(b64_encode(data)) == data
    assert b64u_decode(b64u_encode(data)) == data


@given(st.text(alphabet="AQgw_-+/=\n é", max_size=6))
def test_a_text_is_refused_or_is_the_only_one_for_its_bytes(text):
    for encode, decode in ((b64_encode, b64_decode), (b64u_encode, b64u_decode)):
        try:
            data = decode(text)
        except Malformed:
            continue
        assert encode(data) == text


@given(st.lists(st.text(alphabet="AQgw_-+/=\n é", max_size=4) | st.binary().map(b64u_encode)))
def test_many_texts_are_decoded_as_each_is_by_itself(many):
    try:
        expected = [b64u_decode(text) for text in many]
    except Malformed:
        with pytest.raises(Malformed):
            b64u_decode_each(many)
    else:
        assert b64u_decode_each(many) == expected


@pytest.mark.parametrize(
    "text", ["Zg==", "Zh", "Z", "Zm9v\n", " Zm9v", "Zm+v", "Zm/v", "Zm9v*", "Zm9vé", "Zm\ud800v"]
)
def test_base64url_has_no_padding_no_stray_characters_and_no_unused_bits(text):
    with pytest.raises(Malformed):
        b64u_decode(text)


@pytest.mark.parametrize(
    "text", ["Zg", "Zh==", "Zg=", "Zm9v\n", "Zm-v", "Zm_v", "Zg==Zg==", "Zm9vé"]
)
def test_base64_needs_its_padding_and_nothing_more(text):
    with pytest.raises(Malformed):
        b64_decode(text)
