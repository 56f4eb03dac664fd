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
from api.shown import Shown
from ledger import NotFound, casesearch, databases, states
from ledger.casesearch import CaseFilters
from ledger.visibility import Viewer

blueprint = Blueprint("alerts", __name__)


@blueprint.get("/v1/alerts")
@for_agencies("alerts:read")
@operation(query=AlertQuery, answers={200: AlertPage}, problems=(400, 401))
def get_alerts(viewer: Viewer) -> Response:
    """Search the alerts that the caller may see, newest first."""
    found, after = listed(viewer)
    return next_link(answer({"alerts": found}), after)


@blueprint.get("/v1/alerts/<alert>")
@for_agencies("alerts:read")
@operation(answers={200: AlertAnswer}, problems=(401, 404))
def get_alert(viewer: Viewer, alert: str) -> Response:
    """Read one alert, what was done about it, and the statements that say so."""
    return answer(one(viewer, alert))


def listed(viewer: Viewer) -> tuple[list[Shown], str | None]:
    """The alerts that a request asks for, and the one to go on after; for pages as for the API."""
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
    return [shown.alert(case) for case in page.cases], page.after


def one(viewer: Viewer, alert: str) -> Shown:
    """One alert with its timeline; NotFound where the viewer may not see it."""
    if not is_alert_id(alert):
        raise NotFound("there is no such alert")
    with databases.reading(node().engine) as session:
        case, timeline = casesearch.case(session, alert, viewer, now=moment())
        events = shown.events(session, timeline)
    reading_log.shows(reading_log.alerts([alert]))
    return {
        "alert": alert,
        "status": case.status,
        "state": states.jsonable(case),
        "timeline": events,
    }
