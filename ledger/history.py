"""What the ledger says of each shipment: its state, who may know of it, what it mentions.

A projection, kept up with every append and rebuilt from the log to the same bytes. A new event that
happened last is one more step; anything else (a late event, a correction) folds anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Index, LargeBinary, Text, bindparam
from sqlmodel import Field, Session, SQLModel, select

from ledger import bulk, folding, states, timeline
from ledger.claims import Marking
from ledger.events.amendments import EventCorrected
from ledger.mentions import mentions_of
from ledger.records import Record
from ledger.shipments import Shipment
from ledger.store import BY_KEY, instant, micros
from ledger.tallies import Retelling
from ledger.vocabulary import CaseEvent
from ledger.volumes import Recount, imports_of

OPEN = Marking()


class ShipmentRow(SQLModel, table=True):
    """The state of a shipment, and what lists are filtered by."""

    __tablename__ = "shipment"
    __table_args__ = (
        Index("shipment_status", "status"),
        Index("shipment_pair", "exporting", "importing"),
        Index("shipment_first", "first_index"),
        Index("shipment_last", "last_occurred"),
    )
    ref: str = Field(primary_key=True)
    state: bytes = Field(sa_type=LargeBinary)
    events: int
    first_index: int = Field(sa_type=BigInteger)
    first_occurred: int = Field(sa_type=BigInteger)
    last_occurred: int = Field(sa_type=BigInteger)
    last_issued: int = Field(sa_type=BigInteger)
    last_jti: str
    status: str
    exporting: str | None
    importing: str | None
    restricted: bool


class AudienceRow(SQLModel, table=True):
    """Who may know of a shipment: a country concerned, or an agency that posted about it."""

    __tablename__ = "audience"
    __table_args__ = BY_KEY
    viewer: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)


class MentionRow(SQLModel, table=True):
    """A container, seal, document, trader, name, its sound, phone, e-mail, address, substance."""

    __tablename__ = "mention"
    __table_args__ = (Index("mention_ref", "ref"), BY_KEY)
    kind: str = Field(primary_key=True)
    value: str = Field(primary_key=True, sa_type=Text)
    ref: str = Field(primary_key=True)


SHIPMENTS = ShipmentRow.__table__  # type: ignore[attr-defined]
AUDIENCE = AudienceRow.__table__  # type: ignore[attr-defined]
MENTIONS = MentionRow.__table__  # type: ignore[attr-defined]

_OF = select(SHIPMENTS).where(SHIPMENTS.c.ref.in_(bindparam("refs", expanding=True)))
Mentions = frozenset[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Held:
    """A shipment's row as loaded, with its state and what is known to be stored about it."""

    row: Mapping[str, Any] | None
    state: Shipment
    mentions: Mentions = frozenset()
    audience: frozenset[str] = frozenset()

    @property
    def events(self) -> int:
        return self.row["events"] if self.row else 0


class Memory:
    """What this process last stored of recent shipments: spares decoding, never decides.

    An item counts only while the database holds the very same row, so a rollback or another process
    makes it useless, not wrong.
    """

    def __init__(self, limit: int = 20_000) -> None:
        self._held: dict[str, Held] = {}
        self._limit = limit

    def recall(self, ref: str, row: Mapping[str, Any]) -> Held | None:
        held = self._held.get(ref)
        return held if held is not None and held.row == row else None

    def keep(self, ref: str, held: Held) -> None:
        if len(self._held) >= self._limit:
            self._held.clear()
        self._held[ref] = held


def load(session: Session, refs: Iterable[str], memory: Memory) -> dict[str, Held]:
    """The shipments of these references as stored; an unknown one is empty."""
    wanted = sorted(set(refs))
    rows = session.connection().execute(_OF, {"refs": wanted}).mappings()
    held = {ref: Held(row=None, state=folding.unheard(ref)) for ref in wanted}
    for found in rows:
        row = dict(found)
        ref = row["ref"]
        held[ref] = memory.recall(ref, row) or Held(row=row, state=decode(bytes(row["state"])))
    return held


@lru_cache(maxsize=1024)
def decode(data: bytes) -> Shipment:
    state: Shipment = states.decode(Shipment, data)
    return state


def project(
    session: Session, new: Mapping[str, Sequence[Record]], held: Mapping[str, Held], memory: Memory
) -> None:
    """Bring the shipments that these new records are about up to date."""
    changes = _Changes()
    folded = [_advanced(session, ref, held[ref], records) for ref, records in new.items()]
    for (ref, records), state in zip(new.items(), folded, strict=True):
        after = _grown(ref, held[ref], state, records)
        changes.take(ref, held[ref], after, records)
        memory.keep(ref, after)
    changes.store(session)


def whole(ref: str, records: Sequence[Record]) -> Held:
    """A shipment from everything stated about it, in order of the log: as it is to be stored."""
    state = folding.shipment(ref, (record.stated for record in records))
    return _grown(ref, Held(row=None, state=folding.unheard(ref)), state, records)


def _grown(ref: str, before: Held, state: Shipment, records: Sequence[Record]) -> Held:
    said = before.mentions.union(*(mentions_of(record.event) for record in records))
    seen = state.concerned.union(before.audience, (record.by.agency for record in records))
    now = _row(ref, before, state, records)
    return Held(row=now, state=state, mentions=said, audience=seen)


def _advanced(session: Session, ref: str, before: Held, records: Sequence[Record]) -> Shipment:
    """One step a record where each happened last and nothing is corrected; else the whole fold."""
    ordered = sorted(records, key=lambda record: record.by.order)
    if before.row is not None and not _follows(before.row, ordered, before.state):
        return folding.shipment(
            ref, (record.stated for record in timeline.history(session, "shipment", ref))
        )
    if any(isinstance(record.event, EventCorrected) for record in records):
        return folding.shipment(ref, (record.stated for record in ordered))
    state = before.state
    for record in ordered:
        state = folding.step(state, record.stated)
    return state


def _follows(row: Mapping[str, Any], ordered: Sequence[Record], state: Shipment) -> bool:
    last = (instant(row["last_occurred"]), row["last_issued"], row["last_jti"])
    if ordered[0].by.order <= last:
        return False
    return not any(
        isinstance(record.event, EventCorrected) or record.by.jti in state.annulled
        for record in ordered
    )


def _row(ref: str, before: Held, after: Shipment, records: Sequence[Record]) -> dict[str, Any]:
    old = before.row
    moments = [record.by.order for record in records]
    if old is not None:
        moments.append((instant(old["last_occurred"]), old["last_issued"], old["last_jti"]))
    last = max(moments)
    first = micros(min(moments)[0])
    return {
        "ref": ref,
        "state": states.encode(after),
        "events": before.events + len(records),
        "first_index": old["first_index"] if old else records[0].index,
        "first_occurred": min(first, old["first_occurred"]) if old else first,
        "last_occurred": micros(last[0]),
        "last_issued": last[1],
        "last_jti": last[2],
        "status": after.status,
        "exporting": after.route.exporting if after.route else None,
        "importing": after.route.importing if after.route else None,
        "restricted": bool(old and old["restricted"]) or any(map(_is_restricted, records)),
    }


def _is_restricted(record: Record) -> bool:
    return isinstance(record.event, CaseEvent) and record.event.marking != OPEN


class _Changes:
    """Rows to write for a batch of shipments, gathered so that each table is written once."""

    def __init__(self) -> None:
        self.fresh: list[dict[str, Any]] = []
        self.changed: list[dict[str, Any]] = []
        self.mentions: list[tuple[str, str, str]] = []
        self.audience: list[tuple[str, str]] = []
        self.imports = Recount()
        self.results = Retelling()

    def take(self, ref: str, before: Held, after: Held, records: Sequence[Record]) -> None:
        row: Any = after.row
        if before.row is None:
            self.fresh.append(row)
        else:
            self.changed.append(row)
        said, seen = after.mentions - before.mentions, after.audience - before.audience
        self.mentions += [(kind, value, ref) for kind, value in said]
        self.audience += [(viewer, ref) for viewer in seen]
        was = imports_of(before.state), before.row["first_occurred"] if before.row else 0
        self.imports.take(ref, was, (imports_of(after.state), row["first_occurred"]))
        self.results.take((before.state, before.row), (after.state, row), records)

    def store(self, session: Session) -> None:
        bulk.add(session, SHIPMENTS, self.fresh)
        bulk.change(session, SHIPMENTS, self.changed)
        bulk.insert_new(session, MENTIONS, sorted(self.mentions))  # neighbours lie together
        bulk.insert_new(session, AUDIENCE, self.audience)
        self.imports.store(session)
        self.results.store(session)
