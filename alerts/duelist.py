"""The due-list: which shipments must be looked at again, and when, though nobody says anything.

`silence` is the next moment at which a rule about absence could speak, or a withheld statement may
be shown; `reply` is the end of a notice's reply clock; `again` asks for another look at once,
because something happened to a neighbour; `held` is when something that is held back is no longer.
`weigh`: what stands on it is to be weighed anew, since such findings weigh another amount now; no
rule need be run for that. Neither `heard` nor `learnt` is due: entries about the shipment were
passed over, and it is to be learnt from, or has been and is to be judged.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Delete,
    Index,
    Insert,
    Select,
    bindparam,
    delete,
    literal,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel

from ledger.bulk import insert_new
from ledger.history import SHIPMENTS
from ledger.store import micros
from ledger.timeline import TIMELINE

AT_ONCE = 0


class Why(StrEnum):
    """What a shipment waits for."""

    SILENCE = "silence"
    REPLY = "reply"
    AGAIN = "again"
    HELD = "held"
    WEIGH = "weigh"
    HEARD = "heard"
    LEARNT = "learnt"


class DueRow(SQLModel, table=True):
    """A shipment that is due at a moment (microseconds since 1970)."""

    __tablename__ = "alert_due"
    __table_args__ = (Index("alert_due_moment", "moment"),)
    ref: str = Field(primary_key=True)
    why: str = Field(primary_key=True)
    moment: int = Field(sa_type=BigInteger)


DUE = DueRow.__table__  # type: ignore[attr-defined]
_OVER = (str(Why.HEARD), str(Why.LEARNT))
# Asked in every step, so they are put together once.
_OF = DUE.c.ref.in_(bindparam("refs", expanding=True))
_BEHIND = select(DUE.c.ref).where(DUE.c.why.in_(_OVER)).limit(1)
_DUE = (
    select(DUE.c.ref)
    .where(DUE.c.moment < bindparam("now"), DUE.c.why.not_in((*_OVER, str(Why.WEIGH))))
    .order_by(DUE.c.moment)
    .limit(bindparam("most"))
)
_FORGET, _SEEN = delete(DUE).where(_OF), delete(DUE).where(_OF, DUE.c.why == str(Why.AGAIN))
_WEIGHED = delete(DUE).where(_OF, DUE.c.why == str(Why.WEIGH))
_TO_WEIGH = select(DUE.c.ref).where(DUE.c.why == str(Why.WEIGH)).limit(bindparam("most"))


def due(session: Session, now: datetime, limit: int) -> list[str]:
    """The shipments whose moment has passed, the longest overdue first.

    Strictly passed: whether a rule says "at" or "after" its moment, it speaks now.
    """
    rows = session.connection().execute(_DUE, {"now": micros(now), "most": limit})
    return list(dict.fromkeys(rows.scalars()))


def behind(session: Session, heard_of: int, known: int) -> tuple[list[str], list[str]]:
    """So many that are to be learnt from, and that are to be judged; mostly there are none."""
    if session.connection().execute(_BEHIND).first() is None:
        return [], []
    return heard(session, heard_of), learnt(session, known)


def heard(session: Session, limit: int) -> list[str]:
    """Shipments that were passed over and not learnt from yet, those that began first."""
    return _first(session, Why.HEARD, limit)


def learnt(session: Session, limit: int) -> list[str]:
    """Shipments that were learnt from and not judged yet, those that began first."""
    return _first(session, Why.LEARNT, limit)


def _first(session: Session, why: Why, limit: int) -> list[str]:
    rows = session.execute(
        select(DUE.c.ref)
        .where(DUE.c.why == str(why))
        .order_by(DUE.c.moment, DUE.c.ref)
        .limit(limit)
    )
    return list(rows.scalars())


def hear(session: Session, start: int, end: int) -> None:
    """Note the shipments that the entries from `start` up to but not including `end` are about."""
    passed = (TIMELINE.c.index >= start, TIMELINE.c.index < end, TIMELINE.c.about == "shipment")
    refs = select(TIMELINE.c.subject).where(*passed)
    found = select(SHIPMENTS.c.ref, literal(str(Why.HEARD)), SHIPMENTS.c.first_occurred)
    _insert_found(session, found.where(SHIPMENTS.c.ref.in_(refs)))
    # More was said of some that were learnt from already: they are learnt from anew.
    _drop_of_heard(session, Why.LEARNT)


def wait_for_turn(session: Session) -> None:
    """Who was passed over will be judged with all there is: it need not be looked at before."""
    _drop_of_heard(session, Why.AGAIN)


def _drop_of_heard(session: Session, why: Why) -> None:
    """Those that were passed over no longer wait for this."""
    heard = select(DUE.c.ref).where(DUE.c.why == str(Why.HEARD))
    session.execute(delete(DUE).where(DUE.c.why == str(why), DUE.c.ref.in_(heard)))


def put_off(session: Session, refs: Iterable[str]) -> None:
    """Have these, which were learnt from, judged."""
    wanted = sorted(refs)
    waiting = DUE.c.ref.in_(wanted)
    session.execute(delete(DUE).where(waiting, DUE.c.why == str(Why.LEARNT)))
    session.execute(
        update(DUE).where(waiting, DUE.c.why == str(Why.HEARD)).values(why=str(Why.LEARNT))
    )


def replace(
    session: Session, looked_at: Iterable[str], moments: Mapping[tuple[str, Why], datetime]
) -> None:
    """Forget what these shipments waited for, and note what they wait for now."""
    _delete(session, _FORGET, looked_at)
    wait(session, moments)


def wait(session: Session, moments: Mapping[tuple[str, Why], datetime]) -> None:
    """Note what shipments wait for besides."""
    rows = [
        {"ref": ref, "why": str(why), "moment": micros(moment)}
        for (ref, why), moment in sorted(moments.items())
    ]
    insert_new(session, DUE, rows)


def again(session: Session, refs: Iterable[str]) -> None:
    """Have these shipments looked at in the next step."""
    rows = [{"ref": ref, "why": str(Why.AGAIN), "moment": AT_ONCE} for ref in sorted(set(refs))]
    insert_new(session, DUE, rows)


def seen(session: Session, refs: Iterable[str]) -> None:
    """These need no other look: what asked for one was known when they were looked at."""
    _delete(session, _SEEN, refs)


def _delete(session: Session, which: Delete, refs: Iterable[str]) -> None:
    if those := sorted(set(refs)):
        session.connection().execute(which, {"refs": those})


def to_weigh(session: Session, limit: int) -> list[str]:
    """Shipments on which what stands is to be weighed anew."""
    return list(session.connection().execute(_TO_WEIGH, {"most": limit}).scalars())


def weigh_where(session: Session, refs: Select[tuple[str]]) -> None:
    """Have what stands on these shipments weighed anew."""
    _insert_found(session, refs.add_columns(literal(str(Why.WEIGH)), literal(AT_ONCE)))


def weighed(session: Session, refs: Iterable[str]) -> None:
    """What stands on these was weighed."""
    _delete(session, _WEIGHED, refs)


def again_where(
    session: Session, refs: Select[tuple[str]], asked: Mapping[str, Any] | None = None
) -> None:
    """The same for all that a query finds, which must have a WHERE clause and may find many.

    `asked`: what a query that is put together once is asked with this time.
    """
    dialect = session.get_bind().dialect.name
    if asked is None:
        session.execute(_looking_again(refs, dialect))
    else:
        session.connection().execute(_prepared(refs, dialect), asked)


@lru_cache(maxsize=64)
def _prepared(refs: Select[tuple[str]], dialect: str) -> Insert:
    return _looking_again(refs, dialect)


def _looking_again(refs: Select[tuple[str]], dialect: str) -> Insert:
    return _inserting(refs.add_columns(literal(str(Why.AGAIN)), literal(AT_ONCE)), dialect)


def _insert_found(session: Session, found: Select[tuple[str, str, int]]) -> None:
    session.execute(_inserting(found, session.get_bind().dialect.name))


def _inserting(found: Select[tuple[str, str, int]], dialect: str) -> Insert:
    make = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return make(DUE).from_select(["ref", "why", "moment"], found).on_conflict_do_nothing()
