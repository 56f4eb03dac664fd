"""What agencies at the far end state: arrival, clearance, delivery, receipt, closing."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from seed.world import Body
from seed.worlds.teller import Teller, day, valued

Told = Iterator[tuple[datetime, Body]]


def arrived(t: Teller) -> Told:
    """A sighting; goods only where somebody weighed them."""
    v = t.voyage
    half = len(v.boxes_in) // 2
    parts = [(t.at, v.boxes_in)]
    if v.rest_after is not None and half:
        parts = [(t.at, v.boxes_in[:half]), (t.at + v.rest_after, v.boxes_in[half:])]
    for at, boxes in parts:
        seen: Body = {"observed": t.observed(v.entry_port, means=v.means_in, boxes=boxes)}
        if t.weighs:
            share = v.came * len(boxes) / len(v.boxes_in)
            seen["goods"] = t.goods(share, share, far=True)
        yield at, seen


def cleared(t: Teller) -> Told:
    """The import declaration: what the papers say, or what the scales do."""
    v = t.voyage
    lines = t.goods(v.doc_in, v.came, far=True)
    permit = v.import_permit if t.rng.random() < 0.9 else None
    yield (
        t.at,
        {
            "mrn": v.mrn_in,
            "cleared_on": day(t.at),
            "procedure": "4000",
            "goods": valued(lines, v.doc_in, v.price_in, v.order.deal.currency),
            "parties": t.parties("importer", "consignee", "exporter", far=True),
            "origin_country": v.exporting,
            "authorisation": permit,
        },
    )


def delivered(t: Teller) -> Told:
    """Hand-over, perhaps in lots of which the later ones come days after the first."""
    v = t.voyage
    for place, share in enumerate(v.lots):
        yield (
            t.at + timedelta(days=4 * place),
            {
                "delivery_address": v.delivery_address,
                "goods": t.goods(v.doc_in * share, v.got * share, far=True),
            },
        )


def received(t: Teller) -> Told:
    """What the consignee says that it received, or what officers counted there."""
    v = t.voyage
    checked = t.weighs
    yield (
        t.at,
        {
            "goods": t.goods(v.confirmed, v.got, far=True),
            "method": "site_check" if checked else "declaration",
        },
    )


def closed(t: Teller) -> Told:
    v = t.voyage
    yield t.at, {"reason": "reconciled", "reconciled": t.goods(v.doc_in, v.doc_in, far=True)}
