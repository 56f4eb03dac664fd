"""The console's pages: closed to other sites, kept in no cache, refusals in plain words."""

from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Response, render_template, request
from werkzeug.urls import iri_to_uri

from api.current import shelf
from api.people import oidc
from api.people.guard import Signed, signed_in
from api.problems import PROBLEMS, code_of
from ledger.reads.purposes import CLASSES

HOME = "/console"
HTML = "text/html"
FORM = "application/x-www-form-urlencoded"
STATIC = Path(__file__).parent / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    # Not "no-referrer": with it browsers send forms with `Origin: null` (Fetch §3.2.5).
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "publickey-credentials-create=(self), publickey-credentials-get=(self)",
    "Cache-Control": "no-store",
}
NOT_SIGNED_IN, NO_PURPOSE = "not-signed-in", "purpose-missing"


def page(
    template: str, *, signed: Signed | None = None, status: int = 200, **said: Any
) -> Response:
    """One page of the console, for who is signed in or for anybody."""
    text = render_template(f"console/{template}.html", signed=signed, **said)
    return Response(text, status, HEADERS, mimetype=HTML)


def to(path: str) -> Response:
    """On to another page of ours, after a form was taken."""
    return Response(status=303, headers={**HEADERS, "Location": path})


def clock(moment: datetime) -> str:
    """A time as people read it; everybody's is UTC, so that two may talk of the same."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def wants_page() -> bool:
    """Whether a browser asks the console for something to show, and not a script of ours."""
    here = request.path == HOME or request.path.startswith(f"{HOME}/")
    return here and HTML in request.headers.get("Accept", "")


def refusal(error: BaseException, answer: Response) -> Response:
    """The refusal as a page: what happened and how to mend it, or the form that mends it."""
    code = code_of(error)
    headers = [(name, said) for name, said in answer.headers if name not in _OWN]
    if code == NOT_SIGNED_IN and request.method == "GET":
        made = page("sign-in", status=answer.status_code, provider=oidc.name(shelf().settings))
    elif code == NO_PURPOSE and request.method == "GET":
        made = purpose_form(status=answer.status_code)
    else:
        said = str(error) if answer.status_code < 500 else ""
        made = page("refused", status=answer.status_code, problem=PROBLEMS[code], said=said)
    for name, value in headers:
        made.headers.setdefault(name, value)
    return made


def purpose_form(*, status: int = 200) -> Response:
    """What somebody reads for, asked once and changed when it changes."""
    back = iri_to_uri(request.full_path).rstrip("?") if status != 200 else HOME
    return page("purpose", signed=signed_in(), status=status, classes=CLASSES, back=back)


_OWN = frozenset({*HEADERS, "Content-Type", "Content-Length"})
