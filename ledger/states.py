"""Derived states as canonical JSON and back: what a projection keeps, byte for byte the same.

A property at its default is left out, so a new property changes no stored state. Which way a value
is written follows from its annotation alone: instants with microseconds, exact decimals as text,
sets sorted.
"""

import dataclasses
import functools
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from json.encoder import encode_basestring as quoted
from operator import attrgetter
from typing import Any

from crypto import Malformed, canonical
from ledger.quantities import show

Writer = Callable[[Any], Any]


def moment(value: datetime) -> str:
    """An instant in the ledger's one spelling: UTC, six digits of a second, `Z`."""
    there = value if value.tzinfo is UTC else value.astimezone(UTC)
    return f"{there.isoformat(timespec='microseconds').removesuffix('+00:00')}Z"


def encode(state: Any) -> bytes:
    """Canonical JSON (RFC 8785) of what `jsonable` makes, printed without making it.

    That is text, small integers and keys of the basic plane, for which the order of code points is
    RFC 8785's too (a test holds that the bytes are the same).
    """
    return _PRINTERS[type(state)](state).encode()


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


class _Printers(dict[Any, Callable[[Any], str]]):
    """How each type is printed; the first value of a type settles it."""

    def __missing__(self, kind: Any) -> Callable[[Any], str]:
        made = self[kind] = _printer(kind)
        return made


def _printer(kind: Any) -> Callable[[Any], str]:
    if dataclasses.is_dataclass(kind):
        return _property_printer(kind)
    if issubclass(kind, Mapping):
        return _print_mapping
    return lambda value: quoted(str(value))


def _property_printer(kind: Any) -> Callable[[Any], str]:
    """Print what differs from its default, by name; text, the commonest, without a look-up."""
    items = sorted(dataclasses.fields(kind), key=lambda item: item.name)
    labels = tuple((f"{quoted(item.name)}:", _default(item)) for item in items)
    get: Any = attrgetter(*[item.name for item in items])
    get_all = get if len(items) > 1 else lambda value: (get(value),)

    def show_all(value: Any) -> str:
        parts = []
        for item, (label, default) in zip(get_all(value), labels, strict=True):
            if item is not default and item != default:
                parts.append(
                    label + (quoted(item) if type(item) is str else _PRINTERS[type(item)](item))
                )
        return f"{{{','.join(parts)}}}"

    return show_all


def _print_mapping(value: Mapping[str, Any]) -> str:
    items = sorted(value.items())
    return f"{{{','.join([f'{quoted(k)}:{_PRINTERS[type(v)](v)}' for k, v in items])}}}"


def _print_list(value: Iterable[Any]) -> str:
    return f"[{','.join([_PRINTERS[type(item)](item) for item in value])}]"


_PRINTERS = _Printers(
    {
        str: quoted,
        int: str,
        bool: lambda value: "true" if value else "false",
        type(None): lambda _: "null",
        Decimal: lambda value: f'"{show(value)}"',
        datetime: lambda value: f'"{moment(value)}"',
        date: lambda value: f'"{value.isoformat()}"',
        tuple: _print_list,
        list: _print_list,
        frozenset: lambda value: _print_list(sorted(value)),
    }
)


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
