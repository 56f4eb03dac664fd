"""People as the log knows them: pseudonyms with credentials and roles, and what they ask for.

The name behind a pseudonym is never here. What takes two people takes them from the moment on at
which an authority (a participant, or the hub) has two who may approve.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Annotated

from crypto.keys import PublicKey
from ledger.values import Pattern

WINDOW = timedelta(hours=72)  # from the entry of a request on
QUORUM = 2  # people with eyes, from which on what takes two takes two

PersonId = Annotated[
    str,
    partial(
        Pattern,
        r"[A-Z]{2}-[A-Z0-9-]{2,30}/p-[a-z0-9]{8,40}",
        "use the agency's id, `/p-` and 8 to 40 random letters and digits",
    ),
]


class PersonRole(StrEnum):
    """What a person may do for an agency."""

    SUBMITTER = "submitter"
    INVESTIGATOR = "investigator"
    APPROVER = "approver"
    FOCAL_POINT = "focal_point"
    DUTY_OFFICER = "duty_officer"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    WITNESS = "witness"


EYES = frozenset({PersonRole.APPROVER, PersonRole.FOCAL_POINT})
WATCHERS = frozenset({PersonRole.AUDITOR, PersonRole.WITNESS})  # who decide nothing


@dataclass(frozen=True, kw_only=True, slots=True)
class Passkey:
    """A WebAuthn credential: its COSE key, and the site it was made for."""

    id: str
    public_key: bytes
    rp: str
    origin: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnKey:
    """A key that a person keeps in a file of their own; its id is its thumbprint (RFC 7638)."""

    key: PublicKey

    @property
    def id(self) -> str:
        return self.key.kid


Credential = Passkey | OwnKey


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody of an agency, as the registry says they are now."""

    id: str
    agency: str
    roles: frozenset[str]
    credentials: tuple[Credential, ...]
    since: int = 0

    @property
    def country(self) -> str:
        return self.agency[:2]

    @property
    def has_eyes(self) -> bool:
        """Whether they may approve what another asks for."""
        return not self.roles.isdisjoint(EYES)

    @property
    def may_ask(self) -> bool:
        return not self.roles <= WATCHERS


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What another person said to a request, and at which entry."""

    person: str
    approved: bool
    credential: str
    index: int
    jti: str

    @property
    def agency(self) -> str:
        return self.person.partition("/")[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """That a person asks for one statement to count; it may for 72 hours, once another agrees."""

    id: str
    statement: str  # the hash of its signed part
    target: str  # its jti
    person: str
    index: int
    time: datetime
    action: str | None = None
    reason: str | None = None
    answer: Answer | None = None

    @property
    def country(self) -> str:
        """The authority whose two people it takes: a participant, or the hub."""
        return self.person[:2]

    @property
    def until(self) -> datetime:
        return self.time + WINDOW

    def stage(self, now: datetime) -> str:
        """How far it has come, as far as the registry tells."""
        if self.answer is not None:
            return "approved" if self.answer.approved else "declined"
        return "pending" if now <= self.until else "expired"


def approval(
    requests: Mapping[str, Request],
    people: Mapping[str, Person],
    statement: str,
    countries: tuple[str, ...],
    now: datetime,
) -> Request | None:
    """The request by which people of one of these authorities let this statement count now.

    Both must still be enrolled: who was removed in between has agreed to nothing.
    """
    for each in requests.values():
        if each.statement != statement or each.country not in countries or now > each.until:
            continue
        answer = each.answer
        if answer is not None and answer.approved and {each.person, answer.person} <= people.keys():
            return each
    return None


def eyes(people: Mapping[str, Person], country: str) -> tuple[Person, ...]:
    """The people of an authority who may approve."""
    return tuple(each for each in people.values() if each.country == country and each.has_eyes)


def is_bound(people: Mapping[str, Person], country: str) -> bool:
    """Whether an authority has two people with eyes, so that four eyes bind it."""
    return len(eyes(people, country)) >= QUORUM


def always(event: object, before: object) -> bool:
    """Say of a kind that it takes two people whatever was before: `needs_four_eyes = always`."""
    del event, before
    return True
