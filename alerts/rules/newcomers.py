"""Firms without a past, or silent for long, that order much."""

import math
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from alerts.rules import Dossier, Finding, Severity, evidence, rule
from alerts.rules.aggregates import (
    buyers,
    notified_kg,
    orders_of,
    sizes_of,
    trade_of,
)
from alerts.rules.identities import YOUNG, orders_by, usually_new
from alerts.rules.names import ALIKE, closeness
from alerts.rules.normal import Sample
from alerts.rules.orders import ORDERED, YEAR, ordered_at
from alerts.rules.parameters import Parameters
from alerts.rules.questions import MOST
from alerts.rules.sightings import contacts_of, own_sightings
from alerts.rules.words import amount, day
from ledger.claims import Party
from ledger.events.notices import NoticeSent
from ledger.standing import Standing

FEW = 20  # shipments that are looked into
SETTLING = timedelta(days=30)  # reports come late: what is compared with is older


@rule(
    "RF-29",
    version=2,
    severity=Severity.MEDIUM,
    family="party",
    name="Newly formed or dormant company with large order",
    parameters={
        "young_days": 365,
        "dormant_days": 730,
        "large_percentile": 60,
        "orders_known": 8,
        "usual_percent": 50,
    },
    needs=(*ORDERED, "party.licensed", "party.evaluated", "trader.merged"),
)
def new_or_dormant(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """A firm without a past orders more than most do.

    Nobody had notified an order of the importer until half a year before, under its number, its
    name or a name alike with the same telephone, mailbox or address, and no licence of it is as old
    as `young_days`; or it has ordered before but not for `dormant_days`. The order is above the
    `large_percentile` of the country's orders of the substance or, where fewer than `orders_known`
    are known, of all orders of it. Where more than `usual_percent` of orders are first ones (a
    country that has just joined), nobody is new. What follows a first order within half a year is
    weak: honest firms that begin go on. A site evaluation passed within two years explains it.

    Source: FATF/Egmont, trade-based money laundering indicators (2021): recently formed, shell.
    """
    at = ordered_at(dossier)
    parties = dossier.shipment.parties
    if at is None or parties is None or parties.importer is None:
        return
    past = _past(dossier, parties.importer, at, p)
    if past is None or _visited(dossier.elsewhere.standing(parties.importer.key), at):
        return
    said, begun = past
    usual = usually_new(dossier, begun)
    if usual is None or usual > p.share("usual_percent"):
        return
    for substance, kg in notified_kg(dossier.shipment).items():
        sample, whose = _sizes(dossier, substance, at, p.whole("orders_known"))
        larger = (1 + sum(value >= kg for value in sample.values)) / (sample.n + 1)
        if sample.n >= p.whole("orders_known") and larger <= 1 - p.share("large_percentile"):
            yield Finding(
                summary=f"{said}; it now orders {amount(kg, 'kg')}, more than "
                f"{p.whole('large_percentile')} % of {whose} {sample.n} orders of the substance "
                "before.",
                evidence=evidence(dossier.stated(NoticeSent)),
                key=substance,
                alone=begun == at,
                surprise=-math.log(usual * larger),
            )


def _sizes(dossier: Dossier, substance: str, at: datetime, enough: int) -> tuple[Sample, str]:
    """Orders of the substance to this country, or to all where these are few, and whose."""
    route, since = dossier.shipment.route, at - 2 * YEAR
    if route is not None:
        what = orders_of(route.importing, substance)
        own = Sample.of(dossier.elsewhere.observed(what, at, since=since))
        if own.n >= enough:
            return own, "the country's"
    wide = dossier.elsewhere.observed(sizes_of(substance), at - SETTLING, since=since)
    return Sample.of(wide), "all"


def _past(
    dossier: Dossier, firm: Party, at: datetime, p: Parameters
) -> tuple[str, datetime] | None:
    """What makes a firm one without a past, and since when it is here; None where it has one."""
    history = orders_by(dossier.elsewhere, firm, at)
    last = history[-1].at if history else _forgotten(dossier, firm, at)
    if last is not None and at - last >= p.days("dormant_days"):
        return f"The importer had ordered nothing since {day(last)}", at
    if history and (at - history[0].at >= YOUNG or len(history) >= MOST):
        return None
    begun = _licensed_since(dossier.elsewhere.standing(firm.key))
    is_old = begun is not None and at.date() - begun >= p.days("young_days")
    if is_old or _known_otherwise(dossier, firm, at):
        return None
    if history:
        first = history[0].at
        return f"The importer's first order was notified on {day(first)}", first
    if begun is not None:
        return f"The importer's first licence is of {day(begun)}, and it had ordered nothing", at
    return "The importer had ordered nothing that anybody knows of", at


def _forgotten(dossier: Dossier, firm: Party, at: datetime) -> datetime | None:
    """The last order of a firm that has long ordered none."""
    orders = dossier.elsewhere.observed(trade_of(firm.key), at)
    return orders[-1].at if orders else None


def _licensed_since(standing: Standing) -> date | None:
    words = (each.licence for said in standing.words.values() for each in said)
    return min((each.valid_from for each in words), default=None)


def _known_otherwise(dossier: Dossier, firm: Party, at: datetime) -> bool:
    """Whether a firm of a name alike had been reached the same way: it was written down anew."""
    refs = {
        each.ref
        for _, what, mine in contacts_of(own_sightings(dossier))
        if firm.key in mine.keys
        for each in dossier.elsewhere.observed(what, at - YOUNG)[-FEW:]
    }
    return any(
        closeness(party.name, firm.name) >= ALIKE
        for other in dossier.elsewhere.shipments(sorted(refs))
        for party in buyers(other).values()
    )


def _visited(standing: Standing, at: datetime) -> bool:
    return any(
        each.result == "pass" and timedelta(0) <= at.date() - each.on <= 2 * YEAR
        for each in standing.evaluations
    )
