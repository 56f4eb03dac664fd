"""What the goods cost: prices unlike others', and payments that no honest buyer would choose."""

import math
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from alerts.rules import Dossier, Finding, Severity, evidence, rule
from alerts.rules.aggregates import buyers, price_of, route_of, unit_prices
from alerts.rules.columns import goods_of
from alerts.rules.normal import Sample, shrunk_median
from alerts.rules.parameters import Parameters
from alerts.rules.words import count, day
from ledger.events.movements import ExportReleased
from ledger.events.receptions import ImportCleared

YEAR = timedelta(days=365)


@rule(
    "RF-23",
    version=1,
    severity=Severity.LOW,
    family="trade value",
    name="Unit price outlier",
    parameters={"low_ratio": Decimal("0.4"), "high_ratio": Decimal("2.5"), "prices_known": 12},
    needs=("export.released", "import.cleared"),
    alone=False,
)
def price_outlier(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """The goods are declared at a price a kilogram unlike that of the same substance before.

    The price is below `low_ratio` or above `high_ratio` times the median of the exports of the
    substance on the route in the same currency, drawn to that on all routes where the route has
    few; at least `prices_known` must be known together. Import values hold freight and insurance,
    which these ratios leave room for. Grades and packings differ, so this only adds to what else is
    found.

    Source: FATF/Egmont, trade-based money laundering indicators (2021): over- and under-invoicing.
    """
    route = route_of(dossier.shipment)
    for each in dossier.stated(ExportReleased, ImportCleared):
        for substance, currency, price in unit_prices(each.event):
            at = each.by.occurred_at
            wide = Sample.of(dossier.elsewhere.observed(price_of(substance, currency), at)).logs
            on_route = dossier.elsewhere.observed(price_of(substance, currency, route), at)
            own = Sample.of(on_route).logs
            if wide.n < p.whole("prices_known"):
                continue
            usual = shrunk_median(own, wide) if own.n else wide.median
            ratio = float(price) / math.exp(usual)
            if not float(p.number("low_ratio")) <= ratio <= float(p.number("high_ratio")):
                step = "export" if isinstance(each.event, ExportReleased) else "import"
                yield Finding(
                    summary=f"The {step} is declared at {ratio:.2f} times the usual price a "
                    f"kilogram, from {own.n} exports on the route and {wide.n} in all.",
                    evidence=evidence([each]),
                    key=f"{step}/{substance}",
                )


@rule(
    "RF-30",
    version=2,
    severity=Severity.MEDIUM,
    family="trade value",
    name="Unusual payment or terms",
    parameters={
        "window_days": 365,
        "near_days": 90,
        "payments": "cash third_party third_party_payer unrelated_country price_waiver crypto "
        "cryptocurrency overpayment",
    },
    needs=("notice.sent", "export.released", "transaction.suspected"),
)
def unusual_payment(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """Goods that cost something are paid for in a way that hides the payer, or not at all.

    A buyer of the shipment was reported within `window_days` before for an order with one of the
    `payments` (codes of `transaction.suspected`); more than `near_days` before, that only adds to
    what else is found. Or goods are released with a declared value of nothing. What somebody
    reported without leave to share it with suppliers is told to nobody.

    Source: Regulation (EU) 2019/1148 Art 9(1)(e); FATF; DEA Suspicious Orders Task Force criteria.
    """
    for each in dossier.stated(ExportReleased):
        values = [line.value.amount for line in goods_of(each.event) if line.value]
        if values and not any(values):
            yield Finding(
                summary="The goods were released for export at a declared value of nothing.",
                evidence=evidence([each]),
                key="waived",
            )
    at = dossier.shipment.times.get("notified") or dossier.shipment.times.get("released")
    if at is None:
        return
    for key in sorted(buyers(dossier.shipment)):
        for seen in dossier.elsewhere.standing(key).suspicions:
            recent = timedelta(0) <= at - seen.at <= p.days("window_days")
            if recent and seen.payment in p.words("payments"):
                before = count((at.date() - seen.at.date()).days, "day")
                yield Finding(
                    summary=f"A buyer of the goods was reported on {day(seen.at)}, {before} "
                    "before, for an order with an unusual payment.",
                    evidence=dossier_start(dossier),
                    key=seen.jti,
                    alone=at - seen.at <= p.days("near_days"),
                    countries=None if seen.shared else frozenset(),
                )


def dossier_start(dossier: Dossier) -> tuple[str, ...]:
    """The shipment's own first statement: the report itself is about a trader, not about it."""
    return tuple(each.by.jti for each in dossier.timeline[:1])
