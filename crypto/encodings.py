"""Base64 in its two alphabets (RFC 4648 §4 and §5), with one spelling for each byte string.

The standard library's decoders skip stray characters and ignore the unused bits of the last one, so
that several texts mean the same bytes. A reader that hashes or compares text can't have that: ours
re-print and compare.
"""

import binascii
from typing import Final

from crypto import Malformed

_TO_URL: Final = bytes.maketrans(b"+/", b"-_")
_FROM_URL: Final = bytes.maketrans(b"-_", b"+/")


def b64u_encode(data: bytes) -> str:
    """URL-safe alphabet without padding (RFC 4648 §5, as RFC 7515 §2 uses it)."""
    return binascii.b2a_base64(data, newline=False).translate(_TO_URL, b"=").decode("ascii")


def b64u_decode(text: str) -> bytes:
    try:
        standard = text.encode("ascii").translate(_FROM_URL)
        data = binascii.a2b_base64(standard + b"=" * (-len(text) % 4))
    except ValueError as error:
        raise Malformed("not base64url") from error
    if b64u_encode(data) != text:
        raise Malformed("not base64url in its only spelling (RFC 4648 §5, no padding)")
    return data


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
