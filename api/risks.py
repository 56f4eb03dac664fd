"""A shipment's risk as JSON: the shape that the API and the command line share."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from alerts.risk.gathering import Risk, Said, risk
from alerts.risk.scoring import MODEL, Assessment
from api.schemas import Object, Str
from ledger import states
from ledger.visibility import Viewer

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class RiskAnswer:
    """The risk of a shipment before loading, departure and arrival, by what the caller may see.

    `points` are scored by what was known at each, `now` and `containers` by all that is known now;
    `current`: the point it is at. `decided`: the latest stated assessment for that point, which
    goes before the score. Each term of a score has its points and its words.
    """

    ref: Str
    model: Str
    points: tuple[Object, ...]
    now: Object
    containers: tuple[Object, ...]
    stated: tuple[Object, ...]
    current: Str | None = None
    decided: Object | None = None


def answer(session: Session, ref: str, viewer: Viewer, *, now: datetime) -> Json:
    """The whole answer; NotFound where the viewer may not see the shipment."""
    found = risk(session, ref, viewer, now=now)
    made: Json = {
        "ref": found.ref,
        "model": MODEL,
        "points": [scored(each) for each in found.points],
        "now": scored(found.now),
        "containers": [{"container": name, **scored(each)} for name, each in found.containers],
        "stated": [_said(each) for each in found.stated],
    }
    if found.current is not None:
        made["current"] = found.current
        if decided := _decided(found):
            made["decided"] = decided
    return made


def scored(each: Assessment) -> Json:
    return {
        "point": each.point,
        "at": states.moment(each.at),
        "score": each.score,
        "band": each.band,
        "action": each.action,
        "rules": list(each.rules),
        "discount": each.discount,
        "terms": [{"points": term.points, "words": term.words} for term in each.terms],
    }


def _said(each: Said) -> Json:
    event = each.event
    made: Json = {
        "agency": each.agency,
        "at": states.moment(each.at),
        "point": event.point,
        "score": event.score,
        "band": event.band,
        "model": event.model,
    }
    told = {"action": event.action, "override": event.override}
    return {**made, **{name: said for name, said in told.items() if said is not None}}


def _decided(found: Risk) -> Json | None:
    """The latest that somebody stated for the point at which the shipment is."""
    mine = [each for each in found.stated if each.event.point == found.current]
    return _said(mine[-1]) if mine else None
