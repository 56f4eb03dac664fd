"""From annotations to schemas: a frozen dataclass whose annotations say how its JSON is read.

`schema_of` derives the marshmallow schema once per class; loading gives an instance. Event types,
claims and registry statements all use it, and OpenAPI reads the same schemas.
"""

import contextlib
import dataclasses
import functools
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load

from ledger import Invalid
from ledger.fields import MAX_LIST, Several
from ledger.values import Value

Pointed = tuple[str, str]


class Loaded(Schema):
    """A schema whose result is an instance of `makes`."""

    makes: type[Any]

    class Meta:
        unknown = RAISE

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Any:
        return self.makes(**data)


def field_of(annotation: Any, **kwargs: Any) -> fields.Field[Any]:
    """The marshmallow field for one annotation: Annotated, tuple[X, ...], X | None or a claim."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        made: fields.Field[Any] = annotation.__metadata__[0](**kwargs)
        return made
    if origin in (types.UnionType, typing.Union):
        (inner,) = (a for a in typing.get_args(annotation) if a is not type(None))
        return field_of(inner, **kwargs)
    if origin is tuple:
        return Several(field_of(typing.get_args(annotation)[0]), **kwargs)
    if dataclasses.is_dataclass(annotation):
        made_of: Any = annotation
        return fields.Nested(schema_of(made_of), **kwargs)
    raise TypeError(f"no field is known for {annotation!r}")


@functools.cache
def schema_of(cls: Any) -> Loaded:
    """The one schema instance of a dataclass; its required properties have no default."""
    hints = typing.get_type_hints(cls, include_extras=True)
    members: dict[str, Any] = {"makes": cls}
    for item in dataclasses.fields(cls):
        needed = item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING
        members[item.name] = field_of(hints[item.name], required=needed)
    schema: Loaded = type(f"{cls.__name__}Schema", (Loaded,), members)()
    return schema


@functools.cache
def readers_of(cls: Any) -> tuple[dict[str, Any], frozenset[str], dict[str, Any]]:
    """Each property's reading function, the properties that must be there, the others' defaults."""
    schema = schema_of(cls)
    readers = {name: _reader(field) for name, field in schema.fields.items()}
    needed = frozenset(n for n, field in schema.fields.items() if field.required)
    defaults = {
        item.name: item.default
        if item.default_factory is dataclasses.MISSING
        else item.default_factory()
        for item in dataclasses.fields(cls)
        if item.name not in needed
    }
    return readers, needed, defaults


def _reader(field: fields.Field[Any]) -> Any:
    if isinstance(field, fields.Nested):
        made_by: Any = field.schema
        return read_as(made_by.makes)
    if isinstance(field, Several):
        inner = _reader(field.inner)

        def several(value: Any) -> tuple[Any, ...]:
            if type(value) is not list or len(value) > MAX_LIST:
                raise ValidationError("not a short list")
            return tuple(map(inner, value))

        return several
    if isinstance(field, Value) and type(field)._deserialize is Value._deserialize:  # noqa: SLF001
        return field.quick()
    return functools.partial(field._deserialize, attr=None, data=None)  # noqa: SLF001


@functools.cache
def read_as(cls: Any) -> Callable[[Any], Any]:
    """The common case, three times faster: the schema's own fields without its bookkeeping.

    It accepts exactly what the schema accepts (a test holds that); a refusal says nothing useful,
    so `load` then asks the schema, which collects every fault with its place.
    """
    readers, needed, defaults = readers_of(cls)
    new, give, properties = object.__new__, object.__setattr__, len(needed) + len(defaults)

    def read_one(body: Any) -> Any:
        if type(body) is not dict:
            raise ValidationError("not an object")
        values = defaults.copy()
        try:
            for name, value in body.items():
                values[name] = readers[name](value)
        except (KeyError, TypeError) as error:  # no such property, or a value of another type
            raise ValidationError("unknown") from error
        if len(values) != properties:
            raise ValidationError("incomplete")
        made = new(cls)  # a frozen dataclass's own __init__ takes a call per property
        give(made, "__dict__", values)
        return made

    return read_one


def read(cls: Any, body: Any) -> Any:
    """An instance of `cls` read from JSON, or a refusal that says nothing useful."""
    return read_as(cls)(body)


def load(cls: Any, body: Mapping[str, Any]) -> Any:
    """An instance of `cls` read from JSON, or `Invalid` with the first fault's pointer."""
    with contextlib.suppress(ValidationError):
        return read_as(cls)(body)
    try:
        return schema_of(cls).load(body)
    except ValidationError as error:
        faults = list(flatten(error.messages, ""))
        pointer, message = faults[0]
        more = f" (and {len(faults) - 1} more faults)" if len(faults) > 1 else ""
        code = "unknown-field" if message == "Unknown field." else "invalid-field"
        raise Invalid(
            f"{pointer or 'body'}: {message}{more}", pointer=pointer, code=code
        ) from error


def flatten(messages: Any, pointer: str) -> typing.Iterator[Pointed]:
    """Nested messages as (JSON pointer, sentence), in document order."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            step = "" if key == "_schema" else "/" + str(key).replace("~", "~0").replace("/", "~1")
            yield from flatten(inner, pointer + step)
    elif isinstance(messages, list | tuple):
        for message in messages:
            yield from flatten(message, pointer)
    else:
        yield pointer, str(messages)
