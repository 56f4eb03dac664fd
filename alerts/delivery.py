"""Delivery: claimed messages go out, each after asking once more whether its reader may have it.

Three steps: claim in a short transaction, send without one, settle in another short one. So a slow
mail server never holds up the ledger.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from alerts import Undeliverable, openings, outbox
from alerts.channels import Channel
from alerts.messages import Mail, compose, compose_opening
from alerts.outbox import Message
from ledger import NotFound, Unrecorded, casesearch, databases
from ledger.events.access import AccessOpened
from ledger.reads.book import Recorder
from ledger.reads.purposes import Purpose
from ledger.reads.records import Read
from ledger.registry import Registry
from ledger.timeline import known
from ledger.visibility import viewer_of

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Post:
    """What delivery needs: the database, a clock, ways out, the log of reads, where readers go."""

    engine: Engine
    clock: Callable[[], datetime]
    channels: Mapping[str, Channel]
    reads: Recorder
    public_url: str = "http://127.0.0.1:8080"
    registry: Registry = field(default_factory=Registry)


def deliver(post: Post, *, limit: int = 20) -> dict[str, int]:
    """Send what waits, until nothing does; how many messages ended in which state."""
    counts: dict[str, int] = {}
    while True:
        with databases.writing(post.engine) as session:
            claimed = outbox.claim(session, now=post.clock(), limit=limit)
        if not claimed:
            return counts
        for message in claimed:
            state = _deliver_one(post, message)
            counts[state] = counts.get(state, 0) + 1


def _deliver_one(post: Post, message: Message) -> str:
    with databases.reading(post.engine) as session:
        mail = _mail(session, message, post)
    if isinstance(mail, str):
        with databases.writing(post.engine) as session:
            outbox.cancel(session, message, mail)
        return outbox.State.CANCELLED
    failure = _sent(post, message, mail)
    with databases.writing(post.engine) as session:
        state = outbox.settle(session, message, failure, now=post.clock())
    if failure is not None:
        _LOG.warning("message %s to %s: %s", message.id, message.agency, failure.code)
    return state


def _sent(post: Post, message: Message, mail: Mail) -> Undeliverable | None:
    way = post.channels.get(message.channel)
    if way is None:
        return Undeliverable("no-such-channel", for_good=False, technical=True)
    try:
        post.reads.record(_read(message))
        way.send(message.address, mail)
    except Unrecorded:
        return Undeliverable("reads-unavailable", for_good=False, technical=True)
    except Undeliverable as failure:
        return failure
    except Exception:  # noqa: BLE001 - a channel's fault must not stop the other channels
        _LOG.exception("the channel %s broke down", message.channel)
        return Undeliverable("channel-broke-down", for_good=False, technical=True)
    return None


def _read(message: Message) -> Read:
    """What is about to leave, as the log of reads keeps it; sent again, it is there again."""
    return Read(
        agency=message.agency,
        purpose=Purpose(sort="duty"),
        channel=message.channel,
        operation=message.reason,
        shown=[] if message.reason == openings.REASON else [("alert", message.alert)],
    )


def _mail(session: Session, message: Message, post: Post) -> Mail | str:
    """The mail, or in a word why there will be none."""
    now = post.clock()
    if message.reason == openings.REASON:
        return _opening(session, message, post, now)
    reader = viewer_of(message.agency, post.registry.current(session))
    try:
        case, _ = casesearch.case(session, message.alert, reader, now=now)
    except NotFound:
        return "not-entitled"
    if case.status == "lapsed":
        return "lapsed"
    if case.status == "closed" and message.reason == "reminder":
        return "closed"
    indexes = {jti: index for jti, (index, _) in known(session, case.evidence).items()}
    return compose(
        message.id,
        case,
        message.reason,
        indexes=indexes,
        public_url=post.public_url,
        at=now,
    )


def _opening(session: Session, message: Message, post: Post, now: datetime) -> Mail | str:
    """The mail about an access, to those whose records it opened, as long as they are."""
    record = openings.record(session, message.alert)
    if record is None or not isinstance(record.event, AccessOpened):
        return "not-entitled"
    if message.country not in openings.owners(session, record.event.shipment):
        return "not-entitled"
    return compose_opening(
        message.id,
        record.event,
        agency=record.by.agency,
        index=record.index,
        public_url=post.public_url,
        at=now,
    )
