"""How much is ordered: orders unlike those before them, and great ones in small parts."""

import math
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from alerts.rules import Dossier, Finding, Severity, evidence, rule
from alerts.rules.aggregates import buyers, is_off, notified_kg, trade_of
from alerts.rules.normal import Sample
from alerts.rules.parameters import Parameters
from alerts.rules.questions import Observation
from alerts.rules.words import amount, count
from ledger.events.notices import NoticeSent
from ledger.masses import ZERO

ORDERED = (
    "notice.sent",
    "notice.withdrawn",
    "shipment.amended",
    "shipment.cancelled",
    "party.trusted",
)
YEAR = timedelta(days=365)


@rule(
    "RF-02",
    version=1,
    severity=Severity.MEDIUM,
    family="quantity",
    name="Quantity outlier for this importer",
    parameters={
        "window_days": 730,
        "ratio": 3,
        "robust_z": Decimal("3.5"),
        "least_ratio": Decimal("1.5"),
        "orders_known": 5,
    },
    needs=ORDERED,
)
def quantity_outlier(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """An order is far greater than this buyer's orders of the substance have been.

    It is compared with the buyer's orders of the last `window_days`, of which there must be at
    least `orders_known`: greater than `ratio` times their median, or by more than `robust_z` robust
    standard deviations of their logarithms (shrunk towards a usual spread where they are few) and
    `least_ratio` times the median. A season explains it: an order as great at the same time of one
    of the three years before.

    Source: Regulation (EU) 2019/1148 Art 9(1)(c), uncommon quantities; DEA Suspicious Orders Task
    Force criteria.
    """
    at = ordered_at(dossier)
    parties = dossier.shipment.parties
    buyer = parties and (parties.importer or parties.consignee)
    for substance, kg in notified_kg(dossier.shipment).items():
        if at is None or not buyer or kg <= 0:
            return
        orders = dossier.elsewhere.observed(
            trade_of(buyer.key, substance), at, since=at - max(p.days("window_days"), 3 * YEAR)
        )
        recent = [each for each in orders if each.at >= at - p.days("window_days")]
        sample = Sample.of(recent).logs
        if sample.n < p.whole("orders_known") or _in_season(orders, kg, at):
            continue
        ratio = float(kg) / math.exp(sample.median)
        score = sample.robust_z(math.log(kg))
        far = score > p.number("robust_z") and ratio > p.number("least_ratio")
        if ratio > p.number("ratio") or far:
            yield Finding(
                summary=f"{amount(kg, 'kg')} are ordered, {ratio:.1f} times the median of this "
                f"importer's {sample.n} orders in the {count(p.number('window_days'), 'day')} "
                f"before (robust score {score:.1f}).",
                evidence=evidence(dossier.stated(NoticeSent)),
                key=substance,
            )


@rule(
    "RF-25",
    version=1,
    severity=Severity.HIGH,
    family="quantity",
    name="Order splitting below threshold",
    parameters={"threshold_kg": 100, "orders": 3, "window_days": 30},
    needs=ORDERED,
)
def order_splitting(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """Several small orders that together are a great one.

    At least `orders` orders of a substance by one buyer within `window_days`, each below
    `threshold_kg` and together above it; the one that crosses it carries the finding. A notice for
    several shipments says so beforehand, and a contract that the notice cites explains calls on it.

    Source: 21 CFR 1310.04, cumulative thresholds; Regulation (EU) 2015/1011 Annex I.
    """
    at = ordered_at(dossier)
    if at is None or dossier.shipment.covers is not None or _on_contract(dossier):
        return
    limit = p.number("threshold_kg")
    since = at - p.days("window_days")
    for substance, kg in notified_kg(dossier.shipment).items():
        for key in sorted(buyers(dossier.shipment)):
            before = dossier.elsewhere.observed(trade_of(key, substance), at, since=since)
            small = [each.value for each in before if each.value < limit]
            total = sum(small, ZERO) + kg
            if kg < limit < total and len(small) + 1 >= p.whole("orders"):
                window = count(p.number("window_days"), "day")
                yield Finding(
                    summary=f"{len(small) + 1} orders by one buyer within {window}, each below "
                    f"{amount(limit, 'kg')}, add up to {amount(total, 'kg')}.",
                    evidence=evidence(dossier.stated(NoticeSent)),
                    key=substance,
                )
                break


def ordered_at(dossier: Dossier) -> datetime | None:
    return None if is_off(dossier.shipment) else dossier.shipment.times.get("notified")


def _in_season(orders: Sequence[Observation], kg: Decimal, at: datetime) -> bool:
    """Whether as much was ordered within three weeks of this day in one of the years before."""
    days = timedelta(days=21)
    return any(
        each.value >= kg * Decimal("0.8") and abs(each.at - (at - years * YEAR)) <= days
        for each in orders
        for years in (1, 2, 3)
    )


def _on_contract(dossier: Dossier) -> bool:
    sent = dossier.stated(NoticeSent)
    return any(paper.type == "contract" for each in sent for paper in each.event.documents)
