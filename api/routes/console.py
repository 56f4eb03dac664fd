"""Case data at the console: the very answers of the API as pages, for people who may read.

A person sees what their agency sees, by the same function, and leaves the same records of reads,
which name the pseudonym as well.
"""

from urllib.parse import urlencode

from flask import Blueprint, Response, request

from api import cursors
from api.operations import operation
from api.people.guard import Signed, for_readers
from api.people.pages import HTML, page
from api.queries import AlertQuery, ShipmentQuery
from api.routes import alerts, shipments
from ledger.cases import SEVERITIES
from ledger.visibility import Viewer

blueprint = Blueprint("console", __name__)


@blueprint.get("/console/alerts")
@for_readers
@operation(query=AlertQuery, answers={200: HTML}, media=HTML)
def get_alerts(signed: Signed, viewer: Viewer) -> Response:
    """List the alerts that one's agency may see, newest first."""
    found, after = alerts.listed(viewer)
    return page("alerts", signed=signed, alerts=found, more=_more(after), severities=SEVERITIES)


@blueprint.get("/console/alerts/<alert>")
@for_readers
@operation(answers={200: HTML}, media=HTML, problems=(404,))
def get_alert(signed: Signed, viewer: Viewer, alert: str) -> Response:
    """Read one alert and what was done about it."""
    return page("alert", signed=signed, found=alerts.one(viewer, alert))


@blueprint.get("/console/shipments")
@for_readers
@operation(query=ShipmentQuery, answers={200: HTML}, media=HTML)
def get_shipments(signed: Signed, viewer: Viewer) -> Response:
    """Search the shipments that one's agency may see."""
    found, after = shipments.listed(viewer)
    return page("shipments", signed=signed, shipments=found, more=_more(after))


@blueprint.get("/console/shipments/<path:ref>")
@for_readers
@operation(answers={200: HTML}, media=HTML, problems=(404,))
def get_shipment(signed: Signed, viewer: Viewer, ref: str) -> Response:
    """Read the history of one shipment, and its state where enough of it may be seen."""
    told = shipments.told(viewer, ref)
    return page("shipment", signed=signed, ref=ref, events=told["events"])


def _more(after: str | None) -> str:
    """The address of what comes after this list; empty at its end."""
    if after is None:
        return ""
    cursor = cursors.wrap(after, request.args)
    return f"{request.path}?{urlencode({**request.args.to_dict(), 'cursor': cursor})}"
