"""What the ledger says of a trader and of a country: licences, trust, evaluations, requirements.

Frozen values, folded like shipments in the order things happened.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Self

from ledger.masses import Weighed


@dataclass(frozen=True, kw_only=True, slots=True)
class Licence:
    """A licence or registration as its issuer last stated it."""

    number: str
    country: str
    type: str
    status: str
    substances: tuple[str, ...]
    activities: tuple[str, ...]
    premises: tuple[str, ...]
    valid_from: date
    valid_to: date | None = None
    limit: Weighed | None = None
    ended_on: date | None = None  # the day it was suspended or revoked

    def covers(self, substance: str, activity: str, on: date) -> bool:
        """Whether it permits this activity with this substance on that day."""
        if not self.stands(on) or on < self.valid_from:
            return False
        if self.valid_to is not None and on > self.valid_to:
            return False
        return substance in self.substances and activity in self.activities

    def stands(self, on: date) -> bool:
        """Whether it was neither suspended nor revoked by that day."""
        return self.status == "active" or (self.ended_on is not None and on < self.ended_on)


@dataclass(frozen=True, kw_only=True, slots=True)
class Trust:
    """A trusted-trader certificate (AEO, CTPAT and the like)."""

    programme: str
    country: str
    status: str
    valid_from: date
    valid_to: date | None = None
    tier: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Evaluation:
    """A visit to a site, and its result."""

    site: str
    type: str
    result: str
    on: date
    by: str
    next_due: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Suspicion:
    """An order that somebody refused or reported."""

    jti: str
    substances: tuple[str, ...]
    transaction: str
    at: datetime
    shared: bool
    payment: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Requirement:
    """A country's declared annual legitimate requirement of one substance."""

    substance: str
    year: int
    masses: Weighed
    stated_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Recognition:
    """One country's recognition of another's trusted-trader programme."""

    of_country: str
    programme: str
    status: str
    since: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Everything the ledger says of one trader or one country, by subject."""

    subject: str
    name: str | None = None
    licences: Mapping[str, Licence] = field(default_factory=dict)
    trusts: Mapping[str, Trust] = field(default_factory=dict)
    evaluations: tuple[Evaluation, ...] = ()
    suspicions: tuple[Suspicion, ...] = ()
    requirements: Mapping[str, Requirement] = field(default_factory=dict)
    recognitions: Mapping[str, Recognition] = field(default_factory=dict)
    # Whose word about which other trader, as `KE/lei:…`; the last of the words holds.
    identities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def but(self, **changes: object) -> Self:
        return replace(self, **changes)  # type: ignore[arg-type]
