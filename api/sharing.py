"""What is shared, as documents: one spelling for the routes and for commands on the node."""

from datetime import datetime

from sqlmodel import Session

from api import shown
from api.asked import PreviewQuestion
from ledger import grantbook, previews, states, vocabulary
from ledger.events.sharing import GrantGiven
from ledger.grants import Grant, Sharing
from ledger.previews import Explained
from ledger.roster import Roster
from ledger.visibility import SEEN, SENTENCES, Viewer, viewer_of


def grants(session: Session, viewer: Viewer, *, now: datetime) -> shown.Shown:
    """The grants that the viewer gave, and those that let it see something now."""
    found = grantbook.grants(session, viewer.agency, viewer.names)
    return {
        "grants": [
            _grant(index, grant)
            for index, grant in found
            if grant.by == viewer.agency or grant.is_for(viewer.names, now)
        ]
    }


def preview(
    session: Session,
    ref: str,
    asked: PreviewQuestion,
    asker: Viewer,
    *,
    roster: Roster,
    now: datetime,
) -> shown.Shown:
    """What somebody would see of a shipment; NotFound where the asker sees nothing of it."""
    proposed = _proposed(asked, ref, asker, roster, now)
    recipient = viewer_of(asked.viewer, roster)
    seen = previews.preview(session, ref, recipient, asker=asker, proposed=proposed, now=now)
    return {"events": shown.events(session, seen)}


def explanation(
    session: Session, ref: str, who: str, asker: Viewer, *, roster: Roster, now: datetime
) -> shown.Shown:
    """Why somebody sees, or does not see, each claim that the asker stated."""
    told = previews.explain(session, ref, viewer_of(who, roster), asker=asker, now=now)
    return {"statements": [_explained(each) for each in told]}


def _proposed(
    asked: PreviewQuestion, ref: str, asker: Viewer, roster: Roster, now: datetime
) -> list[Grant]:
    """The grant as it would be given; refused as the door would refuse it."""
    if asked.grant is None:
        return []
    body = {
        **states.jsonable(asked.grant),
        "kind": GrantGiven.kind,
        "occurred_at": states.moment(now),
        "grant": f"{asker.agency}/preview",
        "to": asked.viewer,
        "shipment": ref,
        "reason": "preview",
    }
    given = vocabulary.parse(body)
    given.check_poster(asker.agency, roster.agencies[asker.agency].roles)
    if not isinstance(given, GrantGiven):
        raise TypeError("this kind is a grant")
    return list(given.apply(Sharing()).grants.values())


def _grant(index: int, grant: Grant) -> shown.Shown:
    told = {
        "grant": grant.id,
        "by": grant.by,
        "to": grant.to,
        "shipment": grant.shipment,
        "index": index,
        "statements": sorted(grant.statements),
        "claims": sorted(grant.claims),
        "whole": grant.whole,
    }
    return told if grant.until is None else {**told, "until": states.moment(grant.until)}


def _explained(told: Explained) -> shown.Shown:
    return {
        "index": told.record.index,
        "jti": told.record.parsed.jti,
        "kind": told.record.event.kind,
        "claims": [
            {"claim": name, "seen": why in SEEN, "why": why.value, "says": SENTENCES[why]}
            for name, why in told.claims.items()
        ],
    }
