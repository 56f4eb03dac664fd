"""A caller's ticket for one request: a JWT (RFC 7519) that lives a minute and fits nothing else.

It names the method, the address and the body's hash (after RFC 9449's `htm` and `htu`), and the
purpose where the request gives one. So whoever catches it can at most repeat the same request, and
the purpose is as signed as the rest; refusing a `jti` seen before is the caller's task.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from crypto import Malformed, UnknownKey, Untrusted, canonical, jws
from crypto.canonical import Json
from crypto.encodings import b64u_encode
from crypto.keys import PrivateKey, PublicKey

TYPE: Final = "shield-call+jwt"
LIFETIME: Final = 60  # seconds
SKEW: Final = 5  # seconds that two honest clocks may differ
MAX_TOKEN: Final = 8 * 1024

_TEXTS: Final = ("iss", "aud", "jti", "htm", "htu", "body")
_TIMES: Final = ("iat", "exp")
_PURPOSE: Final = "purpose"
_SCOPE: Final = "scope"
_OPTIONAL: Final = frozenset({_PURPOSE, _SCOPE})


@dataclass(frozen=True, kw_only=True)
class Call:
    """Who made this very request, and until when its token must be remembered."""

    issuer: str
    jti: str
    kid: str
    expires: datetime
    scope: frozenset[str] | None = None  # what its maker limits it to; None where to nothing


def issue(
    *,
    issuer: str,
    audience: str,
    method: str,
    url: str,
    body: bytes,
    key: PrivateKey,
    now: datetime,
    jti: str,
    purpose: str = "",
    scope: str = "",
) -> str:
    """Sign a ticket for one request; `scope` limits it to some of what the key may be used for."""
    issued = int(now.timestamp())
    claims = {
        "iss": issuer,
        "aud": audience,
        "iat": issued,
        "exp": issued + LIFETIME,
        "jti": jti,
        "htm": method,
        "htu": url,
        "body": _hash(body),
    }
    claims |= {name: said for name, said in ((_PURPOSE, purpose), (_SCOPE, scope)) if said}
    return jws.sign({"kid": key.kid, "typ": TYPE}, canonical.encode(claims), key)


def open_token(
    token: str,
    find_key: Callable[[str], PublicKey],
    *,
    audience: str,
    method: str,
    url: str,
    body: bytes,
    now: datetime,
    purpose: str = "",
) -> Call:
    """Read a ticket, and raise unless it was made for this request and now."""
    signed = jws.split(token, max_bytes=MAX_TOKEN)
    kid = _kid(signed.header)
    claims = canonical.read(signed.payload, max_bytes=MAX_TOKEN)
    _check_form(claims)
    key = find_key(kid)
    if key.kid != kid:
        raise UnknownKey("the token names another key")
    jws.check(signed, key)
    check_time(claims["iat"], claims["exp"], now)
    _check_same("audience", claims["aud"], audience)
    _check_same("method", claims["htm"], method)
    _check_same("address", claims["htu"], url)
    _check_same("body", claims["body"], _hash(body))
    _check_same("purpose", claims.get(_PURPOSE, ""), purpose)
    expires = datetime.fromtimestamp(claims["exp"] + SKEW, UTC)
    scope = frozenset(claims[_SCOPE].split(" ")) if _SCOPE in claims else None
    return Call(issuer=claims["iss"], jti=claims["jti"], kid=kid, expires=expires, scope=scope)


def _kid(header: Mapping[str, Json]) -> str:
    if header.keys() != {"alg", "kid", "typ"} or header["typ"] != TYPE:
        raise Malformed(f"a token's header has alg, kid and typ {TYPE}")
    if not isinstance(header["kid"], str):
        raise Malformed("kid must be text", pointer="/kid")
    return header["kid"]


def _check_form(claims: Json) -> None:
    needed = {*_TEXTS, *_TIMES}
    if not (isinstance(claims, dict) and claims.keys() - _OPTIONAL == needed):
        may = ", ".join(sorted(_OPTIONAL))
        raise Malformed(f"a token has exactly {', '.join((*_TEXTS, *_TIMES))}, and may have {may}")
    for name in (*_TEXTS, *sorted(_OPTIONAL & claims.keys())):
        if not (isinstance(claims[name], str) and claims[name]):
            raise Malformed(f"{name} must be text", pointer=f"/{name}")
    for name in _TIMES:
        if type(claims[name]) is not int:
            raise Malformed(f"{name} must be whole seconds", pointer=f"/{name}")
    if not 1 <= claims["exp"] - claims["iat"] <= LIFETIME:
        raise Malformed(f"a token lives 1 to {LIFETIME} seconds", pointer="/exp")


def check_time(issued: int, expires: int, now: datetime, *, what: str = "token") -> None:
    """Refuse what is not for now; whose clock is off hears by how much and which way."""
    moment = int(now.timestamp())
    ours = f"ours, which says {now:%Y-%m-%dT%H:%M:%SZ}"
    if issued > moment + SKEW:
        raise Untrusted(f"your clock is {issued - moment} s ahead of {ours}")
    if expires < moment - SKEW:
        kept = f"the {what} expired {moment - expires} s ago: it was kept"
        raise Untrusted(f"{kept}, or your clock is {moment - issued} s behind {ours}")


def _check_same(what: str, said: str, is_: str) -> None:
    if not hmac.compare_digest(said.encode("utf-8"), is_.encode("utf-8")):
        raise Untrusted(f"the token is for another {what}")


def _hash(body: bytes) -> str:
    return b64u_encode(hashlib.sha256(body).digest())
