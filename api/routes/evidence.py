"""Evidence bundles: a shipment's history and its proof, as one file to take away."""

from flask import Blueprint, Response

from api import reading_log
from api.answers import PRIVATE, conditional
from api.auth import for_agencies
from api.current import moment, node
from api.evidence.bundles import MEDIA_TYPE, bundle, filename
from api.operations import operation
from api.places import policy_of
from api.queries import is_ref
from ledger import NotFound, databases
from ledger.visibility import Viewer

blueprint = Blueprint("evidence", __name__)


@blueprint.get("/v1/shipments/<path:ref>/evidence")
@for_agencies("evidence:read")
@operation(answers={200: MEDIA_TYPE}, problems=(401, 404, 503), media=MEDIA_TYPE)
def get_evidence(viewer: Viewer, ref: str) -> Response:
    """Take a shipment's evidence bundle: what the caller may see of it, provable offline."""
    if not is_ref(ref):
        raise NotFound("there is no such shipment")
    with databases.reading(node().engine) as session:
        roster = node().sequencer.desk.registry.current(session)
        policy = policy_of(roster, node().places)
        data = bundle(
            session,
            ref,
            viewer,
            roster=roster,
            policy=policy,
            hub_key=node().hub_key,
            now=moment(),
        )
    reading_log.shows(reading_log.shipments([ref]))
    response = Response(data, mimetype=MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename(ref)}"'
    return conditional(response, cache=PRIVATE)
