"""Derived states as canonical JSON and back: what a projection keeps, byte for byte the same.

A property at its default is left out, so a new property changes no stored state. Which way a value
is written follows from its annotation alone: instants with microseconds, exact decimals as text,
sets sorted.
"""

import dataclasses
import functools
import json
import types
import typing
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from crypto import Malformed, canonical
from ledger.quantities import show

Writer = Callable[[Any], Any]


def moment(value: datetime) -> str:
    """An instant in the ledger's one spelling: UTC, six digits of a second, `Z`."""
    return f"{value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def encode(state: Any) -> bytes:
    """Canonical JSON (RFC 8785), by the plain printer.

    What `jsonable` makes is text, small integers and keys of the basic plane, for which the two
    give the same bytes (a test holds that).
    """
    return json.dumps(
        jsonable(state), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()


def jsonable(value: Any) -> Any:
    """Any state or claim as plain JSON values."""
    kind: Any = type(value)
    return _writer(kind)(value)


@functools.cache
def _writer(kind: Any) -> Writer:
    if dataclasses.is_dataclass(kind):
        return _property_writer(kind)
    if issubclass(kind, Mapping):
        return lambda value: {key: jsonable(item) for key, item in value.items()}
    return _WRITERS.get(kind, str)


_WRITERS: Mapping[type, Writer] = {
    **dict.fromkeys((str, int, bool, type(None)), lambda value: value),
    Decimal: show,
    datetime: moment,
    date: date.isoformat,
    tuple: lambda value: [item if type(item) is str else jsonable(item) for item in value],
    list: lambda value: [jsonable(item) for item in value],
    frozenset: sorted,
}


def _property_writer(kind: Any) -> Writer:
    """Write what differs from its default; text, the commonest, without another call."""
    properties = tuple((item.name, _default(item)) for item in dataclasses.fields(kind))

    def write(value: Any) -> dict[str, Any]:
        made = {}
        for name, default in properties:
            item = getattr(value, name)
            if item is not default and item != default:
                made[name] = item if type(item) is str else jsonable(item)
        return made

    return write


def _default(item: dataclasses.Field[Any]) -> Any:
    if item.default_factory is not dataclasses.MISSING:
        return item.default_factory()
    return item.default


def decode(kind: Any, data: bytes) -> Any:
    """The state that `encode` wrote; raises crypto.Malformed for anything else."""
    value = canonical.decode(data, max_depth=12)
    try:
        return _reader(kind)(value)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise Malformed(f"not a {kind.__name__} as we write it") from error


@functools.cache
def _reader(annotation: Any) -> Writer:  # noqa: PLR0911 - one branch a type of value
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _reader(arguments[0])
    if origin in (types.UnionType, typing.Union):
        return _reader(next(a for a in arguments if a is not type(None)))
    if origin is tuple:
        return _tuple(arguments)
    if origin is frozenset:
        return frozenset
    if origin is not None and issubclass(origin, Mapping):
        inner = _reader(arguments[1])
        return lambda value: {key: inner(item) for key, item in value.items()}
    if annotation is Decimal:
        return Decimal
    if annotation is datetime:
        return datetime.fromisoformat
    if annotation is date:
        return date.fromisoformat
    if dataclasses.is_dataclass(annotation):
        return _dataclass(annotation)
    return lambda value: value


def _tuple(arguments: tuple[Any, ...]) -> Writer:
    if arguments[-1] is Ellipsis:
        inner = _reader(arguments[0])
        return lambda value: tuple(inner(item) for item in value)
    readers = [_reader(argument) for argument in arguments]
    return lambda value: tuple(r(v) for r, v in zip(readers, value, strict=True))


def _dataclass(kind: Any) -> Writer:
    hints = typing.get_type_hints(kind, include_extras=True)
    readers = {item.name: _reader(hints[item.name]) for item in dataclasses.fields(kind)}
    return lambda value: kind(**{name: readers[name](item) for name, item in value.items()})
