"""Concealing at rest: AES-256-GCM under data keys, and data keys wrapped by a key kept elsewhere.

A database or backup that is stolen alone shows nothing of what is concealed. Only who holds the
wrapping key can open the data keys that lie beside it, and changing the wrapping key touches
nothing but them. The word *seal* belongs to containers here, so it is conceal and reveal.
"""

import hashlib
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crypto import Malformed, UnknownKey, Untrusted
from crypto.encodings import b64u_decode, b64u_encode

KEY_BYTES: Final = 32
NONCE_BYTES: Final = (
    12  # random: one key conceals far fewer than 2^32 values (NIST SP 800-38D §8.3)
)
TAG_BYTES: Final = 16
_ID_CHARACTERS: Final = 12

Random = Callable[[int], bytes]


class DataKey:
    """One AES-256-GCM key (NIST SP 800-38D), ready to use: making the cipher costs most."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise Malformed(f"a data key has {KEY_BYTES} bytes")
        self._cipher = AESGCM(key)

    def conceal(self, data: bytes, context: bytes) -> bytes:
        """Nonce, ciphertext and tag. It opens in the same context only: not in another's place."""
        # From the system each time: processes that were forked must not share a sequence.
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, data, context)

    def reveal(self, concealed: bytes, context: bytes) -> bytes:
        """What was concealed; Untrusted where key, context or a bit of it is another."""
        if len(concealed) < NONCE_BYTES + TAG_BYTES:
            raise Malformed("too short to be anything concealed")
        try:
            return self._cipher.decrypt(concealed[:NONCE_BYTES], concealed[NONCE_BYTES:], context)
        except InvalidTag as error:
            raise Untrusted("does not open: it, its place or its key was changed") from error


class Wrapping(Protocol):
    """Who wraps data keys: keys in a file, or a device that never shows its own."""

    def current(self) -> str:
        """The id of the key that new data keys are wrapped under."""

    def wrap(self, key: bytes, context: bytes) -> tuple[str, bytes]:
        """The id of the current wrapping key, and the data key under it."""

    def unwrap(self, name: str, wrapped: bytes, context: bytes) -> bytes:
        """The data key again; UnknownKey where that wrapping key is not held."""


def new_wrapping_key(random: Random = secrets.token_bytes) -> str:
    """A line for a file of wrapping keys."""
    return b64u_encode(random(KEY_BYTES))


def read_wrapping_keys(text: str) -> dict[str, bytes]:
    """The keys in a text, one a line, by their ids; the first is the current one."""
    keys: dict[str, bytes] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        key = b64u_decode(line)
        if len(key) != KEY_BYTES:
            raise Malformed(f"a wrapping key is {KEY_BYTES} bytes in base64url, one a line")
        keys[id_of(key)] = key
    if not keys:
        raise Untrusted("there is no wrapping key")
    return keys


def id_of(key: bytes) -> str:
    """A wrapping key's id: the beginning of a hash, which shows nothing of 256 random bits."""
    return b64u_encode(hashlib.sha256(b"shield/wrapping-key\x00" + key).digest())[:_ID_CHARACTERS]


@dataclass(frozen=True)
class WrappingKeys:
    """Wrapping keys as somebody keeps them as text; read when needed, and again when they changed.

    So a process that runs through a rotation finds the new key by itself. Data keys are made
    seldom, and each time under the key that is current at that moment. With a `source` that can be
    pickled, another process can be given these.
    """

    source: Callable[[], str]
    _held: dict[str, bytes] = field(default_factory=dict, repr=False, compare=False)

    def current(self) -> str:
        return next(iter(self._read()))

    def wrap(self, key: bytes, context: bytes) -> tuple[str, bytes]:
        name, wrapping = next(iter(self._read().items()))
        return name, DataKey(wrapping).conceal(key, context)

    def unwrap(self, name: str, wrapped: bytes, context: bytes) -> bytes:
        held = self._held if name in self._held else self._read()
        if name not in held:
            raise UnknownKey(f"the wrapping key {name} is not held here")
        return DataKey(held[name]).reveal(wrapped, context)

    def _read(self) -> Mapping[str, bytes]:
        read = read_wrapping_keys(self.source())
        self._held.update(read)
        return read
