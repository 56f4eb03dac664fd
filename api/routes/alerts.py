"""Alerts, as far as the caller may see them."""

from dataclasses import fields

from flask import Blueprint, Response, request

from api import cursors, reading_log, shown
from api.answers import answer, next_link
from api.auth import for_agencies
from api.current import moment, node
from api.operations import operation
from api.queries import AlertQuery, is_alert_id, query
from api.schemas import AlertAnswer, AlertPage
from ledger import NotFound, casesearch, databases, states
from ledger.casesearch import CaseFilters
from ledger.visibility import Viewer

blueprint = Blueprint("alerts", __name__)


@blueprint.get("/v1/alerts")
@for_agencies
@operation(query=AlertQuery, answers={200: AlertPage}, problems=(400, 401))
def get_alerts(viewer: Viewer) -> Response:
    """Search the alerts that the caller may see, newest first."""
    asked = query(AlertQuery, request.args)
    filters = CaseFilters(**{each.name: getattr(asked, each.name) for each in fields(CaseFilters)})
    after = cursors.unwrap(asked.cursor, request.args)
    if after is not None and not is_alert_id(after):
        raise cursors.not_ours()
    with databases.reading(node().engine) as session:
        try:
            page = casesearch.page(
                session, filters, viewer, now=moment(), limit=asked.limit, after=after
            )
        except NotFound as error:
            raise cursors.not_ours() from error
    reading_log.shows(reading_log.alerts(case.alert for case in page.cases))
    response = answer({"alerts": [shown.alert(case) for case in page.cases]})
    return next_link(response, page.after)


@blueprint.get("/v1/alerts/<alert>")
@for_agencies
@operation(answers={200: AlertAnswer}, problems=(401, 404))
def get_alert(viewer: Viewer, alert: str) -> Response:
    """Read one alert, what was done about it, and the statements that say so."""
    if not is_alert_id(alert):
        raise NotFound("there is no such alert")
    with databases.reading(node().engine) as session:
        case, timeline = casesearch.case(session, alert, viewer, now=moment())
        events = shown.events(session, timeline)
    reading_log.shows(reading_log.alerts([alert]))
    return answer(
        {
            "alert": alert,
            "status": case.status,
            "state": states.jsonable(case),
            "timeline": events,
        }
    )
