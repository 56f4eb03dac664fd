"""What an address may ask: queries as frozen dataclasses, read as strictly as statements are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Annotated, Any

from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from api.problems import Refused
from ledger.cases import SEVERITIES
from ledger.entries import MAX_INDEX
from ledger.fields import AlertId, Code, Country, Number, ShipmentRef, choice, text
from ledger.schemas import field_of, flatten, schema_of
from ledger.statuses import RANK
from ledger.values import CalendarDay, Instant, Whole

MAX_LIMIT = 200
CASE_STATUSES = ("announced", "open", "acknowledged", "in_review", "closed", "lapsed")


class Plain(Whole):
    """A number as an address spells it."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> int:
        plain = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 17
        return super()._deserialize(int(value) if plain else None, attr, data, **kwargs)


class Limit(Plain):
    """How many items at most."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(1, MAX_LIMIT, **kwargs)


def _described(kind: Callable[..., Any], say: str) -> Callable[..., Any]:
    """A field factory whose field explains itself in the documents."""
    return partial(kind, metadata={"description": say})


Typed = Annotated[str, text(300)]
Short = Annotated[str, text(80)]


@dataclass(frozen=True, kw_only=True)
class ShipmentQuery:
    """A search for shipments; all conditions must hold."""

    q: Typed | None = None
    trader: Typed | None = None
    container: Short | None = None
    seal: Short | None = None
    document: Short | None = None
    substance: Code | None = None
    exporting: Country | None = None
    importing: Country | None = None
    status: Annotated[str, choice(*RANK)] | None = None
    occurred_from: (
        Annotated[
            datetime,
            partial(_described(Instant, "something happened then or later"), data_key="from"),
        ]
        | None
    ) = None
    occurred_to: (
        Annotated[
            datetime, partial(_described(Instant, "something happened before"), data_key="to")
        ]
        | None
    ) = None
    limit: Annotated[int, Limit] = 50
    cursor: Annotated[str, text(400)] | None = None


@dataclass(frozen=True, kw_only=True)
class AlertQuery:
    """A search for alerts; all conditions must hold. `about` is the id of the subject."""

    rule: Number | None = None
    severity: Annotated[str, choice(*SEVERITIES)] | None = None
    status: Annotated[str, choice(*CASE_STATUSES)] | None = None
    country: Country | None = None
    about: Typed | None = None
    limit: Annotated[int, Limit] = 50
    cursor: Annotated[str, text(400)] | None = None


@dataclass(frozen=True, kw_only=True)
class StatisticsQuery:
    """A period, from the first of its days to the last; by default this year until today."""

    occurred_from: Annotated[date, partial(CalendarDay, data_key="from")] | None = None
    occurred_to: Annotated[date, partial(CalendarDay, data_key="to")] | None = None


@dataclass(frozen=True, kw_only=True)
class ReadsQuery:
    """The reads of one shipment, for who owns something of it."""

    shipment: Typed
    limit: Annotated[int, Limit] = 50
    cursor: Annotated[str, text(400)] | None = None


@dataclass(frozen=True, kw_only=True)
class EntriesQuery:
    """A run of entries: the first one's index, and how many at most."""

    start: Annotated[int, partial(Plain, 0, MAX_INDEX, data_key="from")] = 0
    limit: Annotated[int, Limit] = 50


@dataclass(frozen=True, kw_only=True)
class ReceiptQuery:
    """Which receipt is wanted: the one given at first, or one that witnesses stand behind."""

    witnessed: Annotated[str, choice("true", "false")] = "false"


@dataclass(frozen=True, kw_only=True)
class NoQuery:
    """Nothing is asked."""


def is_ref(said: str) -> bool:
    """Whether this can be a shipment's reference at all."""
    return _reads(ShipmentRef, said)


def is_alert_id(said: str) -> bool:
    return _reads(AlertId, said)


def _reads(annotation: Any, said: str) -> bool:
    try:
        field_of(annotation).deserialize(said)
    except ValidationError:
        return False
    return True


def query(kind: Any, asked: MultiDict[str, str]) -> Any:
    """The query that an address asks; Refused with the parameter that is wrong."""
    for name, said in asked.lists():
        if len(said) > 1:
            raise Refused("bad-parameter", f"{name}: given twice", parameter=name)
    try:
        return schema_of(kind).load(asked.to_dict())
    except ValidationError as error:
        pointer, message = next(flatten(error.messages, ""))
        name = pointer.removeprefix("/")
        raise Refused("bad-parameter", f"{name}: {message}", parameter=name) from error
