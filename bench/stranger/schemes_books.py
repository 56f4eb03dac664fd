"""Schemes with permits, stores and books: overdrawn, never received, sent on, unannounced."""

import random
from datetime import timedelta

from stranger import passage
from stranger.facts import AFTER_ARRIVAL, Loss, Use
from stranger.plots import Deed, family, of_one, one, strength
from stranger.trade import Trade


@family("a permit used twice", rules="04 26 35", signs="shipment.departed export.released")
def overdrawn(made: Trade, rng: random.Random) -> Deed | None:
    """A permit for one shipment serves for another of the same seller's."""
    second, size = one(made, rng), strength(rng)
    if second is None:
        return None
    earlier = [
        h
        for h in made.hauls
        if h.seller is second.seller
        and h.case is None
        and h is not second
        and "departed" in h.at
        and h.at["departed"] < second.at["departed"]
    ]
    if not earlier:
        return None
    first = max(earlier, key=lambda h: h.at["departed"])
    second.export_permit = first.export_permit
    second.permitted = size < 0.3  # the papers are told anew, under the old number
    story = f"{second.ref} under the permit of {first.ref}, told: {second.permitted}"
    return Deed(hauls=(first, second), kg=second.mass("landed"), size=size, story=story)


@family("gone without a permit", rules="35 11 05", signs="shipment.departed")
def unpermitted(made: Trade, rng: random.Random) -> Deed | None:
    """The goods leave although nobody permitted it: refused, unanswered, or never decided."""
    haul, size = one(made, rng), strength(rng)
    if haul is None:
        return None
    haul.permitted = False
    if size > 0.6:
        haul.reply, haul.objection = "objected", "quantity_exceeds_requirement"
        haul.at.setdefault("answered", haul.at["due"])
    elif size > 0.3:
        haul.reply = "silence"
        haul.at.pop("answered", None)
    haul.export_permit = f"{haul.exporting}/EX/{haul.at['notified'].year}/00000"
    return of_one(haul, haul.mass("landed"), size, f"no permit; reply: {haul.reply}")


@family("a permit run out", rules="35", signs="shipment.departed")
def run_out(made: Trade, rng: random.Random) -> Deed | None:
    """A permit is kept in a drawer and used after its time, for other goods than it was for."""
    haul, size = one(made, rng, lambda h: len(h.lots) == 1), strength(rng)
    if haul is None:
        return None
    late = 2 + 80 * size
    haul.permit_ends = haul.at["permitted"] + timedelta(days=rng.uniform(5, 30))
    gap = (haul.permit_ends - haul.at["departed"]) / timedelta(days=1) + late
    haul.later(max(0.0, gap), "released", "departed", "eta", "hub", "entered", "exited")
    haul.later(max(0.0, gap), *AFTER_ARRIVAL)
    passage.set_uses(rng, haul)
    return of_one(haul, haul.mass("landed"), size, f"left {late:.0f} days after the permit ended")


@family("never received", rules="19 20", signs="import.cleared")
def unreceived(made: Trade, rng: random.Random) -> Deed | None:
    """Cleared, driven off the port, and never heard of again."""
    haul, size = one(made, rng), strength(rng)
    if haul is None:
        return None
    haul.never("received", *(["delivered"] if size > 0.4 else []))
    haul.uses = []
    told = "delivered" in haul.at
    return of_one(haul, haul.mass("landed"), size, f"no receipt; delivery told: {told}")


@family("books that do not close", rules="20", signs="use.reported")
def leaking(made: Trade, rng: random.Random) -> Deed | None:
    """The end user's books leave a gap between what came and what was used or is left."""
    haul, size = one(made, rng, lambda h: "received" in h.at), strength(rng)
    if haul is None:
        return None
    share = 0.03 + 0.7 * size
    left = haul.mass("received") * (1 - share)
    start, haul.uses = haul.at["received"], []
    for n in range(rng.randint(1, 2)):
        end = start + timedelta(days=rng.uniform(30, 70))
        used = left * (0.6 if n == 0 else 0.95)
        left -= used
        haul.uses.append(Use(start=start, end=end, used=used, on_hand=left, wasted=0.0))
        start = end
    kg = haul.mass("received") * share
    return of_one(haul, kg, size, f"{share:.0%} of {haul.mass('received'):.0f} kg in no book")


@family("left lying in the zone", rules="22 17 19", signs="shipment.arrived")
def idle(made: Trade, rng: random.Random) -> Deed | None:
    """Goods lie in a free zone for months and go out of its back door, partly or wholly."""
    haul, size = one(made, rng, lambda h: len(h.lots) == 1), strength(rng)
    if haul is None:
        return None
    haul.storage, haul.free_zone = f"Zone warehouse {rng.randint(1, 60)}", True
    days = 35 + 110 * size
    if size > 0.6:
        haul.never("cleared", "delivered", "received")
        haul.uses = []
        return of_one(haul, haul.mass("landed"), size, "arrived and never cleared")
    share = rng.uniform(0.1, 0.7)
    haul.later(days, "cleared", "delivered", "received")
    kg = haul.mass("landed") * share
    haul.kg["entered"] = haul.kg["handed"] = haul.kg["received"] = haul.mass("landed") - kg
    passage.set_uses(rng, haul)
    return of_one(haul, kg, size, f"{days:.0f} days in the zone, {share:.0%} gone")


@family("sent on at once", rules="21 32 15", signs="shipment.reexported")
def sent_on(made: Trade, rng: random.Random) -> Deed | None:
    """Barely in, the goods leave for a third country that the notice did not name."""
    haul, size = one(made, rng, lambda h: len(h.lots) == 1), strength(rng)
    if haul is None:
        return None
    others = [c for c in made.lands if c not in {haul.exporting, haul.importing}]
    away = [c for c in others if not made.takes_part(c)] if size > 0.6 else others
    country = rng.choice(sorted(away))
    at = haul.at["cleared"] + timedelta(days=2 + 45 * (1 - size))
    kg = haul.mass("landed") * rng.uniform(0.4, 1.0)
    if kg > haul.mass("landed") * 0.9:
        haul.never("received")
    haul.uses = []
    haul.reexported = (f"{haul.importing}-RX-{haul.bill[2:]}", country, at, kg)
    days = (at - haul.at["cleared"]).days
    return of_one(haul, kg, size, f"{kg:.0f} kg on to {country} after {days} days")


@family("stolen, they say", rules="37 17 20", signs="loss.reported")
def theft(made: Trade, rng: random.Random) -> Deed | None:
    """The store reports a theft or a leak that was none."""
    haul, size = one(made, rng, lambda h: "received" in h.at), strength(rng)
    if haul is None:
        return None
    share = 0.04 + 0.7 * size
    kg = haul.mass("landed") * share
    haul.kg["received"] = haul.mass("landed") - kg
    passage.set_uses(rng, haul)
    haul.losses.append(
        Loss(
            agency=f"{haul.importing}-CNA",
            at=haul.at["delivered"] + timedelta(days=rng.uniform(0.5, 6)),
            kg=kg,
            loss="theft" if rng.random() < 0.6 else "significant_disappearance",
            cause="break-in at the store",
        )
    )
    return of_one(haul, kg, size, f"{share:.0%} reported as stolen")


@family("announced by nobody", rules="36 05", signs="import.cleared shipment.arrived")
def unannounced(made: Trade, rng: random.Random) -> Deed | None:
    """Listed goods come in of which the exporting country, which takes part, never spoke."""
    haul, size = one(made, rng), strength(rng)
    if haul is None:
        return None
    haul.announced = haul.permitted = haul.import_permitted = False
    haul.ref = f"{haul.importing}-I{haul.ref[3:]}"
    if size < 0.4:
        haul.origin = rng.choice(sorted(c for c in made.lands if not made.takes_part(c)))
    story = f"cleared without a notice, origin said to be {haul.origin or haul.exporting}"
    return of_one(haul, haul.mass("landed"), size, story)


@family("cancelled, and sent", rules="36 35", signs="shipment.cancelled shipment.arrived")
def cancelled(made: Trade, rng: random.Random) -> Deed | None:
    """The export is called off, no permit is used, and the goods come all the same."""
    haul, size = one(made, rng), strength(rng)
    if haul is None:
        return None
    haul.cancelled = haul.at["planned"] - timedelta(days=rng.uniform(1, 8))
    haul.permitted = size < 0.5
    haul.never("released")
    if size > 0.3:
        haul.never("departed")
    story = f"called off on {haul.cancelled:%F}; departure told: {'departed' in haul.at}"
    return of_one(haul, haul.mass("landed"), size, story)
