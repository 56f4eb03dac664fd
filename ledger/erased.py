"""What is kept of what was erased: which entry, when, by whom and why, and no more of its content.

The signed part, its entry and every proof stay as they are. Of a disclosure that is gone its digest
is kept, which the signed part shows anyway: whatever else is missing was not erased but lost.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, LargeBinary, RowMapping, Text, delete, insert
from sqlmodel import Field, Session, SQLModel, select

from ledger.store import instant, micros


class ErasedRow(SQLModel, table=True):
    """One statement of which something was erased."""

    __tablename__ = "erased"
    index: int = Field(primary_key=True, sa_type=BigInteger)
    scope: str
    time: int = Field(sa_type=BigInteger)
    request: str
    agency: str
    approver: str
    reason: str
    digest: bytes = Field(sa_type=LargeBinary)
    gone: str = Field(sa_type=Text)
    about: str
    subject: str
    restricted: bool


ERASED = ErasedRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, kw_only=True, slots=True)
class Erasing:
    """That a statement's personal data, or all it disclosed, was erased: when, by whom and why.

    `digest` is of the statement as it came, so that the same bytes again are recognised; `gone` the
    digests of the erased disclosures. `restricted`: its marking may have hidden it from countries
    concerned, so they are not told of it now either.
    """

    index: int
    scope: str
    time: datetime
    request: str
    agency: str
    approver: str
    reason: str
    digest: bytes
    gone: tuple[str, ...]
    about: str
    subject: str
    restricted: bool

    @property
    def is_whole(self) -> bool:
        """Whether nothing that the statement disclosed is left."""
        return self.scope == "body"


def _row(erasing: Erasing) -> dict[str, Any]:
    fields = {name: getattr(erasing, name) for name in Erasing.__slots__}
    return {**fields, "time": micros(erasing.time), "gone": " ".join(erasing.gone)}


def _read(row: RowMapping) -> Erasing:
    fields = {name: row[name] for name in Erasing.__slots__}
    fields |= {"time": instant(row["time"]), "gone": tuple(row["gone"].split())}
    fields |= {"digest": bytes(row["digest"]), "restricted": bool(row["restricted"])}
    return Erasing(**fields)


def find(session: Session, which: ColumnElement[bool]) -> dict[int, Erasing]:
    """The erasures that a condition on the table finds, by index."""
    rows = session.execute(select(*ERASED.c).where(which)).mappings()
    return {row["index"]: _read(row) for row in rows}


def at(session: Session, indexes: Iterable[int]) -> dict[int, Erasing]:
    return find(session, ERASED.c.index.in_(list(indexes)))


def note(session: Session, erasing: Erasing) -> None:
    """Remember an erasure; a wider one takes the place of one before it."""
    session.execute(delete(ERASED).where(ERASED.c.index == erasing.index))
    session.execute(insert(ERASED), [_row(erasing)])
