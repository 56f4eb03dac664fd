"""What takes two people, at the console: asked for by one, approved or declined by another."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, request
from sqlmodel import Session

from api import approvals, reading_log
from api.current import moment, node
from api.operations import operation
from api.people import awaiting, deciding, names, pages
from api.people.awaiting import Awaiting
from api.people.guard import Signed, for_deciders, for_people, viewer_for
from api.people.pages import FORM, HTML, page
from api.problems import Refused
from ledger import NotFound, databases
from ledger.visibility import Viewer

blueprint = Blueprint("deciding", __name__)

REQUESTS = "/console/requests"


@blueprint.get("/console/requests")
@for_people()
@operation(answers={200: HTML}, media=HTML)
def get_requests(signed: Signed) -> Response:
    """List what one's authority is asked to agree to, and who waits to be enrolled."""
    viewer = viewer_for(signed)
    country = signed.person.country
    with databases.reading(node().engine) as session:
        roster = node().sequencer.desk.registry.current(session)
        told = approvals.listed(session, roster, viewer, now=moment())
        waiting = awaiting.of(session, country, now=moment()) if signed.leads else ()
        named = _named(session, signed, told["requests"], waiting)
    asks = [(each, named.get(each.person, ""), *_asking(signed, each)) for each in waiting]
    return page("requests", signed=signed, requests=told["requests"], asks=asks, names=named)


@blueprint.post("/console/requests/ask")
@for_people()
@operation(body=(FORM,), answers={303: HTML}, media=HTML, problems=(403, 404, 409))
def post_ask(signed: Signed) -> Response:
    """Ask for somebody to be enrolled or removed, signed with one's passkey."""
    if not signed.leads:
        raise Refused("role-missing", "this is for focal points and the hub's operators")
    digest = request.form.get("statement", "")
    with databases.reading(node().engine) as session:
        waiting = awaiting.of(session, signed.person.country, now=moment())
    found = next((each for each in waiting if each.digest == digest), None)
    if found is None:
        raise NotFound("nothing waits for that")
    deciding.ask(signed, found, request.form.get("request", ""))
    return pages.to(REQUESTS)


@blueprint.get("/console/requests/<request_id>")
@for_deciders
@operation(answers={200: HTML}, media=HTML, problems=(404,))
def get_request(signed: Signed, viewer: Viewer, request_id: str) -> Response:
    """Read one request, with what it asks for as far as one's agency may see it."""
    with databases.reading(node().engine) as session:
        roster = node().sequencer.desk.registry.current(session)
        told = approvals.one(session, roster, request_id, viewer, now=moment())
        named = _named(session, signed, [told, told.get("claims", {})])
    reading_log.shows([("entry", str(told["index"]))])
    decisions = {
        word: deciding.to_sign(signed, word, told["request"], told["statement"])
        for word in deciding.WORDS
    }
    return page("request", signed=signed, told=told, decisions=decisions, names=named)


@blueprint.post("/console/requests/<request_id>/<word>")
@for_people()
@operation(body=(FORM,), answers={303: HTML}, media=HTML, problems=(403, 404, 409))
def post_answer(signed: Signed, request_id: str, word: str) -> Response:
    """Approve or decline what another asked for, signed with one's passkey."""
    with databases.reading(node().engine) as session:
        roster = node().sequencer.desk.registry.current(session)
    asked = roster.requests.get(request_id)
    known = asked is not None and asked.country == signed.person.country
    if asked is None or not known or word not in deciding.WORDS:
        raise NotFound("there is no such request")
    deciding.reply(signed, asked, word)
    return pages.to(f"{REQUESTS}/{request_id}")


def _named(
    session: Session,
    signed: Signed,
    told: Sequence[Mapping[str, Any]],
    waiting: Sequence[Awaiting] = (),
) -> dict[str, str]:
    """What those are called who occur here: for people of their own country who decide on them."""
    if not (signed.person.has_eyes or signed.leads):
        return {}
    said = {str(each.get(key)) for each in told for key in ("person", "answered_by")}
    said |= {each.person for each in waiting}
    ours = f"{signed.person.country}-"
    return names.of(session, sorted(each for each in said if each.startswith(ours)))


def _asking(signed: Signed, waiting: Awaiting) -> tuple[str, object]:
    """The id that the request would have, and what its asker signs."""
    made = deciding.fresh_id()
    return made, deciding.to_sign(signed, "request", made, waiting.digest)
