"""Observations as they stand: what each shipment adds to what is known as normal.

Kept in the scan's own transaction, one row an aggregate, shipment and moment, so that a shipment
that is looked at again or corrected replaces what it said. A question reads the latest rows before
a moment, never all. What comes in late has the later ones of its aggregate looked at again.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import (
    CTE,
    BigInteger,
    Index,
    Select,
    String,
    bindparam,
    case,
    delete,
    func,
    select,
    union_all,
)
from sqlmodel import Field, Session, SQLModel

from alerts.rules.aggregates import WIDE
from alerts.rules.habits import HABIT
from alerts.rules.observing import LARGEST, MILLIONTHS, Fact
from alerts.rules.questions import MOST
from ledger.bulk import insert_new

AROUND = "near/"  # what is looked at on both sides of a moment
REACH = 14 * 86_400 * MILLIONTHS  # microseconds
OWN = 20  # observations of one aggregate that a shipment may make itself


class ObservationRow(SQLModel, table=True):
    """One value, in millionths; negative where a shipment only asks."""

    __tablename__ = "observation"
    __table_args__ = (Index("observation_what", "what", "at"),)
    ref: str = Field(primary_key=True)
    what: str = Field(primary_key=True)
    at: int = Field(primary_key=True, sa_type=BigInteger)
    value: int = Field(sa_type=BigInteger)


OBSERVATIONS = ObservationRow.__table__  # type: ignore[attr-defined]

_OF = select(OBSERVATIONS).where(OBSERVATIONS.c.ref.in_(bindparam("refs", expanding=True)))

_AT_ONCE = 400
SIZES = (
    1,
    2,
    4,
    8,
    16,
    32,
    128,
    _AT_ONCE,
)  # of moments that a question put together once is asked about

T = TypeVar("T")
Query = tuple[Select[tuple[str]], Mapping[str, Any]]  # with what it is asked
Row = tuple[str, str, int, int]  # ref, what, at, value
Told = Mapping[str, frozenset[Row]]  # what each of some shipments says
Asked = tuple[str, str, int, int]  # by whom, of what, since, before


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What the shipments of a step say otherwise than is stored, before it is written."""

    stale: frozenset[Row] = frozenset()
    fresh: frozenset[Row] = frozenset()

    @property
    def since(self) -> dict[str, int]:
        """The aggregates that change, and since when."""
        changed: dict[str, int] = {}
        for _, what, at, _ in self.stale | self.fresh:
            changed[what] = min(at, changed.get(what, at))
        return changed

    def concern(self, asked: Collection[Asked]) -> frozenset[str]:
        """Who asked of something that changes: others' observations in the stretch it asked of."""
        moved: dict[str, list[tuple[int, str]]] = {}
        for ref, what, at, _ in self.stale | self.fresh:
            moved.setdefault(what, []).append((at, ref))
        return frozenset(
            who
            for who, what, since, before in asked
            if any(since <= at < before and ref != who for at, ref in moved.get(what, ()))
        )


def stored(session: Session, refs: Collection[str]) -> dict[str, frozenset[Row]]:
    """What each of these shipments said so far."""
    found: dict[str, set[Row]] = {ref: set() for ref in refs}
    for some in _pieces(sorted(refs)):
        for row in session.connection().execute(_OF, {"refs": some}):
            found[row[0]].add(tuple(row))
    return {ref: frozenset(rows) for ref, rows in found.items()}


def changes(before: Told, wanted: Told) -> Changes:
    """What has to be written for the table to say what these shipments add."""
    stale: set[Row] = set()
    fresh: set[Row] = set()
    for ref, rows in wanted.items():
        held = before[ref]
        if rows is not held:
            stale |= held - rows
            fresh |= rows - held
    return Changes(stale=frozenset(stale), fresh=frozenset(fresh))


def keep(session: Session, changed: Changes) -> None:
    """Write what changes."""
    held, names = OBSERVATIONS.c, ("ref", "what", "at")
    if changed.stale:
        mine = (getattr(held, name) == bindparam(f"its_{name}") for name in names)
        gone = [
            {f"its_{name}": value for name, value in zip(names, row, strict=False)}
            for row in sorted(changed.stale)
        ]
        session.execute(delete(OBSERVATIONS).where(*mine), gone)
    insert_new(session, OBSERVATIONS, sorted(changed.fresh))


def later(changed: Mapping[str, int]) -> Iterator[Query]:
    """The shipments that see these aggregates otherwise now: those that look back on a change."""
    since = {
        what: at - REACH if what.startswith(AROUND) else at
        for what, at in sorted(changed.items())
        if not what.startswith(WIDE)
    }
    habits = [each for each in since.items() if each[0].startswith(HABIT)]
    for some in _pieces([each for each in since.items() if not each[0].startswith(HABIT)]):
        yield _asked(some, asking=False)
    # Of a habit most shipments only add an instance; those that left something out ask for it.
    for some in _pieces(habits):
        yield _asked(some, asking=True)


def _asked(moments: Sequence[tuple[str, int]], *, asking: bool) -> Query:
    """A question about these moments that was put together before.

    The last is named again until they are as many as some such question takes.
    """
    size = next(size for size in SIZES if size >= len(moments))
    padded = [*moments, *([moments[-1]] * (size - len(moments)))]
    said: dict[str, Any] = {}
    for n, (what, at) in enumerate(padded):
        said |= {f"what{n}": what, f"at{n}": at}
    return _since_some(size, asking=asking), said


@cache
def _since_some(size: int, *, asking: bool) -> Select[tuple[str]]:
    each = [
        select(
            bindparam(f"what{n}", type_=String).label("what"),
            bindparam(f"at{n}", type_=BigInteger).label("at"),
        )
        for n in range(size)
    ]
    return _since(union_all(*each).cte("news"), asking=asking)


def _since(news: CTE, *, asking: bool) -> Select[tuple[str]]:
    """Those that look back on these moments: no further than an answer reaches.

    An answer holds the latest `MOST` observations, so whoever has as many between itself and a
    change, and some more for its own, answers as before. What is looked at on both sides of a
    moment has no such end.
    """
    held, between = OBSERVATIONS.c, OBSERVATIONS.alias("between").c
    end = (
        select(between.at)
        .where(between.what == news.c.what, between.at > news.c.at, between.value >= 0)
        .order_by(between.at)
        .offset(MOST + OWN)
        .limit(1)
        .scalar_subquery()
    )
    last = case((news.c.what.startswith(AROUND), LARGEST), else_=func.coalesce(end, LARGEST))
    # Made once: an end that is found anew for each observation costs more than all of them.
    reach = select(news.c.what, news.c.at, last.label("last")).cte("reach")
    reach = reach.prefix_with("MATERIALIZED")
    found = (
        select(held.ref)
        .where(held.what == reach.c.what, held.at > reach.c.at, held.at <= reach.c.last)
        .distinct()
    )
    return found.where(held.value < 0) if asking else found


def rows_of(ref: str, facts: Iterable[Fact]) -> frozenset[Row]:
    """One row an aggregate and moment; of several values the greatest."""
    greatest: dict[tuple[str, int], int] = {}
    for what, at, value in facts:
        if greatest.get((what, at), value) <= value:
            greatest[what, at] = value
    return frozenset([(ref, what, at, value) for (what, at), value in greatest.items()])


def _pieces(items: Sequence[T]) -> Iterable[Sequence[T]]:
    return (items[start : start + _AT_ONCE] for start in range(0, len(items), _AT_ONCE))
