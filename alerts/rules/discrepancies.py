"""What one step of the journey lost or gained on another."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Self

from alerts.rules import Dossier, Finding, Severity, drifts, evidence, rule, slips
from alerts.rules.explaining import explanation, may_be_a_lot
from alerts.rules.parameters import Parameters
from alerts.rules.readings import Reading, inspections, readings
from alerts.rules.weighbridges import MOST, scale, surprise
from alerts.rules.words import amount, exact_percent, percent

VERBS = {
    "released": "were released",
    "departed": "departed",
    "arrived": "arrived",
    "cleared": "were cleared",
    "delivered": "were delivered",
    "received": "were received",
    "inspected": "were found on inspection",
}
# Clearance against release is RF-24's to judge; here it is a witness of the others.
JUDGED = ("released", "departed", "arrived", "delivered", "received", "inspected")
NATURAL = 0.01  # of a load: spills, damp and scales abroad make so much e times rarer at the most


def _corrections_settle(dossier: Dossier, p: Parameters) -> Iterator[datetime]:
    for each in _judged(dossier):
        if _allowed(each, p) < each.gap:
            yield _settles(dossier, each, p)


@rule(
    "RF-17",
    version=7,
    severity=Severity.HIGH,
    family="integrity",
    name="Quantity discrepancy between events",
    parameters={
        "solid_tolerance_percent": Decimal("0.5"),
        "liquid_tolerance_percent": Decimal(1),
        "bulk_tolerance_percent": Decimal("0.75"),
        "floor_kg": 25,
        "parts_wait_days": 14,
        "lots_wait_days": 45,
        "one_in": 50,
        "loads_known": 3,
        "loads_percent": Decimal("0.4"),
        "loads_grave_percent": 1,
        "loads_window_days": 540,
    },
    needs=(
        "notice.sent",
        "export.released",
        "shipment.departed",
        "shipment.arrived",
        "import.cleared",
        "shipment.delivered",
        "receipt.confirmed",
        "shipment.inspected",
        "shipment.split",
        "shipment.merged",
        "shipment.reexported",
        "shipment.returned",
        "shipment.seized",
        "loss.reported",
        "shipment.destroyed",
    ),
    due=_corrections_settle,
    rests_on="how much came",
)
def quantity_discrepancy(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """Somebody stated more or less of the goods than the papers say was sent.

    What was sent is what release, departure and notice agree on. Departure, arrival, delivery and
    receipt are held against it, an inspection against the latest step before it. Scales, spillage
    and temperature explain `solid_tolerance_percent`, `liquid_tolerance_percent` or, for other
    forms, `bulk_tolerance_percent`, and at least `floor_kg`; the usual bias of an office's scale is
    taken out. So is what was reported lost, seized, sent back or split off. A correction or another
    part may follow, so nothing is believed before `parts_wait_days`, or `lots_wait_days` where as
    many packages are missing as goods, or a seventh of the goods and nobody counts packages. Tried
    first are a unit slip (packages and other steps tell it from a loss that looks like one), one
    mistyped digit, an export paper that says other than the notice and a permit, gross mass given
    for net, rounding, containers and lots whose report is to come (of what left, if it is as large
    as the lots that were told of), a later step that had all, and a difference that an authority
    recorded with a reason and settled. What one of these fits, more than was sent where one office
    alone says so, and what honest loads at that office come to oftener than once in `one_in` is a
    weak sign; it is information where nothing is missing by it, since there is more or another step
    had all.

    Small losses add up: of at least `loads_known` weighed loads of one buyer, or with one carrier,
    within `loads_window_days`, that are `loads_percent` short on average, beyond the bias of the
    scales and chance, the latest carries a finding about that trader. Of a buyer, whose own scale
    may be off, and below `loads_grave_percent`, since goods dry, it only adds to what else is
    found.

    Source: practice of notices and returned declarations; FATF, over- and under-shipment.
    """
    known = _judged(dossier)
    for _, group in groupby(known, key=lambda each: each.key):
        found = [_Found.of(dossier, each) for each in group if _matters(dossier, each, p)]
        yield from (_told(each, p) for each in _one_of_each(found))
    yield from drifts.losses_add_up(dossier, p)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    """One step that does not agree with the papers, what is to be said, and how rare it is.

    `alone`: less than was sent is missing whoever says so; more is a slip until another step has
    as much. `harmless`: nothing is missing by it, since there is more, or another step had all.
    """

    reading: Reading
    said: str
    is_open: bool
    alone: bool
    harmless: bool
    surprise: float

    @classmethod
    def of(cls, dossier: Dossier, reading: Reading) -> Self:
        score = scale(dossier.elsewhere, reading).score(reading.off)
        explained = explanation(dossier, reading)
        less = reading.found < reading.due
        return cls(
            reading=reading,
            said=explained.said,
            is_open=not explained.innocent,
            alone=less or _seen_twice(dossier, reading),
            harmless=not less or explained.whole,
            surprise=min(MOST, surprise(abs(score)), float(reading.gap / reading.due) / NATURAL),
        )


def _seen_twice(dossier: Dossier, reading: Reading) -> bool:
    """Whether officers counted it, or a step that others report has as much of the goods."""
    others = (each for each in readings(dossier) if each.key == reading.key)
    return reading.step == "inspected" or any(
        each.agrees(reading) and each.agency != reading.agency for each in others
    )


def _judged(dossier: Dossier) -> list[Reading]:
    """What is held against the papers, by substance."""
    known = (*readings(dossier), *inspections(dossier))
    return sorted((each for each in known if each.step in JUDGED), key=lambda each: each.key)


def _allowed(each: Reading, p: Parameters) -> Decimal:
    tolerance = slips.tolerance((*each.lines[0], *each.lines[1]), p)
    return max(each.sent * tolerance, p.number("floor_kg"))


def _matters(dossier: Dossier, each: Reading, p: Parameters) -> bool:
    return each.gap > _allowed(each, p) and dossier.now >= _settles(dossier, each, p)


def _settles(dossier: Dossier, each: Reading, p: Parameters) -> datetime:
    """When a correction or another part is no longer waited for; what officers counted is sure."""
    heard = max(dossier.heard_at(said.by) for said in each.column.said)
    if each.step == "inspected":
        return each.at
    return heard + p.days("lots_wait_days" if may_be_a_lot(dossier, each) else "parts_wait_days")


def _one_of_each(found: list[_Found]) -> Iterator[_Found]:
    """The most surprising of what nothing explains, with what else is explained."""
    open_ = [each for each in found if each.is_open]
    yield from sorted(open_, key=lambda each: -each.surprise)[:1]
    yield from (each for each in found if not each.is_open)


def _told(each: _Found, p: Parameters) -> Finding:
    reading = each.reading
    weak = not (each.is_open and each.alone) or each.surprise < math.log(p.number("one_in"))
    low = Severity.INFO if each.harmless else Severity.LOW
    return Finding(
        summary=f"{_compared(reading, p)}; {each.said}.",
        evidence=evidence(reading.papers.said, reading.column.said),
        severity=low if weak else None,
        key=f"{reading.papers.step}-{reading.step}:{reading.key}",
        alone=not weak,
        surprise=each.surprise if each.is_open else None,
    )


def _compared(each: Reading, p: Parameters) -> str:
    unit = each.key.rpartition("/")[2]
    word = "less" if each.found < each.due else "more"
    floor = p.number("floor_kg")
    allowed = _allowed(each, p)
    said = amount(floor, unit) if allowed == floor else exact_percent(allowed / each.sent)
    gone = each.sent - each.due
    apart = f", {amount(gone, unit)} of them accounted for" if gone else ""
    return (
        f"{amount(each.found, unit)} {VERBS[each.step]} where {amount(each.sent, unit)} "
        f"{VERBS[each.papers.step]}{apart}: {amount(each.gap, unit)} "
        f"({percent(each.gap / each.due)}) {word}, more than the {said} allowed"
    )
