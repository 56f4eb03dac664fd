"""What goes to a whole country, against its own seasons."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial

from alerts.rules import Dossier, Finding, Severity, evidence, rule
from alerts.rules.aggregates import is_off, notified_kg
from alerts.rules.parameters import Parameters
from alerts.rules.words import amount, count
from ledger.events.notices import NoticeSent
from ledger.masses import ZERO

SPANS_A_YEAR = 4


@rule(
    "RF-33",
    version=1,
    severity=Severity.MEDIUM,
    family="quantity",
    name="Import surge by country or substance",
    parameters={"span_days": 90, "years": 3, "ratio": 2, "spans_known": 8},
    needs=("notice.sent", "notice.withdrawn", "shipment.amended", "shipment.cancelled"),
)
def import_surge(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """Much more of a substance is on its way to a country than in any season before.

    What was notified in the last `span_days` is more than `ratio` times what the season leads one
    to expect, and more than in any such span of `years` before; at least `spans_known` of those
    must hold something. What is expected is the mean of the same spans a year, two and three years
    before, drawn to the mean of all spans. Only the importing country is told. One diverted load
    does not show at this scale: no surge does not mean that all is well.

    Source: INCB, monitoring of trends; GAO-12-907T on why a national figure alone is not enough.
    """
    shipment, at = dossier.shipment, dossier.shipment.times.get("notified")
    if at is None or shipment.route is None or is_off(shipment):
        return
    country, days = shipment.route.importing, p.whole("span_days")
    spans = partial(dossier.elsewhere.imports, country, last=at.date(), days=days)
    for substance in notified_kg(shipment):
        now, *before = spans(substance, spans=1 + SPANS_A_YEAR)
        if now <= max(before):  # as nearly always: then nobody asks of the years before
            continue
        now, *before = spans(substance, spans=1 + SPANS_A_YEAR * p.whole("years"))
        known = [each for each in before if each > 0]
        if len(known) < p.whole("spans_known") or now <= max(before):
            continue
        expected = _expected(before)
        if now > expected * p.number("ratio"):
            quarter = f"{at.year}-{(at.month + 2) // 3}"
            yield Finding(
                summary=f"{amount(now, 'kg')} were notified towards {country} in "
                f"{count(days, 'day')}, {now / expected:.1f} times what its season leads to expect "
                f"({amount(expected, 'kg')}, from {len(known)} such spans before) and more than "
                "in any of them.",
                evidence=evidence(dossier.stated(NoticeSent)),
                about=("country", f"{country}/{substance}/{quarter}"),
                countries=frozenset({country}),
            )


def _expected(before: list[Decimal]) -> Decimal:
    """The mean of the same season, of which there are few, drawn to the mean of all spans."""
    season = before[SPANS_A_YEAR - 1 :: SPANS_A_YEAR]
    overall = sum(before, ZERO) / len(before)
    return (sum(season, ZERO) + 2 * overall) / (len(season) + 2)
