"""The risk of a shipment, for who may see it."""

from flask import Blueprint, Response

from api import reading_log, risks
from api.answers import answer
from api.auth import for_agencies
from api.current import moment, node
from api.operations import operation
from api.queries import is_ref
from api.risks import RiskAnswer
from ledger import NotFound, databases
from ledger.visibility import Viewer

blueprint = Blueprint("risk", __name__)


@blueprint.get("/v1/shipments/<path:ref>/risk")
@for_agencies("shipments:read")
@operation(answers={200: RiskAnswer}, problems=(401, 404))
def get_risk(viewer: Viewer, ref: str) -> Response:
    """Score a shipment before loading, departure and arrival, from what the caller may see.

    Rules count as far as the caller was told of their alerts; what was stated of the risk, with an
    analyst's reason to decide otherwise, is shown to all who may see the shipment.
    """
    if not is_ref(ref):
        raise NotFound("there is no such shipment")
    with databases.reading(node().engine) as session:
        made = risks.answer(session, ref, viewer, now=moment())
    reading_log.shows(reading_log.shipments([ref]))
    return answer(made)
