"""What is shared: grants, a preview of what somebody would see, and the reasons why."""

from flask import Blueprint, Response, request

from api import reading_log, shown
from api.answers import answer
from api.asked import (
    ExplainQuery,
    ExplanationAnswer,
    GrantsAnswer,
    PreviewQuestion,
)
from api.auth import for_agencies
from api.bodies import question
from api.current import moment, node
from api.operations import JSON, operation
from api.queries import is_ref, query
from api.schemas import HistoryAnswer
from ledger import NotFound, databases, grantbook, previews, states, vocabulary
from ledger.events.sharing import GrantGiven
from ledger.grants import Grant, Sharing
from ledger.previews import Explained
from ledger.roster import Roster
from ledger.visibility import SEEN, SENTENCES, Viewer, viewer_of

blueprint = Blueprint("sharing", __name__)


@blueprint.get("/v1/grants")
@for_agencies
@operation(answers={200: GrantsAnswer}, problems=(401,))
def get_grants(viewer: Viewer) -> Response:
    """List the grants that the caller gave, and those that let it see something now."""
    now = moment()
    with databases.reading(node().engine) as session:
        found = grantbook.grants(session, viewer.agency, viewer.names)
    standing = [
        (index, grant)
        for index, grant in found
        if grant.by == viewer.agency or grant.is_for(viewer.names, now)
    ]
    reading_log.shows(reading_log.shipments(grant.shipment for _, grant in standing))
    return answer({"grants": [_grant(index, grant) for index, grant in standing]})


@blueprint.post("/v1/shipments/<path:ref>/preview")
@for_agencies
@operation(
    body=(JSON,),
    asks=PreviewQuestion,
    answers={200: HistoryAnswer},
    problems=(400, 401, 403, 404, 415, 422),
)
def post_preview(viewer: Viewer, ref: str) -> Response:
    """Show what somebody would see of a shipment, before or with a grant; nothing is given by it.

    The same answer as that one would get, without what the caller may not see itself. It would hear
    404 where the list is empty.
    """
    asked = question(PreviewQuestion)
    now = moment()
    with databases.reading(node().engine) as session:
        roster = node().sequencer.desk.registry.current(session)
        seen = previews.preview(
            session,
            _known(ref),
            _somebody(asked.viewer, roster),
            asker=viewer,
            proposed=_proposed(asked, ref, viewer, roster),
            now=now,
        )
        events = shown.events(session, seen)
    reading_log.shows(reading_log.shipments([ref]))
    return answer({"events": events}, cache="no-store")


@blueprint.get("/v1/shipments/<path:ref>/explain")
@for_agencies
@operation(query=ExplainQuery, answers={200: ExplanationAnswer}, problems=(400, 401, 404))
def get_explanation(viewer: Viewer, ref: str) -> Response:
    """Explain to an originator why somebody sees, or does not see, each claim it stated."""
    asked = query(ExplainQuery, request.args)
    with databases.reading(node().engine) as session:
        roster = node().sequencer.desk.registry.current(session)
        about = _somebody(asked.viewer, roster)
        told = previews.explain(session, _known(ref), about, asker=viewer, now=moment())
    reading_log.shows(reading_log.shipments([ref]))
    return answer({"statements": [_explained(each) for each in told]})


def _known(ref: str) -> str:
    if not is_ref(ref):
        raise NotFound("there is no such shipment")
    return ref


def _somebody(name: str, roster: Roster) -> Viewer:
    """An agency, or for a country any agency of it that is not named apart."""
    return viewer_of(name, roster)


def _proposed(asked: PreviewQuestion, ref: str, viewer: Viewer, roster: Roster) -> list[Grant]:
    """The grant as it would be given; refused as the door would refuse it."""
    if asked.grant is None:
        return []
    body = {
        **states.jsonable(asked.grant),
        "kind": GrantGiven.kind,
        "occurred_at": states.moment(moment()),
        "grant": f"{viewer.agency}/preview",
        "to": asked.viewer,
        "shipment": ref,
        "reason": "preview",
    }
    given = vocabulary.parse(body)
    given.check_poster(viewer.agency, roster.agencies[viewer.agency].roles)
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
