"""Reads of a shipment, for those whose records they were.

Owners are the agencies that stated something about the shipment, and those of the country that
opened it. They learn which agency read, when, and for which class of purpose: not the reader's
case, nor what it asked. For anybody else there is no such list.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from crypto.keys import PublicKey
from ledger import NotFound, store
from ledger.entries import decode
from ledger.reads import BOOK
from ledger.reads.book import indexes_of
from ledger.reads.records import unwrap
from ledger.timeline import TIMELINE
from ledger.visibility import Viewer


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What an owner learns of one read; `index` is its place in the log of reads."""

    index: int
    time: datetime
    agency: str
    purpose: str
    channel: str


def reads_of(
    session: Session,
    ref: str,
    viewer: Viewer,
    *,
    key: PublicKey,
    limit: int,
    before: int | None = None,
) -> list[Told]:
    """The newest reads of a shipment, newest first; NotFound for who owns nothing of it."""
    _check_owner(session, ref, viewer)
    found = indexes_of(session, "shipment", ref, before=before, limit=limit)
    return [_told(session, index, key) for index in found]


def _check_owner(session: Session, ref: str, viewer: Viewer) -> None:
    about = (TIMELINE.c.about == "shipment") & (TIMELINE.c.subject == ref)
    stated = set(session.execute(select(TIMELINE.c.agency).where(about).distinct()).scalars())
    opened = (
        bool(stated) and viewer.country in viewer.names and ref.startswith(f"{viewer.country}-")
    )
    if viewer.agency not in stated and not opened:
        raise NotFound("there is no such shipment")


def _told(session: Session, index: int, key: PublicKey) -> Told:
    entry = decode(store.entry(session, index, BOOK))
    read = unwrap(entry.jwt, key)
    return Told(
        index=index,
        time=entry.time,
        agency=read.agency,
        purpose=read.purpose.sort,
        channel=read.channel,
    )
