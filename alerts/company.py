"""Which findings about one shipment are worth an alert, in the company that they keep. Pure.

All findings that an alert's readers may know of add up (`alerts.weighing`). Where the sum makes a
diversion probable enough, the finding that weighs most speaks for all, and so does each that would
be enough by itself; the others are kept and shown beside it. What is critical stands alone whatever
else was found, and what is only information never does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from alerts.found import Found, kind
from alerts.rules import Severity, rules
from alerts.weighing import Evidence, Scale, fitted, score
from alerts.weighing.scale import Rates


@dataclass(frozen=True, kw_only=True)
class Bar:
    """From which probability on a file is opened, where `prevalence` of shipments are involved."""

    prevalence: float = 1 / 20
    open_at: float = 0.3
    scale: Scale = field(default_factory=fitted, repr=False)

    @property
    def spelled(self) -> str:
        """Short for all that it says: it is another where anything of it is."""
        return f"{self.open_at:g}@{self.prevalence:g}/{self.scale.fingerprint}"

    def within(self, rates: Rates) -> Self:
        """The bar in a ledger where kinds of findings stand so often."""
        return replace(self, scale=self.scale.adapted(rates, self.prevalence))

    def probability(self, those: Sequence[Found]) -> float:
        """How probable a diversion is by what was found."""
        return self.scale.probability(score(map(evidence, those), self.scale), self.prevalence)


def in_company(by_alert: Mapping[str, Found], bar: Bar) -> dict[str, Found]:
    """What is found about one shipment, each with its probability, quiet where no alert is due."""
    companies = {alert: _company(each, by_alert) for alert, each in by_alert.items()}
    likely = {alert: bar.probability(those) for alert, those in companies.items()}
    enough = {
        alert
        for alert, each in by_alert.items()
        if likely[alert] >= bar.open_at and each.severity != Severity.INFO
    }
    return {
        alert: replace(
            each,
            probability=round(100 * likely[alert]),
            one_in=round(1 / bar.prevalence),
            beside=tuple(sorted(_weighed(companies[alert], bar) - {each.rule})),
            quiet=not _speaks(each, [c for c in companies[alert] if c.alert in enough], bar),
        )
        for alert, each in by_alert.items()
    }


def _company(found: Found, by_alert: Mapping[str, Found]) -> list[Found]:
    """What may not be told to all of an alert's readers takes no part in it."""
    readers = frozenset(found.countries)
    return [each for each in by_alert.values() if readers <= frozenset(each.countries)]


def _weighed(those: Sequence[Found], bar: Bar) -> set[str]:
    """The rules that made a difference; a kind that honest trade shows as often says nothing."""
    return {each.rule for each in those if bar.scale.of(evidence(each).kind) > 0}


def evidence(found: Found) -> Evidence:
    """A finding as evidence."""
    rule = rules().get(found.rule)
    return Evidence(
        name=found.alert,
        kind=kind(found),
        family=rule.rests_on if rule else found.rule,
    )


def _speaks(found: Found, enough: Sequence[Found], bar: Bar) -> bool:
    """Whether it is worth an alert; `enough` is what of its company has enough beside it.

    The heaviest of those speaks for the others, to all who may read them.
    """
    if found.severity == Severity.CRITICAL and not found.weak:
        return True
    if found not in enough:
        return False
    return found == min(enough, key=lambda each: _order(each, bar)) or (
        bar.probability([found]) >= bar.open_at
    )


def _order(found: Found, bar: Bar) -> tuple[float, str, str]:
    return (-bar.scale.of(evidence(found).kind), found.rule, found.alert)
