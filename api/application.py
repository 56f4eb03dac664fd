"""The Flask application: the only place that wires views, problems, limits, headers and the log."""

import logging
import traceback
from collections.abc import Sequence
from time import perf_counter

from flask import Blueprint, Flask, Response, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from api import counting, limits, patience
from api.auth import check_audiences
from api.counting import Counts, Memory
from api.current import NAME, shelf
from api.people import pages
from api.problems import Refused
from api.refusals import response_to
from api.routes import (
    alerts,
    approvals,
    console,
    deciding,
    entrance,
    entries,
    evidence,
    health,
    hits,
    home,
    log,
    matches,
    metrics,
    people,
    provider,
    reads,
    refused,
    risk,
    sharing,
    shipments,
    statements,
    statistics,
    traders,
)
from api.services import Copy
from crypto.sdjwt import MAX_STATEMENT

BLUEPRINTS = (
    statements.blueprint,
    evidence.blueprint,
    sharing.blueprint,
    approvals.blueprint,
    refused.blueprint,
    shipments.blueprint,
    risk.blueprint,
    matches.blueprint,
    traders.blueprint,
    alerts.blueprint,
    entries.blueprint,
    reads.blueprint,
    hits.blueprint,
    statistics.blueprint,
    log.blueprint,
    health.blueprint,
    metrics.blueprint,
    home.blueprint,
    entrance.blueprint,
    people.blueprint,
    console.blueprint,
    deciding.blueprint,
    provider.blueprint,
)
# A page may need styles and forms of its own; what needs more sets its own policy.
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
TRANSPORT = "max-age=63072000; includeSubDomains"  # RFC 6797: two years
LARGER = {"statements.post_batch": statements.MAX_BATCH}

requests = logging.getLogger("shield.requests")
faults = logging.getLogger("shield.faults")


def create_app(
    services: Copy, blueprints: Sequence[Blueprint] = BLUEPRINTS, memory: Memory | None = None
) -> Flask:
    """An application that serves this node, or of a copy those views that only show the log.

    `memory` is where requests are counted together with those of other workers.
    """
    app = Flask(__name__, static_folder=None)
    app.extensions[NAME] = services
    app.url_map.merge_slashes = False
    app.before_request(_begin)
    app.after_request(_finish)
    limits.install(app, services.settings)
    patience.install(app, services.settings.body_seconds)
    app.register_error_handler(Exception, _refuse)
    app.add_template_filter(pages.clock, "clock")
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    check_audiences(app)
    app.extensions[counting.NAME] = Counts(_routes(app), memory)
    if services.settings.proxies:
        # An address that others wrote into the header is believed of so many proxies of ours only.
        proxied = ProxyFix(app.wsgi_app, x_for=services.settings.proxies, x_proto=0, x_host=0)
        app.wsgi_app = proxied  # type: ignore[method-assign]
    return app


def _routes(app: Flask) -> list[counting.Route]:
    return [
        (method, each.rule) for each in app.url_map.iter_rules() for method in each.methods or ()
    ]


def _begin() -> None:
    """Refuse what is too large or compressed before anything reads it."""
    g.began = perf_counter()
    request.max_content_length = LARGER.get(request.endpoint or "", MAX_STATEMENT)
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Refused("media-type", "send the body uncompressed")


def _finish(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if shelf().settings.public_url.startswith("https://"):
        response.headers.setdefault("Strict-Transport-Security", TRANSPORT)
    policy = POLICY if response.mimetype == "text/html" else "default-src 'none'"
    closed = f"{policy}; frame-ancestors 'none'; base-uri 'none'"
    response.headers.setdefault("Content-Security-Policy", closed)
    took = perf_counter() - g.began if "began" in g else 0
    rule = request.url_rule.rule if request.url_rule else "-"
    counting.here().request((request.method, rule), response.status_code, took)
    _tell(response, rule, took)
    return response


def _tell(response: Response, rule: str, took: float) -> None:
    """One line a request, without anything that a caller may have meant for our eyes only."""
    requests.info(
        "%s %s %d %.0f ms %s",
        request.method,
        rule,
        response.status_code,
        took * 1000,
        g.get("agency", "-"),
    )


def _refuse(error: Exception) -> Response | HTTPException:
    if isinstance(error, HTTPException) and (error.code or 500) < 400:
        return error  # a redirect
    response = response_to(error)
    if pages.wants_page():
        response = pages.refusal(error, response)
    if response.status_code >= 500:
        # Where it happened, and not what was said: messages may hold what was submitted.
        where = "".join(traceback.format_tb(error.__traceback__))
        faults.error("%s\n%s", type(error).__name__, where)
    return response
