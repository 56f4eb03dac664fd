"""Whoever breaks the glass is told on: mail to those whose records are opened, at the next scan."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, select

from alerts import outbox, recipients
from alerts.outbox import Errand
from ledger import timeline
from ledger.cases import SEVERITIES
from ledger.events.access import AccessOpened
from ledger.records import Record
from ledger.timeline import TIMELINE

REASON = "opened"


def tell(session: Session, new: Iterable[Record], *, now: datetime) -> None:
    """Queue mail to the recipients of the countries that stated something about the shipment."""
    for record in new:
        if isinstance(record.event, AccessOpened):
            countries = owners(session, record.event.shipment) - {record.by.country}
            theirs = recipients.for_countries(session, countries, SEVERITIES[-1])
            errand = Errand(alert=record.event.access, occurrence=1, reason=REASON)
            outbox.enqueue(session, errand, theirs, now=now)


def owners(session: Session, ref: str) -> set[str]:
    """The countries whose agencies stated something about a shipment, and its opener's."""
    about = (TIMELINE.c.about == "shipment") & (TIMELINE.c.subject == ref)
    agencies = session.execute(select(TIMELINE.c.agency).where(about).distinct()).scalars()
    stated = {agency[:2] for agency in agencies}
    return stated | {ref[:2]} if stated else stated


def record(session: Session, access: str) -> Record | None:
    """The statement that opened an access."""
    told = timeline.history(session, "grant", access)
    return next((each for each in told if isinstance(each.event, AccessOpened)), None)
