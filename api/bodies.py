"""JSON that a request brings: read as strictly as a statement, into a frozen dataclass."""

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
