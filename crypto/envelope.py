"""What the signed part of a statement must look like: its header, its public claims, its digests.

The form is checked before the signature, on purpose only this far: nothing here depends on what the
statement says about a shipment.
"""

import re
from collections.abc import Mapping
from string import ascii_letters, digits
from typing import Final

from crypto import Malformed
from crypto.canonical import Json

TYPE: Final = "shield+sd-jwt"
MAX_DISCLOSURES: Final = 64
PUBLIC: Final = frozenset({"iss", "aud", "iat", "jti"})  # every statement has them in clear
SPECIAL: Final = frozenset({"_sd", "_sd_alg", "..."})  # names of RFC 9901's own
RESERVED: Final = PUBLIC | SPECIAL  # no disclosure may use them

_DIGEST_CHARACTERS: Final = 43
_DIGEST: Final = re.compile(r"[A-Za-z0-9_-]{43}")  # 32 bytes in base64url
_ALPHABET: Final = f"{ascii_letters}{digits}_-".encode()
_UUID7: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_YEAR_9999: Final = 253_402_300_799  # the last second that RFC 3339 can write
# The payload of a statement that conceals, as canonical JSON spells it with plain names.
_USUAL: Final = re.compile(
    rb'\{"_sd":\["([A-Za-z0-9_-]{43}(?:","[A-Za-z0-9_-]{43}){0,63})"\],"_sd_alg":"sha-256"'
    rb',"aud":"([A-Za-z0-9_.:/-]+)","iat":(0|[1-9][0-9]{0,11}),"iss":"([A-Za-z0-9_.:/-]+)"'
    rb',"jti":"([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})"\}'
)


def check_header(header: Mapping[str, Json]) -> None:
    if header.keys() != {"alg", "kid", "typ"}:
        raise Malformed("a statement's header has alg, kid and typ and nothing else")
    if header["typ"] != TYPE:
        raise Malformed(f"typ must be {TYPE}", pointer="/typ")
    if not (isinstance(header["kid"], str) and _DIGEST.fullmatch(header["kid"])):
        raise Malformed("kid must be an RFC 7638 thumbprint", pointer="/kid")


def read_usual(payload: bytes) -> dict[str, Json] | None:
    """What `canonical.read` makes of a payload that `check_payload` finds good, in a third of it.

    None for anything spelled otherwise than nearly all are, without saying why.
    """
    found = _USUAL.fullmatch(payload)
    if found is None:
        return None
    listed, aud, iat, iss, jti = found.groups()
    digests = listed.decode("ascii").split('","')
    if len(set(digests)) != len(digests) or int(iat) > _YEAR_9999:
        return None
    return {
        "_sd": digests,
        "_sd_alg": "sha-256",
        "aud": aud.decode("ascii"),
        "iat": int(iat),
        "iss": iss.decode("ascii"),
        "jti": jti.decode("ascii"),
    }


def check_payload(payload: Json) -> None:
    if not isinstance(payload, dict):
        raise Malformed("a statement's payload is an object")
    for name in ("iss", "aud"):
        if not (isinstance(payload.get(name), str) and payload[name]):
            raise Malformed(f"{name} must be text", pointer=f"/{name}")
    if not (type(payload.get("iat")) is int and 0 <= payload["iat"] <= _YEAR_9999):
        raise Malformed("iat must be whole seconds since 1970", pointer="/iat")
    if not (isinstance(payload.get("jti"), str) and _UUID7.fullmatch(payload["jti"])):
        raise Malformed("jti must be a lower-case UUIDv7 (RFC 9562)", pointer="/jti")
    if payload.get("_sd_alg", "sha-256") != "sha-256" or "..." in payload:
        raise Malformed("_sd_alg must be sha-256", pointer="/_sd_alg")
    if "_sd" in payload:
        _check_digests(payload)
    for name, value in payload.items():
        if name != "_sd" and type(value) is not str and type(value) is not int:
            check_flat(value, "")


def _check_digests(payload: Mapping[str, Json]) -> None:
    given = payload["_sd"]
    if "_sd_alg" not in payload:
        raise Malformed("_sd_alg must say sha-256", pointer="/_sd_alg")
    if not (isinstance(given, list) and len(given) <= MAX_DISCLOSURES):
        raise Malformed(f"_sd must be an array of at most {MAX_DISCLOSURES}", pointer="/_sd")
    if not _are_digests(given):
        raise Malformed("_sd must hold SHA-256 digests in base64url", pointer="/_sd")
    if len(set(given)) != len(given):
        raise Malformed("the same digest twice", pointer="/_sd")


def _are_digests(values: list[Json]) -> bool:
    """Look at all at once: of this length and these characters, each of them is one digest."""
    if not values:
        return True
    if set(map(type, values)) != {str} or set(map(len, values)) != {_DIGEST_CHARACTERS}:
        return False
    line = "".join(values)
    return line.isascii() and not line.encode("ascii").translate(None, _ALPHABET)


def check_flat(value: Json, pointer: str) -> None:
    """Refuse claims hidden within claims: a claim is shown whole or not at all."""
    if isinstance(value, dict):
        if not SPECIAL.isdisjoint(value):
            raise Malformed("nothing is disclosed separately within a claim", pointer=pointer)
        value = value.values()
    elif not isinstance(value, list):
        return
    for item in value:
        check_flat(item, pointer)


def pointer_to(name: str) -> str:
    return f"/{name.replace('~', '~0').replace('/', '~1')}"
