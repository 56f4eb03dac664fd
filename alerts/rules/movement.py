"""The journey in time: what should have come, or gone on, and did not."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from alerts.rules import Dossier, Finding, Said, Severity, evidence, rule
from alerts.rules.aggregates import delay_of, missing_of, transits_of
from alerts.rules.normal import Sample, share_of
from alerts.rules.otherhalf import arrived_elsewhere
from alerts.rules.parameters import Parameters
from alerts.rules.words import count, day
from ledger.events.amendments import Amended
from ledger.events.movements import Departed, TransitEntered
from ledger.events.notices import NoticeSent
from ledger.shipments import Shipment, Transit
from ledger.vocabulary import ShipmentEvent

SLACK = {"sea": "sea", "air": "air", "road": "land", "rail": "land"}


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """When an arrival is overdue, and in words what that rests on."""

    at: datetime
    because: str


def _slack(shipment: Shipment) -> str:
    return f"{SLACK.get(shipment.mode or '', 'other')}_slack_days"


def _deadline(dossier: Dossier, p: Parameters) -> Deadline | None:
    """Only goods under way can be overdue; a hold or a suspension explains why they are late."""
    shipment = dossier.shipment
    under_way = shipment.status == "in_transit" and "on_hold" not in shipment.flags
    left, expected = shipment.times.get("departed"), shipment.expected.get("arrival")
    if not under_way or left is None:
        return None
    learnt = _learnt(dossier, left, p)
    if learnt is not None:
        return learnt if expected is None or learnt.at >= expected else replace(learnt, at=expected)
    if expected is None:
        return None
    slack = count(p.number(_slack(shipment)), "day")
    return Deadline(at=expected + p.days(_slack(shipment)), because=f"{slack} of grace included")


def _learnt(dossier: Dossier, left: datetime, p: Parameters) -> Deadline | None:
    """The bound on days under way, with the time that reports of arrivals take."""
    miss = float(p.share("miss_percent"))
    for what in transits_of(dossier):
        trips = Sample.of(dossier.elsewhere.observed(what, left))
        bound = trips.upper(miss) if trips.n >= p.whole("trips_known") else None
        if bound is not None:
            country = dossier.shipment.route.importing if dossier.shipment.route else ""
            reports = Sample.of(dossier.elsewhere.observed(delay_of(country), left))
            delay = min(reports.upper(miss) or 0.0, float(p.number("most_report_days")))
            kept = f"{100 - 100 * miss:.0f} %"
            like = "trips" if what == transits_of(dossier)[0] else "trips as far by the same mode"
            return Deadline(
                at=left + timedelta(days=round(bound + delay, 3)),
                because=f"by when {kept} of {trips.n} {like} had been reported",
            )
    return None


def _arrival_overdue(dossier: Dossier, p: Parameters) -> Iterator[datetime]:
    deadline = _deadline(dossier, p)
    if deadline is not None:
        yield deadline.at


@rule(
    "RF-13",
    version=2,
    severity=Severity.MEDIUM,
    family="movement",
    name="Overdue arrival",
    parameters={
        "sea_slack_days": 7,
        "air_slack_days": 2,
        "land_slack_days": 3,
        "other_slack_days": 7,
        "miss_percent": 2,
        "trips_known": 50,
        "most_report_days": 14,
        "missing_percent": 30,
    },
    due=_arrival_overdue,
)
def overdue_arrival(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """Goods left, should have arrived by now, and nobody has seen them.

    Where at least `trips_known` earlier trips of the corridor by the same mode are known, or else
    of the mode over such a distance, they are overdue when all but `miss_percent` of such trips
    would have arrived (a bound that assumes no distribution) and been reported, which is allowed
    `most_report_days` at the most; a later arrival that the exporting side announced counts. Where
    fewer are known, they are overdue after the expected arrival, the latest that was stated, and a
    slack by the mode of transport: `sea_slack_days`, `air_slack_days`, `land_slack_days` for road
    and rail, `other_slack_days` for the rest; where none was stated, nothing is overdue. A hold or
    suspension on the way explains it. It is low where arrivals in the country go unreported in more
    than `missing_percent` of cases: then a missing report says little.

    Source: the programme's aim, to follow licit movements from end to end; split conformal bounds,
    Lei et al. (2018).
    """
    deadline = _deadline(dossier, p)
    if deadline is None or dossier.now < deadline.at:
        return
    if arrived_elsewhere(dossier) is not None:
        return
    shipment = dossier.shipment
    expected, left = shipment.expected.get("arrival"), shipment.times["departed"]
    start = f"Expected on {day(expected)}" if expected else f"Departed on {day(left)}"
    by = f" by {shipment.mode.replace('_', ' ')}" if shipment.mode else ""
    unreported = _unreported(dossier, left)
    often = unreported > float(p.share("missing_percent"))
    habit = f" Arrivals there go unreported in {unreported * 100:.0f} % of cases." if often else ""
    yield Finding(
        summary=f"{start}{by} and not reported as arrived by {day(deadline.at)}, "
        f"{deadline.because}.{habit}",
        evidence=evidence(dossier.stated(Departed), _expecting(dossier, expected)),
        severity=Severity.LOW if often else None,
    )


def _unreported(dossier: Dossier, before: datetime) -> float:
    """How often arrivals in the importing country go unreported; few cases count little."""
    if dossier.shipment.route is None:
        return 0.0
    seen = dossier.elsewhere.observed(missing_of(dossier.shipment.route.importing), before)
    return share_of(sum(int(each.value) for each in seen), len(seen), prior=0.05, weight=20)


def _expecting(dossier: Dossier, arrival: datetime | None) -> list[Said[ShipmentEvent]]:
    if arrival is None:
        return []
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
