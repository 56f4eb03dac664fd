"""Who is signed in, and views for them: by role, with a purpose where case data is read."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Response, g, request
from sqlmodel import Session

from api import limits, reading_log
from api.current import moment, node
from api.people import forgery, names, oidc, sessions
from api.people.attempts import BOOK
from api.problems import Refused
from ledger import databases
from ledger.persons import EYES, Person, PersonRole
from ledger.reads.purposes import Purpose
from ledger.roster import Roster
from ledger.visibility import Viewer, viewer_of

COOKIE = "__Host-shield"
CHANNEL = "console"
READERS = (PersonRole.INVESTIGATOR, PersonRole.DUTY_OFFICER, PersonRole.AUDITOR)
LEADERS = (PersonRole.FOCAL_POINT, PersonRole.OPERATOR)
CHALLENGE = 'Session realm="shield"'

View = Callable[..., Any]


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A person who is signed in, as the registry says they are now."""

    person: Person
    name: str
    session: sessions.Open
    token: str = field(repr=False)

    @property
    def csrf(self) -> str:
        return forgery.token_of(self.token)

    def has(self, *roles: PersonRole) -> bool:
        return not self.person.roles.isdisjoint(roles)

    @property
    def reads(self) -> bool:
        return self.has(*READERS)

    @property
    def leads(self) -> bool:
        """Whether they may invite and remove people of their country, or of the hub."""
        return self.has(*LEADERS)

    @property
    def decides(self) -> bool:
        return self.person.may_ask


def for_people(*roles: PersonRole) -> Callable[[View], View]:
    """Let people with one of these roles call a view, which takes `signed`; without any, all."""

    def guard(view: View) -> View:
        @functools.wraps(view)
        def guarded(**arguments: Any) -> Any:
            return view(signed=_permitted(*roles), **arguments)

        guarded.audience = "people"  # type: ignore[attr-defined]
        return guarded

    return guard


def for_readers(view: View) -> View:
    """Let people read case data as their agency: the view takes `viewer`, and is recorded."""
    return _recorded(view, READERS)


def for_deciders(view: View) -> View:
    """As for readers, and for those who are to approve what they read."""
    return _recorded(view, (*READERS, *sorted(EYES)))


def is_here() -> bool:
    """Whether a browser of ours asks, by its session, and not a machine by a token."""
    return COOKIE in request.cookies and "Authorization" not in request.headers


def answered(view: View, arguments: Mapping[str, Any]) -> Any:
    """What a view of the API answers to a person who reads for their agency, once recorded."""
    signed = _permitted(*READERS)
    response = reading_log.answered(view, viewer_for(signed), arguments, _reader(signed))
    if isinstance(response, Response):
        response.vary.add("Cookie")
    return response


def _recorded(view: View, roles: tuple[PersonRole, ...]) -> View:
    @functools.wraps(view)
    def guarded(**arguments: Any) -> Any:
        signed = _permitted(*roles)
        shown = functools.partial(view, signed=signed)
        return reading_log.answered(shown, viewer_for(signed), arguments, _reader(signed))

    guarded.audience = "people"  # type: ignore[attr-defined]
    return guarded


def _reader(signed: Signed) -> reading_log.Reader:
    """Who reads and why, for the record; Refused (400) where they have not said why."""
    if not signed.session.purpose:
        raise Refused("purpose-missing", "say first what you read for: /console/purpose")
    purpose = Purpose.parse(signed.session.purpose)
    return reading_log.Reader(purpose=purpose, channel=CHANNEL, person=signed.person.id)


def viewer_for(signed: Signed) -> Viewer:
    """A person sees what their agency sees, and nothing else."""
    with databases.reading(node().engine) as session:
        return viewer_of(signed.person.agency, node().sequencer.desk.registry.current(session))


def signed_in() -> Signed | None:
    """Who this request's cookie is of; None where nobody is signed in."""
    token = request.cookies.get(COOKIE, "")
    now = moment()
    with databases.reading(node().engine) as session:
        found = sessions.find(session, token, now=now) if token else None
        roster = node().sequencer.desk.registry.current(session)
        person = _standing(session, found, roster) if found else None
        if found is None or person is None:
            return None
        name = names.of(session, [person.id]).get(person.id, "")
    if sessions.is_stale(found, now=now):
        with databases.writing(node().engine, BOOK) as session:
            sessions.touch(session, found, now=now)
    g.agency = person.agency
    return Signed(person=person, name=name, session=found, token=token)


def _standing(session: Session, found: sessions.Open, roster: Roster) -> Person | None:
    """The person, while the registry has them and the credential that they came in with."""
    person = roster.people.get(found.person)
    if person is None:
        return None
    if found.credential.startswith(oidc.CREDENTIAL):
        account = found.credential.removeprefix(oidc.CREDENTIAL)
        return person if oidc.person_of(session, account) == person.id else None
    return person if found.credential in {each.id for each in person.credentials} else None


def _permitted(*roles: PersonRole) -> Signed:
    signed = signed_in()
    if signed is None:
        headers = {"WWW-Authenticate": CHALLENGE}
        raise Refused("not-signed-in", "sign in with your passkey", headers=headers)
    limits.by_agency(signed.person.agency, signed.person.id)
    if roles and not signed.has(*roles):
        named = " or ".join(role.replace("_", " ") for role in roles)
        raise Refused("role-missing", f"this is for the role {named}")
    if request.method not in forgery.SAFE:
        forgery.check_from_here()
        forgery.check_token(signed.token)
    return signed


def entered(response: Response, person: str, credential: str) -> Response:
    """Signed in anew: whatever session this browser had before ends.

    The cookie is for this host and https alone (`__Host-`, RFC 6265bis §4.1.3.2).
    """
    with databases.writing(node().engine, BOOK) as session:
        sessions.drop(session, request.cookies.get(COOKIE, ""))
        token = sessions.start(
            session,
            person=person,
            credential=credential,
            agent=request.headers.get("User-Agent", ""),
            now=moment(),
            random=node().sequencer.desk.random,
        )
    response.set_cookie(COOKIE, token, path="/", secure=True, httponly=True, samesite="Lax")
    return response


def dismiss(response: Response) -> Response:
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
    return response
