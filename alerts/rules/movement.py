"""The journey in time: what should have come, or gone on, and did not."""

from collections.abc import Iterator
from datetime import datetime

from alerts.rules import Dossier, Finding, Said, Severity, evidence, rule
from alerts.rules.parameters import Parameters
from alerts.rules.words import count, day
from ledger.events.amendments import Amended
from ledger.events.movements import Departed, TransitEntered
from ledger.events.notices import NoticeSent
from ledger.shipments import Shipment, Transit
from ledger.vocabulary import ShipmentEvent

SLACK = {"sea": "sea", "air": "air", "road": "land", "rail": "land"}


def _slack(shipment: Shipment) -> str:
    return f"{SLACK.get(shipment.mode or '', 'other')}_slack_days"


def _arrival_overdue(dossier: Dossier, p: Parameters) -> Iterator[datetime]:
    """Only goods under way can be overdue; a hold or a suspension explains why they are late."""
    shipment = dossier.shipment
    expected = shipment.expected.get("arrival")
    under_way = shipment.status == "in_transit" and "on_hold" not in shipment.flags
    if expected is not None and under_way and "departed" in shipment.times:
        yield expected + p.days(_slack(shipment))


@rule(
    "RF-13",
    version=1,
    severity=Severity.MEDIUM,
    family="movement",
    name="Overdue arrival",
    parameters={
        "sea_slack_days": 7,
        "air_slack_days": 2,
        "land_slack_days": 3,
        "other_slack_days": 7,
    },
    due=_arrival_overdue,
)
def overdue_arrival(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """Goods left, should have arrived by now, and nobody has seen them.

    The expected arrival is the latest that the exporting side stated, so a reschedule that is
    reported moves it; where none was stated, nothing is overdue. Lateness is allowed by the mode of
    transport: `sea_slack_days`, `air_slack_days`, `land_slack_days` for road and rail,
    `other_slack_days` for the rest. A hold or suspension on the way explains it.

    Source: the programme's aim, to follow licit movements from end to end.
    """
    for due in _arrival_overdue(dossier, p):
        if dossier.now >= due:
            expected, mode = dossier.shipment.expected["arrival"], dossier.shipment.mode
            by = f" by {mode.replace('_', ' ')}" if mode else ""
            slack = count(p.number(_slack(dossier.shipment)), "day")
            yield Finding(
                summary=f"Expected on {day(expected)}{by} and not reported as arrived by "
                f"{day(due)}, {slack} of grace included.",
                evidence=evidence(dossier.stated(Departed), _expecting(dossier, expected)),
            )


def _expecting(dossier: Dossier, arrival: datetime) -> list[Said[ShipmentEvent]]:
    stated: list[Said[ShipmentEvent]] = [
        *dossier.stated(NoticeSent),
        *dossier.stated(Departed),
        *dossier.stated(Amended),
    ]
    return [s for s in stated if getattr(s.event, "arrival_expected", None) == arrival]


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


@rule(
    "RF-14",
    version=1,
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
    that they left and that a report is missing; a hold or suspension explains the stay.

    Source: ghost transit, WCO Transit Guidelines.
    """
    for stay, due in _stays(dossier, p):
        if dossier.now >= due:
            entries = dossier.stated(TransitEntered)
            planned = f"was to end by {day(stay.due_out)}" if stay.due_out else "had no set end"
            yield Finding(
                summary=f"The transit of {stay.country} began on {day(stay.entered_at)}, "
                f"{planned}, and no exit had been reported by {day(due)}.",
                evidence=evidence(s for s in entries if s.by.occurred_at == stay.entered_at),
                key=f"{stay.country}/{day(stay.entered_at)}",
            )
