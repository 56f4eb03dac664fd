"""Buyers that nobody knows: the first order of a firm, and of one that had long been silent."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from alerts.rules import Dossier, Finding, Severity, evidence, rule
from alerts.rules.aggregates import buyers, notified_kg, orders_of, trade_of
from alerts.rules.normal import Sample
from alerts.rules.orders import ORDERED, YEAR, ordered_at
from alerts.rules.parameters import Parameters
from alerts.rules.questions import Observation
from alerts.rules.words import amount, count, day
from ledger.events.notices import NoticeSent
from ledger.standing import Standing


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
    at = ordered_at(dossier)
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
    at = ordered_at(dossier)
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
