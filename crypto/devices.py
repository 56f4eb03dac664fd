"""Keys in a device that never shows them (PKCS#11), each named by a URI (RFC 7512).

`pkcs11:token=shield;object=wrapping?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:/run/pin`

The PIN lies in a file and never in the URI. The driver is the package's extra `pkcs11`; without it
nothing here works, and nothing else needs it. A process opens a token once, when it is first asked:
a session must not be inherited by a fork.
"""

import os
import threading
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import unquote

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from crypto import Malformed, UnknownKey, Untrusted, keyfiles
from crypto.concealing import NONCE_BYTES, TAG_BYTES, Wrapping

try:
    import pkcs11
except ImportError:  # the extra is not installed
    pkcs11 = None  # type: ignore[assignment]

SCHEME: Final = "pkcs11:"
_PATH: Final = frozenset({"token", "object"})
_QUERY: Final = frozenset({"module-path", "pin-source"})
_POINT: Final = bytes([4, 32])  # an octet string of 32 bytes, which PKCS#11 puts around a point


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """Where a key is: the module that speaks to the device, the token, the key's label, the PIN."""

    token: str
    object: str
    module: str
    pin_file: str

    @classmethod
    def parse(cls, uri: str) -> Self:
        """Read a URI; it must say all four parts and no other."""
        path, _, query = uri.removeprefix(SCHEME).partition("?")
        said = {**_attributes(path, ";"), **_attributes(query, "&")}
        if not uri.startswith(SCHEME) or said.keys() != _PATH | _QUERY:
            raise Malformed(
                "a key in a device is pkcs11:token=…;object=…?module-path=…&pin-source=file:…"
            )
        pin_file = said["pin-source"].removeprefix("file:").removeprefix("//")
        return cls(
            token=said["token"],
            object=said["object"],
            module=said["module-path"],
            pin_file=pin_file,
        )


def _attributes(text: str, between: str) -> dict[str, str]:
    pairs = (each.partition("=") for each in text.split(between) if each)
    return {name: unquote(value, errors="strict") for name, _, value in pairs}


@dataclass(frozen=True)
class _Opened:
    """A session with a token. One call at a time: PKCS#11 sessions are not for several threads."""

    session: Any
    lock: threading.Lock = field(default_factory=threading.Lock)


@lru_cache
def _opened(module: str, token: str, pin_file: str) -> _Opened:
    if pkcs11 is None:
        raise Untrusted("install shield-ledger[pkcs11] to use a key in a device")
    pin = keyfiles.read(Path(pin_file)).decode().strip()
    try:
        found = pkcs11.lib(module).get_token(token_label=token)
        return _Opened(found.open(user_pin=pin))
    except (pkcs11.PKCS11Error, RuntimeError) as error:
        raise Untrusted(f"the token {token} can't be used: {type(error).__name__}") from error


def _key(opened: _Opened, kind: str, label: str) -> Any:
    try:
        return opened.session.get_key(object_class=getattr(pkcs11.ObjectClass, kind), label=label)
    except pkcs11.NoSuchKey as error:
        raise UnknownKey(f"the token has no key {label}") from error
    except pkcs11.PKCS11Error as error:
        raise Untrusted(f"the key {label} can't be used: {type(error).__name__}") from error


@dataclass(frozen=True)
class DeviceWrapping:
    """Wraps data keys with an AES key of a device (CKM_AES_GCM), which its label names.

    Keys of other labels on the same token open what they wrapped before, and so do `older` ones
    kept elsewhere: so a node moves into the device, or from one key to the next, while it runs.
    """

    address: Address
    older: Wrapping | None = None

    def current(self) -> str:
        opened = self._token()
        with opened.lock:
            _key(opened, "SECRET_KEY", self.address.object)
        return self.address.object

    def wrap(self, key: bytes, context: bytes) -> tuple[str, bytes]:
        nonce = os.urandom(NONCE_BYTES)
        return self.address.object, nonce + self._do(
            "encrypt", self.address.object, key, nonce, context
        )

    def unwrap(self, name: str, wrapped: bytes, context: bytes) -> bytes:
        if len(wrapped) < NONCE_BYTES + TAG_BYTES:
            raise Malformed("too short to be anything wrapped")
        try:
            return self._do("decrypt", name, wrapped[NONCE_BYTES:], wrapped[:NONCE_BYTES], context)
        except UnknownKey:
            if self.older is None:
                raise
            return self.older.unwrap(name, wrapped, context)

    def _do(self, what: str, label: str, data: bytes, nonce: bytes, context: bytes) -> bytes:
        opened = self._token()
        with opened.lock:
            key = _key(opened, "SECRET_KEY", label)
            how = pkcs11.GCMParams(nonce, context, TAG_BYTES * 8)
            try:
                done = getattr(key, what)(
                    data, mechanism=pkcs11.Mechanism.AES_GCM, mechanism_param=how
                )
            except pkcs11.PKCS11Error as error:
                said = f"does not {what}: it, its place or its key was changed"
                raise Untrusted(said) from error
        return bytes(done)

    def _token(self) -> _Opened:
        return _opened(self.address.module, self.address.token, self.address.pin_file)


class DeviceSigningKey(ed25519.Ed25519PrivateKey):
    """An Ed25519 key of a device, for `crypto.keys.PrivateKey` to hold like any other.

    The public key is read from the token's public object of the same label.
    """

    def __init__(self, address: Address) -> None:
        self._opened = _opened(address.module, address.token, address.pin_file)
        with self._opened.lock:
            self._key = _key(self._opened, "PRIVATE_KEY", address.object)
            public = _key(self._opened, "PUBLIC_KEY", address.object)
            point = bytes(public[pkcs11.Attribute.EC_POINT])
        if public.key_type != pkcs11.KeyType.EC_EDWARDS or point[:2] != _POINT:
            raise Malformed(f"the key {address.object} is not an Ed25519 key")
        self._public = ed25519.Ed25519PublicKey.from_public_bytes(point[2:])

    def public_key(self) -> ed25519.Ed25519PublicKey:
        return self._public

    def sign(self, data: "bytes | bytearray | memoryview[int]") -> bytes:
        with self._opened.lock:
            try:
                return bytes(self._key.sign(bytes(data), mechanism=pkcs11.Mechanism.EDDSA))
            except pkcs11.PKCS11Error as error:
                raise Untrusted(f"the device does not sign: {type(error).__name__}") from error

    def private_bytes(
        self,
        encoding: serialization.Encoding,
        format: serialization.PrivateFormat,  # noqa: A002 - the library's name
        encryption_algorithm: serialization.KeySerializationEncryption,
    ) -> bytes:
        del encoding, format, encryption_algorithm
        raise Untrusted("a key in a device never leaves it")

    def private_bytes_raw(self) -> bytes:
        raise Untrusted("a key in a device never leaves it")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        del memo
        return self
