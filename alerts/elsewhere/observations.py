"""Observations as they stand: what each shipment adds to what is known as normal.

Kept in the scan's own transaction, one row an aggregate, shipment and moment, so that a shipment
that is looked at again or corrected replaces what it said. A question reads the latest rows before
a moment, never all. What comes in late has the later ones of its aggregate looked at again.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, Index, Select, bindparam, delete, func, select
from sqlmodel import Field, Session, SQLModel

from alerts.rules.observing import Fact
from alerts.rules.questions import MOST, Observation
from ledger.bulk import insert_new
from ledger.store import instant, micros

MILLIONTHS = 1_000_000
LARGEST = 9 * 10**18
AROUND = "near/"  # what is looked at on both sides of a moment
REACH = 14 * 86_400 * MILLIONTHS  # microseconds
_AT_ONCE = 400


class ObservationRow(SQLModel, table=True):
    """One value, in millionths; negative where a shipment only asks."""

    __tablename__ = "observation"
    __table_args__ = (Index("observation_what", "what", "at"),)
    ref: str = Field(primary_key=True)
    what: str = Field(primary_key=True)
    at: int = Field(primary_key=True, sa_type=BigInteger)
    value: int = Field(sa_type=BigInteger)


OBSERVATIONS = ObservationRow.__table__  # type: ignore[attr-defined]

# Asked many times for each shipment, so it is put together once.
_LATEST = (
    select(OBSERVATIONS.c.ref, OBSERVATIONS.c.at, OBSERVATIONS.c.value)
    .where(
        OBSERVATIONS.c.what == bindparam("its"),
        OBSERVATIONS.c.at >= bindparam("since"),
        OBSERVATIONS.c.at < bindparam("before"),
        OBSERVATIONS.c.value >= 0,
        OBSERVATIONS.c.ref != bindparam("but"),
    )
    .order_by(OBSERVATIONS.c.at.desc(), OBSERVATIONS.c.ref.desc())
    .limit(MOST)
)

Row = tuple[str, str, int, int]


def keep(session: Session, facts: Mapping[str, Collection[Fact]]) -> dict[str, int]:
    """Make the table say what these shipments add; the aggregates that changed, since when."""
    held = OBSERVATIONS.c
    stored: dict[str, set[Row]] = {ref: set() for ref in facts}
    rows = session.execute(
        select(held.ref, held.what, held.at, held.value).where(held.ref.in_(sorted(facts)))
    )
    for row in rows:
        stored[row.ref].add((row.ref, row.what, row.at, row.value))
    stale, fresh = [], []
    changed: dict[str, int] = {}
    for ref, mine in facts.items():
        wanted = _rows(ref, mine)
        if wanted == stored[ref]:
            continue
        stale.append(ref)
        fresh += sorted(wanted)
        for _, what, at, _ in wanted ^ stored[ref]:
            changed[what] = min(at, changed.get(what, at))
    if stale:
        session.execute(delete(OBSERVATIONS).where(held.ref.in_(stale)))
    names = ("ref", "what", "at", "value")
    insert_new(session, OBSERVATIONS, [dict(zip(names, row, strict=True)) for row in fresh])
    return changed


def later(session: Session, changed: Mapping[str, int]) -> list[Select[tuple[str]]]:
    """The shipments that see these aggregates otherwise now: those that look back on a change."""
    held = OBSERVATIONS.c
    latest: dict[str, int] = {}
    for some in _pieces(sorted(changed)):
        rows = session.execute(
            select(held.what, func.max(held.at)).where(held.what.in_(some)).group_by(held.what)
        )
        latest.update((row[0], row[1]) for row in rows)
    since = {what: at - REACH if what.startswith(AROUND) else at for what, at in changed.items()}
    return [
        select(held.ref).where(held.what == what, held.at > at).distinct()
        for what, at in sorted(since.items())
        if latest.get(what, at) > at
    ]


def observed(
    session: Session, what: str, before: datetime, *, since: datetime | None, but: str
) -> tuple[Observation, ...]:
    """The latest values of an aggregate before a moment, in order."""
    first = micros(since) if since is not None else -LARGEST
    asked = {"its": what, "since": first, "before": micros(before), "but": but}
    rows = session.execute(_LATEST, asked)
    found = [
        Observation(ref=ref, at=instant(at), value=Decimal(value) / MILLIONTHS)
        for ref, at, value in rows
    ]
    return tuple(reversed(found))


def _rows(ref: str, facts: Iterable[Fact]) -> set[Row]:
    """One row an aggregate and moment; of several values the greatest."""
    values: dict[tuple[str, int], int] = {}
    for each in facts:
        value = min(int(each.value * MILLIONTHS), LARGEST)
        key = each.what, micros(each.at)
        values[key] = max(value, values.get(key, value))
    return {(ref, what, at, value) for (what, at), value in values.items()}


def _pieces(items: Sequence[str]) -> Iterable[Sequence[str]]:
    return (items[start : start + _AT_ONCE] for start in range(0, len(items), _AT_ONCE))
