"""Cursors: where the next page begins, opaque to the caller and of use only with the same filters.

A cursor names the last thing its caller was shown, and nothing that was hidden from it. It needs no
secret: whoever makes one up can at most name what it may see anyway, or is refused.
"""

from collections.abc import Mapping
from hashlib import sha256

from api.problems import Refused
from crypto import Malformed, canonical
from crypto.encodings import b64u_decode, b64u_encode

MAX_CURSOR = 400


def wrap(after: str, query: Mapping[str, str]) -> str:
    """The cursor that goes on after this thing."""
    return b64u_encode(canonical.encode({"after": after, "of": _filters(query)}))


def unwrap(cursor: str | None, query: Mapping[str, str]) -> str | None:
    """What to go on after; Refused when it is none of ours or of another search."""
    if cursor is None:
        return None
    try:
        data = b64u_decode(cursor)
        inside = canonical.read(data, max_bytes=MAX_CURSOR, max_depth=2)
    except Malformed as error:
        raise not_ours() from error
    if not (isinstance(inside, dict) and inside.keys() == {"after", "of"}):
        raise not_ours()
    if not isinstance(inside["after"], str) or inside["of"] != _filters(query):
        raise not_ours()
    return inside["after"]


def not_ours() -> Refused:
    return Refused("bad-cursor", "this cursor does not belong to this search", parameter="cursor")


def _filters(query: Mapping[str, str]) -> str:
    """A page may be of another size than the last, but not of another search."""
    asked = {name: said for name, said in query.items() if name not in {"cursor", "limit"}}
    return b64u_encode(sha256(canonical.encode(dict(asked))).digest()[:9])
