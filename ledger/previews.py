"""What somebody else sees of a shipment: shown beforehand to who shares, explained to originators.

Both ask the one function that decides, and neither shows the asker more than it may see itself: a
preview leaves out the recipient's own words, and what others granted it of others' statements.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from ledger import NotFound, grantbook, history, search, views
from ledger.grants import Grant
from ledger.history import SHIPMENTS
from ledger.records import Record
from ledger.views import Seen
from ledger.visibility import Viewer, Why


@dataclass(frozen=True, kw_only=True)
class Explained:
    """One statement of the asker's own, with the reason for each of its claims."""

    record: Record
    claims: Mapping[str, Why]


def preview(
    session: Session,
    ref: str,
    recipient: Viewer,
    *,
    asker: Viewer,
    proposed: Sequence[Grant],
    now: datetime,
) -> list[Seen]:
    """What the recipient would see if the proposed grants were given, as far as the asker sees it.

    NotFound where the asker sees nothing of the shipment itself.
    """
    own = {each.record.index: each for each in _history(session, ref, asker, now)}
    concerned = _concerned(session, ref)
    grants = [*_grants(session, ref, recipient), *proposed]
    found = []
    for index, mine in sorted(own.items()):
        shown = views.seen(
            [mine.record],
            concerned=concerned,
            viewer=recipient,
            now=now,
            grants=_known_to(asker, mine.record, grants),
        )
        found += [replace(each, claims=each.claims & own[index].claims) for each in shown]
    return [each for each in found if each.claims]


def explain(
    session: Session, ref: str, about: Viewer, *, asker: Viewer, now: datetime
) -> list[Explained]:
    """Why somebody sees or does not see what the asker stated; NotFound for who stated nothing."""
    told = [
        each.record
        for each in _history(session, ref, asker, now)
        if each.record.by.agency == asker.agency
    ]
    if not told:
        raise NotFound("there is no such shipment")
    concerned, grants = _concerned(session, ref), _grants(session, ref, about)
    return [
        Explained(
            record=record,
            claims=views.reasons(record, concerned=concerned, viewer=about, now=now, grants=grants),
        )
        for record in told
    ]


def _history(session: Session, ref: str, asker: Viewer, now: datetime) -> list[Seen]:
    return search.shipment_history(session, ref, asker, now=now)


def _concerned(session: Session, ref: str) -> frozenset[str]:
    row = session.execute(SHIPMENTS.select().where(SHIPMENTS.c.ref == ref)).mappings().one()
    return history.decode(bytes(row["state"])).concerned


def _grants(session: Session, ref: str, reader: Viewer) -> list[Grant]:
    return grantbook.by_shipment(session, [ref], reader.names).get(ref, [])


def _known_to(asker: Viewer, record: Record, grants: Iterable[Grant]) -> list[Grant]:
    """Of its own statements one may know every grant; of others', only those one gives oneself."""
    mine = record.by.agency == asker.agency
    return [grant for grant in grants if mine or grant.by == asker.agency]
