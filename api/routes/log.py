"""The log itself, public: its newest checkpoint, its hash tiles and bundles (C2SP tlog-tiles)."""

from flask import Blueprint, Response

from api.answers import FOR_EVER, PUBLIC, conditional
from api.auth import open_to_all
from api.current import shelf
from api.operations import operation
from ledger import cosignatures, databases, publication
from ledger.tiles import parse_path

blueprint = Blueprint("log", __name__)

TEXT = "text/plain"
BYTES = "application/octet-stream"


@blueprint.get("/log/checkpoint")
@open_to_all
@operation(answers={200: TEXT}, media=TEXT, problems=(404,))
def get_checkpoint() -> Response:
    """Read the newest checkpoint, a note with its witnesses' lines (C2SP tlog-checkpoint)."""
    with databases.reading(shelf().engine) as session:
        note = cosignatures.newest(session)
    return conditional(Response(note, mimetype=TEXT), cache=PUBLIC)


@blueprint.get("/log/tile/<path:path>")
@open_to_all
@operation(answers={200: BYTES}, media=BYTES, problems=(404,))
def get_tile(path: str) -> Response:
    """Read a hash tile or a bundle of entries; what is there never changes (C2SP tlog-tiles)."""
    place = parse_path(f"tile/{path}")
    with databases.reading(shelf().engine) as session:
        found = publication.resource(session, place)
    return conditional(Response(found, mimetype=BYTES), cache=FOR_EVER)
