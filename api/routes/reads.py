"""The log of reads, for those whose records were read."""

from flask import Blueprint, Response, request

from api import cursors, reading_log
from api.answers import answer, next_link
from api.auth import for_agencies
from api.current import node
from api.operations import operation
from api.queries import ReadsQuery, is_ref, query
from api.schemas import ReadsPage
from ledger import NotFound, databases, states
from ledger.reads import owners
from ledger.visibility import Viewer

blueprint = Blueprint("reads", __name__)


@blueprint.get("/v1/reads")
@for_agencies("reads:read")
@operation(query=ReadsQuery, answers={200: ReadsPage}, problems=(400, 401, 404, 503))
def get_reads(viewer: Viewer) -> Response:
    """See who read a shipment, when and for which class of purpose; its owners may, newest first.

    Owners are the agencies that stated something about it, and those of the country that opened it.
    """
    asked = query(ReadsQuery, request.args)
    if not is_ref(asked.shipment):
        raise NotFound("there is no such shipment")
    after = cursors.unwrap(asked.cursor, request.args)
    if after is not None and not (after.isascii() and after.isdigit() and len(after) < 16):
        raise cursors.not_ours()
    with databases.reading(node().engine) as session:
        found = owners.reads_of(
            session,
            asked.shipment,
            viewer,
            key=node().reads.key.public,
            limit=asked.limit + 1,
            before=None if after is None else int(after),
        )
    # Who read is no case data itself: a look at this list does not appear in it.
    reading_log.shows([])
    page = found[: asked.limit]
    told = [
        {
            "index": each.index,
            "time": states.moment(each.time),
            "agency": each.agency,
            "purpose": each.purpose,
            "channel": each.channel,
        }
        for each in page
    ]
    return next_link(answer({"reads": told}), str(page[-1].index) if found[len(page) :] else None)
