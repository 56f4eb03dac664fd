"""The files private keys are kept in: encrypted PKCS#8 (RFC 5958), mode 0600, or not at all."""

import os
from pathlib import Path
from typing import TypeAlias

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from crypto import Malformed, Untrusted

Kept: TypeAlias = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | mldsa.MLDSA44PrivateKey


def to_pem(key: Kept, password: bytes) -> bytes:
    """Print encrypted PKCS#8; there is no way to print a key in clear."""
    if not password:
        raise Untrusted("a private key is kept under a password")
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password),
    )


def from_pem(pem: bytes, password: bytes) -> PrivateKeyTypes:
    """Any key in this text; whoever asked still has to see that it is of a kind he takes."""
    if b"-----BEGIN PRIVATE KEY-----" in pem:
        raise Untrusted("this private key was kept in clear: replace it")
    if b"-----BEGIN ENCRYPTED PRIVATE KEY-----" not in pem:
        raise Malformed("not an encrypted PKCS#8 key in PEM")
    try:
        return serialization.load_pem_private_key(pem, password)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Untrusted("wrong password, or a damaged key file") from error


def write(path: Path, pem: bytes) -> None:
    """Write a new file that only its owner may read; an existing one is never overwritten."""
    # The mode is given at creation: a file narrowed afterwards was readable for a moment.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())


def read(path: Path) -> bytes:
    """The file's bytes, unless others may read them too."""
    with path.open("rb") as file:
        # Asked of the open file: nobody can swap it between the question and the reading.
        if os.fstat(file.fileno()).st_mode & 0o077:
            raise Untrusted(f"{path} can be read by others: set its mode to 0600")
        return file.read()
