"""Who may speak, what is listed, what is to be erased: what the registry statements add up to.

A frozen value, folded in the order of the log, since a key's validity is a matter of entries:
added before n and not revoked before n (DESIGN §4).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Self

from crypto.keyring import Keyring
from ledger import NotPermitted

HUB = "ZZ-HUB"
ROOT = "ROOT"


class Role(StrEnum):
    """What an agency is, as its participant's root key enrolled it."""

    AUTHORITY = "competent_authority"
    CUSTOMS = "customs"
    LICENSING = "licensing_authority"
    POLICE = "police"
    LABORATORY = "laboratory"
    AUDITOR = "auditor"  # sees that things happened, not what; states nothing (DESIGN §6)
    HUB = "hub"


def root_of(country: str) -> str:
    """The name under which a participant's root key signs."""
    return f"{country}-{ROOT}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Signer:
    """Who signs a registry statement, and at which entry."""

    agency: str
    kid: str
    index: int
    jti: str = ""  # of the statement they make

    @property
    def country(self) -> str:
        return self.agency[:2]

    @property
    def is_hub(self) -> bool:
        return self.agency == HUB

    @property
    def is_root(self) -> bool:
        return self.agency == root_of(self.country)


def by_hub(by: Signer) -> None:
    if not by.is_hub:
        raise NotPermitted("only the hub may state this", code="kind-not-permitted")


def by_root_of(country: str, by: Signer) -> None:
    if by.agency != root_of(country):
        raise NotPermitted(
            f"only the root key of {country} may state this", code="kind-not-permitted"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Participant:
    """A country that takes part, with the jurisdictions whose rules it follows."""

    country: str
    name: str
    jurisdictions: tuple[str, ...] = ()
    since: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Agency:
    """An organisation of a participant that signs."""

    id: str
    name: str
    roles: frozenset[str]
    since: int = 0

    @property
    def country(self) -> str:
        return self.id[:2]


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """One substance on one programme's list, with the codes that name it."""

    list: str
    substance: str
    name: str
    cas: tuple[str, ...] = ()
    hs: tuple[str, ...] = ()
    hs_screened: tuple[str, ...] = ()
    hs_edition: str = "2022"
    un: tuple[str, ...] = ()
    jurisdiction: str = "*"
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """How long a jurisdiction waits for an answer, and what silence means there."""

    jurisdiction: str
    clock: str
    days: int
    silence: str
    holidays: tuple[date, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Witness:
    """An independent party whose cosignatures count."""

    name: str
    vkey: str
    country: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Erasure:
    """A request to erase one statement's personal data, or all it discloses; and who approved."""

    request: str
    target: str
    scope: str
    reason: str
    basis: str
    by: Signer
    approved_by: Signer | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LegalHold:
    """That a statement must be kept as it is, until whoever said so lifts the hold."""

    target: str
    basis: str
    by: Signer


@dataclass(frozen=True, kw_only=True)
class Roster:
    """Everything the registry says, at one size of the log."""

    origin: str = ""
    hub_key: str = ""
    keyring: Keyring = field(default_factory=Keyring)
    participants: Mapping[str, Participant] = field(default_factory=dict)
    agencies: Mapping[str, Agency] = field(default_factory=dict)
    listings: Mapping[tuple[str, str], Listing] = field(default_factory=dict)
    policies: Mapping[str, Policy] = field(default_factory=dict)
    witnesses: Mapping[str, Witness] = field(default_factory=dict)
    quorum: int = 0
    hits: Mapping[str, str] = field(default_factory=dict)  # what agencies let others hear
    erasures: Mapping[str, Erasure] = field(default_factory=dict)  # by the request's jti
    holds: Mapping[str, LegalHold] = field(default_factory=dict)  # by the hold's jti

    def but(self, **changes: object) -> Self:
        return replace(self, **changes)  # type: ignore[arg-type]

    def listed(self, substance: str) -> tuple[Listing, ...]:
        """Every listing of a substance, in the order of the lists' names."""
        found = (item for (_, name), item in sorted(self.listings.items()) if name == substance)
        return tuple(found)

    def held(self, target: str) -> tuple[LegalHold, ...]:
        """The legal holds that stand on a statement."""
        return tuple(hold for hold in self.holds.values() if hold.target == target)

    def policy_for(self, country: str) -> Policy | None:
        """The reply policy a country follows: its own, else its jurisdictions', else the rest's."""
        participant = self.participants.get(country)
        names = (country, *(participant.jurisdictions if participant else ()), "*")
        return next((self.policies[n] for n in names if n in self.policies), None)
