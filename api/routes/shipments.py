"""Shipments, as far as the caller may see them."""

from dataclasses import fields

from flask import Blueprint, Response, request

from api import cursors, reading_log, shown
from api.answers import answer, next_link
from api.auth import for_agencies
from api.current import moment, node
from api.operations import operation
from api.queries import ShipmentQuery, is_ref, query
from api.schemas import HistoryAnswer, ShipmentAnswer, ShipmentPage
from api.shown import Shown
from ledger import NotFound, databases, search, states
from ledger.filters import Filters
from ledger.visibility import Viewer

blueprint = Blueprint("shipments", __name__)


@blueprint.get("/v1/shipments")
@for_agencies("shipments:read")
@operation(query=ShipmentQuery, answers={200: ShipmentPage}, problems=(400, 401))
def get_shipments(viewer: Viewer) -> Response:
    """Search the shipments that the caller may see, newest first."""
    found, after = listed(viewer)
    return next_link(answer({"shipments": found}), after)


@blueprint.get("/v1/shipments/<path:ref>")
@for_agencies("shipments:read")
@operation(answers={200: ShipmentAnswer}, problems=(401, 404))
def get_shipment(viewer: Viewer, ref: str) -> Response:
    """Read the state of one shipment, from what the caller may see of it."""
    return answer(one(viewer, ref))


@blueprint.get("/v1/shipments/<path:ref>/events")
@for_agencies("shipments:read")
@operation(answers={200: HistoryAnswer}, problems=(401, 404))
def get_history(viewer: Viewer, ref: str) -> Response:
    """Read the history of one shipment: each statement with the claims the caller may see."""
    return answer(told(viewer, ref))


def listed(viewer: Viewer) -> tuple[list[Shown], str | None]:
    """The shipments that a request asks for, and where to go on; for pages as for the API."""
    asked = query(ShipmentQuery, request.args)
    filters = Filters(**{each.name: getattr(asked, each.name) for each in fields(Filters)})
    after = cursors.unwrap(asked.cursor, request.args)
    if after is not None and not is_ref(after):
        raise cursors.not_ours()
    with databases.reading(node().engine) as session:
        try:
            page = search.page(
                session, filters, viewer, now=moment(), limit=asked.limit, after=after
            )
        except NotFound as error:
            raise cursors.not_ours() from error
    reading_log.shows(reading_log.shipments(view.state.ref for view in page.views))
    return [shown.shipment(view) for view in page.views], page.after


def one(viewer: Viewer, ref: str) -> Shown:
    """The state of one shipment; NotFound where the viewer may not see it."""
    with databases.reading(node().engine) as session:
        state = search.shipment(session, _known(ref), viewer, now=moment())
    reading_log.shows(reading_log.shipments([ref]))
    return {"ref": ref, "status": state.status, "state": states.jsonable(state)}


def told(viewer: Viewer, ref: str) -> Shown:
    """What was stated about one shipment, as far as the viewer may see it."""
    with databases.reading(node().engine) as session:
        seen = search.shipment_history(session, _known(ref), viewer, now=moment())
        events = shown.events(session, seen)
    reading_log.shows(reading_log.shipments([ref]))
    return {"events": events}


def _known(ref: str) -> str:
    """What can't be a reference names nothing: the same answer as for any unknown one."""
    if not is_ref(ref):
        raise NotFound("there is no such shipment")
    return ref
