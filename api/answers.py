"""Answers: canonical JSON with a strong ETag, so that who asks again may hear "unchanged"."""

from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from flask import Response, request

from api import cursors
from api.current import node
from crypto import canonical

PRIVATE = "private, no-cache"  # a cache may keep it for the same caller, and must ask each time
PUBLIC = "public, max-age=5"
FOR_EVER = "public, max-age=31536000, immutable"


def conditional(response: Response, *, cache: str) -> Response:
    """Give a response its ETag (RFC 9110 §8.8.3); 304 where the caller has these very bytes."""
    response.headers["Cache-Control"] = cache
    if cache == PRIVATE:
        response.vary.add("Authorization")
    response.set_etag(sha256(response.get_data()).hexdigest()[:32])
    response.make_conditional(request)
    return response


def answer(value: Any, *, cache: str = PRIVATE, status: int = 200) -> Response:
    """A value as canonical JSON (RFC 8785): the same value has the same bytes and the same ETag."""
    response = Response(canonical.encode(value), status, mimetype="application/json")
    return conditional(response, cache=cache)


def next_link(response: Response, after: str | None) -> Response:
    """Point to the page behind this thing (RFC 8288), with the filters of this one."""
    if after is not None:
        cursor = cursors.wrap(after, request.args)
        query = urlencode({**request.args.to_dict(), "cursor": cursor})
        base = node().settings.public_url
        response.headers["Link"] = f'<{base}{request.path}?{query}>; rel="next"'
    return response
