"""What an event mentions: identifiers that can be judged, and words a search should find it by.

Derived from annotations, so that an event type never has to say it twice.
"""

import functools
from collections.abc import Iterator
from typing import Any

from marshmallow import fields

from ledger.claims import Document, Line, Party, folded
from ledger.fields import Several
from ledger.identifiers import complaint, normal
from ledger.schemas import schema_of
from ledger.vocabulary import Event

Mention = tuple[str, str]
UNJUDGED = frozenset({"seal"})


def identifiers_of(event: Event) -> Iterator[tuple[str, str, str]]:
    """Every identifier in the event as (JSON pointer, kind, value as written)."""
    yield from _identifiers(event, "")


def warnings_of(event: Event) -> tuple[tuple[str, str], ...]:
    """What is wrong with its identifiers, as (JSON pointer, sentence); never a refusal."""
    return tuple(
        (pointer, said)
        for pointer, kind, value in identifiers_of(event)
        if kind not in UNJUDGED and (said := complaint(kind, value)) is not None
    )


def mentions_of(event: Event) -> frozenset[Mention]:
    """The (kind, normal value) pairs that a search finds this event by. Nominal data never."""
    found: set[Mention] = set()
    for _, kind, value in identifiers_of(event):
        if kind in {"container", "seal"}:
            found.add((kind, normal(kind, value)))
        elif kind == "mrn":
            found.add(("document", normal_number(value)))
    for value in _composites(event):
        found.update(_said_by(value))
    for name in ("pen", "authorisation", "licence", "seizure"):
        number = getattr(event, name, None)
        if isinstance(number, str):
            found.add(("document", normal_number(number)))
    return frozenset(found)


def normal_number(number: str) -> str:
    """A document number as a search compares it: upper case, single blanks."""
    return " ".join(number.upper().split())


def _said_by(value: Any) -> Iterator[Mention]:
    if isinstance(value, Line):
        yield "substance", value.substance
    elif isinstance(value, Document):
        yield "document", normal_number(value.number)
        yield f"document:{value.type}", normal_number(value.number)
    elif isinstance(value, Party):
        yield "trader", value.key
        yield "name", folded(value.name)
        for kind in ("phone", "email", "address"):
            said = getattr(value, kind)
            if said:
                yield kind, folded(said)


def _composites(value: Any) -> Iterator[Any]:
    """Every claim inside an event, at any depth, but for the nominal one."""
    kind: Any = type(value)
    for name in _nested(kind):
        inner = getattr(value, name)
        for item in inner if isinstance(inner, tuple) else (inner,):
            if item is not None:
                yield item
                yield from _composites(item)


@functools.cache
def _nested(kind: Any) -> tuple[str, ...]:
    schema = schema_of(kind)
    return tuple(
        name for name, field in schema.fields.items() if name != "nominal" and _is_nested(field)
    )


def _is_nested(field: fields.Field[Any]) -> bool:
    return isinstance(field.inner if isinstance(field, Several) else field, fields.Nested)


def _identifiers(value: Any, pointer: str) -> Iterator[tuple[str, str, str]]:
    of: Any = type(value)
    for name, kind in _judged(of):
        said = getattr(value, name)
        if isinstance(said, str):
            yield f"{pointer}/{name}", kind, said
        elif isinstance(said, tuple):
            yield from ((f"{pointer}/{name}/{n}", kind, item) for n, item in enumerate(said))
    for name in _nested(of):
        inner = getattr(value, name)
        if isinstance(inner, tuple):
            for place, item in enumerate(inner):
                yield from _identifiers(item, f"{pointer}/{name}/{place}")
        elif inner is not None:
            yield from _identifiers(inner, f"{pointer}/{name}")


@functools.cache
def _judged(kind: Any) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for name, field in schema_of(kind).fields.items():
        plain = field.inner if isinstance(field, Several) else field
        if "identifier" in plain.metadata:
            found.append((name, plain.metadata["identifier"]))
    return tuple(found)
