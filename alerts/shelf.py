"""What one scan reads of the ledger, each thing once: timelines, states, who may see a statement.

A shelf belongs to one read transaction, so everything on it comes from one moment.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sqlmodel import Session, select

from ledger import folding, history, records
from ledger.claims import Marking
from ledger.folding import Stated
from ledger.records import Record
from ledger.shipments import Origin, Shipment
from ledger.standing import Standing
from ledger.timeline import TIMELINE
from ledger.vocabulary import CaseEvent

# PostgreSQL takes 65,535 parameters in one statement, SQLite 32,766.
_AT_ONCE = 5_000

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Marked:
    """Who stated something, and how far it may travel."""

    by: Origin
    marking: Marking


@dataclass
class Shelf:
    """The records of the shipments that a scan looks at, and of those that rules ask about."""

    session: Session
    standings: dict[tuple[str, str], Standing] = field(default_factory=dict)
    mentioning: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    _records: dict[str, tuple[Record, ...]] = field(default_factory=dict)
    _timelines: dict[str, tuple[Stated, ...]] = field(default_factory=dict)
    _states: dict[str, Shipment] = field(default_factory=dict)
    _marked: dict[str, Marked] = field(default_factory=dict)

    def fetch(self, refs: Iterable[str]) -> None:
        """Read the records of many shipments at once."""
        wanted = sorted(set(refs) - self._records.keys())
        indexes: list[int] = []
        for some in _pieces(wanted):
            rows = self.session.execute(
                select(TIMELINE.c.index).where(
                    TIMELINE.c.about == "shipment", TIMELINE.c.subject.in_(some)
                )
            )
            indexes += rows.scalars()
        found: dict[str, list[Record]] = {ref: [] for ref in wanted}
        for some_indexes in _pieces(sorted(indexes)):
            for record in records.read(self.session, some_indexes):
                if record.erased is None or not record.erased.is_whole:
                    found[record.event.subject[1]].append(record)
        for ref, its in found.items():
            self._records[ref] = tuple(its)
            self._marked.update({each.by.jti: _marked(each) for each in its})

    def records(self, ref: str) -> tuple[Record, ...]:
        """Everything stated about a shipment, in order of the log."""
        self.fetch([ref])
        return self._records[ref]

    def timeline(self, ref: str) -> tuple[Stated, ...]:
        """The same in the order things happened, without what corrections annul."""
        if ref not in self._timelines:
            stated = [record.stated for record in self.records(ref)]
            gone = folding.annulled(stated)
            kept = (each for each in folding.in_order(stated) if each.by.jti not in gone)
            self._timelines[ref] = tuple(kept)
        return self._timelines[ref]

    def shipments(self, refs: Iterable[str]) -> Mapping[str, Shipment]:
        """The states of these shipments, as the ledger keeps them."""
        wanted = sorted(set(refs))
        missing = [ref for ref in wanted if ref not in self._states]
        if missing:
            held = history.SHIPMENTS.c
            rows = self.session.execute(select(held.ref, held.state).where(held.ref.in_(missing)))
            self._states.update({ref: history.decode(bytes(state)) for ref, state in rows})
        return {ref: self._states[ref] for ref in wanted if ref in self._states}

    def marked(self, jti: str) -> Marked | None:
        """Who stated this and under which marking, if it was read for some rule."""
        return self._marked.get(jti)


def _marked(record: Record) -> Marked:
    event = record.event
    marking = event.marking if isinstance(event, CaseEvent) else Marking()
    return Marked(by=record.by, marking=marking)


def _pieces(items: Sequence[T]) -> Iterable[Sequence[T]]:
    return (items[start : start + _AT_ONCE] for start in range(0, len(items), _AT_ONCE))
