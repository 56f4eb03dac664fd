"""Statements as they came: the signed part in its entry, the disclosures beside the log.

Disclosures are never in the log, so that one can be erased and every proof still holds. The history
keys of shipments lie here too: secrets of the hub, given to those who may see the shipment.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import BigInteger, ColumnElement, LargeBinary, Text, insert
from sqlmodel import Field, Session, SQLModel, select

from crypto import sdjwt
from crypto.envelope import PUBLIC
from ledger import Tampered
from ledger.entries import Entry, decode
from ledger.folding import Stated
from ledger.shipments import Origin
from ledger.store import BOOK, ENTRIES
from ledger.vocabulary import Event, parse


class DisclosureRow(SQLModel, table=True):
    """The disclosures of one statement, in the submitter's order, each followed by `~`."""

    __tablename__ = "disclosure"
    index: int = Field(primary_key=True, sa_type=BigInteger)
    text: str = Field(sa_type=Text)


class HistoryKeyRow(SQLModel, table=True):
    """The random key behind a shipment's tags (DESIGN §3)."""

    __tablename__ = "history_key"
    ref: str = Field(primary_key=True)
    key: bytes = Field(sa_type=LargeBinary)


DISCLOSURES = DisclosureRow.__table__  # type: ignore[attr-defined]
HISTORY_KEYS = HistoryKeyRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, kw_only=True)
class Record:
    """One admitted statement with its place: what every projection is made from."""

    index: int
    time: datetime
    tag: bytes | None
    statement: bytes
    parsed: sdjwt.Parsed
    event: Event

    @cached_property
    def by(self) -> Origin:
        return Origin(
            agency=self.parsed.issuer,
            country=self.parsed.issuer[:2],
            jti=self.parsed.jti,
            issued_at=self.parsed.issued_at,
            occurred_at=self.event.occurred_at,
        )

    @property
    def stated(self) -> Stated:
        return Stated(event=self.event, by=self.by)


def body_of(parsed: sdjwt.Parsed) -> dict[str, object]:
    """What a statement states: its disclosed claims, or all of a registry statement's payload."""
    if "_sd" in parsed.payload:
        return dict(parsed.claims)
    return {name: value for name, value in parsed.payload.items() if name not in PUBLIC}


def statement_of(jwt: str, disclosures: str) -> bytes:
    return f"{jwt}~{disclosures}".encode("ascii")


def record_of(entry: Entry, disclosures: str) -> Record:
    """Read an admitted statement back. Its signature was checked at the door and by every audit."""
    statement = statement_of(entry.jwt, disclosures)
    parsed = sdjwt.split(statement)
    return Record(
        index=entry.index,
        time=entry.time,
        tag=entry.tag,
        statement=statement,
        parsed=parsed,
        event=parse(body_of(parsed)),
    )


def read(session: Session, indexes: Iterable[int]) -> list[Record]:
    """Admitted statements by index, in order of the log."""
    wanted = sorted(set(indexes))
    if not wanted:
        return []
    return _records(session, ENTRIES.c.index.in_(wanted))


def read_range(session: Session, start: int, end: int) -> list[Record]:
    """The admitted statements from `start` up to but not including `end`."""
    return _records(session, (ENTRIES.c.index >= start) & (ENTRIES.c.index < end))


def _records(session: Session, which: ColumnElement[bool]) -> list[Record]:
    rows = session.execute(
        select(ENTRIES.c.index, ENTRIES.c.data, DISCLOSURES.c.text)
        .join(DISCLOSURES, DISCLOSURES.c.index == ENTRIES.c.index, isouter=True)
        .where(ENTRIES.c.book == BOOK, which)
        .order_by(ENTRIES.c.index)
    )
    made = []
    for index, data, text in rows:
        if text is None:
            raise Tampered(f"entry {index} has no disclosures row", code="tampered")
        made.append(record_of(decode(bytes(data)), text))
    return made


def keep(session: Session, statements: Sequence[tuple[int, Sequence[str]]]) -> None:
    """Store the disclosures of new entries."""
    rows = [
        {"index": index, "text": "".join(f"{each}~" for each in disclosures)}
        for index, disclosures in statements
    ]
    session.execute(insert(DISCLOSURES), rows)


def history_keys(session: Session, refs: Iterable[str]) -> dict[str, bytes]:
    """The history keys of these shipments, as far as they have one."""
    rows = session.execute(
        select(HISTORY_KEYS.c.ref, HISTORY_KEYS.c.key).where(HISTORY_KEYS.c.ref.in_(list(refs)))
    )
    return {ref: bytes(key) for ref, key in rows}


def add_history_keys(session: Session, keys: dict[str, bytes]) -> None:
    if keys:
        rows = [{"ref": ref, "key": key} for ref, key in keys.items()]
        session.execute(insert(HISTORY_KEYS), rows)
