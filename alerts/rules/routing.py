"""The way the goods took: where nobody said they would go, when nobody said they would leave."""

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from alerts.rules import Dossier, Finding, Said, Severity, evidence, rule
from alerts.rules.aggregates import seen_at
from alerts.rules.parameters import Parameters
from alerts.rules.places import Place, km_between
from alerts.rules.words import count, day
from ledger.events.amendments import Amended
from ledger.events.movements import Departed, Transhipped, TransitEntered
from ledger.events.notices import NoticeSent
from ledger.events.receptions import Arrived, Reexported
from ledger.vocabulary import ShipmentEvent

HALF_DAY = timedelta(hours=12)
SATURDAY = 5


@rule(
    "RF-15",
    version=4,
    severity=Severity.MEDIUM,
    family="movement",
    name="Unplanned transhipment, route change or high-risk detour",
    parameters={"grace_hours": 24, "detour_ratio": Decimal("1.8"), "least_km": 500},
    needs=(
        "notice.sent",
        "shipment.amended",
        "shipment.departed",
        "transit.entered",
        "shipment.transhipped",
        "shipment.arrived",
    ),
)
def unplanned_route(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """The goods were seen where the route does not lead, or went a way that makes no sense.

    Customs of a country that is not on the route saw them enter or change means; or the places
    where they were seen, taken in turn, are more than `detour_ratio` times as far as the way from
    exit to entry, which must be at least `least_km`. A change that the exporting side told within
    `grace_hours` of the sighting explains it, and a route that names the country at any time.
    Liner services call at hubs that no paper names and far off the way, so all this only adds to
    what else is found, and a change of means or a detour is information.

    Source: FATF/Egmont, trade-based money laundering indicators (2021); INCB Guidelines for a
    Voluntary Code of Practice for the Chemical Industry, unusual routing.
    """
    route = dossier.shipment.route
    if route is None:
        return
    grace = p.hours("grace_hours")
    for each in dossier.stated(TransitEntered, Transhipped):
        country = _country_of(each.event)
        if country and country not in route.countries and not _told(dossier, each, grace):
            entered = isinstance(each.event, TransitEntered)
            word = "entered" if entered else "were transhipped in"
            yield Finding(
                summary=f"The goods {word} {country} on {day(each.by.occurred_at)}, which is not "
                "on their route.",
                alone=False,
                severity=Severity.LOW if entered else Severity.INFO,
                evidence=evidence([each]),
                key=f"{country}/{each.by.jti}",
            )
    yield from _detour(dossier, p)


def _country_of(event: ShipmentEvent) -> str | None:
    """The country of a sighting: a UN/LOCODE begins with it."""
    if isinstance(event, TransitEntered):
        return event.country
    code = seen_at(event)
    return code[:2] if code else None


def _told(dossier: Dossier, seen: Said[ShipmentEvent], grace: timedelta) -> bool:
    """Whether the exporting side told of another route or means at about that time."""
    return any(
        (each.event.route is not None or each.event.transport is not None)
        and abs(each.by.occurred_at - seen.by.occurred_at) <= grace
        for each in dossier.stated(Amended)
    )


def _detour(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    route = dossier.shipment.route
    if route is None or not route.exit_point or not route.entry_point:
        return
    start = dossier.elsewhere.place(route.exit_point)
    end = dossier.elsewhere.place(route.entry_point)
    seen = dossier.stated(TransitEntered, Transhipped)
    way = [(each, spot) for each in seen if (spot := _spot(dossier, each.event))]
    if start is None or end is None or not way:
        return
    stops: list[Place] = [start, *(spot for _, spot in way), end]
    straight = km_between(start, end)
    length = sum(km_between(a, b) for a, b in itertools.pairwise(stops))
    if straight >= p.number("least_km") and length > straight * float(p.number("detour_ratio")):
        yield Finding(
            summary=f"The goods were seen on a way of {length:,.0f} km between places "
            f"{straight:,.0f} km apart.",
            evidence=evidence(each for each, _ in way),
            severity=Severity.INFO,
            key="detour",
            alone=False,
        )


def _spot(dossier: Dossier, event: ShipmentEvent) -> Place | None:
    code = seen_at(event)
    return dossier.elsewhere.place(code) if code else None


@rule(
    "RF-38",
    version=1,
    severity=Severity.LOW,
    family="movement",
    name="Weekend, holiday or out-of-hours movement against plan",
    parameters={"window_hours": 12, "early_days": 2},
    needs=("notice.sent", "shipment.amended", "shipment.departed"),
    alone=False,
)
def out_of_hours(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """The goods left when nobody was to expect it.

    The departure lies more than `window_hours` outside the day for which dispatch was announced,
    and on a Saturday, Sunday or public holiday of the exporting country; or it is more than
    `early_days` before that day, whatever the weekday. Cargo that is rolled to a later ship leaves
    late on any day, so lateness alone says nothing, and even this only adds to what else is found.

    Source: schedule controls on fiscal routes (Peru).
    """
    planned = _planned(dossier)
    for left in dossier.stated(Departed)[:1]:
        at = left.by.occurred_at
        if planned is None or abs(at - planned) <= HALF_DAY + p.hours("window_hours"):
            continue
        early = planned - at > p.days("early_days")
        if early or _is_day_off(dossier, left):
            word = "before" if at < planned else "after"
            days = count(abs((at.date() - planned.date()).days), "day")
            off = ", on a day off" if _is_day_off(dossier, left) else ""
            yield Finding(
                summary=f"The goods left on {day(at)}, {days} {word} the dispatch announced for "
                f"{day(planned)}{off}.",
                evidence=evidence(dossier.stated(NoticeSent), [left]),
            )


def _planned(dossier: Dossier) -> datetime | None:
    return dossier.shipment.expected.get("dispatch")


def _is_day_off(dossier: Dossier, left: Said[Departed]) -> bool:
    """By the calendar where the goods left, as far as the statement says its own time."""
    offset = left.event.local_offset or "+00:00"
    sign = -1 if offset.startswith("-") else 1
    hours, _, minutes = offset.lstrip("+-").partition(":")
    local = left.by.occurred_at + sign * timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    policy = dossier.roster.policy_for(left.by.country)
    holidays = policy.holidays if policy else ()
    return local.weekday() >= SATURDAY or local.date() in holidays


@rule(
    "RF-21",
    version=2,
    severity=Severity.MEDIUM,
    family="movement",
    name="Round-tripping or rapid re-export",
    parameters={"rapid_days": 10, "return_days": 60},
    needs=("shipment.reexported", "import.cleared", "shipment.arrived", "party.licensed"),
)
def round_trip(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """Goods that came in went out again at once, or back to where they had come from.

    They are re-exported within `rapid_days` of their arrival, or within `return_days` to the
    country that exported them. Within `return_days` to another country only adds to what else is
    found. A licence of the importer as an intermediary explains both: entrepôt trade lives on it.

    Source: Regulation (EC) 111/2005 Art 12; FATF, carousel trade.
    """
    shipment = dossier.shipment
    for each in dossier.stated(Reexported):
        came = [s for s in dossier.stated(Arrived) if s.by.occurred_at <= each.by.occurred_at]
        at = came[0].by.occurred_at if came else shipment.times.get("cleared")
        if at is None or shipment.route is None or at > each.by.occurred_at:
            continue
        stay = each.by.occurred_at - at
        back = each.event.destination == shipment.route.exporting
        soon = stay <= p.days("rapid_days")
        if stay <= p.days("return_days") and (back or not _entrepot(dossier, each.by.occurred_at)):
            where = "back to the country they came from" if back else "to another country"
            yield Finding(
                summary=f"The goods went {where} {count(stay.days, 'day')} after they had come in.",
                evidence=evidence(came[:1], [each]),
                alone=back or soon,
                key=each.event.child.shipment,
            )


def _entrepot(dossier: Dossier, at: datetime) -> bool:
    parties = dossier.shipment.parties
    if parties is None or parties.importer is None:
        return False
    licences = dossier.elsewhere.standing(parties.importer.key).licences.values()
    return any(
        each.covers(substance, "intermediary", at.date())
        for each in licences
        for substance in dossier.shipment.substances
    )
