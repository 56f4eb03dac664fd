"""How much of a substance goes to a country in a year: what annual requirements are held against.

Two projections that `history` keeps up. One has a row for each shipment, country, substance and
year; the other sums them by the day on which a shipment began, so that a total up to some shipment
reads no more than the days of a year, however many shipments there are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from statistics import median_low
from typing import Any

from sqlalchemy import BigInteger, Index, bindparam, delete, func
from sqlmodel import Field, Session, SQLModel, select

from ledger import bulk
from ledger.shipments import Shipment

KG = Decimal(1_000_000)
DAY = 86_400 * 1_000_000  # in microseconds
EPOCH = date(1970, 1, 1)
ENOUGH = 3  # steps that tell which of them is off
SLIP = 20  # times as much: no two scales are so far apart
# Those that tell of all the goods: what was lost, seized or used of them may be a little.
WHOLE = (
    *("notified", "authorised", "released", "departed"),
    *("arrived", "cleared", "delivered", "received"),
)

Group = tuple[str, str, int]  # country, substance, year


class ImportRow(SQLModel, table=True):
    """What a shipment counts for in a country's imports of one substance in one year (mg).

    `began`: the moment of its first event, which is its place among the others.
    """

    __tablename__ = "import_volume"
    __table_args__ = (
        Index("import_volume_ref", "ref"),
        Index("import_volume_began", "country", "substance", "year", "began"),
    )
    country: str = Field(primary_key=True)
    substance: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    milligrams: int = Field(sa_type=BigInteger)
    began: int = Field(sa_type=BigInteger)


class ImportDayRow(SQLModel, table=True):
    """The sum of the shipments that began on a day (days since 1970), and how many they are."""

    __tablename__ = "import_day"
    country: str = Field(primary_key=True)
    substance: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    day: int = Field(primary_key=True)
    milligrams: int = Field(sa_type=BigInteger)
    shipments: int


IMPORTS = ImportRow.__table__  # type: ignore[attr-defined]
IMPORT_DAYS = ImportDayRow.__table__  # type: ignore[attr-defined]


def imports_of(state: Shipment) -> dict[Group, int]:
    """What a shipment counts for in its destination's year: notified mass, in milligrams."""
    if state.route is None or state.status == "cancelled" or "withdrawn" in state.flags:
        return {}
    when = state.expected.get("dispatch") or state.times.get("notified")
    notified = state.balance.get("notified")
    if when is None or notified is None:
        return {}
    return {
        (state.route.importing, key.removesuffix("/kg"), when.year): int(_likely(state, key) * KG)
        for key in notified.amounts
        if key.endswith("/kg")
    }


def _likely(state: Shipment, key: str) -> Decimal:
    """What was notified; what most other steps had, where that is a slip by orders of magnitude.

    One tonne for a kilogram in one notice would exceed a country's need of a whole year.
    """
    notified = state.balance["notified"].amounts[key]
    known = [state.balance[step] for step in WHOLE if step in state.balance]
    steps = [each.amounts[key] for each in known if each.amounts.get(key)]
    middle = median_low(steps) if len(steps) >= ENOUGH else notified
    return notified if middle <= notified * SLIP and notified <= middle * SLIP else middle


@dataclass
class Recount:
    """What a batch of shipments changes in both tables, gathered so that each is written once."""

    _gone: list[str] = field(default_factory=list)
    _rows: list[dict[str, Any]] = field(default_factory=list)
    _days: dict[tuple[str, str, int, int], tuple[int, int]] = field(default_factory=dict)

    def take(
        self, ref: str, was: tuple[Mapping[Group, int], int], now: tuple[Mapping[Group, int], int]
    ) -> None:
        """A shipment counts otherwise than before; each side with the moment it began."""
        (before, began_before), (after, began) = was, now
        if (before, began_before if before else 0) == (after, began if after else 0):
            return
        if before:
            self._gone.append(ref)
        for group, amount in before.items():
            self._add(group, began_before, -amount, -1)
        for group, amount in after.items():
            self._add(group, began, amount, 1)
            country, substance, year = group
            row = {"country": country, "substance": substance, "year": year, "ref": ref}
            self._rows.append({**row, "milligrams": amount, "began": began})

    def _add(self, group: Group, began: int, milligrams: int, shipments: int) -> None:
        key = (*group, began // DAY)
        amount, count = self._days.get(key, (0, 0))
        self._days[key] = (amount + milligrams, count + shipments)

    def store(self, session: Session) -> None:
        if self._gone:
            session.execute(delete(IMPORTS).where(IMPORTS.c.ref.in_(self._gone)))
        bulk.add(session, IMPORTS, self._rows)
        changes = {key: change for key, change in sorted(self._days.items()) if change != (0, 0)}
        if changes:
            _add_up(session, changes)


def _add_up(session: Session, changes: Mapping[tuple[str, str, int, int], tuple[int, int]]) -> None:
    """Add the differences to the days' sums; a day that nothing is left of goes."""
    days = IMPORT_DAYS.c
    keys = ("country", "substance", "year", "day")
    names = (*keys, "milligrams", "shipments")
    rows = [dict(zip(names, (*key, *change), strict=True)) for key, change in changes.items()]
    bulk.add_up(session, IMPORT_DAYS, rows)
    left = [dict(zip(keys, key, strict=True)) for key, (_, count) in changes.items() if count < 0]
    if left:
        mine = (days[name] == bindparam(f"its_{name}") for name in keys)
        emptied = [{f"its_{name}": value for name, value in each.items()} for each in left]
        session.execute(delete(IMPORT_DAYS).where(*mine, days.shipments == 0), emptied)


def imported_by(session: Session, group: Group, ref: str) -> Decimal | None:
    """The kilograms of a year up to and with a shipment; None where it does not count in it."""
    held, days = IMPORTS.c, IMPORT_DAYS.c
    country, substance, year = group
    mine = (held.country == country, held.substance == substance, held.year == year)
    began = session.execute(select(held.began).where(*mine, held.ref == ref)).scalar_one_or_none()
    if began is None:
        return None
    earlier = session.execute(
        select(func.sum(days.milligrams)).where(
            days.country == country,
            days.substance == substance,
            days.year == year,
            days.day < began // DAY,
        )
    ).scalar_one()
    today = session.execute(
        select(held.ref, held.milligrams, held.began).where(
            *mine, held.began >= began // DAY * DAY, held.began <= began
        )
    )
    same_day = sum(mg for other, mg, at in today if (at, other) <= (began, ref))
    return Decimal(int(earlier or 0) + same_day) / KG


def spans(
    session: Session, country: str, substance: str, *, last: date, days: int, spans: int
) -> tuple[Decimal, ...]:
    """The kilograms of the spans of so many days that end on `last`, the latest first."""
    end = (last - EPOCH).days
    start = end - days * spans + 1
    held = IMPORT_DAYS.c
    years = range((last - timedelta(days=days * spans)).year - 1, last.year + 2)
    rows: Iterable[Sequence[Any]] = session.execute(
        select(held.day, held.milligrams).where(
            held.country == country,
            held.substance == substance,
            held.year.in_(years),
            held.day.between(start, end),
        )
    )
    sums = [0] * spans
    for day, milligrams in rows:
        sums[(end - day) // days] += milligrams
    return tuple(Decimal(each) / KG for each in sums)
