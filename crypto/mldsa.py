"""ML-DSA-44 (FIPS 204), pure and with an empty context: signatures that outlive quantum computers.

Only checkpoints are signed with it, beside Ed25519 (C2SP tlog-cosignature, type 0x06). Signing is
hedged: the same bytes get another signature each time, so whoever signs keeps what came out.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import mldsa

from crypto import BadSignature, Malformed, keyfiles

PUBLIC_SIZE: Final = 1312
SIGNATURE_SIZE: Final = 2420
SEED_SIZE: Final = 32


@cache
def is_supported() -> bool:
    """Whether the installed library can sign and check at all: not every build of it can."""
    try:
        mldsa.MLDSA44PrivateKey.from_seed_bytes(bytes(SEED_SIZE))
    except UnsupportedAlgorithm:
        return False
    return True


@dataclass(frozen=True, slots=True)
class QuantumPublicKey:
    """A key of the right length: every such string of bytes is a key (FIPS 204 §7.2).

    So a key can be read, listed and passed on even where the library can check nothing by it.
    """

    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != PUBLIC_SIZE:
            raise Malformed(f"an ML-DSA-44 key has {PUBLIC_SIZE} bytes")

    def check(self, signature: bytes, data: bytes) -> None:
        """Raise BadSignature unless this key's owner signed exactly this data."""
        if len(signature) != SIGNATURE_SIZE:
            raise BadSignature(f"a signature has {SIGNATURE_SIZE} bytes, not {len(signature)}")
        try:
            mldsa.MLDSA44PublicKey.from_public_bytes(self.raw).verify(signature, data)
        except InvalidSignature as error:
            raise BadSignature("the signature does not fit this key and these bytes") from error


class QuantumKey:
    """A key that signs. It goes to disk encrypted or not at all."""

    __slots__ = ("_key", "public")

    def __init__(self, key: mldsa.MLDSA44PrivateKey) -> None:
        self._key = key
        self.public = QuantumPublicKey(key.public_key().public_bytes_raw())

    def __repr__(self) -> str:
        return "QuantumKey(ML-DSA-44)"

    @classmethod
    def generate(cls) -> "QuantumKey":
        return cls(mldsa.MLDSA44PrivateKey.generate())

    @classmethod
    def from_seed(cls, seed: bytes) -> "QuantumKey":
        """Make the key of a 32-byte seed (FIPS 204 §6.1)."""
        if len(seed) != SEED_SIZE:
            raise Malformed(f"an ML-DSA seed has {SEED_SIZE} bytes")
        return cls(mldsa.MLDSA44PrivateKey.from_seed_bytes(seed))

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data)

    def save(self, path: Path, password: bytes) -> None:
        """Write a new file that only its owner may read; an existing one is never overwritten."""
        keyfiles.write(path, keyfiles.to_pem(self._key, password))

    @classmethod
    def load(cls, path: Path, password: bytes) -> "QuantumKey":
        key = keyfiles.from_pem(keyfiles.read(path), password)
        if not isinstance(key, mldsa.MLDSA44PrivateKey):
            raise Malformed(f"{path} holds no ML-DSA-44 key")
        return cls(key)
