"""The log itself, public: its newest checkpoint."""

from flask import Blueprint, Response

from api.answers import PUBLIC, conditional
from api.auth import open_to_all
from api.current import node
from api.operations import operation
from ledger import databases, store

blueprint = Blueprint("log", __name__)

TEXT = "text/plain"


@blueprint.get("/log/checkpoint")
@open_to_all
@operation(answers={200: TEXT}, media=TEXT, problems=(404,))
def get_checkpoint() -> Response:
    """Read the newest checkpoint: a signed note (C2SP tlog-checkpoint)."""
    with databases.reading(node().engine) as session:
        note = store.checkpoint(session)
    return conditional(Response(note, mimetype=TEXT), cache=PUBLIC)
