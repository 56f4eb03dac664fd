"""The likely other halves of a shipment, for who may see both."""

from flask import Blueprint, Response

from api import matches, reading_log
from api.answers import answer
from api.auth import for_agencies
from api.current import moment, node
from api.matches import MatchesAnswer
from api.operations import operation
from api.queries import is_ref
from ledger import NotFound, databases
from ledger.visibility import Viewer

blueprint = Blueprint("matches", __name__)


@blueprint.get("/v1/shipments/<path:ref>/matches")
@for_agencies("shipments:read")
@operation(answers={200: MatchesAnswer}, problems=(401, 404))
def get_matches(viewer: Viewer, ref: str) -> Response:
    """Read which shipments may be the other half of one that tells of one end only, and why."""
    if not is_ref(ref):
        raise NotFound("there is no such shipment")
    with databases.reading(node().engine) as session:
        roster = node().sequencer.desk.registry.current(session)
        made, refs = matches.answer(session, ref, viewer, roster=roster, now=moment())
    reading_log.shows(reading_log.shipments(refs))
    return answer(made)
