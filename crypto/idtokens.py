"""ID tokens of a sign-in provider (OpenID Connect Core 1.0 §2 and §3.1.3.7), checked by joserfc.

The provider must say how it made sure of the person: a token without a wanted `acr`, or without the
`amr` values that are demanded, is as good as none. Symmetric signatures and `none` are refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from crypto import BadSignature, Malformed, Untrusted
from crypto.canonical import Json

ALGORITHMS: Final = ("ES256", "ES384", "PS256", "RS256", "Ed25519")
SKEW: Final = 30  # seconds that two honest clocks may differ
MAX_AGE: Final = 600  # seconds: it is fetched while somebody waits
MAX_TOKEN: Final = 16 * 1024


@dataclass(frozen=True, kw_only=True)
class Demands:
    """What a token must say: who made it, for whom, for which sign-in, and how sure it is.

    `acr`: one of these, where there are any; `amr`: all of these.
    """

    issuer: str
    client: str
    nonce: str
    acr: frozenset[str] = frozenset()
    amr: frozenset[str] = frozenset()


def subject(token: str, keys: Json, demands: Demands, *, now: datetime) -> str:
    """Whose account it is, by the issuer's name for it; a CryptoError where it does not count."""
    if len(token) > MAX_TOKEN:
        raise Malformed("an ID token is longer than that")
    try:
        read = jwt.decode(token, KeySet.import_key_set(keys), algorithms=list(ALGORITHMS))
    except (JoseError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise BadSignature("no key of the issuer signed this ID token") from error
    claims, moment = read.claims, int(now.timestamp())
    registry = jwt.JWTClaimsRegistry(
        now=moment,
        leeway=SKEW,
        iss={"essential": True, "value": demands.issuer},
        aud={"essential": True, "value": demands.client},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": demands.nonce},
    )
    try:
        registry.validate(claims)
    except JoseError as error:
        raise Untrusted("the ID token was not made for this sign-in") from error
    _check_party(claims, demands)
    if claims["iat"] < moment - MAX_AGE:
        raise Untrusted("the ID token is too old")
    _check_assurance(claims, demands)
    return str(claims["sub"])


def _check_party(claims: Mapping[str, Json], demands: Demands) -> None:
    """§3.1.3.7, 3 to 5: for us alone, or for several and authorised to us."""
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    party = claims.get("azp", None if several else demands.client)
    if party != demands.client:
        raise Untrusted("the ID token was made for another party")


def _check_assurance(claims: Mapping[str, Json], demands: Demands) -> None:
    level = claims.get("acr")
    if demands.acr and not (isinstance(level, str) and level in demands.acr):
        raise Untrusted("the provider did not assure itself of the person as is demanded (acr)")
    methods = claims.get("amr", [])
    said = (
        {each for each in methods if isinstance(each, str)} if isinstance(methods, list) else set()
    )
    if not demands.amr <= said:
        raise Untrusted("the person was not authenticated as is demanded (amr)")
