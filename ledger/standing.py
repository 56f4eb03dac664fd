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
        return self.stands(on) and self.runs(on) and self.names(substance, activity)

    def names(self, substance: str, activity: str) -> bool:
        """Whether it is for this activity with this substance at all."""
        return substance in self.substances and activity in self.activities

    def stands(self, on: date) -> bool:
        """Whether it was neither suspended nor revoked by that day."""
        return self.status == "active" or (self.ended_on is not None and on < self.ended_on)

    def runs(self, on: date) -> bool:
        """Whether that day lies between its first and its last, whatever became of it."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """A licence as its issuer stated it once, and the day from which that word counts."""

    licence: Licence
    on: date


def in_force(said: tuple[Version, ...], on: date) -> Licence:
    """What a register had said of a licence by that day, renewals for a later day passed by."""
    known = [v.licence for v in said if v.on <= on] or [said[0].licence]
    begun = [held for held in known if held.valid_from <= on or not held.stands(on)]
    return begun[-1] if begun else known[0]


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
    # All that was stated of licences that were stated more than once, by the same keys, in order.
    versions: Mapping[str, tuple[Version, ...]] = field(default_factory=dict)
    # Whose word about which other trader, as `KE/lei:…`; the last of the words holds.
    identities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def but(self, **changes: object) -> Self:
        return replace(self, **changes)  # type: ignore[arg-type]

    def licensed(self, key: str, granted: Licence, on: date) -> Self:
        """With one more word on a licence; what was said before is kept where it differs."""
        before = self.licences.get(key)
        made = self.but(licences={**self.licences, key: granted})
        if before is None or before == granted:
            return made
        # The first word counts from the beginning of the licence: nothing was said before it.
        first = (Version(licence=before, on=before.valid_from),)
        said = (*self.versions.get(key, first), Version(licence=granted, on=on))
        return made.but(versions={**self.versions, key: said})

    @property
    def others(self) -> frozenset[str]:
        """The traders that somebody said are this one, or are not."""
        return frozenset(about.partition("/")[2] for about in self.identities)

    @property
    def words(self) -> Mapping[str, tuple[Version, ...]]:
        """Every licence with all that was stated of it, in order."""
        return {
            key: self.versions.get(key, (Version(licence=held, on=held.valid_from),))
            for key, held in self.licences.items()
        }
