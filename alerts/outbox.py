"""Messages waiting to go out: queued with what they are about, claimed, sent, settled.

No alert is lost: messages are queued in the transaction that states the alert. None is sent twice
but for one case: who sent it dies before saying so. Then the lease runs out and it goes again under
the same Message-ID, so that the recipient's software can tell.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import BigInteger, ColumnElement, Index, and_, delete, or_, select, update
from sqlmodel import Field, Session, SQLModel

from alerts import Undeliverable
from alerts.recipients import Recipient
from ledger.bulk import insert_new
from ledger.store import micros

LEASE = timedelta(minutes=5)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=4)
GIVE_UP = timedelta(days=5)  # as mail servers do (RFC 5321 §4.5.4.1)


class State(StrEnum):
    """Where a message is."""

    CREATED = "created"
    SENDING = "sending"
    DELIVERED = "delivered"
    TEMPORARY = "temporary_failure"
    PERMANENT = "permanent_failure"
    TECHNICAL = "technical_failure"
    ACKNOWLEDGED = "acknowledged"
    CANCELLED = "cancelled"


WAITING = (State.CREATED, State.TEMPORARY, State.TECHNICAL)
SETTLED = (State.DELIVERED, State.PERMANENT, State.ACKNOWLEDGED, State.CANCELLED)


class MessageRow(SQLModel, table=True):
    """One message to one address, and what became of it."""

    __tablename__ = "message"
    __table_args__ = (
        Index("message_waiting", "state", "next_attempt"),
        Index("message_alert", "alert", "country"),
    )
    id: str = Field(primary_key=True)
    alert: str
    occurrence: int
    reason: str
    agency: str
    country: str
    channel: str
    address: str
    state: str
    attempts: int
    created: int = Field(sa_type=BigInteger)
    next_attempt: int = Field(sa_type=BigInteger)
    claimed_until: int = Field(sa_type=BigInteger)
    last_error: str


MESSAGES = MessageRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A message as its row says; `claimed_until` is the claim's proof."""

    id: str
    alert: str
    occurrence: int
    reason: str
    agency: str
    country: str
    channel: str
    address: str
    state: str
    attempts: int
    created: int
    next_attempt: int
    claimed_until: int
    last_error: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Errand:
    """Why people get mail: which alert, which of its occurrences, for which reason."""

    alert: str
    occurrence: int
    reason: str


def message_id(errand: Errand, to: Recipient) -> str:
    """Follows from what is told to whom: queued again, it is the same message."""
    parts = (errand.alert, str(errand.occurrence), errand.reason, to.channel, to.address, to.agency)
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:32]


def enqueue(
    session: Session, errand: Errand, recipients: Collection[Recipient], *, now: datetime
) -> None:
    """Queue one message for each recipient, in the caller's transaction."""
    rows = [
        {
            "id": message_id(errand, to),
            "alert": errand.alert,
            "occurrence": errand.occurrence,
            "reason": errand.reason,
            "agency": to.agency,
            "country": to.country,
            "channel": to.channel,
            "address": to.address,
            "state": State.CREATED.value,
            "attempts": 0,
            "created": micros(now),
            "next_attempt": micros(now),
            "claimed_until": 0,
            "last_error": "",
        }
        for to in recipients
    ]
    insert_new(session, MESSAGES, rows)


def told(session: Session, alert: str) -> set[str]:
    """The countries that a message about an alert was ever queued for."""
    rows = session.execute(select(MESSAGES.c.country).where(MESSAGES.c.alert == alert).distinct())
    return set(rows.scalars())


def about(session: Session, alert: str) -> list[Message]:
    """Every message about an alert, in the order they were queued."""
    return _read(session, MESSAGES.c.alert == alert, limit=10_000)


def claim(session: Session, *, now: datetime, limit: int = 20) -> list[Message]:
    """Take messages to send. A short transaction: no two senders get the same one."""
    waiting = and_(
        MESSAGES.c.state.in_([each.value for each in WAITING]),
        MESSAGES.c.next_attempt <= micros(now),
    )
    stranded = and_(
        MESSAGES.c.state == State.SENDING.value, MESSAGES.c.claimed_until <= micros(now)
    )
    chosen = _read(session, or_(waiting, stranded), limit=limit)
    lease = micros(now + LEASE)
    claimed = []
    for each in chosen:
        taken = session.execute(
            update(MESSAGES)
            .where(
                MESSAGES.c.id == each.id,
                MESSAGES.c.state == each.state,
                MESSAGES.c.claimed_until == each.claimed_until,
            )
            .values(state=State.SENDING.value, claimed_until=lease, attempts=each.attempts + 1)
        )
        if taken.rowcount == 1:  # type: ignore[attr-defined]
            claimed.append(each.id)
    return _read(session, MESSAGES.c.id.in_(claimed), limit=limit)


def settle(
    session: Session, message: Message, failure: Undeliverable | None, *, now: datetime
) -> State:
    """Say what became of a claimed message; if the claim was lost meanwhile, nothing is changed."""
    state, code = State.DELIVERED, ""
    if failure is not None:
        state, code = _failed(message, failure, now), failure.code
    values: dict[str, object] = {"state": state.value, "last_error": code[:100], "claimed_until": 0}
    if state in WAITING:
        values["next_attempt"] = micros(now + pause(message.attempts))
    _change(session, message, values)
    return state


def cancel(session: Session, message: Message, code: str) -> None:
    """Give a claimed message up: its recipient may not, or need not, have it any more."""
    values: dict[str, object] = {
        "state": State.CANCELLED.value,
        "last_error": code,
        "claimed_until": 0,
    }
    _change(session, message, values)


def _failed(message: Message, failure: Undeliverable, now: datetime) -> State:
    if failure.for_good or message.created < micros(now - GIVE_UP):
        return State.PERMANENT
    return State.TECHNICAL if failure.technical else State.TEMPORARY


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts: twice as long each time, up to four hours."""
    doubled: timedelta = FIRST_PAUSE * 2 ** min(max(attempts - 1, 0), 16)
    return min(doubled, LONGEST_PAUSE)


def acknowledge(session: Session, alert: str, country: str) -> None:
    """An agency of this country has taken the alert up: its messages have done their work."""
    open_ = [each.value for each in (*WAITING, State.DELIVERED)]
    session.execute(
        update(MESSAGES)
        .where(
            MESSAGES.c.alert == alert, MESSAGES.c.country == country, MESSAGES.c.state.in_(open_)
        )
        .values(state=State.ACKNOWLEDGED.value)
    )


def purge(session: Session, *, before: datetime) -> int:
    """Forget messages that were settled and queued long ago; how many."""
    gone = session.execute(
        delete(MESSAGES).where(
            MESSAGES.c.state.in_([each.value for each in SETTLED]),
            MESSAGES.c.created < micros(before),
        )
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _change(session: Session, message: Message, values: Mapping[str, object]) -> None:
    session.execute(
        update(MESSAGES)
        .where(
            MESSAGES.c.id == message.id,
            MESSAGES.c.state == State.SENDING.value,
            MESSAGES.c.claimed_until == message.claimed_until,
        )
        .values(**values)
    )


def _read(session: Session, which: ColumnElement[bool], *, limit: int) -> list[Message]:
    columns = [MESSAGES.c[name] for name in Message.__slots__]
    query = select(*columns).where(which).order_by(MESSAGES.c.next_attempt, MESSAGES.c.id)
    return [Message(**row) for row in session.execute(query.limit(limit)).mappings()]
