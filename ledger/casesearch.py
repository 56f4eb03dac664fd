"""Alerts as a viewer may see them: one with its timeline, and a search.

An alert is for the hub, the countries it was shared with, and the agency that raised it. Its own
statements carry markings, so a state is folded from what the viewer may see, as with shipments.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, select

from ledger import NotFound, folding, states, timeline, views
from ledger.casebook import CASE_COUNTRIES, CASES
from ledger.cases import Case
from ledger.records import Record
from ledger.store import micros
from ledger.views import Seen
from ledger.visibility import Viewer

CaseRow = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class CaseFilters:
    """Conditions that must all hold; None asks nothing. `about` is the id of the subject."""

    rule: str | None = None
    severity: str | None = None
    status: str | None = None
    country: str | None = None
    about: str | None = None

    def columns(self) -> list[ColumnElement[bool]]:
        """What holds of a matching alert of which nothing is hidden."""
        wanted = {
            CASES.c.rule: self.rule,
            CASES.c.severity: self.severity,
            CASES.c.status: self.status,
            CASES.c.subject: self.about,
        }
        conditions = [column == value for column, value in wanted.items() if value is not None]
        if self.country is not None:
            conditions.append(_shared_with(self.country))
        return conditions

    def match(self, case: Case) -> bool:
        """Whether an alert matches by what this viewer sees of it."""
        return (
            self.rule in {None, case.rule}
            and self.severity in {None, case.severity}
            and self.status in {None, case.status}
            and self.about in {None, case.about[1]}
            and (self.country is None or self.country in case.countries)
        )


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """Some alerts, newest first, and the one to go on after when there may be more."""

    cases: tuple[Case, ...]
    after: str | None = None


def case(session: Session, alert: str, viewer: Viewer, *, now: datetime) -> tuple[Case, list[Seen]]:
    """An alert and its timeline as the viewer may see them; NotFound where it may not."""
    row = _row(session, alert, viewer)
    if row is not None:
        shown = _shown(timeline.history(session, "alert", alert), row, viewer, now)
        found = _folded(row, shown)
        if found is not None:
            return found, shown
    raise NotFound("there is no such alert")


def raised(
    session: Session, viewer: Viewer, *, start: datetime, end: datetime, now: datetime
) -> list[Case]:
    """The alerts raised from `start` until before `end`, as the viewer may see them."""
    conditions = [CASES.c.raised >= micros(start), CASES.c.raised < micros(end)]
    return _found(session, conditions, viewer, now)


def resulted(
    session: Session, viewer: Viewer, *, start: datetime, end: datetime, now: datetime
) -> list[Case]:
    """The alerts that may have had a result in that time, as the viewer may see them."""
    conditions = [CASES.c.resulted >= micros(start), CASES.c.raised < micros(end)]
    return _found(session, conditions, viewer, now)


def about(session: Session, subject: tuple[str, str], viewer: Viewer, now: datetime) -> list[Case]:
    """The alerts about one subject, as the viewer may see them."""
    conditions = [CASES.c.about == subject[0], CASES.c.subject == subject[1]]
    return _found(session, conditions, viewer, now)


def _found(
    session: Session, conditions: list[ColumnElement[bool]], viewer: Viewer, now: datetime
) -> list[Case]:
    if not viewer.is_hub:
        conditions.append(_for(viewer))
    query = select(*CASES.c).where(*conditions).order_by(CASES.c.first_index)
    rows = [dict(row) for row in session.execute(query).mappings()]
    return [each for each in _cases(session, rows, viewer, now) if each is not None]


def page(
    session: Session,
    filters: CaseFilters,
    viewer: Viewer,
    *,
    now: datetime,
    limit: int,
    after: str | None = None,
) -> CasePage:
    """The next alerts that match, newest first; NotFound where `after` is not the viewer's."""
    start = _start(session, after, viewer, now)
    found: list[Case] = []
    while True:
        rows = _rows(session, filters, viewer, start, limit + 1)
        seen = _cases(session, rows, viewer, now)
        found += [each for each in seen if each is not None and filters.match(each)]
        if len(found) > limit:
            return CasePage(cases=tuple(found[:limit]), after=found[limit - 1].alert)
        if len(rows) <= limit:
            return CasePage(cases=tuple(found))
        start = rows[-1]["first_index"]


def _start(session: Session, after: str | None, viewer: Viewer, now: datetime) -> int | None:
    if after is None:
        return None
    case(session, after, viewer, now=now)
    row = _row(session, after, viewer)
    return None if row is None else row["first_index"]


def _shared_with(country: str) -> ColumnElement[bool]:
    shared = select(CASE_COUNTRIES.c.alert).where(CASE_COUNTRIES.c.country == country)
    found: ColumnElement[bool] = CASES.c.alert.in_(shared)
    return found


def _for(viewer: Viewer) -> ColumnElement[bool]:
    shared = select(CASE_COUNTRIES.c.alert).where(
        CASE_COUNTRIES.c.country.in_(sorted(viewer.names))
    )
    return or_(CASES.c.alert.in_(shared), CASES.c.raised_by == viewer.agency)


def _row(session: Session, alert: str, viewer: Viewer) -> CaseRow | None:
    query = select(*CASES.c).where(CASES.c.alert == alert)
    if not viewer.is_hub:
        query = query.where(_for(viewer))
    row = session.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)


def _rows(
    session: Session, filters: CaseFilters, viewer: Viewer, start: int | None, limit: int
) -> Sequence[CaseRow]:
    conditions = filters.columns()
    if not viewer.is_hub:
        conditions = [or_(CASES.c.restricted, each) for each in conditions]
        conditions.append(_for(viewer))
    if start is not None:
        conditions.append(CASES.c.first_index < start)
    query = select(*CASES.c).where(*conditions).order_by(CASES.c.first_index.desc()).limit(limit)
    return [dict(row) for row in session.execute(query).mappings()]


def _cases(
    session: Session, rows: Sequence[CaseRow], viewer: Viewer, now: datetime
) -> list[Case | None]:
    """Each row as the viewer may see it, or None."""
    closed = {row["alert"] for row in rows if row["restricted"] and not viewer.is_hub}
    told = timeline.histories(session, "alert", closed) if closed else {}
    return [
        _folded(row, _shown(told[row["alert"]], row, viewer, now))
        if row["alert"] in closed
        else _stored(row)
        for row in rows
    ]


def _stored(row: CaseRow) -> Case:
    found: Case = states.decode(Case, bytes(row["state"]))
    return found


def _folded(row: CaseRow, shown: Sequence[Seen]) -> Case | None:
    """The alert from what is seen; somebody who may not see it raised sees none."""
    told = views.whole(shown)
    found = folding.case(row["alert"], (record.stated for record in told))
    return found if found.raised_by else None


def _shown(told: Sequence[Record], row: CaseRow, viewer: Viewer, now: datetime) -> list[Seen]:
    concerned = frozenset(_stored(row).countries)
    if viewer.agency == row["raised_by"]:
        concerned |= {viewer.country}
    return views.seen(told, concerned=concerned, viewer=viewer, now=now)
