"""What each step of a journey had of the goods, held against what the papers say was sent.

What was sent is what the exporting side agrees on: where release and departure do not say the same,
the notice decides, so that one slip of the pen is not taken for the truth. Against that every other
step is read. One that repeats the papers to the kilogram adds nothing; one that differs from them
put the goods on a scale, or says so.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from alerts.rules import Dossier
from alerts.rules.columns import OUT, Column, accounted_for, column, planned
from alerts.rules.remembered import once
from ledger.claims import Line
from ledger.events.controls import Inspected
from ledger.events.movements import Departed
from ledger.events.receptions import Arrived
from ledger.masses import ZERO, weigh

IN = ("arrived", "cleared", "delivered", "received")
_SAME = Decimal("0.01")  # as far apart as scales and loading leave two papers of one load
_EXACT = Decimal("0.00002")
_ROUNDED = Decimal("0.1")  # kilograms, for units that do not divide evenly


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One step that had `found` of what was `due` of the `sent`."""

    papers: Column
    column: Column
    key: str
    sent: Decimal
    due: Decimal
    found: Decimal

    @property
    def step(self) -> str:
        return self.column.step

    @property
    def share(self) -> float:
        return float(self.found / self.due)

    @property
    def off(self) -> float:
        """The logarithm of the share: less is below nought."""
        return math.log(self.share) if self.found > 0 else -math.inf

    @property
    def agency(self) -> str:
        return self.column.said[-1].by.agency

    @property
    def at(self) -> datetime:
        return self.column.last_at

    @property
    def gap(self) -> Decimal:
        return abs(self.due - self.found)

    @property
    def copied(self) -> bool:
        """Whether it only repeats the papers."""
        return self.gap <= self.sent * _EXACT + _ROUNDED

    @cached_property
    def lines(self) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
        """The goods of the papers and those of the step, of this substance."""
        substance = self.key.rpartition("/")[0]
        return self.papers.of(substance), self.column.of(substance)

    def agrees(self, other: "Reading") -> bool:
        """Whether both had as much, but for scales."""
        return alike(self.found, other.found)


@once
def readings(dossier: Dossier) -> tuple[Reading, ...]:
    """Every step of the journey that can be held against the papers, in their order."""
    columns = [each for step in (*OUT, *IN) if (each := column(dossier, step)) is not None]
    return tuple(_against_papers(dossier, columns))


@once
def inspections(dossier: Dossier) -> tuple[Reading, ...]:
    """What officers counted. They may look at a part: less is said only where it is all amiss."""
    seen = [
        Column(
            step="inspected",
            lines=each.event.goods_found,
            masses=weigh(each.event.goods_found, dossier.shipment.concentrations),
            said=(each,),
        )
        for each in dossier.stated(Inspected)
    ]
    discrepant = {e.by.jti for e in dossier.stated(Inspected) if e.event.result == "discrepant"}
    return tuple(
        each
        for each in _against_papers(dossier, seen)
        if each.found > each.sent or each.column.said[0].by.jti in discrepant
    )


def _against_papers(dossier: Dossier, columns: Sequence[Column]) -> Iterator[Reading]:
    for key in sorted({key for each in columns for key in each.masses.amounts}):
        papers = papers_of(dossier, key)
        if papers is None:
            continue
        for each in columns:
            if key in each.masses.amounts and each.step != papers.step:
                yield from _read(dossier, papers, each, key)


def _read(dossier: Dossier, papers: Column, each: Column, key: str) -> Iterator[Reading]:
    sent, found = papers.masses.amounts[key], each.masses.amounts[key]
    gone = accounted_for(dossier, key, papers.first_at) if found < sent else ZERO
    due = max(sent - gone, min(found, sent))
    if due > 0:
        yield Reading(papers=papers, column=each, key=key, sent=sent, due=due, found=found)


def papers_of(dossier: Dossier, key: str) -> Column | None:
    """The export paper that says how much was sent: of two that differ the one the notice bears.

    Where no notice says, a permit decides.
    """
    out = [
        each
        for step in OUT
        if (each := column(dossier, step)) is not None and key in each.masses.amounts
    ]
    asked = next(planned(dossier, key), None) if len(out) == len(OUT) else None
    if asked is None:
        return next(iter(out), None)
    borne = [each for each in out if alike(each.masses.amounts[key], asked)]
    return borne[0] if borne else out[0]


def alike(one: Decimal, other: Decimal) -> bool:
    """Whether two masses are one but for scales and loading."""
    return abs(one - other) <= max(one, other) * _SAME


def containers_seen(dossier: Dossier) -> float:
    """The share of the departed containers that somebody saw arrive; one where nobody can tell."""
    left = {
        box.container for each in dossier.stated(Departed) for box in each.event.transport.equipment
    }
    seen = {
        box.container for each in dossier.stated(Arrived) for box in each.event.observed.equipment
    }
    return min(1.0, len(seen) / len(left)) if left and seen else 1.0
