"""How much is ordered: orders, and runs of orders, unlike those of the buyer before them."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median

from alerts.rules import Dossier, Finding, Severity, evidence, rule
from alerts.rules.aggregates import is_off, notified_kg, trade_of
from alerts.rules.normal import NORMAL, Sample
from alerts.rules.parameters import Parameters
from alerts.rules.questions import Observation
from alerts.rules.weighbridges import MOST, surprise
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
ROUNDING = 1e-9
RUN = 4  # orders in a row that are taken together
LEAST_SPREAD = 0.3  # of logarithms of orders: they come in whole packages, or lorries
AS_GREAT = Decimal("0.8")  # of an order: an earlier one of so much was as great


@rule(
    "RF-02",
    version=3,
    severity=Severity.MEDIUM,
    family="quantity",
    name="Quantity outlier for this importer",
    parameters={
        "window_days": 730,
        "run_days": 240,
        "least_ratio": Decimal("1.5"),
        "orders_known": 5,
        "rare_one_in": 12,
        "one_in": 50,
    },
    needs=ORDERED,
)
def quantity_outlier(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """An order, or several in a row, are far greater than this buyer's orders have been.

    The order is taken alone and with up to three of the buyer's last orders of the substance within
    `run_days`, and each time held against the median of those before, within `window_days`, of
    which there must be at least `orders_known`: on average more than `least_ratio` times as much.
    How seldom that happens is reckoned from how the buyer's orders differ (their logarithms, shrunk
    towards a usual spread where they are few; a heavy tail), that several were tried is allowed
    for, and a buyer who ordered as much before makes it no rarer than that, even for several in a
    row, since great orders follow each other. Once in `rare_one_in` cases is a weak sign, once in
    `one_in` a strong one. A season explains it: an order as great at
    the same time of one of the three years before.

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
        excess = _greatest(orders, kg, at, p)
        if excess is None or _in_season(orders, kg, at):
            continue
        if excess.surprise >= math.log(p.number("rare_one_in")):
            yield Finding(
                summary=excess.told(kg, p),
                evidence=evidence(dossier.stated(NoticeSent)),
                key=substance,
                alone=excess.surprise >= math.log(p.number("one_in")),
                surprise=excess.surprise,
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Excess:
    """The latest orders against those before them."""

    orders: int
    ratio: float
    known: int
    surprise: float

    def told(self, kg: Decimal, p: Parameters) -> str:
        run = f"; the last {self.orders} orders are on average" if self.orders > 1 else ","
        return (
            f"{amount(kg, 'kg')} are ordered{run} {self.ratio:.1f} times the median of this "
            f"importer's {self.known} orders before, within "
            f"{count(p.number('window_days'), 'day')}."
        )


def _greatest(
    orders: Sequence[Observation], kg: Decimal, at: datetime, p: Parameters
) -> _Excess | None:
    """This order alone or with some just before it, whichever is rarer in honest trade."""
    recent = [each for each in orders if each.at >= at - p.days("window_days") and each.value > 0]
    logs = [math.log(each.value) for each in recent]
    least = math.log(p.number("least_ratio"))
    tried = []
    for length in range(1, RUN + 1):
        known = len(recent) + 1 - length
        run = recent[known:]
        if known < p.whole("orders_known"):
            break
        if run and run[0].at < at - p.days("run_days"):
            break
        off = (sum(logs[known:]) + math.log(kg)) / length - median(logs[:known])
        if off < least - ROUNDING:  # most are: no more is asked of them
            continue
        before = [each.value for each in recent[:known]]
        excess = _against([*(each.value for each in run), kg], before)
        if excess.ratio > p.number("least_ratio"):
            tried.append(excess)
    best = max(tried, key=lambda each: each.surprise, default=None)
    if best is None:
        return None
    return replace(best, surprise=max(0.0, best.surprise - math.log(len(tried))))


def _against(run: Sequence[Decimal], before: Sequence[Decimal]) -> _Excess:
    sample = Sample(tuple(float(each) for each in before)).logs
    off = sum(math.log(each) for each in run) / len(run) - sample.median
    spread = max(sample.spread / NORMAL, LEAST_SPREAD)
    score = off / (spread * math.sqrt(1 / len(run) + 1 / len(before)))
    mean = sum(run, ZERO) / len(run)
    as_great = sum(each >= mean * AS_GREAT for each in before)
    seen = math.log((len(before) + 1) / (as_great + 1)) if as_great else math.inf
    rare = max(0.0, min(surprise(score), seen, MOST))
    return _Excess(orders=len(run), ratio=math.exp(off), known=len(before), surprise=rare)


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
