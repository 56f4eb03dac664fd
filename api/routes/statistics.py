"""The programme's figures: the caller's own, and what is published of all."""

from datetime import timedelta

from flask import Blueprint, Response, request

from api import figures, reading_log
from api.answers import answer
from api.auth import for_agencies
from api.current import moment, node
from api.figures import MeasuredAnswer, StatisticsAnswer
from api.operations import operation
from api.queries import StatisticsQuery, query
from ledger import casesearch, databases
from ledger.visibility import Viewer

blueprint = Blueprint("statistics", __name__)

YEAR = timedelta(days=365)


@blueprint.get("/v1/statistics")
@for_agencies("statistics:read")
@operation(query=StatisticsQuery, answers={200: StatisticsAnswer}, problems=(400, 401))
def get_statistics(viewer: Viewer) -> Response:
    """Count seizures, arrests, alerts, lead times and replies: the caller's own, from what it sees.

    Of the programme as a whole, quarters that ended a while ago, without cells that could give a
    country's affairs away; the hub sees all of it.
    """
    asked = query(StatisticsQuery, request.args)
    now = moment()
    period = figures.period(
        asked.occurred_from, asked.occurred_to, today=now.date(), whole=viewer.is_hub
    )
    with databases.reading(node().engine) as session:
        made = figures.answer(session, period, viewer, now=now)
    reading_log.shows([])  # sums and counts, and no single case
    return answer(made)


@blueprint.get("/v1/rules/measured")
@for_agencies("statistics:read")
@operation(answers={200: MeasuredAnswer}, problems=(401,))
def get_measured(viewer: Viewer) -> Response:
    """Read how often each rule was right, by the verdicts on last year's alerts the caller sees."""
    now = moment()
    with databases.reading(node().engine) as session:
        cases = casesearch.raised(session, viewer, start=now - YEAR, end=now, now=now)
    reading_log.shows([])
    return answer({"rules": figures.by_rule(cases)})
