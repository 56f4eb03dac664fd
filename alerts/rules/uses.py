"""What the goods are for: uses that do not fit, and books at the end user that do not close."""

import math
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from alerts.rules import Dossier, Finding, Said, Severity, evidence, rule, slips
from alerts.rules.aggregates import use_of
from alerts.rules.columns import Column, accounted_for, column, goods_of
from alerts.rules.parameters import Parameters
from alerts.rules.readings import papers_of
from alerts.rules.remembered import once
from alerts.rules.words import amount, count
from ledger.events.movements import Departed, ExportReleased
from ledger.events.notices import NoticeSent
from ledger.events.receptions import Arrived, ImportCleared, UseReported
from ledger.masses import ZERO, Weighed
from ledger.vocabulary import ShipmentEvent

GAP = timedelta(days=14)  # between reports that follow each other
MORE = Decimal("1.05")  # times what was sent, beyond any scale
BEYOND = 20  # times what came: books that say so much say nothing
USUAL_USES = 5  # of a substance: so many new ones are taken for granted, however few are known
USUALLY_OFF = 0.02  # of what was received: so much more makes an honest gap in books e times rarer


@rule(
    "RF-06",
    version=2,
    severity=Severity.LOW,
    family="end use",
    name="End use does not fit the business",
    parameters={"plausible_uses": "", "notices_known": 10},
    needs=("notice.sent", "use.reported"),
    alone=False,
)
def unusual_use(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """The use stated for a substance is one that it is not known for.

    What counts is the use that the notice states and what its user reports to have done with it.
    `plausible_uses` is the programme's matrix, words like `acetone:coatings`, odd but licit pairs
    included: where it has the substance, a use outside it is medium. Where it has not, a use that
    nobody stated of the substance before, in at least `notices_known` orders of which any is known,
    is low and only adds to what else is found; the more of them there are, the more it weighs.

    Source: Regulation (EU) 2019/1148 Art 9(1)(a)-(b); Customs News (2015), cement firms importing
    solvents.
    """
    at = dossier.shipment.times.get("notified")
    if at is None:
        return
    pairs = [each.partition(":") for each in sorted(p.words("plausible_uses"))]
    for substance, use, said in stated_uses(dossier):
        uses = {of for name, _, of in pairs if name == substance}
        if uses and use not in uses:
            words = f"is not among the {count(len(uses), 'use')} that the programme expects"
            yield _unfit(said, words, (substance, use), severity=Severity.MEDIUM)
        elif not uses and not dossier.elsewhere.observed(use_of(substance, use), at):
            known = len(dossier.elsewhere.observed(use_of(substance), at))
            if known >= p.whole("notices_known"):
                rare = math.log(1 + known / USUAL_USES)
                words = f"is that of none of {known} orders before"
                yield _unfit(said, words, (substance, use), surprise=rare)


@once
def stated_uses(dossier: Dossier) -> tuple[tuple[str, str, Said[ShipmentEvent]], ...]:
    """(substance, use, who said so) of all that anybody states the goods to be for."""
    found: dict[tuple[str, str], Said[ShipmentEvent]] = {}
    for sent in dossier.stated(NoticeSent)[-1:]:
        for line in sent.event.goods if sent.event.end_use else ():
            found.setdefault((line.substance, sent.event.end_use or ""), sent)
    for told in dossier.stated(UseReported):
        for line in told.event.used:
            found.setdefault((line.substance, told.event.use), told)
    return tuple((*pair, found[pair]) for pair in sorted(found))


def _unfit(
    said: Said[ShipmentEvent],
    words: str,
    of: tuple[str, str],
    *,
    severity: Severity | None = None,
    surprise: float | None = None,
) -> Finding:
    return Finding(
        summary=f"The use stated for the goods {words}.",
        evidence=evidence([said]),
        severity=severity,
        alone=severity is not None,
        key=":".join(of),
        surprise=surprise,
    )


@rule(
    "RF-20",
    version=5,
    severity=Severity.HIGH,
    family="use",
    name="Stock imbalance at end user",
    parameters={
        "tolerance_percent": 1,
        "floor_kg": 100,
        "process_loss_percent": 0,
        "one_in": 50,
    },
    needs=("use.reported", "receipt.confirmed", "shipment.reexported", "loss.reported"),
)
def stock_imbalance(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """What an end user received is not what it used, sold, lost and still has.

    Received (or delivered, where nobody confirmed a receipt), less all that was reported used,
    resold and wasted since, less what was reported lost, seized, returned, split off or sent on,
    must be what the last report has on hand. A difference is found above `tolerance_percent` of
    what was received and above `floor_kg`; `process_loss_percent` of what was used may be gone
    besides. It weighs by its share of what was received, since books are rounded and stocks
    estimated: what honest books come to oftener than once in `one_in` is a weak sign. That more was
    used than came speaks of an older stock, and that, what looks like a slip of the unit, a receipt
    of more than was sent, and reports with a gap between them only add to what else is found.
    Without a stock on hand in the last report, where the books hold many times what came or are
    kept in another unit (litres of what came in kilograms), or of goods that no step before the
    receipt knows, nothing is said.

    Source: Regulation (EU) 2015/1011 Art 9, annual summaries.
    """
    received = column(dossier, "received") or column(dossier, "delivered")
    reports = dossier.stated(UseReported)
    if received is None or not reports or not reports[-1].event.on_hand:
        return
    shipment = dossier.shipment
    gone = Weighed()
    for each in reports:
        event = each.event
        gone = gone.plus(shipment.weighed((*event.used, *event.resold, *event.wasted)))
    left = shipment.weighed(reports[-1].event.on_hand)
    used, sent = shipment.balance.get("used", Weighed()), _sent(dossier)
    for key, came in sorted(received.masses.amounts.items()):
        if key.rpartition("/")[0] not in sent:
            continue  # a receipt filed under the wrong reference
        if _otherwise_measured(key, gone, left):
            continue  # litres and kilograms of what nobody stated a density of
        elsewhere = accounted_for(dossier, key, received.first_at)
        left_over = came - gone.amounts.get(key, ZERO) - elsewhere - left.amounts.get(key, ZERO)
        spoilt = used.amounts.get(key, ZERO) * p.share("process_loss_percent")
        allowed = max(came * p.share("tolerance_percent"), p.number("floor_kg")) + max(spoilt, ZERO)
        if abs(left_over) > allowed and came - left_over < came * BEYOND:
            yield _gap(dossier, received, reports, (key, left_over), p)


def _otherwise_measured(key: str, *books: Weighed) -> bool:
    """Whether the books hold some of the substance in another unit than it was received in."""
    of = f"{key.rpartition('/')[0]}/"
    return any(each.startswith(of) and each != key for book in books for each in book.amounts)


def _sent(dossier: Dossier) -> set[str]:
    """The substances that any step before the receipt knows of; all, where none says."""
    known = {
        line.substance
        for each in dossier.stated(NoticeSent, ExportReleased, Departed, Arrived, ImportCleared)
        for line in goods_of(each.event)
    }
    return known or set(dossier.shipment.substances)


def _gap(
    dossier: Dossier,
    received: Column,
    reports: Sequence[Said[UseReported]],
    apart: tuple[str, Decimal],
    p: Parameters,
) -> Finding:
    """Books that are so far apart from what came of one substance."""
    key, left_over = apart
    came = received.masses.amounts[key]
    slip = slips.unit_slip(came - left_over, came)
    sure = slip is None and not _overstated(dossier, key, came)
    surprise = _surprise(left_over, came) if sure else None
    rare = surprise is not None and surprise >= math.log(p.number("one_in"))
    return Finding(
        summary=_told(came, left_over, key.rpartition("/")[2], len(reports), slip),
        severity=Severity.LOW if slip else None,
        evidence=evidence(received.said, reports),
        key=key,
        alone=rare and _whole(received, reports),
        surprise=surprise,
    )


def _overstated(dossier: Dossier, key: str, came: Decimal) -> bool:
    """Whether more is said to have come than was sent: a receipt told twice, or of other goods."""
    papers = papers_of(dossier, key)
    return papers is not None and came > papers.masses.amounts[key] * MORE


def _whole(received: Column, reports: Sequence[Said[UseReported]]) -> bool:
    """Whether the reports follow each other from the receipt on: one that is missing used some."""
    told = received.first_at.date()
    for each in sorted(reports, key=lambda said: said.event.period_from):
        if each.event.period_from - told > GAP:
            return False
        told = max(told, each.event.period_to)
    return True


def _surprise(left_over: Decimal, came: Decimal) -> float | None:
    return float(left_over / came) / USUALLY_OFF if left_over > 0 and came else None


def _told(came: Decimal, left_over: Decimal, unit: str, reports: int, slip: str | None) -> str:
    word = "not accounted for" if left_over > 0 else "more than came"
    looks = f"; it looks like {slip}" if slip else ""
    return (
        f"Of {amount(came, unit)} received, {amount(abs(left_over), unit)} are {word} after "
        f"{count(reports, 'report')} of what was used, sold, wasted and is on hand{looks}."
    )
