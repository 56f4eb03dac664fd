"""Cargo that stays where nobody asks for it."""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta

from alerts.rules import Dossier, Finding, Said, Severity, evidence, rule
from alerts.rules.aggregates import importing
from alerts.rules.habits import SETTLED, clearings_of, left_out
from alerts.rules.parameters import Parameters
from alerts.rules.words import count, day
from ledger.events.controls import HoldPlaced
from ledger.events.receptions import Arrived
from ledger.statuses import ENDED

GONE_ON = ENDED | {"cleared", "delivered", "received", "in_use", "returning"}


UNCLEARED = 0.04  # of arrivals whose clearance nobody reports, before a country is known


def _open_holds(dossier: Dossier) -> tuple[Said[HoldPlaced], ...]:
    still = {jti for jti, _ in dossier.shipment.holds}
    return tuple(each for each in dossier.stated(HoldPlaced) if each.by.jti in still)


def _waiting_since(dossier: Dossier) -> tuple[str, datetime] | None:
    shipment = dossier.shipment
    if shipment.status in GONE_ON or "cleared" in shipment.times:
        return None
    if "arrived" in shipment.times:
        return "Arrived", shipment.times["arrived"]
    held = [each.by.occurred_at for each in _open_holds(dossier)]
    return ("Held", min(held)) if held else None


def _limits(dossier: Dossier, p: Parameters) -> list[tuple[int, Severity]]:
    """The days after which it is time to warn, and to raise an alarm."""
    at_once = p.words("high_at_once_substances").intersection(dossier.shipment.substances)
    first = Severity.HIGH if at_once else Severity.MEDIUM
    steps = [(p.whole("warn_days"), first)]
    return steps if at_once else [*steps, (p.whole("high_days"), Severity.HIGH)]


def _ageing(dossier: Dossier, p: Parameters) -> Iterator[datetime]:
    since = _waiting_since(dossier)
    if since is not None:
        yield from (since[1] + timedelta(days=days) for days, _ in _limits(dossier, p))


@rule(
    "RF-22",
    version=3,
    severity=Severity.HIGH,
    family="storage",
    name="Ageing cargo in customs or a free zone",
    parameters={
        "warn_days": 30,
        "high_days": 90,
        "high_at_once_substances": "ammonium_nitrate",
        "one_in": 20,
    },
    due=_ageing,
)
def ageing_cargo(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """Goods arrived, or are held, and nobody clears them.

    After `warn_days` that is a warning, which only adds to what else is found, and after
    `high_days` an alarm; it weighs by how often the country reports no clearance, and where that is
    oftener than once in `one_in` only adds to what else is found. For substances in
    `high_at_once_substances`, which burn or explode where they lie, the first is an alarm already.
    Goods that were cleared, sent back, seized or destroyed are not waiting.

    Source: Beirut, August 2020 (WCO newsroom, January 2021).
    """
    since = _waiting_since(dossier)
    if since is None:
        return
    passed = [(d, s) for d, s in _limits(dossier, p) if dossier.now >= since[1] + timedelta(days=d)]
    if passed:
        limit, severity = passed[-1]
        what, settled = clearings_of(importing(dossier.shipment)), since[1] + SETTLED
        surprise = left_out(dossier, what, settled, usual=UNCLEARED).surprise
        rare = surprise >= math.log(p.number("one_in")) or since[0] == "Held"
        yield Finding(
            summary=f"{since[0]} on {day(since[1])} and not cleared within {count(limit, 'day')}.",
            evidence=evidence(dossier.stated(Arrived), _open_holds(dossier)),
            severity=severity,
            alone=severity is Severity.HIGH and rare,
            surprise=surprise,
        )
