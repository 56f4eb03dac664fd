"""Compact JWS (RFC 7515): three base64url parts and no options.

Only `Ed25519` (RFC 9864), its older name `EdDSA`, and `ES256` are algorithms here; `none`, HMAC and
RSA are malformed, so a verifier can't be talked into another kind of check than its key is for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from crypto import BadSignature, Malformed, canonical
from crypto.canonical import Json
from crypto.encodings import b64u_decode, b64u_encode
from crypto.frozen import made
from crypto.keys import Alg, PrivateKey, PublicKey

_ALGS: Final[Mapping[object, Alg]] = {
    "Ed25519": "Ed25519",
    "EdDSA": "Ed25519",
    "ES256": "ES256",
}


@dataclass(frozen=True, kw_only=True)
class Split:
    """A JWS taken apart and not yet checked; `alg` is the algorithm by its one name."""

    header: dict[str, Json]
    alg: Alg
    payload: bytes
    signing_input: bytes = field(repr=False)
    signature: bytes = field(repr=False)


def sign(header: Mapping[str, Json], payload: bytes, key: PrivateKey) -> str:
    """Sign a payload; the header's `alg` is the key's and need not be given."""
    if header.get("alg", key.alg) != key.alg:
        raise Malformed(f"the key signs {key.alg}", pointer="/alg")
    protected = b64u_encode(canonical.encode({**header, "alg": key.alg}))
    signing_input = f"{protected}.{b64u_encode(payload)}"
    return f"{signing_input}.{b64u_encode(key.sign(signing_input.encode('ascii')))}"


def split(jws: str, *, max_bytes: int) -> Split:
    """Take a JWS apart; everything but the signature is checked."""
    if len(jws) > max_bytes:
        raise Malformed(f"a JWS of more than {max_bytes} bytes")
    parts = jws.split(".")
    if len(parts) != 3:
        raise Malformed("a compact JWS has three parts")
    header, alg = (_known_header if len(parts[0]) <= _SHORT else _header)(parts[0])
    payload, signature = b64u_decode(parts[1]), b64u_decode(parts[2])
    return made(
        Split,
        header=dict(header),
        alg=alg,
        payload=payload,
        signing_input=jws[: jws.rindex(".")].encode("ascii"),
        signature=signature,
    )


def check(split: Split, key: PublicKey) -> None:
    """Raise BadSignature unless this key signed exactly what was split, under its own algorithm."""
    if split.alg != key.alg:
        raise BadSignature(f"signed as {split.alg} under a key for {key.alg}")
    key.check(split.signature, split.signing_input)


def _header(protected: str) -> tuple[Mapping[str, Json], Alg]:
    data = b64u_decode(protected)
    header = canonical.read(data, max_bytes=len(data))
    return header, _check_header(header)


# An agency signs thousands of statements under the same header; a long one is not worth keeping.
_known_header = lru_cache(maxsize=4096)(_header)
_SHORT: Final = 256


def _check_header(header: Json) -> Alg:
    if not isinstance(header, dict):
        raise Malformed("a JOSE header is an object")
    # Extensions change what is signed or must be understood (RFC 7515 §4.1.11, RFC 7797).
    for name in ("crit", "b64"):
        if name in header:
            raise Malformed("no JOSE extension is supported", pointer=f"/{name}")
    alg = header.get("alg")
    if not isinstance(alg, str) or alg not in _ALGS:
        raise Malformed("alg must be Ed25519 or ES256", pointer="/alg")
    return _ALGS[alg]
