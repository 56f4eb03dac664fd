"""Invitations: one link, for one person, once, within a day.

The link carries the token behind a `#`, which browsers do not send: no server's log ever has it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, delete, insert, select
from sqlmodel import Field, Session, SQLModel

from api.people import tokens
from api.problems import Refused
from ledger.store import micros

LIFETIME = timedelta(hours=24)
PATH = "/console/enrol"


class InvitationRow(SQLModel, table=True):
    """That whoever holds the token may enrol as this person, until then."""

    __tablename__ = "invitation"
    token: str = Field(primary_key=True)  # its hash
    person: str
    agency: str
    roles: str
    invited_by: str
    expires: int = Field(sa_type=BigInteger, index=True)


INVITATIONS = InvitationRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """Who is invited, with which roles; `token` is the hash."""

    token: str
    person: str
    agency: str
    roles: tuple[str, ...]
    invited_by: str


def invite(
    session: Session,
    *,
    agency: str,
    roles: tuple[str, ...],
    invited_by: str,
    now: datetime,
    random: Callable[[int], bytes],
    person: str | None = None,
) -> str:
    """A new invitation; gives the token, which is nowhere else. `person` adds a credential."""
    token = tokens.draw(random)
    row = {
        "token": tokens.digest(token),
        "person": person or f"{agency}/p-{random(8).hex()}",
        "agency": agency,
        "roles": " ".join(sorted(roles)),
        "invited_by": invited_by,
        "expires": micros(now + LIFETIME),
    }
    session.execute(delete(INVITATIONS).where(INVITATIONS.c.expires < micros(now)))
    session.execute(insert(INVITATIONS), [row])
    return token


def link(base: str, token: str) -> str:
    return f"{base}{PATH}#{token}"


def opened(session: Session, token: str, *, now: datetime) -> Invitation:
    """The invitation of a token; one refusal for used, expired and made up."""
    return named(session, tokens.digest(token), now=now)


def named(session: Session, digest: str, *, now: datetime) -> Invitation:
    """The invitation with this hash of a token, as what was begun with it remembers it."""
    open_now = (INVITATIONS.c.token == digest) & (INVITATIONS.c.expires > micros(now))
    row = session.execute(select(*INVITATIONS.c).where(open_now)).first()
    if row is None:
        raise void()
    return Invitation(
        token=row.token,
        person=row.person,
        agency=row.agency,
        roles=tuple(row.roles.split()),
        invited_by=row.invited_by,
    )


def spend(session: Session, invitation: Invitation) -> None:
    """Use an invitation up: of two who try at once, one is too late."""
    gone = session.execute(delete(INVITATIONS).where(INVITATIONS.c.token == invitation.token))
    if gone.rowcount != 1:  # type: ignore[attr-defined]
        raise void()


def give_back(session: Session, invitation: Invitation, *, now: datetime) -> None:
    """Let an invitation count again, for an hour, since the ledger refused what came of it."""
    row = {
        "token": invitation.token,
        "person": invitation.person,
        "agency": invitation.agency,
        "roles": " ".join(invitation.roles),
        "invited_by": invitation.invited_by,
        "expires": micros(now + timedelta(hours=1)),
    }
    session.execute(insert(INVITATIONS), [row])


def void() -> Refused:
    return Refused("invitation-void", "this invitation was used, has expired, or never was")
