"""The shape of answers, as frozen dataclasses like the events'.

GET /v1/openapi.json shows these schemas, and tests hold what is answered to them.
"""

from dataclasses import dataclass
from typing import Annotated, Any

from marshmallow import fields

from ledger.fields import Moment, choice, text, whole
from ledger.hits import KINDS as HIT_KINDS

Str = Annotated[str, fields.String]
Object = Annotated[dict[str, Any], fields.Dict]
Index = Annotated[int, whole(0, 2**53 - 1)]


@dataclass(frozen=True, kw_only=True)
class WarningAnswer:
    """Something odd in a statement that was admitted: a JSON pointer into its body, a sentence."""

    pointer: Str
    detail: Str


@dataclass(frozen=True, kw_only=True)
class ErasedAnswer:
    """That a statement's personal data, or all it disclosed, was erased: on, by and because."""

    on: Moment
    scope: Str
    by: Str
    approved_by: Str
    because: Str
    request: Str


@dataclass(frozen=True, kw_only=True)
class ReceiptAnswer:
    """The promise that an entry is in the log: its inclusion proof, and the checkpoint it meets."""

    index: Index
    entry: Str
    hash: Str
    inclusion: tuple[Str, ...]
    checkpoint: Str
    warnings: tuple[WarningAnswer, ...] = ()
    erased: ErasedAnswer | None = None


@dataclass(frozen=True, kw_only=True)
class ProblemAnswer:
    """Why something was refused and how to mend it (RFC 9457)."""

    type: Str
    title: Str
    status: Annotated[int, whole(400, 599)]
    code: Str
    mend: Str
    detail: Str | None = None
    pointer: Str | None = None
    parameter: Str | None = None


@dataclass(frozen=True, kw_only=True)
class BatchLineAnswer:
    """What became of one line of a batch: a receipt or a problem."""

    line: Annotated[int, whole(1, 1000)]
    status: Annotated[int, whole(200, 599)]
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
    erased: ErasedAnswer | None = None


@dataclass(frozen=True, kw_only=True)
class EntryAnswer:
    """One entry's statement, with the disclosures of those claims that the caller may see."""

    index: Index
    statement: Str


@dataclass(frozen=True, kw_only=True)
class EntriesAnswer:
    """A run of entries, in order of the log; none beyond its end."""

    entries: tuple[EntryAnswer, ...]


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
    percent: Index | None = None
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
class LagAnswer:
    """How far a quorum of witnesses is behind, in entries and seconds; and how old its word is."""

    entries_behind: Index
    seconds_behind: Index
    witnessed_seconds_ago: Index | None = None


@dataclass(frozen=True, kw_only=True)
class HealthAnswer:
    """How the node is: every check by name; `witnesses` where the registry asks for a quorum."""

    status: Annotated[str, choice("ok", "failing")]
    checks: Object
    witnesses: LagAnswer | None = None
    not_under_four_eyes: tuple[Str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class ReadAnswer:
    """A read of one's records: by which agency, when, for which class of purpose, which way."""

    index: Index
    time: Moment
    agency: Str
    purpose: Str
    channel: Str


@dataclass(frozen=True, kw_only=True)
class ReadsPage:
    """Some reads, newest first; the Link header leads to the next."""

    reads: tuple[ReadAnswer, ...]


@dataclass(frozen=True, kw_only=True)
class HitQuestion:
    """Whether an identifier is known: what it is, and the identifier as it is written."""

    kind: Annotated[str, choice(*HIT_KINDS)]
    value: Annotated[str, text(300)]


@dataclass(frozen=True, kw_only=True)
class HitAnswer:
    """Whether it is known, and in which countries, as far as these let themselves be named."""

    known: Annotated[bool, fields.Boolean]
    owners: tuple[Str, ...]
