"""Clocks that run out: notices nobody answered, and alerts nobody took up.

Silence is never consent: the hub states that a notice expired, once, as of the moment it did.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, select
from sqlmodel import Field, Session, SQLModel

from alerts import outbox, recipients
from alerts.hub import Saying, jti_of
from alerts.outbox import Errand
from ledger import history, timeline
from ledger.bulk import insert_new
from ledger.casebook import CASES, find
from ledger.cases import SEVERITIES
from ledger.claims import Marking
from ledger.events.amendments import Amended
from ledger.events.notices import (
    NoticeExtended,
    NoticeInfoProvided,
    NoticeInfoRequested,
    NoticeSent,
)
from ledger.shipments import Shipment
from ledger.states import jsonable, moment
from ledger.store import micros
from ledger.views import marking_of
from ledger.visibility import strictest

PATIENCE = timedelta(hours=24)
_CLOCKED = (NoticeSent, Amended, NoticeInfoRequested, NoticeInfoProvided, NoticeExtended)
URGENT = SEVERITIES[SEVERITIES.index("high") :]


class ReminderRow(SQLModel, table=True):
    """That the one reminder about an alert was sent out."""

    __tablename__ = "reminder"
    alert: str = Field(primary_key=True)
    at: int = Field(sa_type=BigInteger)


REMINDERS = ReminderRow.__table__  # type: ignore[attr-defined]


def expired(session: Session, refs: Iterable[str], *, now: datetime) -> list[Saying]:
    """What the hub states about notices whose clock has run out.

    The caller holds the pen, so an answer that came while the scan was reading is seen here. The
    statement's id follows from notice and deadline: the same one is never stated twice.
    """
    overdue = sorted(refs)
    if not overdue:
        return []
    rows = session.execute(
        select(history.SHIPMENTS.c.state, history.SHIPMENTS.c.restricted)
        .where(history.SHIPMENTS.c.ref.in_(overdue))
        .order_by(history.SHIPMENTS.c.ref)
    )
    states = [(history.decode(bytes(state)), restricted) for state, restricted in rows]
    return [
        _expiry(each, _marking(session, each.ref) if restricted else Marking())
        for each, restricted in states
        if ran_out(each, now)
    ]


def ran_out(shipment: Shipment, now: datetime) -> bool:
    reply = shipment.reply
    return reply is not None and reply.state == "awaiting" and not reply.stopped and reply.due < now


def _marking(session: Session, ref: str) -> Marking:
    """An expiry tells of the notice and of what moved its clock: it goes no further than these."""
    told = timeline.history(session, "shipment", ref)
    return strictest(
        [(marking_of(each), each.by.agency) for each in told if isinstance(each.event, _CLOCKED)]
    )


def _expiry(shipment: Shipment, marking: Marking) -> Saying:
    reply = shipment.reply
    assert reply is not None  # noqa: S101 - `ran_out` looked
    body = {
        "kind": "notice.expired",
        "shipment": shipment.ref,
        "pen": reply.notice,
        "due": moment(reply.due),
        "occurred_at": moment(reply.due),
    }
    if marking != Marking():
        body["marking"] = jsonable(marking)
    jti = jti_of(reply.due, 0, "notice.expired", shipment.ref, reply.notice)
    return Saying(jti=jti, body=body)


def escalate(session: Session, *, now: datetime, limit: int = 100) -> int:
    """Remind everybody told, and the hub's desk, of grave alerts that nobody took up for a day.

    One reminder an alert: people who get two learn to ignore both. How many alerts it was.
    """
    reminded = select(REMINDERS.c.alert)
    rows = session.execute(
        select(CASES.c.alert)
        .where(
            CASES.c.status == "open",
            CASES.c.severity.in_(URGENT),
            CASES.c.raised <= micros(now - PATIENCE),
            CASES.c.alert.not_in(reminded),
        )
        .order_by(CASES.c.first_index)
        .limit(limit)
    )
    alerts = list(rows.scalars())
    for alert in alerts:
        _remind(session, alert, now)
    insert_new(session, REMINDERS, [{"alert": alert, "at": micros(now)} for alert in alerts])
    return len(alerts)


def _remind(session: Session, alert: str, now: datetime) -> None:
    case = find(session, alert)
    if case is None:
        return
    errand = Errand(alert=alert, occurrence=case.occurrences, reason="reminder")
    theirs = recipients.for_countries(session, case.countries, case.severity)
    desk = recipients.hub_desk(session)
    outbox.enqueue(session, errand, [*theirs, *desk], now=now)
