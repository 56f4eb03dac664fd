"""What is not an event: queries, and the shape of answers, as frozen dataclasses like the events'.

The same schemas read what is asked and stand in GET /v1/openapi.json.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any

from marshmallow import ValidationError, fields
from werkzeug.datastructures import MultiDict

from api.problems import Refused
from ledger.cases import SEVERITIES
from ledger.fields import (
    AlertId,
    Code,
    Country,
    Instant,
    Moment,
    Number,
    ShipmentRef,
    Whole,
    choice,
    text,
)
from ledger.schemas import field_of, flatten, schema_of
from ledger.statuses import RANK

MAX_LIMIT = 200
CASE_STATUSES = ("announced", "open", "acknowledged", "in_review", "closed", "lapsed")


class Limit(Whole):
    """How many items at most: a number as an address spells it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(1, MAX_LIMIT, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> int:
        plain = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 4
        return super()._deserialize(int(value) if plain else None, attr, data, **kwargs)


def _described(kind: Callable[..., Any], say: str) -> Callable[..., Any]:
    """A field factory whose field explains itself in the documents."""
    return partial(kind, metadata={"description": say})


Typed = Annotated[str, text(300)]
Short = Annotated[str, text(80)]
Str = Annotated[str, fields.String]
Object = Annotated[dict[str, Any], fields.Dict]
Index = Annotated[int, partial(Whole, 0, 2**53 - 1)]


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
class NoQuery:
    """Nothing is asked."""


@dataclass(frozen=True, kw_only=True)
class WarningAnswer:
    """Something odd in a statement that was admitted: a JSON pointer into its body, a sentence."""

    pointer: Str
    detail: Str


@dataclass(frozen=True, kw_only=True)
class ReceiptAnswer:
    """The promise that an entry is in the log: its inclusion proof, and the checkpoint it meets."""

    index: Index
    entry: Str
    hash: Str
    inclusion: tuple[Str, ...]
    checkpoint: Str
    warnings: tuple[WarningAnswer, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ProblemAnswer:
    """Why something was refused and how to mend it (RFC 9457)."""

    type: Str
    title: Str
    status: Annotated[int, partial(Whole, 400, 599)]
    code: Str
    mend: Str
    detail: Str | None = None
    pointer: Str | None = None
    parameter: Str | None = None


@dataclass(frozen=True, kw_only=True)
class BatchLineAnswer:
    """What became of one line of a batch: a receipt or a problem."""

    line: Annotated[int, partial(Whole, 1, 1000)]
    status: Annotated[int, partial(Whole, 200, 599)]
    receipt: ReceiptAnswer | None = None
    problem: ProblemAnswer | None = None


@dataclass(frozen=True, kw_only=True)
class EventAnswer:
    """One statement of a history, with the claims that the caller may see."""

    index: Index
    jti: Str
    kind: Str
    agency: Str
    occurred_at: Moment
    recorded_at: Moment
    hash: Str
    claims: Object
    statement: Str
    warnings: tuple[WarningAnswer, ...] = ()


@dataclass(frozen=True, kw_only=True)
class HistoryAnswer:
    """Everything that the caller may see of what was stated about a shipment."""

    events: tuple[EventAnswer, ...]


@dataclass(frozen=True, kw_only=True)
class ShipmentSummary:
    """A shipment in a list."""

    ref: Str
    status: Str
    flags: tuple[Str, ...]
    substances: tuple[Str, ...]
    first_occurred: Moment
    last_occurred: Moment
    exporting: Str | None = None
    importing: Str | None = None


@dataclass(frozen=True, kw_only=True)
class ShipmentPage:
    """Some shipments, newest first; the Link header leads to the next."""

    shipments: tuple[ShipmentSummary, ...]


@dataclass(frozen=True, kw_only=True)
class ShipmentAnswer:
    """A shipment as what the caller may see of it adds up; defaults are left out of the state."""

    ref: Str
    status: Str
    state: Object


@dataclass(frozen=True, kw_only=True)
class AlertSummary:
    """An alert in a list."""

    alert: Str
    rule: Str
    title: Str
    severity: Str
    status: Str
    about: Str
    about_id: Str
    countries: tuple[Str, ...]
    raised_by: Str
    occurrences: Index
    raised_at: Moment | None = None
    verdict: Str | None = None


@dataclass(frozen=True, kw_only=True)
class AlertPage:
    """Some alerts, newest first; the Link header leads to the next."""

    alerts: tuple[AlertSummary, ...]


@dataclass(frozen=True, kw_only=True)
class AlertAnswer:
    """An alert, what was done about it, and the statements that say so."""

    alert: Str
    status: Str
    state: Object
    timeline: tuple[EventAnswer, ...]


@dataclass(frozen=True, kw_only=True)
class KindAnswer:
    """A kind of event: what it says, and who may post it."""

    kind: Str
    says: Str
    by: tuple[Str, ...]
    of: tuple[Str, ...]
    public: Annotated[bool, fields.Boolean]


@dataclass(frozen=True, kw_only=True)
class KindsAnswer:
    """The whole vocabulary."""

    kinds: tuple[KindAnswer, ...]


@dataclass(frozen=True, kw_only=True)
class HealthAnswer:
    """How the node is: every check by name."""

    status: Annotated[str, choice("ok", "failing")]
    checks: Object


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
