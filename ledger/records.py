"""Statements as they came: the signed part in its entry, the disclosures beside the log.

Disclosures are never in the log, so that one can be erased and every proof still holds; and never
in clear. The history keys of shipments lie here too: secrets of the hub, given to those who may see
the shipment.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

from sqlalchemy import BigInteger, LargeBinary, Select, bindparam, delete
from sqlmodel import Field, Session, SQLModel, select

from crypto import sdjwt
from crypto.envelope import PUBLIC
from crypto.frozen import made
from ledger import Tampered, bulk
from ledger import erased as erasures
from ledger.concealment import vault_of
from ledger.entries import Entry, decode
from ledger.erased import ERASED, Erasing
from ledger.folding import Stated
from ledger.shipments import Origin
from ledger.store import BOOK, BY_KEY, ENTRIES
from ledger.vocabulary import Erased, Event, parse


class DisclosureRow(SQLModel, table=True):
    """The disclosures of one statement as they came, each followed by `~`; concealed."""

    __tablename__ = "disclosure"
    index: int = Field(primary_key=True, sa_type=BigInteger)
    data: bytes = Field(sa_type=LargeBinary)


class HistoryKeyRow(SQLModel, table=True):
    """The random key behind a shipment's tags (DESIGN §3)."""

    __tablename__ = "history_key"
    __table_args__ = BY_KEY
    ref: str = Field(primary_key=True)
    key: bytes = Field(sa_type=LargeBinary)


DISCLOSURES = DisclosureRow.__table__  # type: ignore[attr-defined]
HISTORY_KEYS = HistoryKeyRow.__table__  # type: ignore[attr-defined]

TOGETHER = 80  # statements that are taken apart before any is read: they fit into the caches

# Asked again and again, so they are put together once.
_STORED = (
    select(ENTRIES.c.index, ENTRIES.c.data, DISCLOSURES.c.data, ERASED.c.index)
    .join(DISCLOSURES, DISCLOSURES.c.index == ENTRIES.c.index, isouter=True)
    .join(ERASED, ERASED.c.index == ENTRIES.c.index, isouter=True)
    .where(ENTRIES.c.book == BOOK)
    .order_by(ENTRIES.c.index)
)
_AT = _STORED.where(ENTRIES.c.index.in_(bindparam("indexes", expanding=True)))
_BETWEEN = _STORED.where(ENTRIES.c.index >= bindparam("start"), ENTRIES.c.index < bindparam("end"))
_KEYS_OF = select(HISTORY_KEYS.c.ref, HISTORY_KEYS.c.key).where(
    HISTORY_KEYS.c.ref.in_(bindparam("refs", expanding=True))
)


@dataclass(frozen=True, kw_only=True)
class Record:
    """One admitted statement with its place: what every projection is made from."""

    index: int
    time: datetime
    tag: bytes | None
    statement: bytes
    parsed: sdjwt.Parsed
    event: Event
    erased: Erasing | None = None

    @cached_property
    def by(self) -> Origin:
        return origin_of(self.parsed, self.event)

    def placed(self, index: int, time: datetime, tag: bytes | None) -> "Record":
        """It in its place. What was found out about it stays known, unlike with `replace`."""
        return made(Record, **(self.__dict__ | {"index": index, "time": time, "tag": tag}))

    @cached_property
    def digest(self) -> bytes:
        """The hash of the statement as it came, which outlives what was erased of it."""
        return sha256(self.statement).digest() if self.erased is None else self.erased.digest

    @property
    def stated(self) -> Stated:
        return Stated(event=self.event, by=self.by)


def origin_of(parsed: sdjwt.Parsed, event: Event) -> Origin:
    """Who stated this event, and when."""
    return Origin(
        agency=parsed.issuer,
        country=parsed.issuer[:2],
        jti=parsed.jti,
        issued_at=parsed.issued_at,
        occurred_at=event.occurred_at,
    )


def body_of(parsed: sdjwt.Parsed) -> dict[str, object]:
    """What a statement states: its disclosed claims, or all of a registry statement's payload."""
    if "_sd" in parsed.payload:
        return dict(parsed.claims)
    return {name: value for name, value in parsed.payload.items() if name not in PUBLIC}


def statement_of(jwt: str, disclosures: str) -> bytes:
    return f"{jwt}~{disclosures}".encode("ascii")


def record_of(entry: Entry, disclosures: str, erased: Erasing | None = None) -> Record:
    """Read an admitted statement back. Its signature was checked at the door and by every audit."""
    (record,) = records_of([entry], [disclosures], [erased])
    return record


def records_of(
    entries: Sequence[Entry], disclosures: Sequence[str], erased: Sequence[Erasing | None]
) -> list[Record]:
    """The same of many: all are taken apart before what any of them states is read.

    In turns, the two steps would drive each other from the processor's caches.
    """
    told = [statement_of(e.jwt, text) for e, text in zip(entries, disclosures, strict=True)]
    parsed = [
        sdjwt.split(each, complete=gone is None) for each, gone in zip(told, erased, strict=True)
    ]
    events = [_event(each, gone) for each, gone in zip(parsed, erased, strict=True)]
    return [
        made(
            Record,
            index=entry.index,
            time=entry.time,
            tag=entry.tag,
            statement=statement,
            parsed=taken,
            event=event,
            erased=gone,
        )
        for entry, statement, taken, event, gone in zip(
            entries, told, parsed, events, erased, strict=True
        )
    ]


def _event(parsed: sdjwt.Parsed, erased: Erasing | None) -> Event:
    if erased is None or not erased.is_whole:
        return parse(body_of(parsed))
    signed = datetime.fromtimestamp(parsed.issued_at, UTC)
    return Erased(occurred_at=signed, about=erased.about, about_id=erased.subject)


def read(session: Session, indexes: Iterable[int]) -> list[Record]:
    """Admitted statements by index, in order of the log."""
    wanted = sorted(set(indexes))
    if not wanted:
        return []
    return _records(session, _AT, {"indexes": wanted})


def read_range(session: Session, start: int, end: int) -> list[Record]:
    """The admitted statements from `start` up to but not including `end`."""
    return _records(session, _BETWEEN, {"start": start, "end": end})


def _records(session: Session, which: Select[Any], asked: Mapping[str, Any]) -> list[Record]:
    rows = session.connection().execute(which, asked).all()
    marked = [row[0] for row in rows if row[3] is not None]
    gone = erasures.at(session, marked) if marked else {}
    vault = vault_of(session) if rows else None
    found: list[Record] = []
    for start in range(0, len(rows), TOGETHER):
        some = rows[start : start + TOGETHER]
        texts = []
        for index, _, concealed, _ in some:
            if concealed is None or vault is None:
                raise Tampered(f"entry {index} has no disclosures row", code="tampered")
            texts.append(vault.reveal(session, index, bytes(concealed)))
        entries = [decode(bytes(row[1])) for row in some]
        found += records_of(entries, texts, [gone.get(row[0]) for row in some])
    return found


def text_of(disclosures: Iterable[str]) -> str:
    return "".join(f"{each}~" for each in disclosures)


def put(session: Session, texts: Sequence[tuple[int, str]]) -> None:
    """Store disclosures, concealed: the only way they get into the database."""
    concealed = vault_of(session).conceal(session, texts)
    rows = [(index, data) for (index, _), data in zip(texts, concealed, strict=True)]
    bulk.add(session, DISCLOSURES, rows)


def replace(session: Session, texts: Sequence[tuple[int, str]]) -> None:
    """Store disclosures in the place of what was stored before, if anything was."""
    indexes = [index for index, _ in texts]
    session.execute(delete(DISCLOSURES).where(DISCLOSURES.c.index.in_(indexes)))
    put(session, texts)


def history_keys(session: Session, refs: Iterable[str]) -> dict[str, bytes]:
    """The history keys of these shipments, as far as they have one."""
    rows = session.connection().execute(_KEYS_OF, {"refs": list(refs)})
    return {ref: bytes(key) for ref, key in rows}


def add_history_keys(session: Session, keys: dict[str, bytes]) -> None:
    bulk.add(session, HISTORY_KEYS, list(keys.items()))
