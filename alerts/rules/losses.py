"""Thefts and losses, and what else of the same goods was near."""

import math
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from alerts.rules import Dossier, Finding, Said, Severity, evidence, rule
from alerts.rules.aggregates import near_of, seen_at
from alerts.rules.columns import column, planned
from alerts.rules.parameters import Parameters
from alerts.rules.places import Place, km_between
from alerts.rules.questions import Observation
from alerts.rules.readings import IN, papers_of
from alerts.rules.weighbridges import MOST
from alerts.rules.words import count, day
from ledger.events.enforcement import LossReported
from ledger.masses import weigh
from ledger.shipments import Shipment
from ledger.vocabulary import ShipmentEvent

USUALLY_GONE = 0.02  # of a load, without an explanation: so much more is e times rarer
WORDS = {
    "theft": "stolen",
    "significant_disappearance": "gone in a significant amount",
    "unexplained_loss": "lost without an explanation",
}


@rule(
    "RF-37",
    version=4,
    severity=Severity.MEDIUM,
    family="enforcement",
    name="Theft or loss of goods, or near an active shipment",
    parameters={"radius_km": 100, "window_days": 14, "one_in": 50},
)
def loss_nearby(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """These goods were reported stolen or lost, or such goods near them at about the same time.

    A theft, or a disappearance that nobody can explain, is what it is until it is cleared up; a
    loss without an explanation weighs by its share of what was sent, and a small one (more than
    once in `one_in`), or one that can be held against nothing, only adds to what else is found. Or
    a loss of the substance was reported within `radius_km` of a place where these goods were seen,
    and within `window_days` of that day: the goods may be the next, or the loss may be these goods
    under another name; that only adds to what else is found. Places are those that UN/LOCODE lists.
    Only countries that both shipments concern are told.

    Source: Regulation (EU) 2019/1148 Art 9, losses and thefts within 24 hours.
    """
    yield from _own(dossier, p)
    told: set[str] = set()
    for seen in dossier.stated(ShipmentEvent):
        code = seen_at(seen.event)
        spot = dossier.elsewhere.place(code) if code else None
        for substance in dossier.shipment.substances if spot else ():
            at, window = seen.by.occurred_at, p.days("window_days")
            what = near_of(substance, spot.country if spot else "")
            losses = dossier.elsewhere.observed(what, at + window, since=at - window)
            for loss in losses:
                if loss.ref not in told and spot is not None:
                    found = _near(dossier, seen, spot, loss, float(p.number("radius_km")))
                    told.update([loss.ref] if found else [])
                    yield from found


def _own(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """What was reported of these goods themselves."""
    for each in dossier.stated(LossReported):
        rare = _surprise(dossier, each.event)
        yield Finding(
            summary=f"Goods of this shipment were reported {WORDS[each.event.loss]} on "
            f"{day(each.by.occurred_at)}.",
            evidence=evidence([each]),
            key=each.by.jti,
            severity=Severity.HIGH,
            alone=rare is not None and rare >= math.log(p.number("one_in")),
            surprise=rare,
        )


def _surprise(dossier: Dossier, report: LossReported) -> float | None:
    """A theft is one; what nobody can explain weighs by its share of what was sent."""
    if report.loss != "unexplained_loss":
        return MOST
    lost = weigh(report.goods, dossier.shipment.concentrations).amounts
    shares = [
        float(amount / sent)
        for key, amount in lost.items()
        if (sent := _sent(dossier, key)) is not None and sent > 0
    ]
    return min(MOST, max(shares) / USUALLY_GONE) if shares else None


def _sent(dossier: Dossier, key: str) -> Decimal | None:
    """How much was sent, in a unit in which some were lost: where papers have another, what came.

    A load that left in litres and was weighed on arrival can be told in no other way.
    """
    papers = papers_of(dossier, key)
    if papers is not None:
        return papers.masses.amounts[key]
    came = (column(dossier, step) for step in IN)
    weighed = [each.masses.amounts[key] for each in came if each and key in each.masses.amounts]
    return max((*planned(dossier, key), *weighed), default=None)


def _near(
    dossier: Dossier, seen: Said[ShipmentEvent], spot: Place, loss: Observation, radius: float
) -> list[Finding]:
    others = dossier.elsewhere.shipments([loss.ref])
    reports = [
        s for s in dossier.elsewhere.events_of(loss.ref) if isinstance(s.event, LossReported)
    ]
    for report in reports:
        assert isinstance(report.event, LossReported)  # noqa: S101 - narrows the type
        place = dossier.elsewhere.place(report.event.place)
        if place is None or report.by.occurred_at != loss.at:
            continue
        km = km_between(spot, place)
        if km <= radius:
            days = abs((loss.at.date() - seen.by.occurred_at.date()).days)
            return [_told(dossier, seen, (km, days, loss.at), others)]
    return []


def _told(
    dossier: Dossier,
    seen: Said[ShipmentEvent],
    how: tuple[float, int, datetime],
    others: tuple[Shipment, ...],
) -> Finding:
    km, days, at = how
    concerned = frozenset[str]().union(*(each.concerned for each in others))
    return Finding(
        summary=f"Goods of the same substance were reported lost on {day(at)}, {km:.0f} km from "
        f"where this shipment was seen and {count(days, 'day')} apart.",
        evidence=evidence([seen]),
        key=others[0].ref if others else "",
        alone=False,
        countries=dossier.shipment.concerned & concerned,
    )
