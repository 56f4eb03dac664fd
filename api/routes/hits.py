"""Hit or no hit: ask whether an identifier is known elsewhere, and hear what its owners allow.

Every answer leaves at the next tick of a slow clock: how long the search took tells nothing.
"""

from datetime import timedelta

from flask import Blueprint, Response, g

from api import allowances, pacing, reading_log
from api.allowances import Allowance
from api.answers import answer
from api.auth import BOOK, for_agencies
from api.bodies import question
from api.current import moment, node
from api.operations import JSON, operation
from api.schemas import HitAnswer, HitQuestion
from ledger import databases, hits
from ledger.visibility import Viewer

blueprint = Blueprint("hits", __name__)

MAX_QUESTION = 4_096


@blueprint.post("/v1/hits")
@for_agencies("hits:read")
@operation(
    body=(JSON,),
    asks=HitQuestion,
    answers={200: HitAnswer},
    problems=(400, 401, 415, 429, 503),
)
def post_hit(viewer: Viewer) -> Response:
    """Ask whether an identifier is known elsewhere, as far as its owners let one hear.

    A no and a not-allowed are the same answer; how often an agency may ask is limited.
    """
    asked: HitQuestion = question(HitQuestion, max_bytes=MAX_QUESTION)
    g.asked = {asked.kind: asked.value}
    headers = _spent(viewer)
    with databases.reading(node().engine) as session:
        declared = node().sequencer.desk.registry.current(session).hits
        hit = hits.ask(session, asked.kind, asked.value, viewer, answers=declared, now=moment())
    reading_log.shows([])
    response = answer({"known": hit.known, "owners": list(hit.owners)}, cache="no-store")
    response.headers.update(headers)
    pacing.to_the_tick()
    return response


def _spent(viewer: Viewer) -> dict[str, str]:
    """Take this question from what the agency may ask; what is left, as header fields."""
    quota = node().settings.hits_per_hour
    allowance = Allowance(what="hits", quota=quota, period=timedelta(hours=1))
    with databases.writing(node().engine, BOOK) as session:
        return dict(allowances.spend(session, allowance, viewer.agency, now=moment()))
