"""Telling of the papers: notice, reply, permits, amendments, by the authorities of both ends."""

from datetime import timedelta

from ledger.states import moment
from seed.world import Body
from stranger.facts import Change, Haul
from stranger.outward import goods, parties, priced, route
from stranger.voice import Voice, day


def papers(voice: Voice, haul: Haul) -> None:
    """Notice, reply and permits."""
    out, into = f"{haul.exporting}-CNA", f"{haul.importing}-CNA"
    when = haul.at
    if haul.announced:
        voice.says(
            out, "notice.sent", when["notified"], lambda: _notice(voice, haul, out), about=haul.ref
        )
        _replies(voice, haul, out, into)
    for change in haul.changes:
        _amended(voice, haul, out, change)
    _permits(voice, haul, out, into)
    if haul.cancelled:
        reason = {"reason": "order_withdrawn"}
        voice.says(out, "shipment.cancelled", haul.cancelled, lambda: reason, about=haul.ref)


def _permits(voice: Voice, haul: Haul, out: str, into: str) -> None:
    when = haul.at

    def to_import() -> Body:
        held = haul.buyer.licence
        return {
            "authorisation": haul.import_permit,
            "goods": goods(voice, haul, into, haul.mass("permitted"), own=True),
            "parties": parties(voice, haul, into, "importer"),
            "valid_from": day(when["import_permit"]),
            "valid_to": day(when["import_permit"] + timedelta(days=180)),
            **({"licence": held.number} if held else {}),
        }

    def to_export() -> Body:
        return {
            "authorisation": haul.export_permit,
            "goods": goods(voice, haul, out, haul.mass("permitted")),
            "parties": parties(voice, haul, out, "exporter", "importer"),
            "valid_from": day(when["permitted"]),
            "valid_to": day(max(haul.permit_ends, when["permitted"])),
            "office_of_export": f"{haul.exporting} export office",
            "pen": haul.pen,
            "documents": [{"type": "import_authorisation", "number": haul.import_permit}],
        }

    if haul.import_permitted and "import_permit" in when:
        voice.says(into, "import.authorised", when["import_permit"], to_import, about=haul.ref)
    if haul.permitted and "permitted" in when:
        voice.says(out, "export.authorised", when["permitted"], to_export, about=haul.ref)


def _notice(voice: Voice, haul: Haul, agency: str) -> Body:
    when = haul.at
    said = haul.kg.get("first_said", haul.kg["said"])
    docs = [{"type": "invoice", "number": haul.invoice}]
    return {
        "pen": haul.pen,
        "goods": priced(goods(voice, haul, agency, said), haul, said),
        "parties": parties(voice, haul, agency, "exporter", "importer", "consignee", "end_user"),
        "route": route(voice, haul),
        "dispatch_expected": moment(when["planned"]),
        "arrival_expected": moment(when["planned"] + haul.usual),
        "reply_due": moment(when["due"]),
        "legal_list": "un-1988",
        "transport": {"mode": haul.mode},
        "end_use": haul.use,
        "incoterm": "cif" if voice.chance(0.5) else "fob",
        "documents": docs,
        **(
            {"delivery_place": haul.buyer.claims(when["notified"])["address"]}
            if voice.chance(0.7)
            else {}
        ),
    }


def _replies(voice: Voice, haul: Haul, out: str, into: str) -> None:
    when, pen = haul.at, haul.pen
    if "answered" not in when:
        return
    seen = when["notified"] + (when["answered"] - when["notified"]) / 4
    voice.says(into, "notice.acknowledged", seen, lambda: {"pen": pen}, about=haul.ref)
    if haul.reply == "questions":
        asked = when["notified"] + (when["answered"] - when["notified"]) / 2
        question = {"pen": pen, "questions": ["Who is the end user, and for which product?"]}
        due = moment(asked + timedelta(days=14))
        body = {**question, "answer_due": due, "stops_clock": True}
        voice.says(into, "notice.info_requested", asked, lambda: body, about=haul.ref)
        answer = {"pen": pen, "answers": ["As stated in the notice; contract attached."]}
        then = asked + (when["answered"] - asked) / 2
        voice.says(out, "notice.info_provided", then, lambda: answer, about=haul.ref)
    decided = {"pen": pen, "decided_on": day(when["answered"])}
    if haul.reply == "objected":
        body = {**decided, "reason": haul.objection}
        voice.says(into, "notice.objected", when["answered"], lambda: body, about=haul.ref)
    else:
        voice.says(into, "notice.no_objection", when["answered"], lambda: decided, about=haul.ref)


def _amended(voice: Voice, haul: Haul, agency: str, change: Change) -> None:
    from_to = {"field": change.field, "old": change.old, "new": change.new}
    body: Body = {"changes": [from_to], "material": change.material}

    def claims() -> Body:
        made = dict(body)
        if change.kg is not None:
            made["goods"] = goods(voice, haul, agency, change.kg)
        if change.consignee is not None:
            made["parties"] = {"consignee": voice.party(agency, change.consignee)}
        return made

    voice.says(agency, "shipment.amended", change.at, claims, about=haul.ref)
