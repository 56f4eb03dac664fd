"""Shipments as a viewer may see them: one's state, one's history, and a search.

A viewer finds a shipment only by what it may see of it. So where something may be hidden from it,
the columns and mentions that a query can use, which know everything, only narrow the search down:
the shipment is folded anew from what the viewer may see, and that must match.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, not_, or_
from sqlmodel import Session, select

from ledger import NotFound, folding, grantbook, history, timeline, views
from ledger.filters import Filters, View
from ledger.grants import Grant
from ledger.history import AUDIENCE, SHIPMENTS
from ledger.mentions import mentions_of
from ledger.records import Record
from ledger.shipments import Shipment
from ledger.store import instant
from ledger.views import Seen
from ledger.visibility import Viewer

MAX_FOLDS: Final = 1_000  # shipments that one request folds anew, more or less

ShipmentRow = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some shipments, newest first, and the one to go on after when there may be more."""

    views: tuple[View, ...]
    after: str | None = None


def shipment_history(session: Session, ref: str, viewer: Viewer, *, now: datetime) -> list[Seen]:
    """What the viewer may see of everything stated about a shipment, in order of the log."""
    row = _row(session, ref, viewer)
    shown: list[Seen] = []
    if row is not None:
        grants = grantbook.by_shipment(session, [ref], viewer.names).get(ref, ())
        shown = _shown(timeline.history(session, "shipment", ref), row, viewer, now, grants)
    if not shown:
        raise NotFound("there is no such shipment")
    return shown


def shipment(session: Session, ref: str, viewer: Viewer, *, now: datetime) -> Shipment:
    """The state of a shipment from what the viewer may see; NotFound where that is nothing."""
    row = _row(session, ref, viewer)
    view = _views(session, [row], viewer, now)[0] if row is not None else None
    if view is None:
        raise NotFound("there is no such shipment")
    return view.state


def viewed(
    session: Session, refs: Collection[str], viewer: Viewer, *, now: datetime
) -> dict[str, View]:
    """Those of these shipments of which the viewer sees something, as it sees them."""
    query = select(*SHIPMENTS.c).where(SHIPMENTS.c.ref.in_(sorted(refs)))
    if not viewer.is_hub:
        query = query.where(_reachable(viewer))
    rows = [dict(row) for row in session.execute(query).mappings()]
    made = _views(session, rows, viewer, now)
    return {view.state.ref: view for view in made if view is not None}


@dataclass(kw_only=True)
class _Scan:
    """One page in the making."""

    found: list[View] = field(default_factory=list)
    last_seen: str | None = None
    folded: int = 0


def page(
    session: Session,
    filters: Filters,
    viewer: Viewer,
    *,
    now: datetime,
    limit: int,
    after: str | None = None,
) -> Page:
    """The next shipments that match, newest first; NotFound where `after` is not the viewer's.

    A cursor names a shipment that the viewer has seen, never one it was shown nothing of, and not
    the entry it began at: that might be another's secret.
    """
    start = _start(session, after, viewer, now)
    scan = _Scan()
    while True:
        rows = _rows(session, filters, viewer, start, limit + 1)
        for row, view in zip(rows, _views(session, rows, viewer, now), strict=True):
            _take(scan, row, view, filters, viewer)
            if len(scan.found) > limit:
                shown = tuple(scan.found[:limit])
                return Page(views=shown, after=shown[-1].state.ref)
        if len(rows) <= limit:
            return Page(views=tuple(scan.found))
        if scan.folded >= MAX_FOLDS and scan.last_seen is not None:
            return Page(views=tuple(scan.found), after=scan.last_seen)
        start = rows[-1]["first_index"]


def _take(
    scan: _Scan, row: ShipmentRow, view: View | None, filters: Filters, viewer: Viewer
) -> None:
    open_to_viewer = _is_open(row, viewer)
    scan.folded += not open_to_viewer
    if view is None:
        return
    scan.last_seen = view.state.ref
    if open_to_viewer or filters.match(view):
        scan.found.append(view)


def _start(session: Session, after: str | None, viewer: Viewer, now: datetime) -> int | None:
    if after is None:
        return None
    shipment(session, after, viewer, now=now)
    row = _row(session, after, viewer)
    return None if row is None else row["first_index"]


def _in_audience(*viewers: str) -> ColumnElement[bool]:
    seen = select(AUDIENCE.c.ref).where(AUDIENCE.c.viewer.in_(viewers))
    found: ColumnElement[bool] = SHIPMENTS.c.ref.in_(seen)
    return found


def _reachable(viewer: Viewer) -> ColumnElement[bool]:
    """That the viewer might see something of a shipment: by its place, its posts or a grant."""
    granted = SHIPMENTS.c.ref.in_(grantbook.refs_shared_with(viewer.names))
    return or_(_in_audience(*sorted(viewer.names)), granted)


def _row(session: Session, ref: str, viewer: Viewer) -> ShipmentRow | None:
    """A shipment's row if the viewer might see something of it: one query in any case."""
    query = select(*SHIPMENTS.c).where(SHIPMENTS.c.ref == ref)
    if not viewer.is_hub:
        query = query.where(_reachable(viewer))
    row = session.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)


def _rows(
    session: Session, filters: Filters, viewer: Viewer, start: int | None, limit: int
) -> Sequence[ShipmentRow]:
    conditions, columns = filters.mentioned(), filters.columns()
    if viewer.is_hub:
        conditions += columns
    else:
        conditions.append(_reachable(viewer))
        if columns:
            nothing_hidden = and_(not_(SHIPMENTS.c.restricted), _in_audience(viewer.country))
            conditions.append(or_(not_(nothing_hidden), and_(*columns)))
    if start is not None:
        conditions.append(SHIPMENTS.c.first_index < start)
    query = (
        select(*SHIPMENTS.c)
        .where(*conditions)
        .order_by(SHIPMENTS.c.first_index.desc())
        .limit(limit)
    )
    return [dict(row) for row in session.execute(query).mappings()]


def _is_open(row: ShipmentRow, viewer: Viewer) -> bool:
    """Whether the stored state is this viewer's: nothing of what it is folded from is hidden."""
    if viewer.is_hub:
        return True
    return not row["restricted"] and not viewer.names.isdisjoint(_concerned(row))


def _concerned(row: ShipmentRow) -> frozenset[str]:
    """The audience only grows; who is concerned now is the state's to say."""
    return history.decode(bytes(row["state"])).concerned


def _views(
    session: Session, rows: Sequence[ShipmentRow], viewer: Viewer, now: datetime
) -> list[View | None]:
    """Each row as the viewer may see it, or None."""
    closed = [row["ref"] for row in rows if not _is_open(row, viewer)]
    histories = timeline.histories(session, "shipment", closed) if closed else {}
    grants = grantbook.by_shipment(session, closed, viewer.names) if closed else {}
    made: list[View | None] = []
    for row in rows:
        ref = row["ref"]
        if ref in histories:
            shown = _shown(histories[ref], row, viewer, now, grants.get(ref, ()))
            made.append(_folded(row, shown))
        else:
            made.append(_stored(row))
    return made


def _stored(row: ShipmentRow) -> View:
    return View(
        state=history.decode(bytes(row["state"])),
        first_occurred=instant(row["first_occurred"]),
        last_occurred=instant(row["last_occurred"]),
    )


def _folded(row: ShipmentRow, shown: Sequence[Seen]) -> View | None:
    told = views.whole(shown)
    if not told:
        return None
    moments = [record.event.occurred_at for record in told]
    return View(
        state=folding.shipment(row["ref"], (record.stated for record in told)),
        first_occurred=min(moments),
        last_occurred=max(moments),
        mentions=frozenset().union(*(mentions_of(record.event) for record in told)),
    )


def _shown(
    told: Sequence[Record],
    row: ShipmentRow,
    viewer: Viewer,
    now: datetime,
    grants: Collection[Grant],
) -> list[Seen]:
    return views.seen(told, concerned=_concerned(row), viewer=viewer, now=now, grants=grants)
