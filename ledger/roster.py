"""Who may speak, what is listed, what is to be erased: what the registry statements add up to.

A frozen value, folded in the order of the log, since a key's validity is a matter of entries:
added before n and not revoked before n (DESIGN §4).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Self

from crypto.keyring import Keyring
from ledger import NotPermitted
from ledger.persons import Person, Request, approval, is_bound

HUB = "ZZ-HUB"
ROOT = "ROOT"
UNTIMED = datetime.min.replace(tzinfo=UTC)


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
    statement: str = ""  # the hash of its signed part
    time: datetime = UNTIMED  # when its entry was recorded

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Urgent:
    """What took effect before two people had agreed, and waits for them to confirm it."""

    statement: str
    kind: str
    country: str
    index: int
    time: datetime


@dataclass(frozen=True, kw_only=True)
class Roster:
    """Everything the registry says, at one size of the log."""

    origin: str = ""
    hub_key: str = ""
    quantum_key: str = ""  # the log's second, ML-DSA-44; empty where its genesis names none
    keyring: Keyring = field(default_factory=Keyring)
    scopes: Mapping[str, frozenset[str]] = field(default_factory=dict)  # by key; absent has all
    participants: Mapping[str, Participant] = field(default_factory=dict)
    agencies: Mapping[str, Agency] = field(default_factory=dict)
    listings: Mapping[tuple[str, str], Listing] = field(default_factory=dict)
    policies: Mapping[str, Policy] = field(default_factory=dict)
    witnesses: Mapping[str, Witness] = field(default_factory=dict)
    quorum: int = 0
    hits: Mapping[str, str] = field(default_factory=dict)  # what agencies let others hear
    erasures: Mapping[str, Erasure] = field(default_factory=dict)  # by the request's jti
    holds: Mapping[str, LegalHold] = field(default_factory=dict)  # by the hold's jti
    # What the hub set of the checker's rules: by rule, then by parameter, as text.
    parameters: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)  # those who are enrolled now
    credentials: Mapping[str, str] = field(default_factory=dict)  # whose one is, or ever was
    requests: Mapping[str, Request] = field(default_factory=dict)  # by the request's jti
    urgent: Mapping[str, Urgent] = field(default_factory=dict)  # by the statement's hash

    def but(self, **changes: object) -> Self:
        return replace(self, **changes)  # type: ignore[arg-type]

    def listed(self, substance: str) -> tuple[Listing, ...]:
        """Every listing of a substance, in the order of the lists' names."""
        found = (item for (_, name), item in sorted(self.listings.items()) if name == substance)
        return tuple(found)

    def held(self, target: str) -> tuple[LegalHold, ...]:
        """The legal holds that stand on a statement."""
        return tuple(hold for hold in self.holds.values() if hold.target == target)

    def is_bound(self, country: str) -> bool:
        """Whether an authority (a participant, or the hub) is under four eyes."""
        return is_bound(self.people, country)

    def is_auditor(self, agency: str) -> bool:
        enrolled = self.agencies.get(agency)
        return enrolled is not None and Role.AUDITOR in enrolled.roles

    def approval(self, statement: str, now: datetime, *countries: str) -> Request | None:
        """The request by which two people of one of these authorities let a statement count."""
        return approval(self.requests, self.people, statement, countries, now)

    def hurried(self, kind: str, by: Signer) -> Self:
        """With a statement on the list of those that wait to be confirmed, if it takes that."""
        if not self.is_bound(by.country) or self.approval(by.statement, by.time, by.country):
            return self
        waiting = Urgent(
            statement=by.statement, kind=kind, country=by.country, index=by.index, time=by.time
        )
        return self.but(urgent={**self.urgent, by.statement: waiting})

    def confirmed(self, asked: Request) -> Self:
        """With what took effect before it was approved, and is now, struck off the list."""
        waiting = self.urgent.get(asked.statement)
        if waiting is None or waiting.country != asked.country:
            return self
        left = {name: each for name, each in self.urgent.items() if name != asked.statement}
        return self.but(urgent=left)

    def policy_for(self, country: str) -> Policy | None:
        """The reply policy a country follows: its own, else its jurisdictions', else the rest's."""
        participant = self.participants.get(country)
        names = (country, *(participant.jurisdictions if participant else ()), "*")
        return next((self.policies[n] for n in names if n in self.policies), None)
