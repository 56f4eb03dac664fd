"""On how many shipments each kind of finding stands: how findings are weighed rests on it.

Kept with the findings, in their transaction, so that it follows from them alone.
"""

from collections.abc import Mapping

from sqlalchemy import BigInteger, bindparam, func, select
from sqlmodel import Field, Session, SQLModel

from alerts.company import Bar
from alerts.cursor import Cursor
from alerts.weighing.scale import Rates
from ledger import bulk
from ledger.history import SHIPMENTS

ALL = ""  # no kind: all shipments


class RateRow(SQLModel, table=True):
    """A kind of finding, and the shipments on which it stands."""

    __tablename__ = "finding_rate"
    kind: str = Field(primary_key=True)
    standing: int = Field(sa_type=BigInteger)


RATES = RateRow.__table__  # type: ignore[attr-defined]
_ALL = select(*RATES.c)
_BEGUN = select(func.count()).where(
    SHIPMENTS.c.first_index >= bindparam("start"), SHIPMENTS.c.first_index < bindparam("end")
)


def read(session: Session) -> Rates:
    """The rates as they are kept."""
    held = {kind: int(standing) for kind, standing in session.connection().execute(_ALL)}
    return Rates(shipments=held.pop(ALL, 0), standing=held)


def keep(session: Session, kinds: Mapping[str, int], before: Cursor, after: Cursor) -> bool:
    """Count what came to stand, and the shipments that began between two watermarks.

    False where it was nothing.
    """
    begun = 0
    if after.watermark > before.watermark:
        asked = {"start": before.watermark, "end": after.watermark}
        begun = session.connection().execute(_BEGUN, asked).scalar_one()
    more = {**kinds, **({ALL: int(begun)} if begun else {})}
    if more:
        rows = [{"kind": kind, "standing": count} for kind, count in sorted(more.items())]
        bulk.add_up(session, RATES, rows)
    return bool(more)


def changed(bar: Bar, before: Rates, after: Rates) -> frozenset[str]:
    """The rules of which a finding weighs another amount now."""
    was, now = bar.within(before).scale, bar.within(after).scale
    kinds = was.here.keys() | now.here.keys()
    return frozenset(kind.split(" ")[0] for kind in kinds if was.of(kind) != now.of(kind))
