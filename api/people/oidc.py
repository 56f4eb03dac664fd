"""Signing in through an organisation's own provider (OpenID Connect Core 1.0, code with PKCE).

A person's account is linked by an invitation, never by an address: what a provider calls somebody
may be given to another tomorrow. Kept is a hash of issuer and subject. `state` is the ceremony's
token, and nonce and PKCE verifier follow from it, so the database holds none of the three.
"""

import hashlib
from base64 import b64encode
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote_plus, urlencode

from sqlalchemy import select
from sqlmodel import Field, Session, SQLModel

from api import Unreachable, wire
from api.config import Settings
from api.people import tokens
from api.people.providers import Provider, is_safe
from api.problems import Refused
from crypto import CryptoError, canonical, idtokens
from crypto.encodings import b64u_encode
from crypto.idtokens import Demands
from ledger.bulk import insert_new

PATH = "/console/provider/answer"
MAX_ANSWER = 256 * 1024
TIMEOUT_SECONDS = 10.0
CREDENTIAL = "provider:"  # what a session says it came in with, before the account
WELL_KNOWN = "/.well-known/openid-configuration"


class ProviderAccountRow(SQLModel, table=True):
    """Whose account at the provider this is; the account as a hash."""

    __tablename__ = "provider_account"
    account: str = Field(primary_key=True)
    person: str = Field(index=True)


ACCOUNTS = ProviderAccountRow.__table__  # type: ignore[attr-defined]
_fetch = partial(wire.fetch, timeout=TIMEOUT_SECONDS)


def name(settings: Settings) -> str:
    """What the provider is called on pages; empty where there is none."""
    return settings.provider.name if settings.provider else ""


def address(settings: Settings, state: str) -> str:
    """Where the browser goes to sign in (§3.1.2.1, RFC 7636 §4.3)."""
    provider = _provider(settings)
    challenge = hashlib.sha256(_verifier(state).encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": provider.client,
        "redirect_uri": settings.public_url + PATH,
        "scope": "openid",
        "state": state,
        "nonce": _nonce(state),
        "code_challenge": b64u_encode(challenge),
        "code_challenge_method": "S256",
        **({"acr_values": " ".join(sorted(provider.acr))} if provider.acr else {}),
    }
    place = _configuration(provider)["authorization_endpoint"]
    return f"{place}{'&' if '?' in place else '?'}{urlencode(asked)}"


def account(settings: Settings, state: str, code: str, *, now: datetime) -> str:
    """Whose account came back with this code; Refused where the provider's word does not count."""
    provider = _provider(settings)
    said = _configuration(provider)
    demands = Demands(
        issuer=provider.issuer,
        client=provider.client,
        nonce=_nonce(state),
        acr=provider.acr,
        amr=provider.amr,
    )
    token = _exchanged(settings, provider, said["token_endpoint"], state, code)
    try:
        subject = idtokens.subject(token, _json("GET", said["jwks_uri"]), demands, now=now)
    except CryptoError as error:
        raise refused(str(error)) from error
    return hashlib.sha256(canonical.encode([provider.issuer, subject])).hexdigest()


def person_of(session: Session, account: str) -> str | None:
    """Whose account this is, if it was ever linked."""
    query = select(ACCOUNTS.c.person).where(ACCOUNTS.c.account == account)
    found: str | None = session.execute(query).scalar()
    return found


def link(session: Session, account: str, person: str) -> None:
    """Remember whose account this is; Refused where it is another's already."""
    insert_new(session, ACCOUNTS, [{"account": account, "person": person}])
    if person_of(session, account) != person:
        raise refused("the account is linked to somebody already")


def refused(why: str) -> Refused:
    return Refused("provider-refused", why)


def _provider(settings: Settings) -> Provider:
    if settings.provider is None:
        raise refused("no provider is configured here")
    return settings.provider


def _nonce(state: str) -> str:
    return tokens.derived(state, "nonce")


def _verifier(state: str) -> str:
    """43 characters of the unreserved alphabet, as RFC 7636 §4.1 wants it."""
    return tokens.derived(state, "verifier")


def _configuration(provider: Provider) -> dict[str, Any]:
    """What the issuer says of itself (OpenID Connect Discovery 1.0 §4), asked each time."""
    said = _json("GET", provider.issuer.rstrip("/") + WELL_KNOWN)
    places = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if said.get("issuer") != provider.issuer or not all(is_safe(said.get(each)) for each in places):
        raise refused("the provider does not describe itself as configured")
    if "S256" not in said.get("code_challenge_methods_supported", ["S256"]):
        raise refused("the provider does not know PKCE with S256")
    return said


def _exchanged(settings: Settings, provider: Provider, place: str, state: str, code: str) -> str:
    """The ID token for a code (§3.1.3), with the verifier that only we know."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": settings.public_url + PATH,
        "code_verifier": _verifier(state),
        "client_id": provider.client,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    secret = provider.secret()
    if secret is not None:  # RFC 6749 §2.3.1: both parts are form-encoded first
        pair = f"{quote_plus(provider.client)}:{quote_plus(secret)}"
        headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    token = _json("POST", place, urlencode(form).encode(), headers).get("id_token")
    if not isinstance(token, str):
        raise refused("the provider gave no ID token")
    return token


def _json(
    method: str, url: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    try:
        answer = _fetch(method, url, body, {"Accept": "application/json", **(headers or {})})
    except Unreachable as error:
        raise refused("the provider can't be reached") from error
    try:
        said = canonical.read(answer.body, max_bytes=MAX_ANSWER)
    except CryptoError as error:
        raise refused("the provider's answer can't be read") from error
    if answer.status != 200 or not isinstance(said, dict):
        raise refused("the provider does not accept this sign-in")
    return said
