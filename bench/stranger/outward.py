"""Telling of the way out: release, departure, transhipment and transit, as customs see them."""

from datetime import datetime, timedelta

from ledger.states import moment
from seed.world import Body
from stranger.facts import Box, Haul, Lot, Reseal
from stranger.voice import Voice, day


def goods(
    voice: Voice, haul: Haul, agency: str, kg: float, *, weighed: bool = False, own: bool = False
) -> list[Body]:
    """One line of goods.

    `own`: the office writes what its own country's papers say, not what the exporter's do; they
    differ where the exporter's papers are not true.
    """
    ware = haul.ware
    name = ware.name if own else haul.paper_name or ware.name
    code = ware.hs if own else haul.paper_hs or ware.hs
    number = ware.un if own else haul.paper_un or ware.un
    line: Body = {
        "substance": ware.substance,
        "declared_name": name,
        "quantity": voice.amount(agency, kg, weighed=weighed),
        "cas": ware.cas,
        "hs": code,
        "form": ware.form,
        "package_type": ware.package,
    }
    if number:
        line["un_number"] = number
    if voice.chance(0.9):
        percent = f"{haul.strength:g}"
        line["concentration"] = {"low": percent, "high": percent, "basis": "w/w"}
    if voice.chance(0.6):
        line["package_count"] = max(1, round(kg / ware.per_package))
    return [line]


def priced(lines: list[Body], haul: Haul, kg: float, share: float = 1.0) -> list[Body]:
    """The lines with the invoice's value on the first."""
    value = f"{kg * haul.price * haul.rate * share:.2f}"
    return [{**lines[0], "value": {"amount": value, "currency": haul.currency}}, *lines[1:]]


def parties(voice: Voice, haul: Haul, agency: str, *roles: str) -> Body:
    known = {
        "exporter": haul.seller,
        "declarant": haul.seller,
        "importer": haul.buyer,
        "consignee": haul.buyer,
        "receiver": haul.buyer,
        "end_user": haul.end_user or haul.buyer,
        "carrier": haul.carrier,
    }
    return {role: voice.party(agency, known[role]) for role in roles}


def route(voice: Voice, haul: Haul) -> Body:
    lands = voice.made.lands
    passing = [c for c in (haul.transit, haul.hub if haul.planned_hub else None) if c]
    return {
        "exporting": haul.exporting,
        "importing": haul.importing,
        "exit_point": lands[haul.exporting].port,
        "entry_point": lands[haul.importing].port,
        **({"transit": passing} if passing else {}),
    }


def transport(
    voice: Voice, haul: Haul, agency: str, boxes: tuple[Box, ...], *, seals: bool = True
) -> Body:
    equipment = voice.boxes(agency, boxes)
    if not seals:
        equipment = [{"container": each["container"]} for each in equipment]
    return {
        "mode": haul.mode,
        "means": haul.means,
        "voyage": haul.voyage,
        "equipment": equipment,
    }


def way_out(voice: Voice, haul: Haul, lot: Lot) -> None:
    """Release and departure of one lot, as the customs of the exporting country state them."""
    office, when = f"{haul.exporting}-CUSTOMS", haul.at
    port = voice.made.lands[haul.exporting].port
    if "released" in when and haul.announced:
        kg = haul.mass("declared") * lot.share
        voice.says(
            office,
            "export.released",
            when["released"] + lot.shift,
            lambda: {
                "mrn": haul.mrns[0],
                "authorisation": haul.export_permit,
                "declared_on": day(when["released"]),
                "procedure": "1000",
                "goods": priced(goods(voice, haul, office, kg), haul, kg),
                "parties": parties(voice, haul, office, "declarant"),
                "office_of_export": port,
            },
            about=haul.ref,
        )
    if "departed" in when and haul.announced:
        voice.says(
            office,
            "shipment.departed",
            when["departed"] + lot.shift,
            lambda: _departed(voice, haul, office, lot, port),
            about=haul.ref,
        )


def _departed(voice: Voice, haul: Haul, office: str, lot: Lot, port: str) -> Body:
    weighs = voice.chance(voice.habit(office).weighs)
    kg = haul.mass("loaded" if weighs else "declared") * lot.share
    return {
        "goods": goods(voice, haul, office, kg, weighed=weighs),
        "transport": transport(voice, haul, office, haul.carried("out")),
        "office_of_exit": port,
        "arrival_expected": moment(haul.at["eta"] + lot.shift),
        "documents": [{"type": "bill_of_lading", "number": haul.bill}],
    }


def sighted(voice: Voice, haul: Haul, office: str, stage: str, *, port: str, means: str) -> Body:
    """What officers saw of the containers at a place."""
    return {
        "place": port,
        "equipment": voice.boxes(office, haul.carried(stage)),
        "seals_intact": haul.intact.get(stage, True),
        "means": means,
    }


def on_the_way(voice: Voice, haul: Haul, lot: Lot) -> None:
    """Transhipment and transit."""
    when, lands = haul.at, voice.made.lands
    if haul.hub and "hub" in when:
        office = f"{haul.hub}-CUSTOMS"
        means = haul.later_means or haul.means
        voice.says(
            office,
            "shipment.transhipped",
            when["hub"] + lot.shift,
            lambda: {
                "observed": sighted(
                    voice, haul, office, "hub", port=lands[haul.hub or ""].port, means=means
                ),
                "from_means": haul.means,
                "to_means": means,
                "from_equipment": [{"container": b.number} for b in haul.carried("transit")],
                "to_equipment": voice.boxes(office, haul.carried("hub")),
                "free_zone": haul.free_zone,
            },
            about=haul.ref,
        )
    if haul.transit:
        _transit(voice, haul, lot, haul.transit)


def _transit(voice: Voice, haul: Haul, lot: Lot, country: str) -> None:
    office, when = f"{country}-CUSTOMS", haul.at
    port = voice.made.lands[country].port

    def observed(stage: str) -> Body:
        return sighted(voice, haul, office, stage, port=port, means=haul.means)

    if "entered" in when:
        due: datetime = when["entered"] + timedelta(days=10) + lot.shift
        voice.says(
            office,
            "transit.entered",
            when["entered"] + lot.shift,
            lambda: {
                "country": country,
                "observed": observed("out"),
                "transit_document": f"T1-{haul.bill}",
                "exit_expected": moment(due),
            },
            about=haul.ref,
        )
    if "exited" in when:
        voice.says(
            office,
            "transit.exited",
            when["exited"] + lot.shift,
            lambda: {"country": country, "observed": observed("transit")},
            about=haul.ref,
        )


def resealed(voice: Voice, haul: Haul) -> None:
    for each in haul.reseals:
        if each.told:
            for old, new in zip(each.old, each.new, strict=True):
                _resealed(voice, haul, each, old=old, new=new)


def _resealed(voice: Voice, haul: Haul, each: Reseal, *, old: Box, new: Box) -> None:
    body = {
        "container": new.number,
        "old_seal": old.seal,
        "old_state": "intact",
        "new_seal": new.seal,
        "reason": "inspection",
        "place": voice.made.lands[each.agency[:2]].port,
    }
    voice.says(each.agency, "seal.changed", each.at, lambda: body, about=haul.ref, sure=True)
