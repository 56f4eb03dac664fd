"""Statements: SD-JWTs (RFC 9901) whose every claim can be shown or kept back by itself.

Compact form `<jwt>~<disclosure>~…~` without key binding. The signed part names who states, to which
log, when, and the salted digests of the claims. What an agency signed may be spelled as its JSON
library likes: it is read strictly and never made again.
"""

import hashlib
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from crypto import Malformed, UnknownKey, canonical, jws
from crypto.canonical import Json
from crypto.encodings import b64u_decode_each, b64u_encode
from crypto.envelope import (
    RESERVED,
    TYPE,
    check_flat,
    check_header,
    check_payload,
    pointer_to,
    read_usual,
)
from crypto.frozen import made
from crypto.keys import Alg, PrivateKey, PublicKey

MAX_STATEMENT: Final = 256 * 1024
MAX_JWT: Final = 16 * 1024
MAX_DEPTH: Final = 8

_SALT_BYTES: Final = 16
_SALT_CHARACTERS: Final = 22  # what 128 bits take in base64url (RFC 9901 §9.3)


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """A statement of good form, which anybody may have made: its signature is not checked."""

    jwt: str
    header: dict[str, Json]
    payload: dict[str, Json]
    disclosures: tuple[str, ...]  # in the order they came
    claims: dict[str, Json]  # what they disclose
    signed: jws.Split = field(repr=False)

    @property
    def kid(self) -> str:
        return str(self.header["kid"])

    @property
    def alg(self) -> Alg:
        return self.signed.alg

    @property
    def issuer(self) -> str:
        return str(self.payload["iss"])

    @property
    def audience(self) -> str:
        return str(self.payload["aud"])

    @property
    def issued_at(self) -> int:
        return int(self.payload["iat"])

    @property
    def jti(self) -> str:
        return str(self.payload["jti"])


@dataclass(frozen=True, kw_only=True)
class Verified(Parsed):
    """A statement whose signature fits its key. Only `check` and `unwrap` make one."""


def wrap(
    claims: Mapping[str, Json],
    *,
    public: Mapping[str, Json],
    key: PrivateKey,
    salt: Callable[[int], bytes] = secrets.token_bytes,
) -> bytes:
    """Sign a statement with each claim in a disclosure of its own; without claims all is public."""
    disclosures = [
        b64u_encode(canonical.encode([b64u_encode(salt(_SALT_BYTES)), name, value]))
        for name, value in claims.items()
    ]
    payload = dict(public)
    if disclosures:
        # Sorted, so that the order of the digests tells nothing of the claims (RFC 9901 §4.2.4.1).
        payload |= {"_sd": sorted(map(digest, disclosures)), "_sd_alg": "sha-256"}
    jwt = jws.sign({"kid": key.kid, "typ": TYPE}, canonical.encode(payload), key)
    statement = _join(jwt, disclosures)
    split(statement)  # what we would not accept, we do not make
    return statement


def split(statement: bytes, *, complete: bool = True) -> Parsed:
    """Take a statement apart and check its form and limits; `complete` demands every disclosure."""
    if len(statement) > MAX_STATEMENT:
        raise Malformed(f"a statement of more than {MAX_STATEMENT} bytes")
    if not statement.isascii():
        raise Malformed("a statement is ASCII")
    if not statement.endswith(b"~"):
        raise Malformed("a statement ends with ~ (there is no key binding)")
    jwt, *disclosures = statement[:-1].decode("ascii").split("~")
    signed = jws.split(jwt, max_bytes=MAX_JWT)
    check_header(signed.header)
    payload = read_usual(signed.payload)
    if payload is None:
        payload = canonical.read(signed.payload, max_bytes=MAX_JWT, max_depth=MAX_DEPTH)
        check_payload(payload)
    claims = reveal(payload, disclosures)
    if complete and len(claims) != len(payload.get("_sd", ())):
        raise Malformed("a claim is not disclosed", pointer="/_sd")
    return made(
        Parsed,
        jwt=jwt,
        header=signed.header,
        payload=payload,
        disclosures=tuple(disclosures),
        claims=claims,
        signed=signed,
    )


def check(parsed: Parsed, key: PublicKey) -> Verified:
    """Check the signature over the exact bytes that came."""
    if key.kid != parsed.kid:
        raise UnknownKey("the statement names another key")
    jws.check(parsed.signed, key)
    return made(Verified, **parsed.__dict__)  # of the same properties


def unwrap(
    statement: bytes, find_key: Callable[[str], PublicKey], *, complete: bool = True
) -> Verified:
    """Read a statement and check that the key it names signed it."""
    parsed = split(statement, complete=complete)
    return check(parsed, find_key(parsed.kid))


def disclose(statement: bytes, names: Collection[str]) -> bytes:
    """Keep only the disclosures of these claims, byte for byte and in their order."""
    parsed = split(statement, complete=False)
    # Claims were filled in the order of the disclosures, one from each.
    kept = [
        disclosure
        for name, disclosure in zip(parsed.claims, parsed.disclosures, strict=True)
        if name in names
    ]
    return _join(parsed.jwt, kept)


def digest(disclosure: str) -> str:
    """Hash a disclosure as it is written (RFC 9901 §4.2.3)."""
    return b64u_encode(hashlib.sha256(disclosure.encode("ascii")).digest())


def reveal(payload: Mapping[str, Json], disclosures: Sequence[str]) -> dict[str, Json]:
    """Read the claims of some disclosures, each of which the payload must commit to, once."""
    if not disclosures:
        return {}
    written = b64u_decode_each(disclosures)
    read = canonical.read_each(written, max_bytes=MAX_STATEMENT, max_depth=MAX_DEPTH)
    digests = _digests(disclosures)
    claims = _usual(payload, written, read, digests)
    return _one_by_one(payload, written, read, digests) if claims is None else claims


def _usual(
    payload: Mapping[str, Json], written: Sequence[bytes], read: Sequence[Json], digests: list[str]
) -> dict[str, Json] | None:
    """The claims, judged all together; None where anything about them is odd, without saying why.

    Without an escape anywhere, a special name within a claim would show as it is.
    """
    if set(map(type, read)) != {list} or set(map(len, read)) != {3}:
        return None
    salts, names, values = zip(*read, strict=True)
    if set(map(type, salts)) != {str} or min(map(len, salts)) < _SALT_CHARACTERS:
        return None
    if set(map(type, names)) != {str}:
        return None
    claims: dict[str, Json] = dict(zip(names, values, strict=True))
    whole, each = b"".join(written), set(digests)
    if b"\\" in whole or b'"_sd' in whole or b'"..."' in whole:
        return None
    said = claims.keys()
    if len(claims) != len(read) or not (said.isdisjoint(RESERVED) and said.isdisjoint(payload)):
        return None
    return claims if len(each) == len(digests) and each.issubset(payload.get("_sd", ())) else None


def _one_by_one(
    payload: Mapping[str, Json], written: Sequence[bytes], read: Sequence[Json], digests: list[str]
) -> dict[str, Json]:
    undisclosed = set(payload.get("_sd", ()))
    claims: dict[str, Json] = {}
    for data, parts, hashed in zip(written, read, digests, strict=True):
        name, value = _claim(data, parts)
        if name in claims or name in payload:
            raise Malformed("the same claim twice", pointer=pointer_to(name))
        if hashed not in undisclosed:
            raise Malformed("not committed to in _sd", pointer=pointer_to(name))
        undisclosed.remove(hashed)
        claims[name] = value
    return claims


def _digests(disclosures: Sequence[str]) -> list[str]:
    """As `digest` of each: with a zero byte, a hash takes 44 characters of which 43 are its own."""
    hashes = [hashlib.sha256(each.encode("ascii")).digest() for each in disclosures]
    printed = b64u_encode(b"\0".join([*hashes, b""]))
    return [printed[at : at + 43] for at in range(0, len(printed), 44)]


def _claim(data: bytes, parts: Json) -> tuple[str, Json]:
    if not (isinstance(parts, list) and len(parts) == 3):
        raise Malformed("a disclosure is an array of salt, name and value")
    salt, name, value = parts
    if not (isinstance(salt, str) and len(salt) >= _SALT_CHARACTERS):
        raise Malformed("a disclosure's salt has at least 128 bits")
    if not isinstance(name, str) or name in RESERVED:
        raise Malformed("a disclosure may not have this name")
    # An escape could spell a special name otherwise; without one, its bytes would show.
    if b'"_sd' in data or b'"..."' in data or b"\\" in data:
        check_flat(value, pointer_to(name))
    return name, value


def _join(jwt: str, disclosures: Iterable[str]) -> bytes:
    return "~".join([jwt, *disclosures, ""]).encode("ascii")
