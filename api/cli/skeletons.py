"""A body to fill in: what a kind requires, each place with a sentence on what belongs there.

Made from the very schema that judges the body, so that it can't say anything else.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from marshmallow import fields

from crypto.canonical import Json
from ledger.fields import Several
from ledger.schemas import schema_of
from ledger.states import moment
from ledger.values import CalendarDay, Choice, Exact, Instant, Pattern, Whole, YesNo
from ledger.vocabulary import Event

FILL_IN = "FILL IN: "


def skeleton(kind: type[Event], *, now: datetime, everything: bool = False) -> dict[str, Json]:
    """A body of this kind with all that it needs, or with all that it may have."""
    needed = [tuple(path.split(".")) for path in kind.needs]
    body = _properties(kind, needed, everything=everything)
    return {"kind": kind.kind, **body, "occurred_at": moment(now)}


def left_open(value: Json, pointer: str = "") -> Iterator[str]:
    """Where a body still has a sentence of the skeleton's, as JSON pointers."""
    if isinstance(value, str) and value.startswith(FILL_IN):
        yield pointer
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from left_open(inner, f"{pointer}/{name}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from left_open(inner, f"{pointer}/{place}")


def optional(kind: type[Event]) -> list[str]:
    """The top-level properties that a body of this kind may have and need not."""
    needed = {path.partition(".")[0] for path in kind.needs}
    made: Any = kind
    schema = schema_of(made)
    return [n for n, field in schema.fields.items() if not field.required and n not in needed]


def _properties(made: Any, needed: list[tuple[str, ...]], *, everything: bool) -> dict[str, Json]:
    heads = {path[0] for path in needed}
    return {
        name: _place(field, [p[1:] for p in needed if p[0] == name and p[1:]], everything)
        for name, field in schema_of(made).fields.items()
        if field.required or name in heads or everything
    }


def _place(field: fields.Field[Any], needed: list[tuple[str, ...]], everything: bool) -> Json:  # noqa: FBT001 - passed on
    if isinstance(field, fields.Nested):
        nested: Any = field.schema
        return _properties(nested.makes, needed, everything=everything)
    if isinstance(field, Several):
        return [_place(field.inner, needed, everything)]
    return FILL_IN + _say(field)


def _say(field: fields.Field[Any]) -> str:
    if isinstance(field, Pattern):
        return field.say
    if isinstance(field, Choice):
        shown = ", ".join(field.words[:12])
        return f"one of {shown}" + (", …" if len(field.words) > 12 else "")
    if isinstance(field, Whole):
        return f"a whole number from {field.low} to {field.high}, without quotes"
    return next(said for of, said in _SAID.items() if isinstance(field, of))


_SAID: dict[type[fields.Field[Any]], str] = {
    YesNo: "true or false, without quotes",
    Exact: 'an exact number in quotes, like "12.5"',
    Instant: "a moment in UTC, like 2026-03-01T09:30:00Z",
    CalendarDay: "a day, like 2026-03-01",
    fields.Field: "a value",
}
