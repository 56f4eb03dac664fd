"""Requests that another site made a browser send: refused by where they come from, and by a token.

`Sec-Fetch-Site` and `Origin` are set by the browser and not by pages. Whoever is signed in must
also return what only our own pages were told.
"""

import hmac

from flask import request

from api.current import shelf
from api.people import tokens
from api.people.site import site_of
from api.problems import Refused

HEADER = "Shield-CSRF"
FIELD = "csrf"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def token_of(session_token: str) -> str:
    """What our pages send back; it follows from the cookie, which they can't read."""
    return tokens.derived(session_token, "csrf")


def check_from_here() -> None:
    """Refuse (403) what no page of ours sent."""
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site")
    ours = site_of(shelf().settings).origin
    if (origin, site) == (None, None) or origin not in {None, ours} or site not in _OURS:
        raise Refused("cross-site", "this was not sent by a page of this site")


def check_token(session_token: str) -> None:
    """Refuse (403) a request without the token of this very session."""
    said = request.headers.get(HEADER) or request.form.get(FIELD, "")
    wanted = token_of(session_token)
    if not hmac.compare_digest(said.encode(errors="replace"), wanted.encode()):
        raise Refused("cross-site", "this page is out of date: load it again")


_OURS = frozenset({None, "same-origin"})
