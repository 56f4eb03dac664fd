"""What the routes about sharing are asked and what they answer, as frozen dataclasses."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from marshmallow import fields

from api.queries import Limit
from api.schemas import Index, Str
from ledger.claims import Party
from ledger.fields import Code, Day, Flag, Moment, Recipient, Uuid


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A grant as one thinks of giving it; the shipment and the recipient are said beside it."""

    statements: tuple[Uuid, ...] = ()
    claims: tuple[Code, ...] = ()
    whole: Flag = False
    until: Moment | None = None


@dataclass(frozen=True, kw_only=True)
class PreviewQuestion:
    """What this country or agency would see: now, or with the grant that is proposed."""

    viewer: Recipient
    grant: Proposal | None = None


@dataclass(frozen=True, kw_only=True)
class ExplainQuery:
    """Of whom it is asked why it sees something or not: a country or an agency."""

    viewer: Recipient


@dataclass(frozen=True, kw_only=True)
class GrantAnswer:
    """A grant that stands: given by the caller, or to it."""

    grant: Str
    by: Str
    to: Str
    shipment: Str
    index: Index
    statements: tuple[Str, ...] = ()
    claims: tuple[Str, ...] = ()
    whole: Annotated[bool, fields.Boolean] = False
    until: Moment | None = None


@dataclass(frozen=True, kw_only=True)
class GrantsAnswer:
    """The grants that the caller gave, and those that are for it now."""

    grants: tuple[GrantAnswer, ...]


@dataclass(frozen=True, kw_only=True)
class ReasonAnswer:
    """Whether a claim is seen, and the reason: a code of a closed list and its sentence."""

    claim: Str
    seen: Annotated[bool, fields.Boolean]
    why: Str
    says: Str


@dataclass(frozen=True, kw_only=True)
class ExplainedAnswer:
    """One statement of the caller's own, claim by claim."""

    index: Index
    jti: Str
    kind: Str
    claims: tuple[ReasonAnswer, ...]


@dataclass(frozen=True, kw_only=True)
class ExplanationAnswer:
    """Why somebody sees what the caller stated about a shipment, or does not."""

    statements: tuple[ExplainedAnswer, ...]


@dataclass(frozen=True, kw_only=True)
class RefusalQuery:
    """Refusals of a substance, or of all that one's country exports; those before a day."""

    substance: Code | None = None
    before: Day | None = None
    limit: Annotated[int, Limit] = 20


@dataclass(frozen=True, kw_only=True)
class RefusalAnswer:
    """A refusal in minimal form; `traders` are scrypt hashes of the traders' keys under `salt`."""

    refusal: Str
    substances: tuple[Str, ...]
    reason: Str
    date: Str
    salt: Str
    traders: tuple[Str, ...]


@dataclass(frozen=True, kw_only=True)
class RefusalsAnswer:
    """Some refusals, newest first."""

    refusals: tuple[RefusalAnswer, ...]


@dataclass(frozen=True, kw_only=True)
class CheckQuestion:
    """A customer that one is about to supply."""

    party: Party


def midnight(day: object) -> datetime | None:
    """The moment at which a day begins, in UTC."""
    return None if day is None else datetime.fromisoformat(f"{day}T00:00:00+00:00")
