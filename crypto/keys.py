"""Private and public keys, their ids, and the files private ones are kept in.

Two algorithms, each with one name (RFC 9864, RFC 7518 §3.4): `Ed25519` and `ES256`. A `PublicKey`
that exists has been checked; a `PrivateKey` never shows what it holds.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from crypto import BadSignature, Malformed, canonical, edwards, keyfiles
from crypto.encodings import b64u_decode, b64u_encode

Alg: TypeAlias = Literal["Ed25519", "ES256"]
_Public: TypeAlias = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey
_Private: TypeAlias = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey

_ECDSA: Final = ec.ECDSA(hashes.SHA256())
_CURVES: Final[dict[tuple[object, object], Alg]] = {
    ("OKP", "Ed25519"): "Ed25519",
    ("EC", "P-256"): "ES256",
}
_COORDINATES: Final[dict[Alg, tuple[str, ...]]] = {"Ed25519": ("x",), "ES256": ("x", "y")}
_NAMES: Final[dict[Alg, tuple[str, ...]]] = {"Ed25519": ("Ed25519", "EdDSA"), "ES256": ("ES256",)}
_REMARKS: Final = {"alg", "key_ops", "kid", "use"}  # public members that don't change the key


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A checked key: 32 bytes for Ed25519, an uncompressed point (0x04 ‖ x ‖ y) for ES256."""

    alg: Alg
    raw: bytes
    kid: str = field(init=False, compare=False)
    _key: _Public = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_key", _parse(self.alg, self.raw))
        # RFC 7638 §3: the thumbprint hashes the required members alone, in canonical JSON.
        thumbprint = hashlib.sha256(canonical.encode(self.jwk)).digest()
        object.__setattr__(self, "kid", b64u_encode(thumbprint))

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, object]) -> "PublicKey":
        """Read a public JWK (RFC 7517, RFC 8037 §2); a private one, or an odd one, is refused."""
        alg = _CURVES.get((_text(jwk, "kty"), _text(jwk, "crv")))
        if alg is None:
            raise Malformed("a key must be OKP Ed25519 or EC P-256", pointer="/crv")
        extra = jwk.keys() - {"kty", "crv", *_COORDINATES[alg], *_REMARKS}
        if extra:
            raise Malformed("not a member of a public key", pointer=f"/{min(extra)}")
        if jwk.get("alg", alg) not in _NAMES[alg]:
            raise Malformed(f"the key is for {alg}", pointer="/alg")
        if jwk.get("use", "sig") != "sig":
            raise Malformed("the key is not for signatures", pointer="/use")
        if jwk.get("key_ops", ["verify"]) != ["verify"]:
            raise Malformed("the key is not for checking signatures", pointer="/key_ops")
        parts = [_coordinate(jwk, name) for name in _COORDINATES[alg]]
        return cls(alg, b"".join(parts) if alg == "Ed25519" else b"\x04" + b"".join(parts))

    @property
    def jwk(self) -> dict[str, str]:
        """The key's required members and no others."""
        if self.alg == "Ed25519":
            return {"crv": "Ed25519", "kty": "OKP", "x": b64u_encode(self.raw)}
        x, y = b64u_encode(self.raw[1:33]), b64u_encode(self.raw[33:])
        return {"crv": "P-256", "kty": "EC", "x": x, "y": y}

    def check(self, signature: bytes, data: bytes) -> None:
        """Raise BadSignature unless this key's owner signed exactly this data."""
        if len(signature) != 64:
            raise BadSignature(f"a signature has 64 bytes, not {len(signature)}")
        try:
            if isinstance(self._key, ed25519.Ed25519PublicKey):
                self._key.verify(signature, data)
            else:
                r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
                self._key.verify(encode_dss_signature(r, s), data, _ECDSA)
        except InvalidSignature as error:
            raise BadSignature("the signature does not fit this key and these bytes") from error


class PrivateKey:
    """A key that signs. It goes to disk encrypted or not at all."""

    __slots__ = ("_key", "public")

    def __init__(self, key: _Private) -> None:
        self._key = key
        self.public = _public_of(key)

    @property
    def alg(self) -> Alg:
        return self.public.alg

    @property
    def kid(self) -> str:
        return self.public.kid

    def __repr__(self) -> str:
        return f"PrivateKey(alg={self.alg!r}, kid={self.kid!r})"

    @classmethod
    def generate(cls, alg: Alg = "Ed25519") -> "PrivateKey":
        if alg == "Ed25519":
            return cls(ed25519.Ed25519PrivateKey.generate())
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def from_seed(cls, seed: bytes) -> "PrivateKey":
        """Make the Ed25519 key of a 32-byte seed (RFC 8032 §5.1.5)."""
        if len(seed) != 32:
            raise Malformed("an Ed25519 seed has 32 bytes")
        return cls(ed25519.Ed25519PrivateKey.from_private_bytes(seed))

    def sign(self, data: bytes) -> bytes:
        """Sign; for ES256 the answer is r ‖ s, 32 bytes each (RFC 7518 §3.4)."""
        if isinstance(self._key, ed25519.Ed25519PrivateKey):
            return self._key.sign(data)
        r, s = decode_dss_signature(self._key.sign(data, _ECDSA))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def to_pem(self, password: bytes) -> bytes:
        return keyfiles.to_pem(self._key, password)

    @classmethod
    def from_pem(cls, pem: bytes, password: bytes) -> "PrivateKey":
        key = keyfiles.from_pem(pem, password)
        if not isinstance(key, ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey):
            raise Malformed("a key must be Ed25519 or P-256")
        return cls(key)

    def save(self, path: Path, password: bytes) -> None:
        """Write a new file that only its owner may read; an existing one is never overwritten."""
        keyfiles.write(path, self.to_pem(password))

    @classmethod
    def load(cls, path: Path, password: bytes) -> "PrivateKey":
        return cls.from_pem(keyfiles.read(path), password)


def _public_of(key: _Private) -> PublicKey:
    public = key.public_key()
    if isinstance(public, ed25519.Ed25519PublicKey):
        return PublicKey("Ed25519", public.public_bytes_raw())
    if not isinstance(public.curve, ec.SECP256R1):
        raise Malformed("an elliptic-curve key must be on P-256")
    point = public.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return PublicKey("ES256", point)


def _parse(alg: Alg, raw: bytes) -> _Public:
    if alg == "Ed25519":
        edwards.check_public_key(raw)
        return ed25519.Ed25519PublicKey.from_public_bytes(raw)
    # One spelling only: the library would take the compressed form of the same point as well.
    if len(raw) != 65 or raw[0] != 4:
        raise Malformed("a P-256 key is an uncompressed point of 65 bytes")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    except ValueError as error:
        raise Malformed("a P-256 key that is no point of the curve") from error


def _text(jwk: Mapping[str, object], name: str) -> str:
    value = jwk.get(name)
    if not isinstance(value, str):
        raise Malformed("a key's members are text", pointer=f"/{name}")
    return value


def _coordinate(jwk: Mapping[str, object], name: str) -> bytes:
    try:
        value = b64u_decode(_text(jwk, name))
    except Malformed as error:
        raise Malformed(str(error), pointer=f"/{name}") from error
    if len(value) != 32:
        raise Malformed("a coordinate has 32 bytes", pointer=f"/{name}")
    return value
