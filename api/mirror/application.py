"""The copy over HTTP, read-only: the log's own resources, receipts, and whether it is well."""

from flask import Blueprint, Flask, Response

from api import shown, storage
from api.answers import FOR_EVER, answer
from api.application import create_app
from api.auth import open_to_all
from api.config import Settings, clock
from api.current import shelf
from api.routes import log
from api.services import Copy
from ledger import databases, store
from ledger.admission import Prover

blueprint = Blueprint("mirror", __name__)


def create_mirror(copy: Copy) -> Flask:
    """An application that shows a copy and takes nothing."""
    return create_app(copy, (log.blueprint, blueprint))


def open_copy(settings: Settings) -> Copy:
    """The copy in these settings' database; NotFound before anything was mirrored."""
    engine = storage.connect(settings)
    with databases.reading(engine) as session:
        origin = store.head(session).origin
    return Copy(settings=settings, engine=engine, origin=origin, clock=clock)


@blueprint.get(f"/v1/statements/<int(max={2**53 - 1}):index>")
@open_to_all
def get_receipt(index: int) -> Response:
    """The receipt of an entry, against the first checkpoint with it that the mirror copied."""
    with databases.reading(shelf().engine) as session:
        receipt = Prover(session).receipt(index)
    return answer(shown.receipt(receipt), cache=FOR_EVER)


@blueprint.get("/healthz")
@open_to_all
def get_health() -> Response:
    """Tell that the process answers, and how many entries its copy has."""
    with databases.reading(shelf().engine) as session:
        size = store.head(session).size
    return answer({"status": "ok", "entries": size}, cache="no-store")
