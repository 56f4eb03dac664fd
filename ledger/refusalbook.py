"""Which statements refuse something, and which countries export what: a projection.

Only where to look. What a refusal says to others is made when it is read (`ledger.refusals`), since
it depends on what is known and shareable then.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import BigInteger, Index, delete
from sqlmodel import Field, Session, SQLModel, select

from ledger import bulk
from ledger import records as statements
from ledger.events.enforcement import ShipmentStopped
from ledger.events.notices import NoticeObjected
from ledger.events.reference import TransactionSuspected
from ledger.records import Record
from ledger.timeline import TIMELINE
from ledger.vocabulary import Event, ShipmentEvent

_AT_ONCE = 500


class RefusalRow(SQLModel, table=True):
    """A statement that others may hear of; `substance` is empty where its shipment says which."""

    __tablename__ = "refusal"
    __table_args__ = (Index("refusal_subject", "subject"),)
    index: int = Field(primary_key=True, sa_type=BigInteger)
    substance: str = Field(primary_key=True)
    about: str
    subject: str


class ExporterRow(SQLModel, table=True):
    """That a country itself stated a shipment of a substance that it opened."""

    __tablename__ = "exporter"
    country: str = Field(primary_key=True)
    substance: str = Field(primary_key=True)


REFUSALS = RefusalRow.__table__  # type: ignore[attr-defined]
EXPORTERS = ExporterRow.__table__  # type: ignore[attr-defined]


def project(session: Session, records: Sequence[Record]) -> None:
    """Note the refusals among new records, and who exports what."""
    refused = [row for record in records for row in refusals_of(record)]
    exports = sorted({pair for record in records for pair in exports_of(record)})
    bulk.insert_new(session, REFUSALS, refused)
    bulk.insert_new(session, EXPORTERS, exports)


def again(session: Session, gone: Record) -> None:
    """Forget what an erased statement, here as it was, refused; and exports that it alone told."""
    session.execute(delete(REFUSALS).where(REFUSALS.c.index == gone.index))
    for country, substance in sorted(set(exports_of(gone))):
        if not _is_exported(session, country, substance):
            row = EXPORTERS.c
            session.execute(
                delete(EXPORTERS).where(row.country == country, row.substance == substance)
            )


def _is_exported(session: Session, country: str, substance: str) -> bool:
    """Whether any statement still says so, the newest asked first: mostly it is among those."""
    row = TIMELINE.c
    mine = row.subject.startswith(f"{country}-"), row.agency.startswith(f"{country}-")
    query = select(row.index).where(row.about == "shipment", *mine).order_by(row.index.desc())
    indexes = list(session.execute(query).scalars())
    for start in range(0, len(indexes), _AT_ONCE):
        for record in statements.read(session, indexes[start : start + _AT_ONCE]):
            if (country, substance) in exports_of(record):
                return True
    return False


def refusals_of(record: Record) -> list[dict[str, object]]:
    """The rows of what a statement refuses, as far as others may hear of it."""
    if not is_shared(record.event):
        return []
    about, subject = record.event.subject
    row = {"index": record.index, "about": about, "subject": subject}
    return [row | {"substance": substance} for substance in sorted(_named(record.event))]


def is_shared(event: Event) -> bool:
    """Whether an event refuses something, and whoever stated it lets suppliers hear of it."""
    if isinstance(event, NoticeObjected | TransactionSuspected):
        return event.share_with_suppliers
    return isinstance(event, ShipmentStopped)


def _named(event: Event) -> set[str]:
    if isinstance(event, TransactionSuspected):
        return {line.substance for line in event.goods}
    return {""}


def exports_of(record: Record) -> Iterable[tuple[str, str]]:
    """Nobody makes another country an exporter: its own agencies must have stated the goods."""
    event = record.event
    if isinstance(event, ShipmentEvent) and event.shipment.startswith(f"{record.by.country}-"):
        for line in getattr(event, "goods", ()):
            yield record.by.country, line.substance


def exported_by(session: Session, country: str) -> frozenset[str]:
    """The substances that a country has exported."""
    query = select(EXPORTERS.c.substance).where(EXPORTERS.c.country == country)
    return frozenset(session.execute(query).scalars())
