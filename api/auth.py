"""Who is calling: a signed token for one request, and views that say whom they answer.

Statements need no token, since they are signed. Whatever shows case data does: `@for_agencies`
opens the token, checks that an enrolled agency's valid key made it for this very request, and
remembers its id so that it counts once. A view that says nothing of the kind is not served at all.
"""

import functools
from collections.abc import Callable
from hashlib import sha256
from typing import Any, TypeVar

from flask import Flask, g, request
from sqlalchemy import BigInteger, delete, insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel

from api import limits, purposes, reading_log, signatures
from api.current import moment, node
from api.people import guard as console
from api.problems import Refused
from crypto import BadSignature, Malformed, UnknownKey, Untrusted
from crypto.tokens import Call, open_token
from ledger import NotPermitted, databases, store
from ledger.roster import Roster
from ledger.scopes import ALL, SCOPES, check_scope
from ledger.store import micros
from ledger.visibility import Viewer, viewer_of

CHALLENGE = 'Bearer realm="shield"'
# One sentence for every way of being nobody, so that it does not tell who is enrolled.
STRANGER = "no enrolled agency signed this token with a valid key"
# Tokens are a book of their own: on PostgreSQL they do not wait for the log's pen.
BOOK = "tokens"
GRACE = 60_000_000  # microseconds: tokens count in whole seconds, so we forget them later

View = TypeVar("View", bound=Callable[..., Any])


class SeenTokenRow(SQLModel, table=True):
    """A token that was used, until it has expired and would be refused anyway."""

    __tablename__ = "seen_token"
    jti: str = Field(primary_key=True)
    expires: int = Field(sa_type=BigInteger, index=True)


SEEN = SeenTokenRow.__table__  # type: ignore[attr-defined]


def open_to_all(view: View) -> View:
    """Let anybody call this view: it shows no case data."""
    view.audience = "all"  # type: ignore[attr-defined]
    return view


def for_agencies(scope: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let enrolled agencies call this view with this scope; each read is recorded.

    So may people at the console who read for their agency. The view takes the `viewer`.
    """
    if scope not in SCOPES:
        raise TypeError(f"{scope} is no scope of ledger.scopes")

    def guard(view: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(view)
        def guarded(**arguments: Any) -> Any:
            if console.is_here():
                return console.answered(view, arguments)
            return reading_log.answered(view, caller(scope), arguments)

        guarded.audience = "agencies"  # type: ignore[attr-defined]
        guarded.scope = scope  # type: ignore[attr-defined]
        return guarded

    return guard


def check_audiences(app: Flask) -> None:
    """Refuse to start with a view that does not say whom it answers."""
    for endpoint, view in app.view_functions.items():
        if getattr(view, "audience", None) is None and not endpoint.endswith("static"):
            raise TypeError(f"the view {endpoint} does not say whom it answers")


def caller(scope: str) -> Viewer:
    """The agency whose token came with this request; Refused (401) without a valid one.

    Refused (403) where the token, or the key that signed it, is limited to other scopes.
    """
    signed = signatures.is_signed()
    token = "" if signed else _token()
    now = moment()
    with databases.reading(node().engine) as session:
        roster = node().sequencer.desk.registry.current(session)
        size = store.head(session).size
    try:
        call = _signed(roster, size) if signed else _opened(token, roster, size)
        agency = _agency(call, roster, size)
    except (Malformed, Untrusted) as error:
        raise _refused(str(error)) from error
    except (UnknownKey, BadSignature) as error:
        raise _refused(STRANGER) from error
    limits.by_agency(agency, call.kid)
    with databases.writing(node().engine, BOOK) as session:
        _spend(session, call, now=micros(now))
    g.agency, g.key = agency, call.kid
    _check_scope(scope, call, roster)
    return viewer_of(agency, roster)


def _check_scope(scope: str, call: Call, roster: Roster) -> None:
    key = roster.scopes.get(call.kid, ALL)
    try:
        check_scope(scope, key, ALL if call.scope is None else call.scope)
    except NotPermitted as error:
        # RFC 6750 section 3.1
        challenge = f'{CHALLENGE}, error="insufficient_scope", scope="{scope}"'
        raise Refused(error.code, str(error), headers={"WWW-Authenticate": challenge}) from error


def _token() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if not token:
        headers = {"WWW-Authenticate": CHALLENGE}
        raise Refused("no-token", "Authorization: Bearer <token> is missing", headers=headers)
    if scheme.lower() != "bearer":
        raise _refused("the scheme must be Bearer")
    return token.strip()


def _refused(why: str) -> Refused:
    challenge = f'{CHALLENGE}, error="invalid_token"'
    return Refused("bad-token", why, headers={"WWW-Authenticate": challenge})


def _opened(token: str, roster: Roster, size: int) -> Call:
    return open_token(
        token,
        lambda kid: roster.keyring.find(kid, size).key,
        audience=node().origin,
        method=request.method,
        url=node().settings.public_url + target(),
        body=request.get_data(),
        now=moment(),
        purpose=purposes.said(request.headers),
    )


def _signed(roster: Roster, size: int) -> Call:
    return signatures.opened(roster, size, url=node().settings.public_url + target())


def _agency(call: Call, roster: Roster, size: int) -> str:
    """The enrolled agency that holds the token's key; a participant's root reads nothing."""
    if roster.keyring.find(call.kid, size).holder != call.issuer:
        raise BadSignature("the key is another's")
    if call.issuer not in roster.agencies:
        raise UnknownKey("not an agency")
    return call.issuer


def target() -> str:
    """The path and query exactly as they were asked for, before anything decoded them."""
    raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or ""
    if isinstance(raw, str) and raw.startswith("/"):
        return raw
    raise Refused("bad-request", "the request line must hold a path")


def _spend(session: Session, call: Call, *, now: int) -> None:
    """Let a token count once. What expired a while ago is forgotten: the clock refuses it."""
    session.execute(delete(SEEN).where(SEEN.c.expires < now - GRACE))
    # Hashed: an id is as long as its maker likes, and two makers may choose the same.
    spent = sha256(f"{call.issuer}\n{call.jti}".encode(errors="surrogatepass")).hexdigest()
    try:
        session.execute(insert(SEEN), [{"jti": spent, "expires": micros(call.expires)}])
    except IntegrityError as error:
        raise _refused("this token was used before: sign a fresh one for each request") from error
