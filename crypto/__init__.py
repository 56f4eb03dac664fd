"""Bytes in, bytes out: encodings, canonical JSON, keys, signatures and statements.

Nothing here knows a shipment, a database or the time of day. Whatever is refused is refused with
one of the few errors below. This page imports nothing, so `except crypto.BadSignature` works
everywhere.
"""


class CryptoError(Exception):
    """Anything this package refuses."""


class Malformed(CryptoError):
    """The bytes break their format; `pointer` is the JSON pointer to the place, or empty."""

    def __init__(self, message: str, *, pointer: str = "") -> None:
        super().__init__(message)
        self.pointer = pointer


class UnknownKey(CryptoError):
    """No such key is valid here; `revoked` tells one that was valid from one never enrolled."""

    def __init__(self, message: str, *, revoked: bool = False) -> None:
        super().__init__(message)
        self.revoked = revoked


class BadSignature(CryptoError):
    """The signature does not belong to these bytes and this key."""


class Untrusted(CryptoError):
    """Well-formed but not to be relied on: stale, for somebody else, or kept carelessly."""
