"""What one step of the journey lost or gained on another."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from alerts.rules import Dossier, Finding, Severity, evidence, rule, slips
from alerts.rules.columns import Column, accounted_for, column
from alerts.rules.parameters import Parameters
from alerts.rules.words import amount, exact_percent, percent
from ledger.events.controls import Inspected
from ledger.masses import ZERO, Weighed, weigh
from ledger.shipments import Shipment

PAIRS = (
    ("released", "departed"),
    ("departed", "arrived"),
    ("cleared", "delivered"),
    ("cleared", "received"),
)
# Small losses at every step add up: the whole way is looked at where no single step stands out.
WHOLE_WAY = ("released", "received")
VERBS = {
    "released": "were released",
    "departed": "departed",
    "arrived": "arrived",
    "cleared": "were cleared",
    "delivered": "were delivered",
    "received": "were received",
    "inspected": "were found on inspection",
}
SETTLED = frozenset({"received", "in_use", "consumed", "closed"})


@dataclass(frozen=True, kw_only=True)
class _Difference:
    """Two steps that do not agree on one substance; `settles` when more may still come."""

    before: Column
    after: Column
    key: str
    declared: Decimal
    found: Decimal
    elsewhere: Decimal
    tolerance: Decimal
    floor: Decimal
    settles: datetime | None

    @property
    def gap(self) -> Decimal:
        return abs(self.declared - self.elsewhere - self.found)

    @property
    def matters(self) -> bool:
        return self.gap > max(self.declared * self.tolerance, self.floor)


def _shortfalls_settle(dossier: Dossier, p: Parameters) -> Iterator[datetime]:
    for each in _differences(dossier, p):
        if each.settles is not None:
            yield each.settles


@rule(
    "RF-17",
    version=1,
    severity=Severity.HIGH,
    family="integrity",
    name="Quantity discrepancy between events",
    parameters={
        "solid_tolerance_percent": Decimal("0.5"),
        "liquid_tolerance_percent": Decimal(1),
        "bulk_tolerance_percent": Decimal("0.75"),
        "floor_kg": 25,
        "parts_wait_days": 14,
    },
    due=_shortfalls_settle,
)
def quantity_discrepancy(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """One authority stated more or less of the goods than the one before it.

    Departed is held against released, arrived against departed, delivered and received against
    cleared, an inspection against the latest of these; received against released where no single
    step stands out, since small losses add up. Scales, spillage and temperature explain
    `solid_tolerance_percent`, `liquid_tolerance_percent` or, for other forms,
    `bulk_tolerance_percent`, and at least `floor_kg`. What was reported lost, seized, sent back or
    split off is taken out. Less may mean that parts are still to come, so a shortfall is believed
    `parts_wait_days` after the last part, or once receipt is confirmed. A unit slip, gross mass
    given for net and rounding are tried first: what fits one of them is low.

    Source: practice of notices and returned declarations; FATF, over- and under-shipment.
    """
    told: set[str] = set()
    for each in _differences(dossier, p):
        whole_way = (each.before.step, each.after.step) == WHOLE_WAY
        early = each.settles is not None and dossier.now < each.settles
        if early or (whole_way and each.key in told):
            continue
        told.add(each.key)
        yield _told(each)


def _told(each: _Difference) -> Finding:
    substance, _, unit = each.key.rpartition("/")
    before, after = each.before.of(substance), each.after.of(substance)
    due = each.declared - each.elsewhere
    slip = slips.explanation(each.found, due, before=before, after=after)
    parts = [_compared(each, due, unit)]
    parts.append(f"it looks like {slip}" if slip else slips.TRIED)
    return Finding(
        summary="; ".join(parts) + ".",
        evidence=evidence(each.before.said, each.after.said),
        severity=Severity.LOW if slip else None,
        key=f"{each.before.step}-{each.after.step}:{each.key}",
    )


def _compared(each: _Difference, due: Decimal, unit: str) -> str:
    word = "less" if each.found < due else "more"
    share = f" ({percent(each.gap / due)})" if due > 0 else ""
    floor_rules = each.declared * each.tolerance < each.floor
    allowed = amount(each.floor, unit) if floor_rules else exact_percent(each.tolerance)
    gone = f", {amount(each.elsewhere, unit)} of them accounted for" if each.elsewhere else ""
    return (
        f"{amount(each.found, unit)} {VERBS[each.after.step]} where {amount(each.declared, unit)} "
        f"{VERBS[each.before.step]}{gone}: {amount(each.gap, unit)}{share} {word}, more than the "
        f"{allowed} allowed"
    )


def _differences(dossier: Dossier, p: Parameters) -> Iterator[_Difference]:
    for earlier, later in (*PAIRS, WHOLE_WAY):
        before, after = column(dossier, earlier), column(dossier, later)
        if before is not None and after is not None:
            yield from _between(dossier, before, after, p, partial=False)
    for inspected, complete in _inspections(dossier):
        steps = [column(dossier, name) for name in VERBS if name != "inspected"]
        done = [each for each in steps if each and each.last_at <= inspected.last_at]
        if done:
            yield from _between(dossier, done[-1], inspected, p, partial=not complete)


def _inspections(dossier: Dossier) -> Iterator[tuple[Column, bool]]:
    """What officers counted, and whether that is all: a part may conform, the whole does not."""
    for each in dossier.stated(Inspected):
        if each.event.goods_found:
            masses = weigh(each.event.goods_found, dossier.shipment.concentrations)
            seen = Column(
                step="inspected", lines=each.event.goods_found, masses=masses, said=(each,)
            )
            yield seen, each.event.result == "discrepant"


def _between(
    dossier: Dossier, before: Column, after: Column, p: Parameters, *, partial: bool
) -> Iterator[_Difference]:
    for key in _common(before.masses, after.masses):
        declared, found = before.masses.amounts[key], after.masses.amounts[key]
        short = found < declared
        if short and partial:
            continue
        gone = accounted_for(dossier, key, before.first_at) if short else ZERO
        substance = key.rpartition("/")[0]
        made = _Difference(
            before=before,
            after=after,
            key=key,
            declared=declared,
            found=found,
            elsewhere=min(gone, declared - found) if short else ZERO,
            tolerance=slips.tolerance((*before.of(substance), *after.of(substance)), p),
            floor=p.number("floor_kg"),
            settles=_settles(dossier.shipment, after, p.days("parts_wait_days")) if short else None,
        )
        if made.matters:
            yield made


def _common(one: Weighed, other: Weighed) -> list[str]:
    return sorted(one.amounts.keys() & other.amounts.keys())


def _settles(shipment: Shipment, after: Column, wait: timedelta) -> datetime | None:
    complete = after.step in {"received", "inspected"} or shipment.status in SETTLED
    return None if complete else after.last_at + wait
