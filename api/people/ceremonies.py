"""Challenges under way: each is good once, for a few minutes, for what it was drawn for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, LargeBinary, delete, insert, select
from sqlmodel import Field, Session, SQLModel

from api.people import tokens
from api.problems import Refused
from ledger.store import micros

LIFETIME = timedelta(minutes=5)


class CeremonyRow(SQLModel, table=True):
    """A challenge that was given out, what for, and to whom."""

    __tablename__ = "ceremony"
    ceremony: str = Field(primary_key=True)  # its token's hash
    what: str
    about: str
    challenge: bytes = Field(sa_type=LargeBinary)
    expires: int = Field(sa_type=BigInteger, index=True)


CEREMONIES = CeremonyRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, kw_only=True)
class Ceremony:
    """What a browser was asked to sign, and about what."""

    about: str
    challenge: bytes


def begin(
    session: Session,
    what: str,
    about: str,
    *,
    now: datetime,
    random: Callable[[int], bytes],
    challenge: bytes,
) -> str:
    """Remember a challenge; gives the token under which the answer is to come."""
    token = tokens.draw(random)
    row = {
        "ceremony": tokens.digest(token),
        "what": what,
        "about": about,
        "challenge": challenge,
        "expires": micros(now + LIFETIME),
    }
    session.execute(delete(CEREMONIES).where(CEREMONIES.c.expires < micros(now)))
    session.execute(insert(CEREMONIES), [row])
    return token


def take(session: Session, token: str, what: str, *, now: datetime) -> Ceremony:
    """The challenge that was given out under this token, which counts no more afterwards."""
    mine = (
        (CEREMONIES.c.ceremony == tokens.digest(token))
        & (CEREMONIES.c.what == what)
        & (CEREMONIES.c.expires > micros(now))
    )
    row = session.execute(select(CEREMONIES.c.about, CEREMONIES.c.challenge).where(mine)).first()
    gone = session.execute(delete(CEREMONIES).where(mine))
    if row is None or gone.rowcount != 1:  # type: ignore[attr-defined]
        raise Refused("passkey-refused", "this took longer than five minutes: begin again")
    return Ceremony(about=row.about, challenge=bytes(row.challenge))
