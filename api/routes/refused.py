"""Refusals: what other countries refused, in minimal form, to who exports the substance."""

from datetime import timedelta

from flask import Blueprint, Response, request

from api import allowances, reading_log, shown
from api.allowances import Allowance
from api.answers import answer
from api.asked import CheckQuestion, RefusalQuery, RefusalsAnswer, midnight
from api.auth import BOOK, for_agencies
from api.bodies import question
from api.current import moment, node
from api.operations import JSON, operation
from api.queries import query
from crypto.encodings import b64u_encode
from ledger import databases, refusals
from ledger.refusals import Refusal
from ledger.visibility import Viewer

blueprint = Blueprint("refused", __name__)


@blueprint.get("/v1/refusals")
@for_agencies("refusals:read")
@operation(query=RefusalQuery, answers={200: RefusalsAnswer}, problems=(400, 401))
def get_refusals(viewer: Viewer) -> Response:
    """List refusals of what the caller's country exports: substance, reason, day, hashed traders.

    A substance that it does not export has none, whether there are refusals or not.
    """
    asked = query(RefusalQuery, request.args)
    with databases.reading(node().engine) as session:
        roster = node().sequencer.desk.registry.current(session)
        wanted = refusals.substances_for(session, viewer, roster)
        if asked.substance is not None:
            wanted &= {asked.substance}
        found = refusals.newest(
            session, wanted, now=moment(), limit=asked.limit, before=midnight(asked.before)
        )
    reading_log.shows([])
    return answer({"refusals": [_refusal(each, wanted) for each in found]})


@blueprint.post("/v1/refusals/check")
@for_agencies("refusals:read")
@operation(
    body=(JSON,),
    asks=CheckQuestion,
    answers={200: RefusalsAnswer},
    problems=(400, 401, 415, 429, 503),
)
def post_check(viewer: Viewer) -> Response:
    """Ask whether a customer was refused elsewhere; how often an agency may ask is limited."""
    asked = question(CheckQuestion)
    quota = node().settings.hits_per_hour
    allowance = Allowance(what="refusals", quota=quota, period=timedelta(hours=1))
    with databases.writing(node().engine, BOOK) as session:
        headers = dict(allowances.spend(session, allowance, viewer.agency, now=moment()))
    with databases.reading(node().engine) as session:
        roster = node().sequencer.desk.registry.current(session)
        wanted = refusals.substances_for(session, viewer, roster)
        found = refusals.hits(session, asked.party, wanted, now=moment())
    reading_log.shows([])
    told = {"refusals": [_refusal(each, wanted) for each in found]}
    response = answer(told, cache="no-store")
    response.headers.update(headers)
    return response


def _refusal(refusal: Refusal, wanted: frozenset[str]) -> shown.Shown:
    """What is told; of its substances those that the caller's country exports."""
    return {
        "refusal": refusal.id,
        "substances": sorted(wanted.intersection(refusal.substances)),
        "reason": refusal.reason,
        "date": refusal.day.isoformat(),
        "salt": b64u_encode(refusal.salt),
        "traders": list(refusal.traders),
    }
