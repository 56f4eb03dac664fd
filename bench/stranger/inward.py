"""Telling of the far end: arrival, clearance, delivery, receipt, use, accidents, checks."""

from datetime import timedelta

from seed.world import Body
from stranger.facts import Haul, Loss, Lot, Use
from stranger.outward import goods, parties, priced, sighted
from stranger.voice import Voice, day


def arrival(voice: Voice, haul: Haul, lot: Lot) -> None:
    """Arrival and clearance of one lot, as the customs of the importing country state them."""
    office, when = f"{haul.importing}-CUSTOMS", haul.at
    if "arrived" in when:
        at = when["arrived"] + lot.shift
        voice.says(
            office,
            "shipment.arrived",
            at,
            lambda: _arrived(voice, haul, office, lot),
            about=haul.ref,
        )
        opened = haul.opened
        if opened if opened is not None else voice.chance(voice.habit(office).opens):
            _inspected(voice, haul, office, lot)
        if voice.chance(0.03):
            _held(voice, haul, office, lot)
    if "cleared" in when:
        voice.says(
            office,
            "import.cleared",
            when["cleared"] + lot.shift,
            lambda: _cleared(voice, haul, office, lot),
            about=haul.ref,
        )


def _arrived(voice: Voice, haul: Haul, office: str, lot: Lot) -> Body:
    port = voice.made.lands[haul.importing].port
    means = haul.later_means or haul.means
    body: Body = {"observed": sighted(voice, haul, office, "in", port=port, means=means)}
    habit = voice.habit(office)
    if voice.chance(habit.weighs):
        kg = haul.mass("landed") * lot.share
        body["goods"] = goods(voice, haul, office, kg, weighed=True)
    elif voice.chance(0.4):
        body["goods"] = goods(voice, haul, office, haul.mass("declared") * lot.share)
    if haul.storage:
        body["storage_place"] = haul.storage
    return body


def _cleared(voice: Voice, haul: Haul, office: str, lot: Lot) -> Body:
    weighs = voice.chance(voice.habit(office).weighs * 0.5)
    kg = haul.mass("landed" if weighs else "entered") * lot.share
    lines = goods(voice, haul, office, kg, weighed=weighs, own=haul.paper_name is None)
    if haul.found_strength is not None and haul.opened:
        found = f"{haul.found_strength:g}"
        lines[0]["concentration"] = {"low": found, "high": found, "basis": "w/w"}
    freight = voice.rng.uniform(1.0, 1.08)  # cost, insurance, freight
    return {
        "mrn": haul.mrns[1],
        "cleared_on": day(haul.at["cleared"] + lot.shift),
        "procedure": "4000",
        "goods": priced(lines, haul, kg, haul.mirrored * freight),
        "parties": parties(voice, haul, office, "importer", "consignee"),
        "origin_country": haul.origin or haul.exporting,
        **({"authorisation": haul.import_permit} if haul.import_permitted else {}),
        **({"free_zone": True} if haul.free_zone else {}),
    }


def _inspected(voice: Voice, haul: Haul, office: str, lot: Lot) -> None:
    """Officers weigh and test the goods, and write down what they found."""
    at = haul.at["arrived"] + lot.shift + timedelta(hours=20)
    landed, declared = haul.mass("landed") * lot.share, haul.mass("declared") * lot.share
    other = haul.found_substance
    strength = haul.found_strength
    odd = other or (strength and strength < haul.strength - 2) or landed < declared * 0.97

    def claims() -> Body:
        port = voice.made.lands[haul.importing].port
        means = haul.later_means or haul.means
        found = goods(voice, haul, office, landed, weighed=True, own=True)
        if other:
            found[0]["declared_name"] = other
        test: Body = {}
        if strength:
            test["concentration_found"] = {"low": f"{strength:g}", "high": f"{strength:g}"}
        return {
            "inspection": "physical",
            "result": "discrepant" if odd else "conform",
            "observed": sighted(voice, haul, office, "in", port=port, means=means),
            "goods_found": found,
            **test,
            **({"identity_found": other} if other else {}),
        }

    voice.says(office, "shipment.inspected", at, claims, about=haul.ref)


def _held(voice: Voice, haul: Haul, office: str, lot: Lot) -> None:
    at = haul.at["arrived"] + lot.shift + timedelta(hours=12)
    placed = {"hold": "documents", "reason": "papers_incomplete"}
    step = voice.says(office, "hold.placed", at, lambda: placed, about=haul.ref, sure=True)
    if step is not None:
        freed = {"hold": step.jti, "result": "conform"}
        until = max(step.told, at) + timedelta(days=voice.rng.uniform(1, 9))
        voice.says(office, "hold.released", until, lambda: freed, about=haul.ref, sure=True)


def reception(voice: Voice, haul: Haul) -> None:
    """Delivery as the carrier told it, receipt as the authority confirms it, and use."""
    customs, desk, when = f"{haul.importing}-CUSTOMS", f"{haul.importing}-CNA", haul.at
    if "delivered" in when:
        voice.says(
            customs,
            "shipment.delivered",
            when["delivered"],
            lambda: {
                "delivery_address": haul.delivery_address or home(haul),
                "goods": goods(voice, haul, customs, haul.mass("handed"), own=True),
                "parties": parties(voice, haul, customs, "receiver", "carrier"),
            },
            about=haul.ref,
        )
    if "received" in when:
        voice.says(
            desk,
            "receipt.confirmed",
            when["received"],
            lambda: {
                "goods": goods(voice, haul, desk, haul.mass("received"), own=True),
                "method": "site_check" if voice.chance(0.1) else "declaration",
                "parties": parties(voice, haul, desk, "receiver"),
            },
            about=haul.ref,
        )
        for use in haul.uses:
            _used(voice, haul, desk, use)
        if voice.chance(0.5):
            _closed(voice, haul, desk)


def _closed(voice: Voice, haul: Haul, desk: str) -> None:
    end = max(haul.at["received"], *(use.end for use in haul.uses), haul.at["received"])
    body = {
        "reason": "received",
        "reconciled": goods(voice, haul, desk, haul.mass("received"), own=True),
    }
    then = end + timedelta(days=5)
    voice.says(desk, "shipment.closed", then, lambda: body, about=haul.ref)


def _used(voice: Voice, haul: Haul, desk: str, use: Use) -> None:
    def claims() -> Body:
        def line(kg: float) -> list[Body]:
            return goods(voice, haul, desk, kg, own=True)

        return {
            "period_from": day(use.start),
            "period_to": day(use.end),
            "used": line(use.used),
            "on_hand": line(use.on_hand),
            "use": haul.use,
            **({"wasted": line(use.wasted)} if use.wasted >= 1 else {}),
            **({"resold": line(use.resold)} if use.resold >= 1 else {}),
        }

    voice.says(desk, "use.reported", use.end + timedelta(days=4), claims, about=haul.ref)


def home(haul: Haul) -> str:
    """The receiver's address on the day."""
    return str(haul.buyer.claims(haul.at["delivered"])["address"])


def accidents(voice: Voice, haul: Haul) -> None:
    for each in haul.losses:
        _lost(voice, haul, each)


def _lost(voice: Voice, haul: Haul, each: Loss) -> None:
    def claims() -> Body:
        return {
            "goods": goods(voice, haul, each.agency, each.kg, own=True),
            "loss": each.loss,
            "place": f"{each.agency[:2]}, on the way",
            "suspected_cause": each.cause,
        }

    voice.says(each.agency, "loss.reported", each.at, claims, about=haul.ref)


def sent_on(voice: Voice, haul: Haul) -> None:
    """Goods that leave the importing country again."""
    if haul.reexported is None:
        return
    ref, country, at, kg = haul.reexported
    office = f"{haul.importing}-CUSTOMS"
    voice.says(
        office,
        "shipment.reexported",
        at,
        lambda: {
            "child": {"shipment": ref, "goods": goods(voice, haul, office, kg, own=True)},
            "destination": country,
            "authorisation": f"{haul.importing}/RX/{haul.bill[2:7]}",
            "all_of_it": kg > haul.mass("landed") * 0.97,
        },
        about=haul.ref,
    )
