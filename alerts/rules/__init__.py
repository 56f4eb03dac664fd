"""The rule kit: what a rule may look at (a dossier), what it says (findings), how it is declared.

A rule is one pure function. It reads no database and no clock, so the same history in whatever
order it arrived ends in the same findings. `now` matters to rules about absence alone, and such a
rule also says when silence turns into a finding (`due`), so that nobody has to ask every day.
"""

import functools
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from alerts.rules.parameters import NO_VALUES, Parameters, Value
from alerts.rules.private import NOTHING_PRIVATE, Private
from alerts.rules.questions import Elsewhere
from ledger.folding import Stated, by_stranger, step
from ledger.roster import Roster
from ledger.shipments import Origin, Shipment
from ledger.vocabulary import ShipmentEvent


class Severity(StrEnum):
    """How much a finding matters, as alerts say it (ledger.cases.SEVERITIES)."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one rule says about one subject, with the statements it rests on.

    The summary is one plain sentence with its numbers. Mails carry it, so it names no party and no
    substance. `key` tells two findings of a rule on one subject apart; `countries` is who is told,
    by default those whom the shipment concerns. `alone`: whether it is worth an alert by itself,
    by default what its rule says. `surprise`: by the rule's own account of honest trade, minus the
    natural logarithm of how often that looks at least as bad; None where the rule has none.
    """

    summary: str
    evidence: tuple[str, ...]
    severity: Severity | None = None
    key: str = ""
    about: tuple[str, str] | None = None
    countries: frozenset[str] | None = None
    alone: bool | None = None
    surprise: float | None = None


E = TypeVar("E", bound=ShipmentEvent)
E_co = TypeVar("E_co", bound=ShipmentEvent, covariant=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Said(Generic[E_co]):
    """One statement of a known kind: `ledger.folding.Stated`, narrowed."""

    event: E_co
    by: Origin


class Sourced(Protocol):
    """Anything that knows which statement it came from."""

    @property
    def by(self) -> Origin: ...


def evidence(*stated: Iterable[Sourced]) -> tuple[str, ...]:
    """The ids of these statements in the order in which things happened, each once."""
    orders = {each.by.order for group in stated for each in group}
    return tuple(jti for _, _, jti in sorted(orders))


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """All that a rule may look at: one shipment, its timeline, and questions about the rest."""

    shipment: Shipment
    timeline: tuple[Stated, ...]
    recorded: Mapping[str, datetime] = field(default_factory=dict)
    signed_with: Mapping[str, str] = field(default_factory=dict)  # statement -> key id
    private: Private = NOTHING_PRIVATE
    now: datetime
    roster: Roster
    elsewhere: Elsewhere

    @functools.cached_property
    def own(self) -> dict[Any, Any]:
        """What was worked out from shipment and timeline alone (`alerts.rules.remembered`)."""
        return {}

    @functools.cached_property
    def judged(self) -> dict[Any, Any]:
        """What rules worked out of it with answers from elsewhere, while it is judged."""
        return {}

    def stated(self, *kinds: type[E]) -> tuple[Said[E], ...]:
        """The statements of these kinds, but for those of strangers to the route."""
        return tuple(
            Said(event=each.event, by=each.by)
            for each in self.timeline
            if isinstance(each.event, kinds) and not by_stranger(self.shipment, each.event, each.by)
        )

    @functools.cached_property
    def steps(self) -> tuple[tuple[Shipment, Stated], ...]:
        """Each statement with the state that it met."""
        met, state = [], Shipment(ref=self.shipment.ref)
        for each in self.timeline:
            met.append((state, each))
            state = step(state, each)
        return tuple(met)

    def heard_at(self, by: Origin) -> datetime:
        """When the log heard of a statement: never before it happened."""
        return max(by.occurred_at, self.recorded.get(by.jti, by.occurred_at))


Check: TypeAlias = Callable[[Dossier, Parameters], Iterator[Finding]]
Due: TypeAlias = Callable[[Dossier, Parameters], Iterator[datetime]]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A declared rule. `needs`: the kinds of event worth running it for; empty means any.

    `alone`: whether a finding of it is worth an alert by itself, or only in company. `rests_on`:
    what it looks at, where rules of another family look at the same; else those of its family do.
    """

    id: str
    version: int
    severity: Severity
    family: str
    name: str
    parameters: Parameters
    needs: frozenset[str]
    check: Check
    due: Due | None
    alone: bool = True
    rests_on: str = ""

    @property
    def rationale(self) -> str:
        """What an investigator reads: why this matters, what explains it, where it comes from."""
        return inspect.getdoc(self.check) or ""

    def wants(self, kinds: Iterable[str]) -> bool:
        """Whether these new events can change its answer; a correction always can."""
        return not self.needs or not self.needs.isdisjoint({*kinds})


_RULES: dict[str, Rule] = {}
# A correction takes any earlier statement out of the timeline, so every rule is run again for it.
_ALWAYS = frozenset({"event.corrected"})


def rule(
    code: str,
    *,
    version: int,
    severity: Severity,
    family: str,
    name: str,
    parameters: Mapping[str, Value] = NO_VALUES,
    needs: tuple[str, ...] = (),
    due: Due | None = None,
    alone: bool = True,
    rests_on: str = "",
) -> Callable[[Check], Check]:
    """Declare a rule. Its docstring is its rationale, and says what each parameter means."""

    def declare(check: Check) -> Check:
        said = inspect.getdoc(check) or ""
        if not said:
            raise TypeError(f"{code} has no docstring for the investigator")
        if unsaid := [each for each in parameters if f"`{each}`" not in said]:
            raise TypeError(f"{code} does not explain {', '.join(unsaid)}")
        if code in _RULES:
            raise TypeError(f"{code} is declared twice")
        _RULES[code] = Rule(
            id=code,
            version=version,
            severity=severity,
            family=family,
            name=name,
            parameters=Parameters(dict(parameters)),
            needs=_ALWAYS.union(needs) if needs else frozenset(),
            check=check,
            due=due,
            alone=alone,
            rests_on=rests_on or family,
        )
        return check

    return declare


@functools.cache
def rules() -> Mapping[str, Rule]:
    """Every rule by its id; imports each family beside this file the first time."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return dict(sorted(_RULES.items()))


def check(
    dossier: Dossier, rule: Rule, overrides: Mapping[str, Value] = NO_VALUES
) -> tuple[Finding, ...]:
    """What a rule finds. ValueError for an override it has no parameter for."""
    return tuple(rule.check(dossier, rule.parameters.but(overrides)))


def due(
    dossier: Dossier, overrides: Mapping[str, Mapping[str, Value]] | None = None
) -> datetime | None:
    """The next moment at which silence alone would change what some rule finds."""
    moments = (
        moment
        for each in rules().values()
        if each.due is not None
        for moment in each.due(dossier, each.parameters.but((overrides or {}).get(each.id, {})))
    )
    return min((moment for moment in moments if moment > dossier.now), default=None)
