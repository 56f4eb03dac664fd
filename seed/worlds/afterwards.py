"""What becomes of goods after they came in, or never left: used, sent on, refused beforehand."""

import random
from datetime import datetime, timedelta

from seed import papers
from seed.world import Body
from seed.worlds import draws
from seed.worlds.teller import day
from seed.worlds.voyages import Extra, Voyage


def used(voyage: Voyage, rng: random.Random, *, gone: float) -> Voyage:
    """The importing authority reports what was used since the receipt, and what is left."""
    since = voyage.at.get("receipt.confirmed", voyage.at["import.cleared"])
    at = since + draws.days(rng, 30, 80)
    spent = rng.uniform(0.4, 1.0) * (1 - gone)
    line = {k: voyage.line_in[k] for k in ("substance", "declared_name", "concentration")}

    def of(kg: float) -> list[dict[str, object]]:
        return [{**line, "quantity": {"amount": f"{max(0, round(kg))}", "unit": "KGM"}}]

    claims = {
        "period_from": since.date().isoformat(),
        "period_to": at.date().isoformat(),
        "used": of(voyage.got * spent),
        "on_hand": of(voyage.got * (1 - gone - spent)),
        "use": voyage.order.deal.use,
    }
    return voyage.plus(
        Extra(kind="use.reported", agency=f"{voyage.importing}-CNA", at=at, claims=claims)
    )


def reexported(
    voyage: Voyage, rng: random.Random, onward: str, *, share: float, days: float
) -> Voyage:
    """Goods leave the importing country again, under another reference."""
    if "import.cleared" not in voyage.at:
        return voyage
    kg = f"{round(voyage.got * share)}"
    line = {k: voyage.line_in[k] for k in ("substance", "declared_name", "concentration")}
    child = {
        "shipment": f"{voyage.importing}-{voyage.arrived.year % 100}-{draws.digits(rng, 6)}",
        "goods": [{**line, "quantity": {"amount": kg, "unit": "KGM"}}],
    }
    claims: Body = {
        "child": child,
        "destination": onward,
        "authorisation": papers.number(rng, voyage.importing, "EXP"),
        "all_of_it": share > 0.95,
    }
    at = voyage.at["import.cleared"] + timedelta(days=days)
    again = Extra(
        kind="shipment.reexported", agency=f"{voyage.importing}-CUSTOMS", at=at, claims=claims
    )
    return voyage.plus(again)


def objected(voyage: Voyage, rng: random.Random, *, reason: str, at: datetime) -> Voyage:
    """The importing authority objects instead of agreeing."""
    claims: Body = {
        "pen": voyage.pen,
        "reason": reason,
        "decided_on": day(at),
        "requests_stop": draws.hit(rng, 0.3),
    }
    agency = f"{voyage.importing}-CNA"
    said = Extra(kind="notice.objected", agency=agency, at=at, claims=claims)
    return voyage.without("notice.no_objection", "import.authorised").plus(said)


def refused(voyage: Voyage, rng: random.Random) -> Voyage:
    """An order that was objected to and taken back: nothing of it ever left."""
    at = voyage.at.get("notice.no_objection", voyage.announced)
    at = min(at, voyage.at["export.authorised"])
    reason = rng.choice(("company_unknown", "no_licence", "other", "documents_false"))
    kept = {kind: when for kind, when in voyage.at.items() if when < at and kind in BEFORE}
    voyage = objected(voyage.but(at=kept, more=()), rng, reason=reason, at=at)
    claims: Body = {"pen": voyage.pen, "reason": "objected_to"}
    back = draws.later(at, rng, 0.5, 9)
    agency = f"{voyage.exporting}-CNA"
    return voyage.plus(Extra(kind="notice.withdrawn", agency=agency, at=back, claims=claims))


BEFORE = frozenset({"notice.sent", "notice.acknowledged"})
