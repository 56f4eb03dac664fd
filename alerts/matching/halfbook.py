"""What shipments show, as kept: one row a shipment and trade, and how others are found by it.

Every question is bounded: a number that too many shipments carry leads to nobody, and of a trade
the latest departures before an arrival are looked at.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain

from sqlalchemy import (
    BigInteger,
    Index,
    LargeBinary,
    Select,
    String,
    bindparam,
    column,
    delete,
    values,
)
from sqlmodel import Field, Session, SQLModel, select

from alerts.matching.halves import ARRIVED, DEPARTED, WHOLE, Half
from alerts.matching.pairs import EARLY, REACH, could_be, numbers_of
from alerts.matching.weighing import Around, Number
from ledger import states
from ledger.bulk import insert_new
from ledger.history import MENTIONS
from ledger.store import micros

MOST_DEPARTURES, MOST_OTHERS = 100, 60
TOO_COMMON = 50  # shipments: a number that more of them carry leads to nobody
_AT_ONCE, _TOGETHER = 5_000, 400
_DAY = 86_400 * 1_000_000
_EARLY, _REACH = EARLY.days * _DAY, REACH.days * _DAY
_NAMES = ("ref", "trade", "side", "at", "data")

Row = tuple[str, str, str, int, bytes]
Changed = dict[str, tuple[set[Row], set[Row]]]  # before and now


class HalfRow(SQLModel, table=True):
    """What a shipment shows, once for each of its trades; once for none where it has none."""

    __tablename__ = "half"
    __table_args__ = (Index("half_trade", "trade", "side", "at"),)
    ref: str = Field(primary_key=True)
    trade: str = Field(primary_key=True)
    side: str
    at: int = Field(sa_type=BigInteger)
    data: bytes = Field(sa_type=LargeBinary)


HALVES = HalfRow.__table__  # type: ignore[attr-defined]
_OF = select(*HALVES.c).where(HALVES.c.ref.in_(bindparam("refs", expanding=True)))
_spans = values(
    column("trade", String), column("since", BigInteger), column("until", BigInteger), name="spans"
)


@lru_cache(maxsize=4_096)
def _decoded(data: bytes) -> Half:
    half: Half = states.decode(Half, data)
    return half


def _rows(half: Half) -> set[Row]:
    data = half.encoded
    trades = half.trades or {""}
    return {(half.ref, trade, half.side, micros(half.at), data) for trade in trades}


def write(session: Session, halves: Mapping[str, Half | None]) -> Changed:
    """Make the table say what these shipments show; those that changed, before and now."""
    held: dict[str, set[Row]] = {ref: set() for ref in halves}
    for some in pieces(sorted(halves)):
        stored = session.connection().execute(_OF, {"refs": some}).all()
        for ref, trade, side, at, data in stored:
            held[ref].add((ref, trade, side, at, bytes(data)))
    wanted = {ref: _rows(half) if half is not None else set() for ref, half in halves.items()}
    changed = {ref: (held[ref], now) for ref, now in wanted.items() if now != held[ref]}
    stale = [ref for ref, (before, _) in changed.items() if before]
    for some in pieces(stale):
        session.execute(delete(HALVES).where(HALVES.c.ref.in_(some)))
    fresh = sorted(row for _, now in changed.values() for row in now)
    insert_new(session, HALVES, [dict(zip(_NAMES, row, strict=True)) for row in fresh])
    return changed


def forget(session: Session, refs: Collection[str]) -> None:
    """Drop what shipments show of which something was erased; the next look writes it anew."""
    for some in pieces(sorted(refs)):
        session.execute(delete(HALVES).where(HALVES.c.ref.in_(some)))


def touched(changed: Changed) -> Iterator[Select[tuple[str]]]:
    """The arrivals that see their trade otherwise: those within reach of what changed."""
    spans: dict[str, list[int]] = {}
    for _, trade, side, at, _ in chain(*(row for pair in changed.values() for row in pair)):
        if trade and side != ARRIVED:
            spans.setdefault(trade, []).append(at)
    reached = [
        (trade, min(moments) - _EARLY, max(moments) + _REACH)
        for trade, moments in sorted(spans.items())
    ]
    for start in range(0, len(reached), _TOGETHER):
        of = _spans.data(reached[start : start + _TOGETHER]).cte("reached").c
        yield select(HALVES.c.ref).where(
            HALVES.c.trade == of.trade,
            HALVES.c.side == ARRIVED,
            HALVES.c.at >= of.since,
            HALVES.c.at <= of.until,
        )


Known = Callable[[Collection[str]], Mapping[str, Half]]  # what those show that one may look at


def around(session: Session, came: Half, known: Known) -> Around:
    """What an arrival is judged among: two questions a trade, one a number."""
    sightings = {number: _sighted(session, number) for number in sorted(numbers_of(came))}
    departures, others = set[str](), set[str]()
    for trade in sorted(came.trades):
        left = _of_trade(session, trade, DEPARTED, came, MOST_DEPARTURES)
        departures |= left
        others |= left | _of_trade(session, trade, WHOLE, came, MOST_OTHERS)
    everybody = known({*chain(*sightings.values()), *others})
    few = (refs for refs in sightings.values() if len(refs) <= TOO_COMMON)
    found = {*departures, *chain(*few)} & everybody.keys()
    return Around(
        departures=[h for ref in sorted(found) if could_be(h := everybody[ref], came)],
        others=[everybody[ref] for ref in sorted(others & everybody.keys())],
        seen={number: len(everybody.keys() & refs) for number, refs in sightings.items()},
    )


def arrivals(session: Session, left: Half, known: Known) -> list[Half]:
    """The arrivals that a departure might be the other half of."""
    sightings = (_sighted(session, number) for number in sorted(numbers_of(left)))
    refs = {ref for those in sightings if len(those) <= TOO_COMMON for ref in those}
    at = micros(left.at)
    for trade in sorted(left.trades):
        rows = session.execute(
            select(HALVES.c.ref)
            .where(
                HALVES.c.trade == trade,
                HALVES.c.side == ARRIVED,
                HALVES.c.at.between(at - _EARLY, at + _REACH),
            )
            .order_by(HALVES.c.at, HALVES.c.ref)
            .limit(MOST_DEPARTURES)
        )
        refs |= set(rows.scalars())
    found = known(refs)
    return [h for ref in sorted(found) if (h := found[ref]).side == ARRIVED and could_be(left, h)]


def halves(session: Session, refs: Iterable[str]) -> dict[str, Half]:
    """What these shipments show, as kept."""
    found: dict[str, Half] = {}
    for some in pieces(sorted(set(refs))):
        rows = session.execute(select(HALVES.c.ref, HALVES.c.data).where(HALVES.c.ref.in_(some)))
        found |= {ref: _decoded(bytes(data)) for ref, data in rows}
    return found


_SIGHTED = (
    select(MENTIONS.c.ref)
    .where(MENTIONS.c.kind == bindparam("kind"), MENTIONS.c.value == bindparam("value"))
    .order_by(MENTIONS.c.ref)
    .limit(TOO_COMMON + 1)
)


def _sighted(session: Session, number: Number) -> frozenset[str]:
    rows = session.execute(_SIGHTED, {"kind": number[0], "value": number[1]})
    return frozenset(rows.scalars())


_OF_TRADE = (
    select(HALVES.c.ref)
    .where(
        HALVES.c.trade == bindparam("its"),
        HALVES.c.side == bindparam("end"),
        HALVES.c.at >= bindparam("since"),
        HALVES.c.at <= bindparam("until"),
        HALVES.c.ref != bindparam("but"),
    )
    .order_by(HALVES.c.at.desc(), HALVES.c.ref.desc())
    .limit(bindparam("most"))
)


def _of_trade(session: Session, trade: str, side: str, came: Half, most: int) -> set[str]:
    at = micros(came.at)
    asked = {"its": trade, "end": side, "since": at - _REACH, "until": at + _EARLY}
    rows = session.execute(_OF_TRADE, {**asked, "but": came.ref, "most": most})
    return set(rows.scalars())


def pieces(items: Sequence[str]) -> Iterator[Sequence[str]]:
    """As many as one statement takes (SQLite: 32,766 parameters)."""
    return (items[start : start + _AT_ONCE] for start in range(0, len(items), _AT_ONCE))
