"""An alert as its statements add up: raised, shared, acknowledged, judged, with what came of it.

Status says how far people got with it; verdict says what they concluded. They are two things.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Self

from ledger.fields import Count, Number
from ledger.roster import HUB

SEVERITIES = ("info", "low", "medium", "high", "critical")
VERDICTS = (
    "true_diversion",
    "attempt",
    "documentation_error",
    "tolerance",
    "duplicate",
    "explained",
    "inconclusive",
)


@dataclass(frozen=True, kw_only=True)
class Probability:
    """How probable a diversion is in percent, if one shipment in so many is part of one.

    `beside`: the other rules whose findings were weighed with it.
    """

    percent: Count
    one_in: Count
    beside: tuple[Number, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Acknowledgement:
    """An agency says that it has the alert on its desk."""

    agency: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """An agency's conclusion on an alert."""

    agency: str
    verdict: str
    reason: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What an alert led to: kilograms seized by substance, and arrests."""

    agency: str
    seized: tuple[tuple[str, Decimal], ...]
    arrests: int
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Suppression:
    """That a country (or the hub, for all) wants no more of the alert's rule about a subject."""

    jti: str
    by: str
    about: tuple[str, str]
    until: datetime
    reason: str

    def ended(self, at: datetime) -> Self:
        return replace(self, until=min(self.until, at))


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One alert and everything that was done about it."""

    alert: str
    rule: str = ""
    version: int = 0
    title: str = ""
    severity: str = "info"
    about: tuple[str, str] = ("", "")
    countries: tuple[str, ...] = ()
    summary: str = ""
    evidence: tuple[str, ...] = ()
    probability: Probability | None = None
    raised_at: datetime | None = None
    raised_by: str = ""
    status: str = "announced"
    verdict: str | None = None
    occurrences: int = 0
    lapsed_because: str | None = None
    acknowledgements: tuple[Acknowledgement, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    results: tuple[Result, ...] = ()
    suppressions: tuple[Suppression, ...] = ()

    def but(self, **changes: object) -> Self:
        return replace(self, **changes)  # type: ignore[arg-type]

    def within(self, agency: str) -> bool:
        """Whether an agency's word counts here: the hub's, the raiser's, or a told country's."""
        return agency in {HUB, self.raised_by} or agency[:2] in self.countries

    @property
    def untouched(self) -> bool:
        """Whether nobody has taken it up yet, so that it may lapse by itself."""
        return self.status == "open" and not self.acknowledgements and not self.judgements
