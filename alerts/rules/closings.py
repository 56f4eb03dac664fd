"""Whether the loop closes: what was cleared is received, and somebody says so."""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta

from alerts.rules import Dossier, Finding, Severity, evidence, rule
from alerts.rules.aggregates import buyers, importing
from alerts.rules.habits import (
    SETTLED,
    left_out,
    papers_take,
    receipts_of,
    silences_of,
    unconfirmed_of,
    wait_of,
)
from alerts.rules.normal import at_least
from alerts.rules.otherhalf import closed_elsewhere
from alerts.rules.parameters import Parameters
from alerts.rules.words import day, percent_of
from ledger.events.receptions import Delivered, ImportCleared
from ledger.shipments import Shipment

ALIKE = 3.0  # loads that a country's habit says of one of its buyers: some never confirm any
LOADS = 12  # of one buyer that are looked at, the latest
RECEIPT_MISSING = 0.08  # of goods cleared, before a country is known
SILENT = 0.05  # of goods cleared nobody tells of delivery or receipt, before a country is known
RARE = 0.02  # how seldom a country's habit may leave so many of one buyer's receipts out


def _never_closed(dossier: Dossier, p: Parameters) -> Iterator[datetime]:
    shipment = dossier.shipment
    if shipment.status in {"cleared", "delivered"} and "received" not in shipment.times:
        yield _reached(shipment) + p.days("limit_days") + _receipt_takes(dossier, p)


def _reached(shipment: Shipment) -> datetime:
    return max(shipment.times[name] for name in ("cleared", "delivered") if name in shipment.times)


def _receipt_takes(dossier: Dossier, p: Parameters) -> timedelta:
    """What the office that confirms receipts needs for its papers: the one that answers notices."""
    what, most = wait_of("reply", importing(dossier.shipment)), p.days("most_wait_days")
    return papers_take(dossier, what, _reached(dossier.shipment), least=timedelta(0), most=most)


@rule(
    "RF-19",
    version=4,
    severity=Severity.MEDIUM,
    family="process",
    name="Loop never closed",
    parameters={"limit_days": 30, "most_wait_days": 30, "loads": 3},
    due=_never_closed,
)
def loop_never_closed(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """Goods were cleared or delivered, and nobody confirms that they were received.

    The receipt, or the closing of the books, is expected within `limit_days` of the last of these
    steps, and what that authority's papers take, `most_wait_days` at the most. Goods that were
    split, sent on, seized or destroyed meanwhile have another end. One receipt that is missing only
    adds to what else is found, and weighs by how often that country leaves them out, or leaves out
    delivery and receipt both where nobody told of either. It stands alone from `loads` loads of one
    buyer that nobody confirms, where the country's habit would leave out so many in fewer than one
    case in five hundred, for all that its buyers differ. Of the buyer's latest loads as many are
    taken together as speak loudest, and that several were tried is allowed for.

    Source: return of copy 3 under EU 111/2005; confirmation of receipt in Argentina (RENPRE).
    """
    for due in _never_closed(dossier, p):
        if dossier.now >= due and not closed_elsewhere(dossier):
            yield _open(dossier, due, p)


def _open(dossier: Dossier, due: datetime, p: Parameters) -> Finding:
    shipment, reached = dossier.shipment, _reached(dossier.shipment)
    settled = shipment.times.get("cleared", reached) + SETTLED
    habit = left_out(dossier, receipts_of(importing(shipment)), settled, usual=RECEIPT_MISSING)
    open_, of, chance = _of_buyer(dossier, settled, habit.share)
    known = f" Of receipts there {percent_of(habit.share)} never come." if habit.known else ""
    if "delivered" not in shipment.times:
        silence = silences_of(importing(shipment))
        silent = left_out(dossier, silence, settled, usual=SILENT)
        chance = min(chance, silent.share)
        known += " Nobody told of a delivery either"
        known += f", as with {percent_of(silent.share)} of goods there." if silent.known else "."
    several = f" Of the last {of} loads of this buyer {open_} were not." if open_ > 1 else ""
    return Finding(
        summary=f"The goods were {shipment.status} on {day(reached)} and no receipt was confirmed "
        f"by {day(due)}.{known}{several}",
        evidence=evidence(dossier.stated(ImportCleared), dossier.stated(Delivered)),
        alone=open_ >= p.whole("loads") and chance < RARE,
        surprise=-math.log(max(chance, 1e-9)),
    )


def _of_buyer(dossier: Dossier, before: datetime, share: float) -> tuple[int, int, float]:
    """Of a buyer's latest loads, this one included: how many are open, of how many, by chance."""
    best = (1, 1, share)
    for key in sorted(buyers(dossier.shipment)):
        seen = dossier.elsewhere.observed(unconfirmed_of(key), before)[1 - LOADS :]
        open_, gone = 1, sum(int(each.value) for each in seen)
        for of, each in enumerate(reversed(seen), start=2):
            open_, gone = open_ + int(each.value), gone - int(each.value)
            if each.value:
                earlier = (gone, len(seen) + 1 - of)
                chance = at_least(open_, of, share, alike=ALIKE, earlier=earlier)
                chance = min(1.0, chance * len(seen))
                best = min(best, (open_, of, chance), key=lambda tried: tried[2])
    return best
