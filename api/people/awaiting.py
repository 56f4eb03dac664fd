"""People who have registered and whom the log does not have yet: it takes another to agree.

The hub's signed statement waits here, named by its hash in the request. Once approved it is sent
as it was signed; after 72 hours it is forgotten, and they are invited again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, LargeBinary, delete, insert, select
from sqlmodel import Field, Session, SQLModel

from ledger.decisions import digest_of
from ledger.persons import WINDOW
from ledger.store import micros


class AwaitingRow(SQLModel, table=True):
    """A statement about a person that needs approval before it may be made."""

    __tablename__ = "awaiting_person"
    digest: str = Field(primary_key=True)
    person: str = Field(index=True)
    kind: str
    statement: bytes = Field(sa_type=LargeBinary)
    since: int = Field(sa_type=BigInteger)


AWAITING = AwaitingRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, kw_only=True)
class Awaiting:
    """What waits: the hash that a request names, and whom it is about."""

    digest: str
    person: str
    kind: str
    statement: bytes


def add(session: Session, statement: bytes, *, person: str, kind: str, now: datetime) -> Awaiting:
    jwt = statement.decode("ascii").partition("~")[0]
    digest = digest_of(jwt)
    row = {
        "digest": digest,
        "person": person,
        "kind": kind,
        "statement": statement,
        "since": micros(now),
    }
    session.execute(delete(AWAITING).where(AWAITING.c.since < micros(now - WINDOW)))
    session.execute(insert(AWAITING), [row])
    return Awaiting(digest=digest, person=person, kind=kind, statement=statement)


def of(session: Session, country: str, *, now: datetime) -> Sequence[Awaiting]:
    """What waits in an authority, oldest first."""
    there = AWAITING.c.person.startswith(f"{country}-", autoescape=True)
    query = select(*AWAITING.c).where(there & (AWAITING.c.since > micros(now - WINDOW)))
    rows = session.execute(query.order_by(AWAITING.c.since, AWAITING.c.digest))
    return [
        Awaiting(
            digest=row.digest,
            person=row.person,
            kind=row.kind,
            statement=bytes(row.statement),
        )
        for row in rows
    ]


def drop(session: Session, digest: str) -> None:
    session.execute(delete(AWAITING).where(AWAITING.c.digest == digest))
