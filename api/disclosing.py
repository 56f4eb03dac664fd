"""What a viewer may see of given entries, whatever each of them is about.

The same answers as a history or an alert's timeline gives, which is where they come from.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session

from ledger import NotFound, casesearch, grantbook, search, views
from ledger.records import Record
from ledger.views import Seen
from ledger.visibility import Viewer


def seen(
    session: Session, found: Sequence[Record], viewer: Viewer, *, now: datetime
) -> dict[int, Seen]:
    """Those of these records of which the viewer may see something now, by index."""
    shown: dict[int, Seen] = {}
    case_data = [record for record in found if not record.event.public]
    for subject in dict.fromkeys(record.event.subject for record in case_data):
        told = [record for record in case_data if record.event.subject == subject]
        history = _history(session, subject, told, viewer, now)
        shown |= {each.record.index: each for each in history}
    wanted = {record.index for record in found}
    return {index: each for index, each in shown.items() if index in wanted}


def _history(
    session: Session,
    subject: tuple[str, str],
    told: Iterable[Record],
    viewer: Viewer,
    now: datetime,
) -> list[Seen]:
    about, name = subject
    try:
        if about == "shipment":
            return search.shipment_history(session, name, viewer, now=now)
        if about == "alert":
            return casesearch.case(session, name, viewer, now=now)[1]
    except NotFound:
        return []
    # A fact about a trader or country: its originator's and the hub's. A grant: its readers' too.
    concerned = grantbook.readers(session, name) if about == "grant" else frozenset[str]()
    return views.seen(told, concerned=concerned, viewer=viewer, now=now)
