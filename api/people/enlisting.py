"""A person's way into the log: the hub states what they registered, through the same door as all.

Order that survives a crash: the invitation is spent first, so that it can't be used twice; then the
log is asked; then the name is kept. Who is lost in between is invited again, as somebody new.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from api.client import sign
from api.current import moment, node
from api.people import awaiting, invitations, names
from api.people.attempts import BOOK
from api.people.invitations import Invitation
from api.people.site import site_of
from crypto import CryptoError
from crypto.canonical import Json
from crypto.encodings import b64u_encode
from crypto.passkeys import Registered
from ledger import LedgerError, databases
from ledger.admission import Admission
from ledger.persons import WINDOW, Person
from ledger.roster import HUB
from ledger.states import moment as spelt
from ledger.store import micros

NEEDS_APPROVAL = "needs-approval"


class Outcome(StrEnum):
    """What came of it: in the log, or waiting for another to agree."""

    DONE = "done"
    WAITS = "waits"


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """What somebody registered on an invitation."""

    invitation: Invitation
    registered: Registered
    name: str


def enlist(newcomer: Newcomer) -> Outcome:
    """Spend the invitation and enrol the person; LedgerError where the log refuses them."""
    invitation = newcomer.invitation
    with databases.writing(node().engine, BOOK) as session:
        invitations.spend(session, invitation)
    try:
        outcome = state(_enrolled(newcomer), person=invitation.person)
    except (LedgerError, CryptoError):
        with databases.writing(node().engine, BOOK) as session:
            invitations.give_back(session, invitation, now=moment())
        raise
    with databases.writing(node().engine) as session:
        roster = node().sequencer.desk.registry.current(session)
        # Asked for within 72 hours, and approved within 72 more.
        names.sweep(session, roster.people.keys(), before=micros(moment() - 2 * WINDOW))
        if newcomer.name or not names.of(session, [invitation.person]):
            names.keep(session, invitation.person, newcomer.name, at=micros(moment()))
    return outcome


def remove(person: str, credential: str | None = None) -> Outcome:
    """Take somebody, or one of their credentials, out of the registry."""
    body: dict[str, Json] = {"kind": "person.removed", "person": person}
    if credential is not None:
        body["credential"] = credential
    outcome = state({**body, "occurred_at": spelt(moment())}, person=person)
    if outcome is Outcome.DONE and credential is None:
        with databases.writing(node().engine) as session:
            names.forget(session, person)
    return outcome


def state(body: Mapping[str, Json], *, person: str) -> Outcome:
    """Have the hub state this, or keep it where it takes another's agreement first."""
    statement = sign(
        body,
        agency=HUB,
        origin=node().origin,
        key=node().hub_key,
        now=moment(),
        random=node().sequencer.desk.random,
    )
    try:
        submit(statement)
    except LedgerError as error:
        if error.code != NEEDS_APPROVAL:
            raise
        with databases.writing(node().engine, BOOK) as session:
            kind = str(body["kind"])
            awaiting.add(session, statement, person=person, kind=kind, now=moment())
        return Outcome.WAITS
    return Outcome.DONE


def submit(statement: bytes) -> Admission:
    """Put a statement through the door; whatever it is refused for is raised."""
    (outcome,) = node().sequencer.submit([statement])
    if isinstance(outcome, Admission):
        return outcome
    raise outcome


def _enrolled(newcomer: Newcomer) -> dict[str, Json]:
    site, invitation = site_of(node().settings), newcomer.invitation
    known = person_of(invitation.person)
    credential = {
        "id": newcomer.registered.id,
        "type": "passkey",
        "public_key": b64u_encode(newcomer.registered.public_key),
        "rp": site.rp_id,
        "origin": site.origin,
    }
    return {
        "kind": "person.enrolled",
        "occurred_at": spelt(moment()),
        "agency": invitation.agency,
        "person": invitation.person,
        "roles": sorted(known.roles) if known else list(invitation.roles),
        "credentials": [credential],
    }


def person_of(person: str) -> Person | None:
    """Somebody as the registry knows them now."""
    with databases.reading(node().engine) as session:
        return node().sequencer.desk.registry.current(session).people.get(person)
