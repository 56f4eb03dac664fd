"""What is shared: grants, a preview of what somebody would see, and the reasons why."""

from flask import Blueprint, Response, request
from sqlmodel import Session

from api import reading_log, sharing
from api.answers import answer
from api.asked import ExplainQuery, ExplanationAnswer, GrantsAnswer, PreviewQuestion
from api.auth import for_agencies
from api.bodies import question
from api.current import moment, node
from api.operations import JSON, operation
from api.queries import is_ref, query
from api.schemas import HistoryAnswer
from ledger import NotFound, databases
from ledger.roster import Roster
from ledger.visibility import Viewer

blueprint = Blueprint("sharing", __name__)


@blueprint.get("/v1/grants")
@for_agencies("shipments:read")
@operation(answers={200: GrantsAnswer}, problems=(401,))
def get_grants(viewer: Viewer) -> Response:
    """List the grants that the caller gave, and those that let it see something now."""
    with databases.reading(node().engine) as session:
        told = sharing.grants(session, viewer, now=moment())
    reading_log.shows(reading_log.shipments(each["shipment"] for each in told["grants"]))
    return answer(told)


@blueprint.post("/v1/shipments/<path:ref>/preview")
@for_agencies("shipments:read")
@operation(
    body=(JSON,),
    asks=PreviewQuestion,
    answers={200: HistoryAnswer},
    problems=(400, 401, 403, 404, 415, 422),
)
def post_preview(viewer: Viewer, ref: str) -> Response:
    """Show what somebody would see of a shipment, before or with a grant; nothing is given by it.

    The same answer as that one would get, without what the caller may not see itself. It would hear
    404 where the list is empty.
    """
    asked = question(PreviewQuestion)
    with databases.reading(node().engine) as session:
        told = sharing.preview(
            session, _known(ref), asked, viewer, roster=_roster(session), now=moment()
        )
    reading_log.shows(reading_log.shipments([ref]))
    return answer(told, cache="no-store")


@blueprint.get("/v1/shipments/<path:ref>/explain")
@for_agencies("shipments:read")
@operation(query=ExplainQuery, answers={200: ExplanationAnswer}, problems=(400, 401, 404))
def get_explanation(viewer: Viewer, ref: str) -> Response:
    """Explain to an originator why somebody sees, or does not see, each claim it stated."""
    asked = query(ExplainQuery, request.args)
    with databases.reading(node().engine) as session:
        told = sharing.explanation(
            session, _known(ref), asked.viewer, viewer, roster=_roster(session), now=moment()
        )
    reading_log.shows(reading_log.shipments([ref]))
    return answer(told)


def _roster(session: Session) -> Roster:
    return node().sequencer.desk.registry.current(session)


def _known(ref: str) -> str:
    """What can't be a reference names nothing: the same answer as for any unknown one."""
    if not is_ref(ref):
        raise NotFound("there is no such shipment")
    return ref
