"""Schemes on the way: lost in transit, never come, detours, seals and containers."""

import random
from datetime import timedelta

from stranger import facts, passage
from stranger.facts import AFTER_ARRIVAL, Box, Haul
from stranger.lands import HUBS
from stranger.plots import Deed, family, of_one, one, strength
from stranger.schemes_goods import take
from stranger.trade import Trade


@family("lost in transit", rules="14 13", signs="")
def ghost_transit(made: Trade, rng: random.Random) -> Deed | None:
    """The truck enters the transit country and is not seen again, or comes late and half empty."""
    haul = one(
        made, rng, lambda h: h.transit is not None and made.takes_part(h.transit) and h.announced
    )
    size = strength(rng)
    if haul is None:
        return None
    if size > 0.25:
        haul.never("exited", *AFTER_ARRIVAL)
        haul.uses = []
        return of_one(haul, haul.mass("loaded"), size, f"entered {haul.transit} and never left")
    days = rng.uniform(5, 18)
    haul.later(days, "exited", *AFTER_ARRIVAL)
    kg = take(rng, haul, rng.uniform(0.1, 0.4))
    story = f"{days:.0f} days too long in {haul.transit}, {kg:.0f} kg short"
    rules = ("RF-13", "RF-14", "RF-17", "RF-24")
    return Deed(hauls=(haul,), kg=kg, size=size, story=story, rules=rules)


@family("never came", rules="13", signs="")
def vanished(made: Trade, rng: random.Random) -> Deed | None:
    """The goods leave and arrive nowhere."""
    haul, size = one(made, rng, lambda h: h.transit is None), strength(rng)
    if haul is None:
        return None
    haul.never(*AFTER_ARRIVAL)
    haul.uses = []
    return of_one(haul, haul.mass("loaded"), size, "left, and never arrived")


@family("a stop nobody planned", rules="15 16 17 13 24", signs="shipment.transhipped")
def detour(made: Trade, rng: random.Random) -> Deed | None:
    """A free zone that the papers do not name, other containers, part of the goods gone."""
    haul, size = one(made, rng, lambda h: h.hub is None and h.mode == "sea"), strength(rng)
    if haul is None:
        return None
    ends = {haul.exporting, haul.importing, haul.transit}
    haul.hub = rng.choice([hub for hub in HUBS if hub not in ends])
    haul.planned_hub, haul.free_zone = False, rng.random() < 0.6
    haul.at["hub"] = haul.at["departed"] + (haul.at["arrived"] - haul.at["departed"]) / 2
    haul.later(4 + 18 * size, "entered", "exited", *AFTER_ARRIVAL)
    haul.later_means = rng.choice(made.ships)
    if rng.random() < 0.4 + 0.5 * size:
        haul.boxes["hub"] = tuple(facts.box(rng) for _ in haul.boxes["out"])
        haul.boxes.pop("in", None)
    kg = take(rng, haul, 0.05 + 0.7 * size)
    return of_one(haul, kg, size, f"through {haul.hub}, {kg:.0f} kg gone")


@family("another seal", rules="16 17 24", signs="shipment.arrived transit.exited")
def seals(made: Trade, rng: random.Random) -> Deed | None:
    """The container is opened, robbed and sealed again."""
    haul, size = one(made, rng, lambda h: not h.reseals and "hub" not in h.boxes), strength(rng)
    if haul is None:
        return None
    stage = "transit" if haul.transit else "in"
    changed = tuple(Box(number=box.number, seal=facts.seal(rng)) for box in haul.carried(stage))
    haul.boxes[stage] = (changed[0], *haul.carried(stage)[1:])
    haul.intact[stage] = rng.random() > size
    kg = take(rng, haul, 0.03 + 0.5 * size)
    story = f"seal changed before {stage}, visibly: {not haul.intact[stage]}, {kg:.0f} kg gone"
    return of_one(haul, kg, size, story)


@family("another container", rules="16 15 24 17", signs="shipment.arrived")
def boxes(made: Trade, rng: random.Random) -> Deed | None:
    """What arrives came in a container that never left the exporting country."""
    haul, size = one(made, rng, lambda h: h.hub is None and not h.reseals), strength(rng)
    if haul is None:
        return None
    count = 1 if size < 0.5 else len(haul.boxes["out"])
    others = tuple(facts.box(rng) for _ in range(count))
    haul.boxes["in"] = (*others, *haul.boxes["out"][count:])
    kg = take(rng, haul, 0.6 * size)
    haul.note("facts of a scheme: other containers")
    return of_one(haul, kg, size, f"{count} of {len(haul.boxes['out'])} containers are others")


@family("the papers of another", rules="26 04", signs="shipment.departed notice.sent")
def reused(made: Trade, rng: random.Random) -> Deed | None:
    """A second shipment travels on the papers, or under the numbers, of a first."""
    first, size = one(made, rng), strength(rng)
    if first is None:
        return None

    def near(h: Haul) -> bool:
        days = abs(h.at["departed"] - first.at["departed"]) / timedelta(days=1)
        return h is not first and h.exporting == first.exporting and days < 60

    second = one(made, rng, near)
    if second is None:
        return None
    what = []
    if size > 0.25:
        second.bill = first.bill
        what.append("bill of lading")
    if size > 0.5:
        second.boxes["out"] = first.boxes["out"]
        second.boxes.pop("hub", None)
        what.append("containers")
    if size < 0.25 or size > 0.7:
        second.import_permit, second.import_permitted = first.import_permit, False
        what.append("import permit")
    passage.set_uses(rng, second)
    story = f"{second.ref} with the {', '.join(what)} of {first.ref}"
    return Deed(hauls=(first, second), kg=second.mass("landed"), size=size, story=story)
