"""How far the scan has come: a watermark in the log, moved by compare-and-swap.

`step` counts the moves, so that a step which only emptied the due-list excludes others as well.
"""

from dataclasses import dataclass
from typing import Self

from sqlalchemy import BigInteger, Text, bindparam, select, update
from sqlmodel import Field, Session, SQLModel

from ledger.bulk import insert_new

SCAN = "scan"


class CursorRow(SQLModel, table=True):
    """The one cursor of the checker, and the rules that it ran."""

    __tablename__ = "scan_cursor"
    name: str = Field(primary_key=True)
    watermark: int = Field(sa_type=BigInteger)
    step: int = Field(sa_type=BigInteger)
    rules: str = Field(sa_type=Text)


CURSORS = CursorRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, kw_only=True, slots=True)
class Cursor:
    """Entries below the watermark have been scanned, by these rules in these versions."""

    watermark: int = 0
    step: int = 0
    rules: str = ""

    def after(self, watermark: int, rules: str) -> Self:
        return type(self)(watermark=watermark, step=self.step + 1, rules=rules)


_WHERE = select(*CURSORS.c).where(CURSORS.c.name == SCAN)
_MOVE = (
    update(CURSORS)
    .where(CURSORS.c.name == SCAN, CURSORS.c.step == bindparam("before"))
    .values(watermark=bindparam("to"), step=bindparam("after"), rules=bindparam("by"))
)


def cursor(session: Session) -> Cursor:
    row = session.connection().execute(_WHERE).one_or_none()
    if row is None:
        return Cursor()
    return Cursor(watermark=row.watermark, step=row.step, rules=row.rules)


def advance(session: Session, before: Cursor, after: Cursor) -> bool:
    """Move on; False when another scanner was there first, and its work stands."""
    if before == Cursor():
        insert_new(session, CURSORS, [{"name": SCAN, "watermark": 0, "step": 0, "rules": ""}])
    asked = {"before": before.step, "to": after.watermark, "after": after.step, "by": after.rules}
    return session.connection().execute(_MOVE, asked).rowcount == 1
