"""Runs of entries with what the caller may see of each: for mirrors and back offices."""

from flask import Blueprint, Response, request

from api import disclosing, reading_log
from api.answers import answer
from api.auth import for_agencies
from api.current import moment, node
from api.operations import operation
from api.queries import EntriesQuery, query
from api.schemas import EntriesAnswer
from crypto import sdjwt
from ledger import databases, records
from ledger.visibility import Viewer

blueprint = Blueprint("entries", __name__)


@blueprint.get("/v1/entries")
@for_agencies("entries:read")
@operation(query=EntriesQuery, answers={200: EntriesAnswer}, problems=(400, 401))
def get_entries(viewer: Viewer) -> Response:
    """Read entries in order of the log: each statement with the claims the caller may see.

    The signed part of every statement is public; of one that the caller may not see it is all.
    """
    asked = query(EntriesQuery, request.args)
    with databases.reading(node().engine) as session:
        found = records.read_range(session, asked.start, asked.start + asked.limit)
        seen = disclosing.seen(session, found, viewer, now=moment())
    told = []
    for record in found:
        claims = seen[record.index].claims if record.index in seen else frozenset()
        statement = sdjwt.disclose(record.statement, claims).decode("ascii")
        told.append({"index": record.index, "statement": statement})
    reading_log.shows(reading_log.statements(seen.values()))
    return answer({"entries": told})
