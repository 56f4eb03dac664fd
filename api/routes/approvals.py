"""Requests for what takes two people: asking with the statement at hand, and what waits."""

from flask import Blueprint, Response

from api import approvals, reading_log, shown
from api.answers import answer
from api.auth import for_agencies, open_to_all
from api.bodies import question
from api.current import moment, node
from api.operations import JSON, operation
from api.requested import RequestedAnswer, RequestQuestion, RequestsAnswer
from api.schemas import ReceiptAnswer
from crypto.sdjwt import MAX_STATEMENT
from ledger import databases
from ledger.visibility import Viewer

blueprint = Blueprint("approvals", __name__)


@blueprint.post("/v1/requests")
@open_to_all
@operation(
    body=(JSON,),
    asks=RequestQuestion,
    answers={201: ReceiptAnswer, 200: ReceiptAnswer},
    problems=(400, 403, 409, 413, 415, 422, 503),
)
def post_request() -> Response:
    """Ask for a statement that takes two people: the answer is the receipt of the request.

    The statement is kept concealed for those who may approve it, and gets its place right behind
    their `action.approved`. Whoever has it may post it then as well.
    """
    asked = question(RequestQuestion, max_bytes=MAX_STATEMENT)
    statement, request = asked.statement.strip().encode(), asked.request.strip().encode()
    admitted = approvals.ask(node(), statement, request)
    status = 201 if admitted.created else 200
    return answer(shown.admission(admitted), status=status, cache="no-store")


@blueprint.get("/v1/requests")
@for_agencies("requests:read")
@operation(answers={200: RequestsAnswer}, problems=(401,))
def get_requests(viewer: Viewer) -> Response:
    """List what people of the caller's authority asked for, newest first, and how it stands."""
    with databases.reading(node().engine) as session:
        roster = node().sequencer.desk.registry.current(session)
        told = approvals.listed(session, roster, viewer, now=moment())
    reading_log.shows([("entry", str(each["index"])) for each in told["requests"]])
    return answer(told)


@blueprint.get("/v1/requests/<request_id>")
@for_agencies("requests:read")
@operation(answers={200: RequestedAnswer}, problems=(401, 404))
def get_request(viewer: Viewer, request_id: str) -> Response:
    """Read one request of the caller's authority, with the statement that it asks for."""
    with databases.reading(node().engine) as session:
        roster = node().sequencer.desk.registry.current(session)
        told = approvals.one(session, roster, request_id, viewer, now=moment())
    reading_log.shows([("entry", str(told["index"]))])
    return answer(told)
