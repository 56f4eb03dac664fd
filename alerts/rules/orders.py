"""Who orders how much: buyers that nobody knows, and orders unlike those before them."""

import math
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from alerts.rules import Dossier, Finding, Severity, evidence, rule
from alerts.rules.normal import Sample
from alerts.rules.observing import buyers, is_off, notified_kg, orders_of, trade_of
from alerts.rules.parameters import Parameters
from alerts.rules.questions import Observation
from alerts.rules.words import amount, count, day
from ledger.events.notices import NoticeSent
from ledger.masses import ZERO
from ledger.standing import Standing

ORDERED = (
    "notice.sent",
    "notice.withdrawn",
    "shipment.amended",
    "shipment.cancelled",
    "party.trusted",
)
YEAR = timedelta(days=365)


@rule(
    "RF-01",
    version=1,
    severity=Severity.INFO,
    family="party",
    name="First-seen importer or consignee",
    parameters={"window_days": 730, "orders_known": 20},
    needs=ORDERED,
    alone=False,
)
def first_seen(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """No order of any substance by this importer, nor by its consignee, for a long time.

    Nobody is known by whom the ledger cannot know: the rule speaks only where the last
    `window_days` hold at least `orders_known` other orders of the substance to that country.
    A validated trusted trader is not strange. Every honest firm has a first order, so this only
    adds to what else is found.

    Source: INCB, verify the bona fides of all new companies.
    """
    at = _ordered_at(dossier)
    parties = dossier.shipment.parties
    if at is None or parties is None or parties.importer is None:
        return
    since, keys = at - p.days("window_days"), sorted(buyers(dossier.shipment))
    if any(dossier.elsewhere.observed(trade_of(key), at, since=since) for key in keys):
        return
    known = max(
        (len(_country_orders(dossier, s, at, since)) for s in notified_kg(dossier.shipment)),
        default=0,
    )
    if known < p.whole("orders_known") or any(_trusted(dossier, key, at) for key in keys):
        return
    yield Finding(
        summary=f"Nobody has notified an order by this importer or its consignee in the "
        f"{count(p.number('window_days'), 'day')} before, among {known} orders of the substance "
        "to that country.",
        evidence=evidence(dossier.stated(NoticeSent)),
    )


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
    at = _ordered_at(dossier)
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
    at = _ordered_at(dossier)
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


@rule(
    "RF-29",
    version=1,
    severity=Severity.MEDIUM,
    family="party",
    name="Newly formed or dormant company with large order",
    parameters={
        "young_days": 365,
        "dormant_days": 730,
        "large_percentile": 75,
        "orders_known": 20,
    },
    needs=(*ORDERED, "party.licensed", "party.evaluated"),
)
def new_or_dormant(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """A firm without a past orders more than most do.

    The importer got its first licence less than `young_days` before and had ordered nothing, or it
    has ordered before but not for `dormant_days`. The order is above the `large_percentile` of the
    country's orders of the substance, of which at least `orders_known` must be known. A site
    evaluation that it passed within two years explains it.

    Source: FATF/Egmont, trade-based money laundering indicators (2021): recently formed, shell.
    """
    at = _ordered_at(dossier)
    parties = dossier.shipment.parties
    if at is None or parties is None or parties.importer is None:
        return
    key = parties.importer.key
    standing = dossier.elsewhere.standing(key)
    history = dossier.elsewhere.observed(trade_of(key), at)
    said = _past(standing, history, at, p)
    if said is None or _visited(standing, at):
        return
    for substance, kg in notified_kg(dossier.shipment).items():
        sample = Sample.of(_country_orders(dossier, substance, at, at - 2 * YEAR))
        if sample.n < p.whole("orders_known"):
            continue
        usual = sample.quantile(float(p.share("large_percentile")))
        if kg > Decimal(str(usual)):
            yield Finding(
                summary=f"{said}; it now orders {amount(kg, 'kg')}, more than "
                f"{p.whole('large_percentile')} % of the country's {sample.n} orders of the "
                "substance before.",
                evidence=evidence(dossier.stated(NoticeSent)),
                key=substance,
            )


def _ordered_at(dossier: Dossier) -> datetime | None:
    return None if is_off(dossier.shipment) else dossier.shipment.times.get("notified")


def _country_orders(
    dossier: Dossier, substance: str, at: datetime, since: datetime
) -> tuple[Observation, ...]:
    route = dossier.shipment.route
    if route is None:
        return ()
    return dossier.elsewhere.observed(orders_of(route.importing, substance), at, since=since)


def _trusted(dossier: Dossier, key: str, at: datetime) -> bool:
    trusts = dossier.elsewhere.standing(key).trusts.values()
    return any(
        each.status == "validated"
        and each.valid_from <= at.date()
        and (each.valid_to is None or at.date() <= each.valid_to)
        for each in trusts
    )


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


def _past(
    standing: Standing, history: Sequence[Observation], at: datetime, p: Parameters
) -> str | None:
    if history:
        silent = at - history[-1].at
        if silent < p.days("dormant_days"):
            return None
        return f"The importer had ordered nothing since {day(history[-1].at)}"
    begun = min((each.valid_from for each in standing.licences.values()), default=None)
    if begun is None or not timedelta(0) <= at.date() - begun < p.days("young_days"):
        return None
    return f"The importer's first licence is of {day(begun)}, and it had ordered nothing"


def _visited(standing: Standing, at: datetime) -> bool:
    return any(
        each.result == "pass" and timedelta(0) <= at.date() - each.on <= 2 * YEAR
        for each in standing.evaluations
    )
