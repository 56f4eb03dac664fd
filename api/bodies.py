"""What a request brings: its bytes, or JSON as strict as a statement in a frozen dataclass."""

from typing import Any

from flask import request
from marshmallow import ValidationError

from api.operations import JSON
from api.problems import Refused
from crypto import canonical
from ledger.schemas import flatten, schema_of

MAX_QUESTION = 16 * 1024


def question(kind: Any, *, max_bytes: int = MAX_QUESTION) -> Any:
    """What the body asks; Refused with the place that is wrong."""
    if request.mimetype != JSON:
        raise Refused("media-type", f"this takes {JSON}", headers={"Accept-Post": JSON})
    said = canonical.read(request.get_data(), max_bytes=max_bytes)
    try:
        return schema_of(kind).load(said)
    except ValidationError as error:
        pointer, message = next(flatten(error.messages, ""))
        name = pointer.removeprefix("/")
        raise Refused("bad-parameter", f"{name}: {message}", parameter=name) from error


def everything() -> bytes:
    """All of a body whose size was told, in as large pieces as there are.

    Werkzeug asks for 64 KiB at a time, and for each of these gunicorn moves all that it has taken
    from the socket already, up to a megabyte.
    """
    size = request.content_length
    if size is None:
        return request.get_data()
    parts, stream = [], request.stream
    while size > 0 and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
