"""A trader, for who may see a shipment that names it."""

from flask import Blueprint, Response

from api import reading_log, traders
from api.answers import answer
from api.auth import for_agencies
from api.current import moment, node
from api.operations import operation
from api.traders import TraderAnswer
from ledger import NotFound, databases
from ledger.visibility import Viewer

blueprint = Blueprint("traders", __name__)


@blueprint.get("/v1/traders/<trader>")
@for_agencies("shipments:read")
@operation(answers={200: TraderAnswer}, problems=(401, 404))
def get_trader(viewer: Viewer, trader: str) -> Response:
    """Know a trader under all its names: its shipments, licences, ties and risk, as the caller may.

    `trader` is its id: SHA-256 of its key as shipments have it, 32 hexadecimal digits, since a key
    may hold a name, and addresses are kept in many logs. A registered identifier (`lei:...`) also.
    """
    if not traders.may_be_asked(trader):
        raise NotFound("there is no such trader")
    with databases.reading(node().engine) as session:
        made, refs = traders.answer(session, trader, viewer, now=moment())
    reading_log.shows(reading_log.shipments(refs))
    return answer(made)
