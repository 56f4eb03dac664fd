"""Seizures and arrests, each counted once although several statements tell of it. Pure.

One seizure may be stated by customs and by the police, under one number: then the larger amount
counts. It may also be told once about the shipment and once as the result of an alert: a country's
two sums for one shipment and substance are not added, the larger one counts.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ledger.cases import Case
from ledger.masses import EXACT
from ledger.results import ARREST, MILLIONTHS, OUTCOME, SEIZED, Fact, millionths
from ledger.statistics import Period

Key = tuple[str, str, str]  # country, shipment or alert, item


@dataclass(frozen=True, kw_only=True, slots=True)
class Haul:
    """What one country took, or how many people it arrested, because of one shipment or alert."""

    country: str
    link: str
    item: str
    amount: int

    @property
    def quantity(self) -> Decimal:
        """In the unit that the item names."""
        return EXACT.divide(Decimal(self.amount), MILLIONTHS)


def seizures(facts: Iterable[Fact], cases: Iterable[Case], period: Period) -> list[Haul]:
    """Amounts by country, shipment (or alert, where it is about none) and `substance/unit`."""
    numbered: dict[Key, dict[str, int]] = defaultdict(dict)
    for fact in facts:
        if fact.measure == SEIZED:
            known = numbered[fact.country, fact.ref, fact.item]
            known[fact.name] = max(known.get(fact.name, 0), fact.amount)
    stated = {key: sum(known.values()) for key, known in numbered.items()}
    told: dict[Key, int] = defaultdict(int)
    for case in cases:
        for result in case.results:
            if result.at in period:
                for item, amount in result.seized:
                    told[result.agency[:2], link_of(case), item] += millionths(amount)
    return _larger(stated, told)


def arrests(facts: Iterable[Fact], cases: Iterable[Case], period: Period) -> list[Haul]:
    """How many people, by country and shipment or alert."""
    stated: dict[Key, int] = defaultdict(int)
    for fact in facts:
        if fact.measure == OUTCOME and fact.item == ARREST:
            stated[fact.country, fact.ref, ARREST] += fact.amount
    told: dict[Key, int] = defaultdict(int)
    for case in cases:
        for result in case.results:
            if result.at in period and result.arrests:
                told[result.agency[:2], link_of(case), ARREST] += result.arrests
    return _larger(stated, told)


def link_of(case: Case) -> str:
    """By what a result of this alert is matched with what was stated of a shipment."""
    about, subject = case.about
    return subject if about == "shipment" else case.alert


def _larger(one: dict[Key, int], other: dict[Key, int]) -> list[Haul]:
    return [
        Haul(country=key[0], link=key[1], item=key[2], amount=amount)
        for key in sorted(one.keys() | other.keys())
        if (amount := max(one.get(key, 0), other.get(key, 0)))
    ]
