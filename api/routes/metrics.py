"""Figures for the operator's monitoring, which proves itself by a secret of this node's own.

They tell how much is posted, refused and mailed, which is nobody else's to know: without a secret
in the settings there is no such page, and an agency's token does not open it.
"""

import functools
import hmac
from collections.abc import Callable

from flask import Blueprint, Response, request
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from api import counting, metrics
from api.current import node
from api.operations import operation
from api.problems import Refused

blueprint = Blueprint("metrics", __name__)

TEXT = "text/plain"
CHALLENGE = 'Bearer realm="shield-metrics"'

View = Callable[[], Response]


def for_monitors(view: View) -> View:
    """Let whoever knows the secret of `SHIELD_METRICS_TOKEN_FILE` call this view."""

    @functools.wraps(view)
    def guarded() -> Response:
        _check(node().settings.metrics_token)
        return view()

    guarded.audience = "monitors"  # type: ignore[attr-defined]
    return guarded


def _check(secret: str) -> None:
    if not secret:
        raise Refused("not-found", "this node shows no metrics")
    said = request.headers.get("Authorization", "")
    challenge = {"WWW-Authenticate": CHALLENGE}
    if not said:
        raise Refused("no-token", "the monitor's token is missing", headers=challenge)
    scheme, _, token = said.partition(" ")
    known = hmac.compare_digest(token.strip().encode(errors="replace"), secret.encode())
    if scheme.lower() != "bearer" or not known:
        raise Refused("bad-token", "this is not the monitor's token", headers=challenge)


@blueprint.get("/metrics")
@for_monitors
@operation(answers={200: TEXT}, media=TEXT, problems=(404,))
def get_metrics() -> Response:
    """Show the node's figures in Prometheus' text format, to its operator's monitoring alone."""
    told = metrics.text(node(), counting.here())
    response = Response(told, content_type=CONTENT_TYPE_LATEST)
    response.headers["Cache-Control"] = "no-store"
    return response
