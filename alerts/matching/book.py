"""Pairs as they stand, kept up with the scan.

A shipment that is judged writes what it shows; an arrival among them weighs its candidates anew,
and whoever hangs together with a pair that changed is assigned anew. Arrivals that see their trade
otherwise because of it are named for the due-list, and so are those whose other half changed. So
the rows follow from what the ledger holds, whatever came first, and a step costs what hangs
together, not what the ledger holds.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Index,
    Select,
    and_,
    bindparam,
    delete,
    or_,
    update,
)
from sqlmodel import Field, Session, SQLModel, select

from alerts.matching import halfbook
from alerts.matching.assignment import Edge
from alerts.matching.chances import LIKELY
from alerts.matching.halfbook import around, pieces
from alerts.matching.halves import ARRIVED, WHOLE, Half
from alerts.matching.pairs import chosen, possible
from ledger.bulk import insert_new

THOUSANDTHS = 1_000
_LIKELY = round(LIKELY * THOUSANDTHS)


class PairRow(SQLModel, table=True):
    """Two halves that may be one, in thousandths of a bit; whether they go with each other."""

    __tablename__ = "half_pair"
    __table_args__ = (Index("half_pair_departed", "departed"),)
    arrived: str = Field(primary_key=True)
    departed: str = Field(primary_key=True)
    bits: int
    chosen: bool


PAIRS = PairRow.__table__  # type: ignore[attr-defined]
_SURE = and_(PAIRS.c.chosen.is_(True), PAIRS.c.bits >= _LIKELY)
_AS_KEPT = (PAIRS.c.departed, PAIRS.c.arrived, PAIRS.c.bits, PAIRS.c.chosen)
_REFS: BindParameter[list[str]] = bindparam("refs", expanding=True)
_SURE_OF = select(PAIRS.c.departed, PAIRS.c.arrived).where(
    or_(PAIRS.c.arrived.in_(_REFS), PAIRS.c.departed.in_(_REFS)), _SURE
)

_AT = {
    True: select(*_AS_KEPT).where(PAIRS.c.arrived.in_(_REFS)),
    False: select(*_AS_KEPT).where(PAIRS.c.departed.in_(_REFS)),
}

Kept = dict[Edge, tuple[int, bool]]  # (departed, arrived) -> thousandths of a bit, chosen


@dataclass(frozen=True, kw_only=True)
class News:
    """Who is to be looked at again: by reference, and by queries that may find many."""

    refs: frozenset[str] = frozenset()
    queries: tuple[Select[tuple[str]], ...] = ()


def keep(session: Session, halves: Mapping[str, Half | None], *, heard_of: Collection[str]) -> News:
    """Write what these shipments show, and pair their halves anew."""
    changed = halfbook.write(session, halves)
    came = [each for each in halves.values() if each is not None and each.side == ARRIVED]
    gone = [ref for ref in changed if (h := halves[ref]) is None or h.side != ARRIVED]
    orphaned = _arrivals_of(session, changed) - halves.keys()
    moved = _paired(session, came, gone)
    told = [ref for ref in heard_of if (h := halves.get(ref)) is not None and h.side != WHOLE]
    return News(
        refs=frozenset({*moved, *orphaned, *_others_of(session, told)}),
        queries=tuple(halfbook.touched(changed)),
    )


def _paired(session: Session, came: Sequence[Half], gone: Sequence[str]) -> set[str]:
    """Weigh these arrivals anew and assign what hangs together; whose other half changed."""
    ours = sorted({*(each.ref for each in came), *gone})
    before = _at(session, ours, arrived=True)
    now = {
        (pair.departed, pair.arrived): round(pair.bits * THOUSANDTHS)
        for each in came
        for pair in possible(each, around(session, each, partial(halfbook.halves, session)))
    }
    if {edge: bits for edge, (bits, _) in before.items()} == now:
        return set()
    for some in pieces(ours):
        session.execute(delete(PAIRS).where(PAIRS.c.arrived.in_(some)))
    taken = {edge: before.get(edge, (0, False))[1] for edge in now}
    insert_new(
        session,
        PAIRS,
        [
            {"arrived": a, "departed": d, "bits": now[d, a], "chosen": taken[d, a]}
            for d, a in sorted(now)
        ],
    )
    tangle = _tangle(session, {end for edge in (*before, *now) for end in edge})
    return _assigned(session, before, tangle)


def _assigned(session: Session, before: Kept, tangle: Kept) -> set[str]:
    wanted = chosen({edge: bits / THOUSANDTHS for edge, (bits, _) in tangle.items()})
    for (departed, arrived), (_, taken) in sorted(tangle.items()):
        if taken != ((departed, arrived) in wanted):
            session.execute(
                update(PAIRS)
                .where(PAIRS.c.departed == departed, PAIRS.c.arrived == arrived)
                .values(chosen=not taken)
            )
    was = {edge for edge, kept in {**tangle, **before}.items() if _is_likely(*kept)}
    now = {edge for edge, (bits, _) in tangle.items() if _is_likely(bits, edge in wanted)}
    return {end for edge in was ^ now for end in edge}


def _is_likely(bits: int, taken: bool) -> bool:  # noqa: FBT001 - a row as it is
    return taken and bits >= _LIKELY


def _tangle(session: Session, ends: set[str]) -> Kept:
    """All pairs that hang together with these halves."""
    found: Kept = {}
    known: set[str] = set()
    while ends - known:
        fresh = sorted(ends - known)
        known |= set(fresh)
        found |= _at(session, fresh, arrived=True) | _at(session, fresh, arrived=False)
        ends = {end for edge in found for end in edge}
    return found


def _at(session: Session, refs: Sequence[str], *, arrived: bool) -> Kept:
    """The pairs with one of these at that end."""
    found: Kept = {}
    for some in pieces(refs):
        rows = session.connection().execute(_AT[arrived], {"refs": some})
        found |= {(d, a): (bits, bool(taken)) for d, a, bits, taken in rows}
    return found


def _kept(session: Session, which: ColumnElement[bool]) -> Kept:
    pair = PAIRS.c
    rows = session.execute(select(pair.departed, pair.arrived, pair.bits, pair.chosen).where(which))
    return {(departed, arrived): (bits, bool(taken)) for departed, arrived, bits, taken in rows}


def _arrivals_of(session: Session, refs: Iterable[str]) -> set[str]:
    """The arrivals that these shipments were possible for."""
    return {arrived for _, arrived in _at(session, sorted(refs), arrived=False)}


def _others_of(session: Session, refs: Iterable[str]) -> set[str]:
    """The likely other halves of these shipments."""
    those = frozenset(refs)
    return other_halves(session, those).keys() - those if those else set()


def other_half(session: Session, ref: str) -> str | None:
    """The reference of the other half of a shipment, where one is likely."""
    found = _kept(session, and_(or_(PAIRS.c.arrived == ref, PAIRS.c.departed == ref), _SURE))
    return next((end for edge in found for end in edge if end != ref), None)


def other_halves(session: Session, refs: Collection[str]) -> dict[str, str]:
    """The same of many, of those that have one."""
    sure: list[Edge] = []
    for some in pieces(sorted(refs)):
        rows = session.connection().execute(_SURE_OF, {"refs": some})
        sure += [(departed, arrived) for departed, arrived in rows]
    return {one: other for a, b in sure for one, other in ((a, b), (b, a))}
