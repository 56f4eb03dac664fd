"""Derived states as canonical JSON and back: what a projection keeps, byte for byte the same.

A property at its default is left out, so a new property changes no stored state. Which way a value
is written follows from its annotation alone: instants with microseconds, exact decimals as text,
sets sorted.
"""

import dataclasses
import functools
import types
import typing
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from crypto import canonical
from ledger.quantities import show

Writer = Callable[[Any], Any]


def moment(value: datetime) -> str:
    """An instant in the ledger's one spelling: UTC, six digits of a second, `Z`."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def encode(state: Any) -> bytes:
    return canonical.encode(jsonable(state))


def jsonable(value: Any) -> Any:  # noqa: PLR0911 - one branch a type of value
    """Any state or claim as plain JSON values."""
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return value
    if kind is Decimal:
        return show(value)
    if kind is datetime:
        return moment(value)
    if kind is date:
        return value.isoformat()
    if kind is tuple or kind is list:
        return [jsonable(item) for item in value]
    if kind is frozenset:
        return sorted(value)
    if isinstance(value, Mapping):
        return {key: jsonable(item) for key, item in value.items()}
    if dataclasses.is_dataclass(value):
        of: Any = kind
        return {
            name: jsonable(item)
            for name, default in _properties(of)
            if (item := getattr(value, name)) != default
        }
    return str(value)


@functools.cache
def _properties(kind: Any) -> tuple[tuple[str, Any], ...]:
    def default(item: dataclasses.Field[Any]) -> Any:
        if item.default_factory is not dataclasses.MISSING:
            return item.default_factory()
        return item.default

    return tuple((item.name, default(item)) for item in dataclasses.fields(kind))


def decode(kind: Any, data: bytes) -> Any:
    """The state that `encode` wrote; raises crypto.Malformed or TypeError for anything else."""
    return _reader(kind)(canonical.decode(data, max_depth=12))


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
