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


def identifiers_of(event: Event) -> list[tuple[str, str, str]]:
    """Every identifier in the event as (JSON pointer, kind, value as written)."""
    found: list[tuple[str, str, str]] = []
    _gather(event, "", found)
    return found


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


@functools.cache
def _plan(kind: Any) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Of one class: its judged properties with their kinds, and those that hold other claims."""
    judged: list[tuple[str, str]] = []
    nested: list[str] = []
    for name, field in schema_of(kind).fields.items():
        plain = field.inner if isinstance(field, Several) else field
        if isinstance(plain, fields.Nested):
            if name != "nominal":
                nested.append(name)
        elif "identifier" in plain.metadata:
            judged.append((name, plain.metadata["identifier"]))
    return tuple(judged), tuple(nested)


def _composites(value: Any) -> Iterator[Any]:
    """Every claim inside an event, at any depth, but for the nominal one."""
    of: Any = type(value)
    for name in _plan(of)[1]:
        inner = getattr(value, name)
        for item in inner if isinstance(inner, tuple) else (inner,):
            if item is not None:
                yield item
                yield from _composites(item)


def _gather(value: Any, pointer: str, found: list[tuple[str, str, str]]) -> None:
    of: Any = type(value)
    judged, nested = _plan(of)
    for name, kind in judged:
        said = getattr(value, name)
        if type(said) is str:
            found.append((f"{pointer}/{name}", kind, said))
        elif said:
            found.extend((f"{pointer}/{name}/{n}", kind, item) for n, item in enumerate(said))
    for name in nested:
        inner = getattr(value, name)
        if type(inner) is tuple:
            for place, item in enumerate(inner):
                _gather(item, f"{pointer}/{name}/{place}", found)
        elif inner is not None:
            _gather(inner, f"{pointer}/{name}", found)
