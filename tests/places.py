"""Places inside plain JSON: to find every one, and to spoil one and leave the rest alone."""

import copy
from collections.abc import Iterator
from typing import Any

from marshmallow import fields

from ledger.fields import Several
from ledger.schemas import schema_of
from ledger.values import Exact

Path = tuple[str | int, ...]


def places(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every place below the top, with what is there."""
    steps: Any = ()
    if isinstance(value, dict):
        steps = value.items()
    elif isinstance(value, list):
        steps = enumerate(value)
    for step, inner in steps:
        yield (*path, step), inner
        yield from places(inner, (*path, step))


def changed(body: Any, path: Path, value: Any) -> Any:
    """The body with another value at one place, which need not exist yet."""
    made = copy.deepcopy(body)
    holder = made
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return made


def removed(body: Any, path: Path) -> Any:
    made = copy.deepcopy(body)
    holder = made
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]
    return made


def pointer(path: Path) -> str:
    """The JSON pointer (RFC 6901) of a place; our names need no escapes."""
    return "".join(f"/{step}" for step in path)


def declared(cls: Any, value: Any, path: Path = ()) -> Iterator[tuple[Path, fields.Field[Any]]]:
    """Every property that a schema declares where this value has an object, with its field."""
    for name, field in schema_of(cls).fields.items():
        yield (*path, name), field
        if name in value:
            yield from _inside(field, value[name], (*path, name))


def _inside(field: Any, value: Any, path: Path) -> Iterator[tuple[Path, fields.Field[Any]]]:
    if isinstance(field, fields.Nested):
        made: Any = field.schema
        yield from declared(made.makes, value, path)
    elif isinstance(field, Several):
        for position, item in enumerate(value):
            yield from _inside(field.inner, item, (*path, position))


def amounts(cls: Any, body: Any) -> list[Path]:
    """Where the body has an exact number."""
    there = {path for path, _ in places(body)}
    return [
        path for path, field in declared(cls, body) if isinstance(field, Exact) and path in there
    ]
