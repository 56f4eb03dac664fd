"""Base64 in its two alphabets (RFC 4648 §4 and §5), with one spelling for each byte string.

The standard library's decoders skip stray characters and ignore the unused bits of the last one, so
that several texts mean the same bytes. A reader that hashes or compares text can't have that: ours
re-print and compare.
"""

import binascii
from collections.abc import Sequence
from typing import Final

from crypto import Malformed

_TO_URL: Final = bytes.maketrans(b"+/", b"-_")
# The standard alphabet's own two are turned into what no reader takes.
_FROM_URL: Final = bytes.maketrans(b"-_+/=", b"+/\x00\x00\x00")
_ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
# By length modulo 4: the last characters whose spare bits are 0; none needed, or no such length.
_SPARE: Final = ("", None, frozenset(_ALPHABET[::16]), frozenset(_ALPHABET[::4]))
_PADDING: Final = (b"", b"", b"==", b"=")


def b64u_encode(data: bytes) -> str:
    """URL-safe alphabet without padding (RFC 4648 §5, as RFC 7515 §2 uses it)."""
    return binascii.b2a_base64(data, newline=False).translate(_TO_URL, b"=").decode("ascii")


def b64u_decode(text: str) -> bytes:
    """Strict, as the module says; the bits of the last character that carry nothing must be 0."""
    spare = _SPARE[len(text) % 4]
    if spare is None or (spare and text[-1] not in spare):
        raise Malformed("not base64url in its only spelling (RFC 4648 §5, no padding)")
    try:
        standard = text.encode("ascii").translate(_FROM_URL)
        return binascii.a2b_base64(standard + b"=" * (-len(text) % 4), strict_mode=True)
    except ValueError as error:
        raise Malformed("not base64url") from error


def b64u_decode_each(texts: Sequence[str]) -> list[bytes]:
    """As `b64u_decode` of each, with the letters of all of them turned at once."""
    if not texts:
        return []
    try:
        standard = " ".join(texts).encode("ascii").translate(_FROM_URL).split(b" ")
    except UnicodeEncodeError as error:
        raise Malformed("not base64url") from error
    if len(standard) != len(texts):
        raise Malformed("not base64url")
    decoded = []
    for text, letters in zip(texts, standard, strict=True):
        over = len(text) & 3
        spare = _SPARE[over]
        if spare is None or (spare and text[-1] not in spare):
            raise Malformed("not base64url in its only spelling (RFC 4648 §5, no padding)")
        try:
            decoded.append(binascii.a2b_base64(letters + _PADDING[over], strict_mode=True))
        except ValueError as error:
            raise Malformed("not base64url") from error
    return decoded


def b64_encode(data: bytes) -> str:
    """Standard alphabet with padding (RFC 4648 §4)."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def b64_decode(text: str) -> bytes:
    try:
        data = binascii.a2b_base64(text)
    except ValueError as error:
        raise Malformed("not base64") from error
    if b64_encode(data) != text:
        raise Malformed("not base64 in its only spelling (RFC 4648 §4, padded)")
    return data
