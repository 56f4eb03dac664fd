"""From an order to a voyage: what is to happen when, on which papers, as everybody intends it."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from seed import papers
from seed.world import Body
from seed.worlds import draws
from seed.worlds.deals import Order
from seed.worlds.firms import Firm
from seed.worlds.voyages import Voyage

BOX_KG = 22_000
MOST_BOXES = 6
VALID = timedelta(days=180)


def planned(order: Order, rng: random.Random) -> Voyage:
    """An order as everybody intends it to go: nothing lost, nothing late, every paper right."""
    deal, at = order.deal, _days(order, rng)
    terms = draws.dice("terms", deal.importer.identifier, deal.number)
    parties = {role: dict(firm.party) for role, firm in _parties(order).items()}
    price = draws.spread(rng, deal.price, 0.04)
    number = f"{order.number:06}"
    ref = f"{deal.exporting}-{at['notice.sent'].year % 100:02}-{number}"
    return Voyage(
        order=order,
        ref=ref,
        ref_in=ref,
        pen=f"PEN-{deal.exporting}-{number}",
        at=at,
        announced=order.at,
        eta=at["shipment.arrived"] + draws.days(rng, 0.5, 4),
        transit_due=at["transit.exited"] + draws.days(rng, 1, 6) if deal.transit else None,
        reply_due=at["notice.sent"] + timedelta(days=terms.choice((15, 15, 15, 21, 30))),
        line=_line(terms, order),
        line_in=_line(terms, order),
        parties=parties,
        parties_in=parties,
        price=price,
        price_in=price * (1 + terms.uniform(0.01, 0.08)),  # with freight and insurance
        delivery_address=deal.consignee.address,
        **_masses(order, terms),
        **_transport(order, rng),
        **_papers(order, at, rng),
    )


def _masses(order: Order, terms: random.Random) -> dict[str, Any]:
    """What everybody means to load; a permit may be good for a little more."""
    kg = order.kg
    same = ("asked", "doc", "doc_in", "confirmed", "sent", "came", "got")
    room = terms.choice((1.0, 1.0, 1.02, 1.1)), terms.choice((1.0, 1.0, 1.05, 1.2))
    return {**dict.fromkeys(same, kg), "permit_out": kg * room[0], "permit_in": kg * room[1]}


def _transport(order: Order, rng: random.Random) -> dict[str, Any]:
    deal = order.deal
    means = _means(rng, deal.mode)
    boxes = tuple(_boxes(rng, deal.exporting, deal.mode, order.kg))
    return {
        "transit": (deal.transit,) if deal.transit else (),
        "transit_port": deal.transit_port,
        "exit_port": deal.exit_port,
        "entry_port": deal.entry_port,
        "mode": deal.mode,
        "means": means,
        "means_in": means,
        "imo": papers.imo(rng) if deal.mode == "sea" else None,
        "boxes": boxes,
        "boxes_in": boxes,
        "intact": True,
    }


def _papers(order: Order, at: Mapping[str, datetime], rng: random.Random) -> dict[str, Any]:
    deal = order.deal
    out, far = at["export.authorised"].date(), at["import.authorised"].date()
    return {
        "valid_out": (out, out + VALID),
        "valid_in": (far, far + VALID),
        "export_permit": papers.number(rng, deal.exporting, "EXP"),
        "framework": False,
        "import_permit": papers.number(rng, deal.importing, "IMP"),
        "bill": papers.number(rng, {"sea": "BL", "air": "AWB"}.get(deal.mode, "CMR")),
        "invoice": papers.number(rng, "INV"),
        "mrn_out": papers.mrn(rng, deal.exporting, at["export.released"].year),
        "mrn_in": papers.mrn(rng, deal.importing, at["import.cleared"].year),
    }


def _parties(order: Order) -> Mapping[str, Firm]:
    deal = order.deal
    return {"exporter": deal.exporter, "importer": deal.importer, "consignee": deal.consignee}


def _days(order: Order, rng: random.Random) -> dict[str, datetime]:
    deal, gone = order.deal, draws.later(order.at, rng, 0, 1.6)
    lead = rng.uniform(25, 44) if draws.hit(rng, 0.93) else rng.uniform(6, 18)
    sent = order.at - timedelta(minutes=round(lead * 1440))
    answered = draws.later(sent, rng, lead * 0.15, lead * 0.55)
    came = gone + timedelta(days=travel_days(rng, deal.mode, deal.km))
    cleared = came + draws.days(rng, 0.3, 2.5) * rng.choice((1, 1, 1, 2, 4))
    delivered = draws.later(cleared, rng, 0.3, 4)
    received = draws.later(delivered, rng, 0.2, 9)
    at = {
        "notice.sent": sent,
        "notice.acknowledged": draws.later(sent, rng, 0.1, lead * 0.14),
        "notice.no_objection": answered,
        "import.authorised": draws.later(answered, rng, 0, lead * 0.08),
        "export.authorised": draws.later(sent, rng, lead * 0.65, lead * 0.93),
        "export.released": draws.later(gone, rng, -1.7, -0.15),
        "shipment.departed": gone,
        "shipment.arrived": came,
        "import.cleared": cleared,
        "shipment.delivered": delivered,
        "receipt.confirmed": received,
        "shipment.closed": draws.later(received, rng, 5, 40),
    }
    if deal.transit:
        share = rng.uniform(0.3, 0.6)
        entered = gone + (came - gone) * share
        at["transit.entered"] = entered
        at["transit.exited"] = entered + (came - entered) * rng.uniform(0.08, 0.45)
    return at


def travel_days(rng: random.Random, mode: str, km: float) -> float:
    """Days under way: by distance and mode, with a long tail by sea."""
    if mode == "sea":
        return 5 + draws.spread(rng, km * 1.35 / 620, 0.16) + rng.expovariate(1 / 2.2)
    if mode == "air":
        return draws.spread(rng, 1.6, 0.35)
    pace = 480 if mode == "road" else 340
    return 0.7 + draws.spread(rng, km * 1.25 / pace, 0.22)


def _line(rng: random.Random, order: Order) -> Body:
    ware = order.deal.ware
    return {
        "substance": ware.substance,
        "declared_name": rng.choice(ware.names),
        "cas": ware.cas,
        "hs": ware.hs,
        "un": ware.un,
        "form": ware.form,
        "concentration": ware.concentration,
    }


def _boxes(rng: random.Random, country: str, mode: str, kg: float) -> list[Body]:
    count = min(MOST_BOXES, max(1, -(-int(kg) // BOX_KG))) if mode in {"sea", "rail"} else 1
    return [
        {"container": papers.container(rng), "seals": [papers.seal(rng, country)]}
        for _ in range(count)
    ]


def _means(rng: random.Random, mode: str) -> str:
    if mode == "sea":
        return f"{rng.choice(papers.VESSELS)} {rng.randint(1, 99)}"
    word = {"air": "FLT", "rail": "TRN"}.get(mode, "TRK")
    return f"SIM {word} {draws.digits(rng, 4)}"
