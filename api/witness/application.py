"""The witness over HTTP: two addresses, and a third that tells it lives."""

import logging
from collections.abc import Callable
from datetime import datetime

from flask import Flask, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from api.config import clock
from api.witness.office import Witness
from crypto import CryptoError, Malformed
from ledger import LedgerError, NotFound, Overtaken, Tampered
from ledger.witnessing import MAX_REQUEST, SIZE_TYPE

TEXT = "text/plain; charset=utf-8"

_LOG = logging.getLogger(__name__)
_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (Malformed, 400),
    (CryptoError, 403),
    (NotFound, 404),
    (Overtaken, 409),
    (Tampered, 422),
)


def create_app(witness: Witness, *, now: Callable[[], datetime] = clock) -> Flask:
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_REQUEST

    @app.post("/add-checkpoint")
    def add_checkpoint() -> Response:
        """Cosign a checkpoint that continues the one cosigned last."""
        return _text(witness.add_checkpoint(request.get_data(), now=now()))

    @app.get("/<string(length=64):place>/checkpoint")
    def checkpoint(place: str) -> Response:
        """Show what was cosigned last of the log whose origin hashes to this."""
        response = _text(witness.shown(f"{place}/checkpoint"))
        response.headers["Cache-Control"] = "no-cache"
        return response

    @app.get("/healthz")
    def health() -> Response:
        """Tell whether keys and memory can be read."""
        witness.state.identity()
        return _text(b"ok\n")

    app.register_error_handler(LedgerError, _refused)
    app.register_error_handler(CryptoError, _refused)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    return app


def _text(body: bytes, status: int = 200) -> Response:
    return Response(body, status, content_type=TEXT)


def _refused(error: Exception) -> Response:
    status = next((code for of, code in _STATUS if isinstance(error, of)), 500)
    _LOG.info("refused with %d: %s", status, error)
    if isinstance(error, Overtaken):
        return Response(f"{error.size}\n", status, content_type=SIZE_TYPE)
    return _text(f"{error}\n".encode(errors="replace"), status)


def _too_large(_: Exception) -> Response:
    return _text(f"a request has at most {MAX_REQUEST} bytes\n".encode(), 413)
