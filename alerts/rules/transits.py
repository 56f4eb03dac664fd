"""Transit: goods that entered a country on their way and were not seen to leave it."""

from collections.abc import Iterator
from datetime import datetime

from alerts.rules import Dossier, Finding, Severity, evidence, rule
from alerts.rules.aggregates import importing
from alerts.rules.habits import ends_of, ends_settled, exits_of, left_out
from alerts.rules.movement import DEFAULTS, UNTOLD, arrival_due, arrived_elsewhere
from alerts.rules.parameters import Parameters
from alerts.rules.words import day, percent_of
from ledger.events.movements import TransitEntered
from ledger.shipments import Transit

EXIT_MISSING = 0.2  # of exits, which offices leave out more than other steps, before one is known


def _stays(dossier: Dossier, p: Parameters) -> Iterator[tuple[Transit, datetime]]:
    """The transits still open, with the moment at which each has lasted too long."""
    shipment = dossier.shipment
    if shipment.status != "in_transit" or "on_hold" in shipment.flags:
        return
    for stay in shipment.transits:
        later = any(other.entered_at > stay.entered_at for other in shipment.transits)
        if stay.left_at is None and not later:
            if stay.due_out is not None:
                yield stay, stay.due_out + p.hours("grace_hours")
            else:
                yield stay, stay.entered_at + p.days("default_limit_days")


def _exit_overdue(dossier: Dossier, p: Parameters) -> Iterator[datetime]:
    yield from (due for _, due in _stays(dossier, p))
    deadline = arrival_due(dossier, DEFAULTS)
    if deadline is not None and dossier.shipment.transits:
        yield deadline.certain


@rule(
    "RF-14",
    version=3,
    severity=Severity.HIGH,
    family="movement",
    name="Transit entry without exit",
    parameters={"grace_hours": 48, "default_limit_days": 10},
    due=_exit_overdue,
)
def transit_without_exit(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """Goods entered a transit country and were not seen to leave it.

    They have until the exit that the transit document sets and `grace_hours`, or
    `default_limit_days` where it sets none. An arrival, or an entry into the next country, shows
    that they left and that a report is missing; a hold or suspension explains the stay. Many exits
    are never reported, so until the arrival is overdue as well (as RF-13 reckons it) this only adds
    to what else is found. It weighs by how often exits from that country go unreported, and with
    an arrival overdue also by how often the importing country tells nothing of a load.

    Source: ghost transit, WCO Transit Guidelines.
    """
    for stay, due in _stays(dossier, p):
        if dossier.now >= due and not arrived_elsewhere(dossier):
            yield _told(dossier, stay, due)


def _told(dossier: Dossier, stay: Transit, due: datetime) -> Finding:
    arrival = arrival_due(dossier, DEFAULTS)
    overdue = arrival is not None and dossier.now >= arrival.certain
    habit = left_out(dossier, exits_of(stay.country), stay.entered_at, usual=EXIT_MISSING)
    surprise = habit.surprise
    words = ""
    if arrival is not None and overdue:
        words = f", and no arrival by {day(arrival.at)}"
        shipment = dossier.shipment
        what = ends_of(importing(shipment))
        surprise += left_out(dossier, what, ends_settled(shipment), usual=UNTOLD).surprise
    planned = f"was to end by {day(stay.due_out)}" if stay.due_out else "had no set end"
    known = f" Of exits there {percent_of(habit.share)} go unreported." if habit.known else ""
    entries = dossier.stated(TransitEntered)
    return Finding(
        summary=f"The transit of {stay.country} began on {day(stay.entered_at)}, "
        f"{planned}, and no exit had been reported by {day(due)}{words}.{known}",
        evidence=evidence(s for s in entries if s.by.occurred_at == stay.entered_at),
        key=f"{stay.country}/{day(stay.entered_at)}",
        alone=overdue,
        surprise=surprise,
    )
