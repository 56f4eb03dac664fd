"""What the programme's figures are counted from, as one viewer may see it (docs/statistics.md).

The hub's are summed from narrow rows (`ledger.tallies`). Anybody else's own figures follow from
what it may see and from nothing else: where something of a shipment may be hidden from it, the
shipment is folded anew, so that no figure moves because of a statement that it may not see.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_
from sqlmodel import Session, select

from ledger import NotFound, folding, results, search, views
from ledger.history import AUDIENCE, SHIPMENTS
from ledger.results import Fact
from ledger.store import instant, micros
from ledger.tallies import ACTIVITY, JOURNEYS, TALLIES, Journey, journey_of
from ledger.visibility import Viewer
from ledger.volumes import DAY

HOUR = 3_600 * 1_000_000  # in microseconds
IN_TIME, LATE, UNANSWERED, WAITING, WITHDRAWN = (
    "in_time",
    "late",
    "unanswered",
    "waiting",
    "withdrawn",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """From the beginning of one day to the end of another, in UTC."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, time(0), tzinfo=UTC)

    @property
    def end(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time(0), tzinfo=UTC)

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end

    def holds(self, moment: int | None) -> bool:
        """The same of microseconds since 1970."""
        return moment is not None and micros(self.start) <= moment < micros(self.end)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """How one country answered the notices that were sent to it: counts, and hours by count."""

    outcomes: Counter[str]
    hours: Counter[int]

    @property
    def notices(self) -> int:
        return self.outcomes.total()

    @property
    def settled(self) -> int:
        """Those that were answered, or whose time ran out without an answer."""
        return sum(self.outcomes[word] for word in (IN_TIME, LATE, UNANSWERED))

    @property
    def median_hours(self) -> int | None:
        """The median, to the hour: the lower one of two in the middle."""
        left = (self.hours.total() + 1) // 2
        for hours, count in sorted(self.hours.items()):
            left -= count
            if left <= 0:
                return hours
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Trade:
    """Shipments that began in a period, and how the notices sent in it were answered."""

    shipments: int
    answers: dict[str, Answers]


def activity(session: Session, period: Period) -> dict[str, int]:
    """How many statements each agency made: anybody can count them in the public log."""
    days = ACTIVITY.c
    rows = session.execute(
        select(days.agency, func.sum(days.statements))
        .where(
            days.day >= micros(period.start) // DAY,
            days.day < micros(period.end) // DAY,
        )
        .group_by(days.agency)
        .order_by(days.agency)
    )
    return {agency: int(count) for agency, count in rows}


# --- what came of shipments ---


def facts(session: Session, period: Period, viewer: Viewer, now: datetime) -> list[Fact]:
    """What came of shipments: for the hub all of it, else what the viewer's country stated."""
    row = TALLIES.c
    within = (row.at >= micros(period.start), row.at < micros(period.end))
    if viewer.is_hub:
        rows = session.execute(
            select(*row).where(*within, row.counts.is_(True)).order_by(row.ref, row.jti, row.item)
        )
        return [_fact(each) for each in rows]
    if viewer.auditor:
        return []
    refs = session.execute(
        select(row.ref).where(*within, row.country == viewer.country).distinct().order_by(row.ref)
    )
    found = (each for ref in refs.scalars() for each in _seen(session, ref, viewer, now))
    return [each for each in found if each.country == viewer.country and each.at in period]


def _fact(row: Any) -> Fact:
    plain = {name: getattr(row, name) for name in Fact.__slots__}
    return Fact(**{**plain, "at": instant(row.at), "counts": bool(row.counts)})


def _seen(session: Session, ref: str, viewer: Viewer, now: datetime) -> Iterator[Fact]:
    """What came of one shipment, by what the viewer may see of it."""
    try:
        told = views.whole(search.shipment_history(session, ref, viewer, now=now))
    except NotFound:
        return
    stated = [record.stated for record in told]
    state = folding.shipment(ref, stated)
    yield from (each for each in results.facts(state, stated) if each.counts)


# --- shipments and answers ---


def trade(session: Session, period: Period, viewer: Viewer, now: datetime) -> Trade:
    """Shipments and answers: for the hub all, else those the viewer's country is an end of."""
    if viewer.auditor:
        return Trade(shipments=0, answers={})
    began, sent = _summed(session, period, viewer, now)
    for journey in () if viewer.is_hub else _folded(session, period, viewer, now):
        began += period.holds(journey[2])
        if period.holds(journey[3]) and journey[1] == viewer.country:
            sent[journey[1], *_answer(journey, now)] += 1
    answers: dict[str, Answers] = {}
    for (country, outcome, hours), count in sorted(sent.items(), key=str):
        mine = answers.setdefault(country, Answers(outcomes=Counter(), hours=Counter()))
        mine.outcomes[outcome] += count
        if hours is not None:
            mine.hours[hours] += count
    return Trade(shipments=began, answers=answers)


Sent = Counter[tuple[str, str, int | None]]


def _summed(session: Session, period: Period, viewer: Viewer, now: datetime) -> tuple[int, Sent]:
    """What the rows of shipments add up to, where nothing of them is hidden from the viewer."""
    row, start, end = JOURNEYS.c, micros(period.start), micros(period.end)
    ends: list[ColumnElement[bool]] = []
    theirs: list[ColumnElement[bool]] = [row.importing.is_not(None)]
    if not viewer.is_hub:
        hidden = select(SHIPMENTS.c.ref).where(SHIPMENTS.c.ref == row.ref, SHIPMENTS.c.restricted)
        ends = [
            or_(row.exporting == viewer.country, row.importing == viewer.country),
            ~hidden.exists(),
        ]
        theirs = [row.importing == viewer.country, ~hidden.exists()]
    began = session.execute(
        select(func.count()).where(row.began >= start, row.began < end, *ends)
    ).scalar_one()
    outcome, hours = _outcome(now), (row.answered - row.sent) // HOUR
    rows = session.execute(
        select(row.importing, outcome, hours, func.count())
        .where(row.sent >= start, row.sent < end, *theirs)
        .group_by(row.importing, outcome, hours)
    )
    return began, Counter({(country, word, spent): n for country, word, spent, n in rows})


def _outcome(now: datetime) -> Any:
    """`_answer` in SQL."""
    row = JOURNEYS.c
    return case(
        (row.reply == "withdrawn", WITHDRAWN),
        (and_(row.answered.is_not(None), row.answered <= row.due), IN_TIME),
        (row.answered.is_not(None), LATE),
        (row.due < micros(now), UNANSWERED),
        else_=WAITING,
    )


def _answer(journey: Journey, now: datetime) -> tuple[str, int | None]:
    """What became of a notice, and in how many hours it was answered."""
    _, _, _, sent, due, answered, reply = journey
    spent = None if answered is None or sent is None else (answered - sent) // HOUR
    if reply == "withdrawn":
        return WITHDRAWN, spent
    if answered is not None and due is not None:
        return (IN_TIME if answered <= due else LATE), spent
    return (UNANSWERED if due is not None and due < micros(now) else WAITING), None


def _folded(session: Session, period: Period, viewer: Viewer, now: datetime) -> Iterator[Journey]:
    """The shipments of which something may be hidden, as they add up for the viewer."""
    held = SHIPMENTS.c
    refs = session.execute(
        select(held.ref).where(
            held.restricted,
            held.last_occurred >= micros(period.start),
            held.first_occurred < micros(period.end),
            held.ref.in_(select(AUDIENCE.c.ref).where(AUDIENCE.c.viewer.in_(sorted(viewer.names)))),
        )
    )
    for chunk in _chunks(sorted(refs.scalars())):
        for view in search.viewed(session, chunk, viewer, now=now).values():
            journey = journey_of(view.state, micros(view.first_occurred))
            if viewer.country in journey[:2]:
                yield journey


def _chunks(refs: list[str], size: int = 200) -> Iterable[list[str]]:
    return (refs[start : start + size] for start in range(0, len(refs), size))
