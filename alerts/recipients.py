"""Where alerts are sent: which agency wants them on which channel, from which severity up.

Not in the log: addresses are nobody's business but the hub's. The hub's own desk is a recipient
like any other and gets the reminders.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Index, delete, select
from sqlmodel import Field, Session, SQLModel

from alerts import Misconfigured
from alerts.found import rank
from ledger.bulk import insert_new
from ledger.cases import SEVERITIES
from ledger.roster import HUB

# RFC 5321 allows more. A mailbox that needs quoting is more likely an attack than a desk.
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}")
_NAME = re.compile(r"[A-Za-z0-9._@-]{1,200}")
_AGENCY = re.compile(r"[A-Z]{2}-[A-Z0-9-]{2,30}")


class RecipientRow(SQLModel, table=True):
    """One agency on one channel at one address."""

    __tablename__ = "recipient"
    __table_args__ = (Index("recipient_country", "country"),)
    agency: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    address: str = Field(primary_key=True)
    country: str
    min_severity: str


RECIPIENTS = RecipientRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipient:
    """Who gets alerts of its country, and how."""

    agency: str
    channel: str
    address: str
    min_severity: str = "info"

    def __post_init__(self) -> None:
        if not _AGENCY.fullmatch(self.agency):
            raise Misconfigured(f"{self.agency!r} is no agency's id")
        if self.min_severity not in SEVERITIES:
            raise Misconfigured(f"use one of: {', '.join(SEVERITIES)}")
        pattern = _MAILBOX if self.channel == "email" else _NAME
        if not pattern.fullmatch(self.address) or ".." in self.address:
            raise Misconfigured(f"{self.address!r} is no address for {self.channel}")

    @property
    def country(self) -> str:
        return self.agency[:2]

    def wants(self, severity: str) -> bool:
        return rank(severity) >= rank(self.min_severity)


def add(session: Session, recipient: Recipient) -> None:
    """Add a recipient, or state its lowest severity anew."""
    remove(session, recipient)
    row = {name: getattr(recipient, name) for name in Recipient.__slots__}
    insert_new(session, RECIPIENTS, [{**row, "country": recipient.country}])


def remove(session: Session, recipient: Recipient) -> bool:
    """Take a recipient off the list; whether it was there."""
    gone = session.execute(
        delete(RECIPIENTS).where(
            RECIPIENTS.c.agency == recipient.agency,
            RECIPIENTS.c.channel == recipient.channel,
            RECIPIENTS.c.address == recipient.address,
        )
    )
    return bool(gone.rowcount)  # type: ignore[attr-defined]


def everyone(session: Session) -> list[Recipient]:
    return _found(session, RECIPIENTS.c.agency.is_not(None))


def for_countries(session: Session, countries: Collection[str], severity: str) -> list[Recipient]:
    """Who in these countries wants an alert of this severity."""
    return [each for each in in_countries(session, countries) if each.wants(severity)]


def in_countries(session: Session, countries: Collection[str]) -> list[Recipient]:
    return _found(session, RECIPIENTS.c.country.in_(sorted(countries)))


def hub_desk(session: Session) -> list[Recipient]:
    return _found(session, RECIPIENTS.c.agency == HUB)


def _found(session: Session, which: ColumnElement[bool]) -> list[Recipient]:
    columns = [RECIPIENTS.c[name] for name in Recipient.__slots__]
    rows = session.execute(select(*columns).where(which).order_by(*columns[:3])).mappings()
    return [Recipient(**row) for row in rows]
