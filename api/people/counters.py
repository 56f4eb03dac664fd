"""How often each passkey has signed: one that counts backwards may have been cloned."""

from sqlalchemy import BigInteger, select, update
from sqlmodel import Field, Session, SQLModel

from ledger.bulk import insert_new


class PasskeyCountRow(SQLModel, table=True):
    """The highest counter that a passkey has shown (WebAuthn §6.1.1)."""

    __tablename__ = "passkey_count"
    credential: str = Field(primary_key=True)
    count: int = Field(sa_type=BigInteger)


COUNTS = PasskeyCountRow.__table__  # type: ignore[attr-defined]


def of(session: Session, credential: str) -> int:
    """The counter that the next assertion must be above; many authenticators stay at 0."""
    query = select(COUNTS.c.count).where(COUNTS.c.credential == credential)
    return session.execute(query).scalar() or 0


def note(session: Session, credential: str, count: int) -> None:
    insert_new(session, COUNTS, [{"credential": credential, "count": count}])
    older = (COUNTS.c.credential == credential) & (COUNTS.c.count < count)
    session.execute(update(COUNTS).where(older).values(count=count))
