"""Great orders that come as many small ones."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median

from alerts.rules import Dossier, Finding, Severity, evidence, rule
from alerts.rules.aggregates import buyers, notified_kg, sizes_of, trade_of
from alerts.rules.orders import ORDERED, ordered_at
from alerts.rules.parameters import Parameters
from alerts.rules.questions import Observation
from alerts.rules.weighbridges import MOST
from alerts.rules.words import amount, count
from ledger.events.notices import NoticeSent
from ledger.masses import ZERO

FEW = 3  # of a buyer's earlier orders that say what it usually orders
# An order in half a year is expected of a buyer that is not known yet.
PRIOR_ORDERS, PRIOR_DAYS = 1.0, 180.0


@rule(
    "RF-25",
    version=4,
    severity=Severity.HIGH,
    family="quantity",
    name="Order splitting below threshold",
    parameters={
        "threshold_kg": 100,
        "orders": 3,
        "window_days": 30,
        "small_percent": 25,
        "history_days": 730,
        "one_in": 50,
    },
    needs=ORDERED,
)
def order_splitting(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """Several small orders that together are a great one.

    At least `orders` orders of a substance by one buyer within `window_days`, each small and
    together not; the one that crosses the line carries the finding. Small is below `threshold_kg`,
    or below `small_percent` of what the buyer (or else anybody) usually orders of the substance;
    then they must come faster than the buyer's own pace of the last `history_days` would have it
    more than once in `one_in` cases (a Poisson process whose rate is not well known). It weighs by
    how far faster they come; what is below the threshold and no faster only adds to what else is
    found, and so does what is called for by a contract that the notice cites: anybody can cite one.
    A notice for several shipments says so beforehand.

    Source: 21 CFR 1310.04, cumulative thresholds; Regulation (EU) 2015/1011 Annex I.
    """
    at = ordered_at(dossier)
    if at is None or dossier.shipment.covers is not None:
        return
    for substance, kg in notified_kg(dossier.shipment).items():
        for key in sorted(buyers(dossier.shipment)):
            since = at - p.days("history_days")
            orders = dossier.elsewhere.observed(trade_of(key, substance), at, since=since)
            split = _split(dossier, _Order(substance=substance, kg=kg, at=at), orders, p)
            if split is not None:
                yield split
                break


@dataclass(frozen=True, kw_only=True, slots=True)
class _Order:
    """So much of one substance, ordered at a moment."""

    substance: str
    kg: Decimal
    at: datetime


def _split(
    dossier: Dossier, order: _Order, orders: Sequence[Observation], p: Parameters
) -> Finding | None:
    opens = order.at - p.days("window_days")
    recent = [each for each in orders if each.at >= opens]
    if len(recent) + 1 < p.whole("orders"):
        return None  # as nearly always, and then nobody asks what is small
    before = orders[: len(orders) - len(recent)]
    limits = [p.number("threshold_kg")]
    usual = _usual(dossier, order.substance, before, opens)
    if usual is not None:
        limits.append(usual * p.share("small_percent"))
    for limit in limits:
        small = [each.value for each in recent if each.value < limit]
        total = sum(small, ZERO) + order.kg
        if not order.kg < limit < total or len(small) + 1 < p.whole("orders"):
            continue
        rare = _faster(len(small) + 1, before, opens, order.at)
        if limit == limits[0] or rare >= math.log(p.number("one_in")):
            window, called = count(p.number("window_days"), "day"), _on_contract(dossier)
            return Finding(
                summary=f"{len(small) + 1} orders by one buyer within {window}, each below "
                f"{amount(limit, 'kg')}, add up to {amount(total, 'kg')}"
                f"{'; the notice cites a contract that they may call upon' if called else ''}.",
                evidence=evidence(dossier.stated(NoticeSent)),
                key=order.substance,
                alone=not called and rare >= math.log(p.number("one_in")),
                surprise=rare,
            )
    return None


def _usual(
    dossier: Dossier, substance: str, before: Sequence[Observation], at: datetime
) -> Decimal | None:
    """What the buyer usually orders of the substance, or anybody where the buyer is new."""
    known = before if len(before) >= FEW else dossier.elsewhere.observed(sizes_of(substance), at)
    return median(each.value for each in known) if len(known) >= FEW else None


def _faster(orders: int, before: Sequence[Observation], opens: datetime, at: datetime) -> float:
    """Minus the logarithm of how often so many or more come by the buyer's own pace.

    Gamma-Poisson: the number in a window is negative binomial (Gelman et al., Bayesian Data
    Analysis, 2.6).
    """
    day = timedelta(days=1)
    known = (opens - before[0].at) / day if before else 0.0
    shape, rate = len(before) + PRIOR_ORDERS, known + PRIOR_DAYS
    share = rate / (rate + (at - opens) / day)
    below = sum(
        math.exp(
            math.lgamma(k + shape)
            - math.lgamma(shape)
            - math.lgamma(k + 1)
            + shape * math.log(share)
            + k * math.log(1 - share)
        )
        for k in range(orders)
    )
    return min(MOST, -math.log(max(1 - below, math.exp(-MOST))))


def _on_contract(dossier: Dossier) -> bool:
    sent = dossier.stated(NoticeSent)
    return any(paper.type == "contract" for each in sent for paper in each.event.documents)
