"""What the routes about requests are asked and what they answer, as frozen dataclasses."""

from dataclasses import dataclass
from typing import Annotated

from marshmallow import fields

from api.schemas import Index, Object, Str
from ledger.fields import Moment


@dataclass(frozen=True, kw_only=True)
class RequestQuestion:
    """The statement that one would make, and the signed request for it; both as SD-JWTs."""

    statement: Str
    request: Str


@dataclass(frozen=True, kw_only=True)
class RequestedAnswer:
    """A request: `stage` is pending, approved, declined or expired; `made` is the entry it became.

    `claims` and `text` are of the statement that is asked for, as far as the caller may see it.
    """

    request: Str
    statement: Str
    target: Str
    person: Str
    index: Index
    requested_at: Moment
    until: Moment
    stage: Str
    made: Index | None = None
    action: Str | None = None
    reason: Str | None = None
    answered_by: Str | None = None
    answer: Index | None = None
    agency: Str | None = None
    claims: Object | None = None
    text: Str | None = None


@dataclass(frozen=True, kw_only=True)
class UnconfirmedAnswer:
    """What took effect at once, and waits for two people to confirm it."""

    statement: Str
    kind: Str
    index: Index
    due: Moment
    overdue: Annotated[bool, fields.Boolean]


@dataclass(frozen=True, kw_only=True)
class UnreviewedAnswer:
    """An access that broke the glass, and that another person has yet to review."""

    access: Str
    index: Index
    ends: Moment
    due: Moment
    overdue: Annotated[bool, fields.Boolean]


@dataclass(frozen=True, kw_only=True)
class RequestsAnswer:
    """The requests of the caller's authority, newest first."""

    requests: tuple[RequestedAnswer, ...]
    unconfirmed: tuple[UnconfirmedAnswer, ...]
    unreviewed: tuple[UnreviewedAnswer, ...]
