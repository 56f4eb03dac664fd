"""The name behind a pseudonym: concealed in the database, shown to that person's own agency.

It is personal data: never in the log, in logs, in addresses or in what other countries read.
"""

from collections.abc import Collection, Sequence
from hashlib import sha256

from sqlalchemy import BigInteger, LargeBinary, delete, insert, select
from sqlmodel import Field, Session, SQLModel

from crypto.encodings import b64u_decode, b64u_encode
from ledger.concealment import PER_KEY, vault_of

MAX_NAME = 80
# Data keys go by the index of an entry. Names have one of their own, where no entry ever is.
_FIRST = 2**52 // PER_KEY * PER_KEY


class PersonNameRow(SQLModel, table=True):
    """What a person is called, concealed; and when they came here last."""

    __tablename__ = "person_name"
    person: str = Field(primary_key=True)
    name: bytes = Field(sa_type=LargeBinary)
    enrolled: int = Field(sa_type=BigInteger)


NAMES = PersonNameRow.__table__  # type: ignore[attr-defined]


def keep(session: Session, person: str, name: str, *, at: int) -> None:
    """Remember a name, in place of any before. The caller holds the log's pen: keys are made."""
    text = b64u_encode(name.strip()[:MAX_NAME].encode(errors="replace"))
    (concealed,) = vault_of(session).conceal(session, [(_place(person), text)])
    forget(session, person)
    session.execute(insert(NAMES), [{"person": person, "name": concealed, "enrolled": at}])


def forget(session: Session, person: str) -> None:
    session.execute(delete(NAMES).where(NAMES.c.person == person))


def sweep(session: Session, people: Collection[str], *, before: int) -> None:
    """Forget who is not in the registry and can't be waiting for it any more."""
    gone = NAMES.c.person.not_in(sorted(people)) & (NAMES.c.enrolled < before)
    session.execute(delete(NAMES).where(gone))


def of(session: Session, people: Sequence[str]) -> dict[str, str]:
    """What these people are called, as far as they said so."""
    query = select(NAMES.c.person, NAMES.c.name).where(NAMES.c.person.in_(people))
    vault = vault_of(session)
    return {
        person: b64u_decode(vault.reveal(session, _place(person), bytes(name))).decode()
        for person, name in session.execute(query)
    }


def _place(person: str) -> int:
    """What the name is bound to, so that it opens for this person and hardly any other."""
    return _FIRST + int.from_bytes(sha256(person.encode()).digest()[:8]) % PER_KEY
