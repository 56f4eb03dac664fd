"""The journey in time: what should have come, and did not."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from alerts.rules import Dossier, Finding, Said, Severity, evidence, otherhalf, rule
from alerts.rules.aggregates import delay_of, importing, transits_of
from alerts.rules.habits import ENOUGH, ends_of, ends_settled, lateness_of, left_out, takes_part
from alerts.rules.normal import Sample
from alerts.rules.parameters import Parameters
from alerts.rules.questions import Times
from alerts.rules.remembered import things_of, while_judged
from alerts.rules.words import count, day, percent_of
from ledger.events.amendments import Amended
from ledger.events.movements import Departed
from ledger.events.notices import NoticeSent
from ledger.shipments import Shipment
from ledger.vocabulary import ShipmentEvent

SLACK = {"sea": "sea", "air": "air", "road": "land", "rail": "land"}
UNTOLD = 0.03  # of loads of which a far end tells nothing, before a country is known
MISSED = 0.02  # of arrivals that come after the bound
DEFAULTS = Parameters(
    {
        "sea_slack_days": 7,
        "air_slack_days": 2,
        "land_slack_days": 3,
        "other_slack_days": 7,
        "miss_percent": 2,
        "trips_known": 50,
        "most_report_days": 14,
        "most_grace_days": 45,
        "certain_days": 28,
        "unknown_certain_days": 45,
        "missing_percent": 30,
    }
)


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """When an arrival is overdue, and in words what that rests on."""

    at: datetime
    certain: datetime  # late papers are common: from then on it is not taken for one
    because: str


def _slack(shipment: Shipment) -> str:
    return f"{SLACK.get(shipment.mode or '', 'other')}_slack_days"


@while_judged
def arrival_due(dossier: Dossier, p: Parameters) -> Deadline | None:
    """Only goods under way can be overdue, and only where somebody could say that they came.

    A hold or a suspension explains why they are late.
    """
    shipment = dossier.shipment
    under_way = shipment.status == "in_transit" and "on_hold" not in shipment.flags
    left, expected = shipment.times.get("departed"), shipment.expected.get("arrival")
    if not under_way or left is None:
        return None
    if shipment.route is not None and not takes_part(dossier, shipment.route.importing):
        return None
    known = (_learnt(dossier, left, p), _promised(dossier, left, expected, p))
    return max((each for each in known if each), key=lambda each: each.at, default=None)


def _promised(
    dossier: Dossier, left: datetime, expected: datetime | None, p: Parameters
) -> Deadline | None:
    """The day that was stated, and the grace that such days have been seen to need."""
    if expected is None:
        return None
    slack = p.days(_slack(dossier.shipment))
    for where in (importing(dossier.shipment), dossier.shipment.mode or ""):
        seen = Sample.of(dossier.elsewhere.observed(lateness_of(where), left)) if where else None
        if seen is not None and seen.n >= ENOUGH:
            late = seen.upper(MISSED) or max(seen.values)
            days = max(timedelta(days=round(late, 3)), slack)
            days = min(days, p.days("most_grace_days"))
            said = "by when 98 % of earlier loads had been reported"
            return _deadline(expected + days, said, p)
    said = f"{count(p.number(_slack(dossier.shipment)), 'day')} of grace included"
    return _deadline(expected + slack, said, p, known=False)


def _deadline(at: datetime, because: str, p: Parameters, *, known: bool = True) -> Deadline:
    more = p.days("certain_days" if known else "unknown_certain_days")
    return Deadline(at=at, certain=at + more, because=because)


def _learnt(dossier: Dossier, left: datetime, p: Parameters) -> Deadline | None:
    """The bound on days under way, with the time that reports of arrivals take."""
    miss = float(p.share("miss_percent"))
    for what in transits_of(dossier):
        trips = Sample.of(dossier.elsewhere.observed(what, left))
        bound = trips.upper(miss) if trips.n >= p.whole("trips_known") else None
        if bound is not None:
            delays = delay_of(importing(dossier.shipment))
            reports = Sample.of(dossier.elsewhere.observed(delays, left))
            delay = min(reports.upper(miss) or 0.0, float(p.number("most_report_days")))
            kept = f"{100 - 100 * miss:.0f} %"
            like = "trips" if what == transits_of(dossier)[0] else "trips as far by the same mode"
            due = left + timedelta(days=round(bound + delay, 3))
            return _deadline(due, f"by when {kept} of {trips.n} {like} had been reported", p)
    return None


def _arrival_overdue(dossier: Dossier, p: Parameters) -> Iterator[datetime]:
    deadline = arrival_due(dossier, p)
    if deadline is not None:
        yield deadline.at
        yield deadline.certain
        yield ends_settled(dossier.shipment)  # until then its silence says nothing about others


@rule(
    "RF-13",
    version=4,
    severity=Severity.MEDIUM,
    family="movement",
    name="Overdue arrival",
    parameters=DEFAULTS,
    due=_arrival_overdue,
)
def overdue_arrival(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """Goods left, should have arrived by now, and nobody has seen them.

    They are overdue after both of two moments. One is the expected arrival, the latest that was
    stated, and as much grace as 98 % of earlier loads needed, to that country or else by that mode,
    until the far end first told of them; a slack by the mode of transport at the least
    (`sea_slack_days`, `air_slack_days`, `land_slack_days` for road and rail, `other_slack_days`)
    and `most_grace_days` at the most. The other, where at least `trips_known` earlier trips of the
    corridor by the same mode are known, or else of the mode over such a distance, is when all but
    `miss_percent` of such trips would have arrived (a bound that assumes no distribution) and been
    reported, which is allowed `most_report_days` at the most. Where neither is known nothing is
    overdue. A hold or suspension on the way explains it, a country that takes no part has nobody
    who could tell, and a container of the load that was seen to arrive there under another
    reference is the load. Late papers are common, so for `certain_days` more this only adds to what
    else is found, or `unknown_certain_days` where nothing is known of how late. It weighs by how
    rarely that country tells nothing of a load, and is low where that is more than
    `missing_percent` of cases; before anything is known of that it never stands alone.

    Source: the programme's aim, to follow licit movements from end to end; split conformal bounds,
    Lei et al. (2018).
    """
    deadline = arrival_due(dossier, p)
    if deadline is None or dossier.now < deadline.at or arrived_elsewhere(dossier):
        return
    shipment = dossier.shipment
    expected, left = shipment.expected.get("arrival"), shipment.times["departed"]
    start = f"Expected on {day(expected)}" if expected else f"Departed on {day(left)}"
    by = f" by {shipment.mode.replace('_', ' ')}" if shipment.mode else ""
    habit = left_out(dossier, ends_of(importing(shipment)), ends_settled(shipment), usual=UNTOLD)
    often = habit.share > float(p.share("missing_percent"))
    known = f" Of loads sent there {percent_of(habit.share)} are never told of."
    yield Finding(
        summary=f"{start}{by} and not reported as arrived by {day(deadline.at)}, "
        f"{deadline.because}.{known if habit.known else ''}",
        evidence=evidence(dossier.stated(Departed), _expecting(dossier, expected)),
        severity=Severity.LOW if often else None,
        alone=habit.known > 0 and not often and dossier.now >= deadline.certain,
        surprise=-math.log(min(1.0, habit.share + MISSED)),
    )


def arrived_elsewhere(dossier: Dossier) -> bool:
    """Whether the load came in under another reference: its other half, or its container."""
    if otherhalf.arrived_elsewhere(dossier) is not None:
        return True
    mine, left = dossier.shipment, dossier.shipment.times.get("departed")
    mentioned = {m for each in dossier.timeline for m in things_of(each.event)}
    when = partial(_came_unannounced, after=left)
    for kind, number in sorted(mentioned):
        found = dossier.elsewhere.citing(kind, number, when=when) if kind == "container" else ()
        for other in found:
            if set(mine.substances) & set(other.substances) or not other.substances:
                return True
    return False


def _came_unannounced(times: Times, *, after: datetime | None) -> bool:
    came = [times[name] for name in ("arrived", "cleared") if name in times]
    unannounced = not {"notified", "departed"} & times.keys()
    return bool(came) and (after is None or max(came) > after) and unannounced


def _expecting(dossier: Dossier, arrival: datetime | None) -> list[Said[ShipmentEvent]]:
    if arrival is None:
        return []
    stated: list[Said[ShipmentEvent]] = [
        *dossier.stated(NoticeSent),
        *dossier.stated(Departed),
        *dossier.stated(Amended),
    ]
    return [s for s in stated if getattr(s.event, "arrival_expected", None) == arrival]
