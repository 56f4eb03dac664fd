"""Which findings about one shipment are worth an alert, in the company that they keep. Pure.

All findings that an alert's readers may know of add up (`alerts.weighing`). Where the sum makes a
diversion probable enough, the finding that weighs most speaks for all, and so does each that would
be enough by itself; the others are kept and shown beside it. What is critical stands alone whatever
else was found, and what is only information never does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from alerts.findings import Found
from alerts.rules import Severity, rules
from alerts.weighing import Evidence, Scale, fitted, score
from alerts.weighing.scale import kind_of


@dataclass(frozen=True, kw_only=True)
class Bar:
    """From which probability on a file is opened, where `prevalence` of shipments are involved."""

    prevalence: float = 1 / 20
    open_at: float = 0.5
    scale: Scale = field(default_factory=fitted, repr=False)

    def probability(self, those: Sequence[Found]) -> float:
        """How probable a diversion is by what was found."""
        return self.scale.probability(score(map(evidence, those), self.scale), self.prevalence)

    def is_reached(self, those: Sequence[Found]) -> bool:
        return self.probability(those) >= self.open_at


def in_company(by_alert: Mapping[str, Found], bar: Bar) -> dict[str, Found]:
    """What is found about one shipment, each with its probability, quiet where no alert is due."""
    return {alert: _weighed(each, by_alert, bar) for alert, each in by_alert.items()}


def evidence(found: Found) -> Evidence:
    """A finding as evidence."""
    rule = rules().get(found.rule)
    return Evidence(
        name=found.alert,
        kind=kind_of(found.rule, _strength(found), found.surprise),
        family=rule.family if rule else found.rule,
    )


def _strength(found: Found) -> str:
    if found.severity == Severity.INFO:
        return "info"
    return "weak" if found.weak else "strong"


def _weighed(found: Found, by_alert: Mapping[str, Found], bar: Bar) -> Found:
    """What may not be told to all of an alert's readers takes no part in it."""
    readers = frozenset(found.countries)
    company = [each for each in by_alert.values() if readers <= frozenset(each.countries)]
    return replace(
        found,
        probability=round(100 * bar.probability(company)),
        one_in=round(1 / bar.prevalence),
        beside=tuple(sorted({each.rule for each in company} - {found.rule})),
        quiet=not _speaks(found, company, bar),
    )


def _speaks(found: Found, company: Sequence[Found], bar: Bar) -> bool:
    if found.severity == Severity.INFO:
        return False
    if found.severity == Severity.CRITICAL and not found.weak:
        return True
    if bar.is_reached([found]):
        return True
    return bar.is_reached(company) and found.alert == _heaviest(company, bar.scale)


def _heaviest(company: Sequence[Found], scale: Scale) -> str:
    """The one that speaks for all; what is only information can not."""
    able = [each for each in company if each.severity != Severity.INFO]
    return min(able, key=lambda each: (-scale.of(evidence(each).kind), each.rule, each.alert)).alert
