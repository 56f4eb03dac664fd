"""The timeline: for each entry, who stated what kind of thing about which subject, and when.

A projection. It is the index from subjects and statement ids to entries; content stays in records.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import BigInteger, Index, LargeBinary, bindparam, update
from sqlmodel import Field, Session, SQLModel, select

from ledger import bulk, records
from ledger.records import Record
from ledger.store import micros


class TimelineRow(SQLModel, table=True):
    """One entry's place in the history of its subject; `k` counts a shipment's entries from 0."""

    __tablename__ = "timeline"
    __table_args__ = (Index("timeline_about", "about", "subject", "index"),)
    index: int = Field(primary_key=True, sa_type=BigInteger)
    jti: str = Field(unique=True)
    digest: bytes = Field(sa_type=LargeBinary)
    agency: str
    kind: str
    about: str
    subject: str
    k: int | None
    occurred: int = Field(sa_type=BigInteger)
    issued: int = Field(sa_type=BigInteger)
    recorded: int = Field(sa_type=BigInteger)


TIMELINE = TimelineRow.__table__  # type: ignore[attr-defined]

_KNOWN = select(TIMELINE.c.jti, TIMELINE.c.index, TIMELINE.c.digest).where(
    TIMELINE.c.jti.in_(bindparam("jtis", expanding=True))
)


def row_of(record: Record, k: int | None) -> dict[str, object]:
    return dict(zip(TIMELINE.columns.keys(), _values_of(record, k), strict=True))


def _values_of(record: Record, k: int | None) -> tuple[object, ...]:
    """In the order of the columns."""
    event, payload = record.event, record.parsed.payload
    return (
        record.index,
        payload["jti"],
        record.digest,
        payload["iss"],
        event.kind,
        *event.subject,
        k,
        micros(event.occurred_at),
        payload["iat"],
        micros(record.time),
    )


def project(session: Session, placed: Sequence[tuple[Record, int | None]]) -> None:
    bulk.add(session, TIMELINE, [_values_of(record, k) for record, k in placed])


def known(session: Session, jtis: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    """Which of these statement ids are taken: by jti, the entry's index and statement's digest."""
    rows = session.connection().execute(_KNOWN, {"jtis": list(jtis)})
    return {jti: (index, bytes(digest)) for jti, index, digest in rows}


def forget(session: Session, erased: Record) -> None:
    """Leave of an erased statement's row only what its signed part and its tag show."""
    row = row_of(erased, None)
    told = {name: row[name] for name in ("kind", "occurred")}
    session.execute(update(TIMELINE).where(TIMELINE.c.index == erased.index).values(told))


def places(session: Session, jtis: Iterable[str]) -> dict[str, tuple[int, str, str, str]]:
    """Where these statements are: by jti, the entry's index, the agency, and what it is about."""
    row = TIMELINE.c
    columns: list[Any] = [row.jti, row.index, row.agency, row.about, row.subject]
    found = session.execute(select(*columns).where(row.jti.in_(list(jtis))))
    return {jti: (index, agency, about, subject) for jti, index, agency, about, subject in found}


def indexes(session: Session, about: str, subject: str) -> list[int]:
    """The entries about one subject, in order of the log."""
    rows = session.execute(
        select(TIMELINE.c.index)
        .where(TIMELINE.c.about == about, TIMELINE.c.subject == subject)
        .order_by(TIMELINE.c.index)
    )
    return list(rows.scalars())


def history(session: Session, about: str, subject: str) -> list[Record]:
    """Everything stated about one subject, in order of the log."""
    return records.read(session, indexes(session, about, subject))


def histories(session: Session, about: str, subjects: Iterable[str]) -> dict[str, list[Record]]:
    """Everything stated about each of several subjects, each in order of the log."""
    wanted = sorted(set(subjects))
    places = session.execute(
        select(TIMELINE.c.index, TIMELINE.c.subject).where(
            TIMELINE.c.about == about, TIMELINE.c.subject.in_(wanted)
        )
    )
    subject_of: dict[int, str] = {place[0]: place[1] for place in places}
    told: dict[str, list[Record]] = {subject: [] for subject in wanted}
    for record in records.read(session, subject_of):
        told[subject_of[record.index]].append(record)
    return told
