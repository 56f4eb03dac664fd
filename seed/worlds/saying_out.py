"""What agencies on the way out state: the notice and its answers, permits, release, departure."""

from collections.abc import Iterator
from datetime import datetime

from seed.world import Body
from seed.worlds.teller import Teller, day, minute, route, transport, valued
from seed.worlds.voyages import Voyage

Told = Iterator[tuple[datetime, Body]]


def notice(t: Teller) -> Told:
    v, deal = t.voyage, t.voyage.order.deal
    documents = [{"type": "invoice", "number": v.invoice}]
    if deal.contract is not None:
        documents.append({"type": "contract", "number": deal.contract})
    yield (
        t.at,
        {
            "pen": v.pen,
            "goods": t.goods(v.asked, v.asked),
            "parties": t.parties("exporter", "importer", "consignee"),
            "route": route(v),
            "dispatch_expected": minute(v.announced),
            "reply_due": minute(v.reply_due),
            "legal_list": deal.ware.list,
            "transport": {"mode": v.mode},
            "end_use": deal.use,
            "arrival_expected": minute(v.eta),
            "documents": documents,
        },
    )


def acknowledged(t: Teller) -> Told:
    yield t.at, {"pen": t.voyage.pen}


def no_objection(t: Teller) -> Told:
    yield t.at, {"pen": t.voyage.pen, "decided_on": day(t.at)}


def import_permit(t: Teller) -> Told:
    v = t.voyage
    yield (
        t.at,
        {
            "authorisation": v.import_permit,
            "goods": t.goods(v.permit_in, v.permit_in, far=True),
            "parties": t.parties("exporter", "importer", "consignee", far=True),
            "valid_from": v.valid_in[0].isoformat(),
            "valid_to": v.valid_in[1].isoformat(),
        },
    )


def export_permit(t: Teller) -> Told:
    v = t.voyage
    yield (
        t.at,
        {
            "authorisation": v.export_permit,
            "documents": [_framework(v)] if v.framework else None,
            "goods": t.goods(v.permit_out, v.permit_out),
            "parties": t.parties("exporter", "importer", "consignee"),
            "office_of_export": f"Customs {v.exit_port}",
            "pen": v.pen,
            "route": route(v),
            "valid_from": v.valid_out[0].isoformat(),
            "valid_to": v.valid_out[1].isoformat(),
        },
    )


def _framework(v: Voyage) -> Body:
    """A permit that says that it serves several loads."""
    said = {"type": "export_authorisation", "number": v.export_permit, "country": v.exporting}
    return {**said, "reusable": True}


def released(t: Teller) -> Told:
    v = t.voyage
    lines = valued(t.goods(v.doc, v.sent), v.doc, v.price, v.order.deal.currency)
    named = t.parties("exporter", "importer", "consignee")
    yield (
        t.at,
        {
            "mrn": v.mrn_out,
            "authorisation": v.export_permit,
            "declared_on": day(t.at),
            "procedure": "1000",
            "goods": lines,
            "parties": {**named, "declarant": named["exporter"]},
            "office_of_export": f"Customs {v.exit_port}",
            "transport": transport(v),
            "documents": [{"type": "invoice", "number": v.invoice}],
        },
    )


def departed(t: Teller) -> Told:
    v = t.voyage
    bill = {"sea": "bill_of_lading", "air": "air_waybill"}.get(v.mode, "consignment_note")
    yield (
        t.at,
        {
            "goods": t.goods(v.doc, v.sent),
            "transport": transport(v),
            "office_of_exit": f"Customs {v.exit_port}",
            "route": route(v),
            "arrival_expected": minute(v.eta),
            "documents": [{"type": bill, "number": v.bill}],
        },
    )


def entered(t: Teller) -> Told:
    v = t.voyage
    yield (
        t.at,
        {
            "country": v.transit[0],
            "observed": t.observed(v.transit_port or v.exit_port, means=v.means),
            "transit_document": f"T1-{v.transit[0]}-{v.bill[-7:]}",
            "exit_expected": minute(v.transit_due or v.eta),
        },
    )


def exited(t: Teller) -> Told:
    v = t.voyage
    seen = t.observed(v.transit_port or v.exit_port, means=v.means)
    yield t.at, {"country": v.transit[0], "observed": seen}
