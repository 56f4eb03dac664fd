"""Sessions: who is signed in, where, since when; each can be ended by its person.

A quarter of an hour without a request ends one, and so do eight hours. What a cookie holds is not
in the database: only its hash is.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Row, delete, insert, select, update
from sqlmodel import Field, Session, SQLModel

from api.people import tokens
from ledger.store import instant, micros

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=8)
TOUCH = timedelta(minutes=1)  # a page's many requests need not all write
HANDLE = 16  # characters of the hash: they name a session, and open none
_AGENTS = ("Edg", "OPR", "Firefox", "Chrome", "Safari")
_SYSTEMS = ("Windows", "Android", "iPhone", "iPad", "Mac OS", "Linux")


class SessionRow(SQLModel, table=True):
    """One browser that a person is signed in with."""

    __tablename__ = "person_session"
    token: str = Field(primary_key=True)  # its hash
    person: str = Field(index=True)
    credential: str
    began: int = Field(sa_type=BigInteger)
    seen: int = Field(sa_type=BigInteger)
    agent: str
    purpose: str


SESSIONS = SessionRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, kw_only=True)
class Open:
    """A session that counts now. `token` is the hash; its beginning names the session in lists."""

    token: str
    person: str
    credential: str
    began: datetime
    seen: datetime
    agent: str
    purpose: str

    @property
    def handle(self) -> str:
        return self.token[:HANDLE]

    @property
    def ends(self) -> datetime:
        return min(self.began + ABSOLUTE, self.seen + IDLE)


def start(
    session: Session,
    *,
    person: str,
    credential: str,
    agent: str,
    now: datetime,
    random: Callable[[int], bytes],
) -> str:
    """Sign somebody in; gives what the cookie holds. What has run out is forgotten."""
    token = tokens.draw(random)
    row = {
        "token": tokens.digest(token),
        "person": person,
        "credential": credential,
        "began": micros(now),
        "seen": micros(now),
        "agent": _told(agent),
        "purpose": "",
    }
    session.execute(delete(SESSIONS).where(~_alive(now)))
    session.execute(insert(SESSIONS), [row])
    return token


def find(session: Session, token: str, *, now: datetime) -> Open | None:
    mine = SESSIONS.c.token == tokens.digest(token)
    row = session.execute(select(*SESSIONS.c).where(mine & _alive(now))).first()
    return None if row is None else _open(row)


def touch(session: Session, found: Open, *, now: datetime) -> None:
    """Note that the person is still there."""
    mine = SESSIONS.c.token == found.token
    session.execute(update(SESSIONS).where(mine).values(seen=micros(now)))


def is_stale(found: Open, *, now: datetime) -> bool:
    return now - found.seen > TOUCH


def say_purpose(session: Session, found: Open, purpose: str) -> None:
    mine = SESSIONS.c.token == found.token
    session.execute(update(SESSIONS).where(mine).values(purpose=purpose))


def of(session: Session, person: str, *, now: datetime) -> Sequence[Open]:
    """A person's sessions, newest first."""
    mine = (SESSIONS.c.person == person) & _alive(now)
    query = select(*SESSIONS.c).where(mine).order_by(SESSIONS.c.began.desc(), SESSIONS.c.token)
    return [_open(row) for row in session.execute(query)]


def end(session: Session, person: str, handle: str) -> bool:
    """End one session of a person; whether there was one."""
    if not re.fullmatch(rf"[0-9a-f]{{{HANDLE}}}", handle):
        return False
    named = SESSIONS.c.token.startswith(handle, autoescape=True)
    gone = session.execute(delete(SESSIONS).where((SESSIONS.c.person == person) & named))
    return bool(gone.rowcount)  # type: ignore[attr-defined]


def end_all(session: Session, person: str) -> None:
    session.execute(delete(SESSIONS).where(SESSIONS.c.person == person))


def drop(session: Session, token: str) -> None:
    """End the session of this cookie, if there is one."""
    session.execute(delete(SESSIONS).where(SESSIONS.c.token == tokens.digest(token)))


def _alive(now: datetime) -> ColumnElement[bool]:
    young: ColumnElement[bool] = SESSIONS.c.began > micros(now - ABSOLUTE)
    used: ColumnElement[bool] = SESSIONS.c.seen > micros(now - IDLE)
    return young & used


def _open(row: Row[Any]) -> Open:
    return Open(
        token=row.token,
        person=row.person,
        credential=row.credential,
        began=instant(row.began),
        seen=instant(row.seen),
        agent=row.agent,
        purpose=row.purpose,
    )


def _told(agent: str) -> str:
    """The browser and system in two words: enough to know one's own, and no fingerprint."""
    browser = next((each for each in _AGENTS if each in agent), "a browser")
    system = next((each for each in _SYSTEMS if each in agent), "some system")
    return f"{browser} on {system}"
