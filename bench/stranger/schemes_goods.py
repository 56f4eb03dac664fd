"""Schemes with the goods and their papers: less, more, weaker, misnamed, mispriced, split."""

import random
from datetime import timedelta

from stranger import facts, fronts, passage
from stranger.facts import Haul
from stranger.plots import Deed, family, free, names, one, strength
from stranger.trade import START, Trade

WATCHED_LOTS = {  # kilograms a year below which small trade goes unregistered
    "acetic_anhydride": 100,
    "potassium_permanganate": 100,
    "toluene": 50,
    "acetone": 50,
    "methyl_ethyl_ketone": 50,
    "ethyl_ether": 20,
}
VAGUE = (
    "industrial chemical",
    "raw material",
    "cleaning base",
    "technical additive",
    "process aid",
)


def take(rng: random.Random, haul: Haul, share: float) -> float:
    """Take a share of the load; half of the receivers are in it and say that all came."""
    taken = haul.mass("landed") * share
    declared = haul.mass("declared")
    haul.kg["landed"] -= taken
    if rng.random() < 0.5:
        haul.kg["handed"] = haul.kg["received"] = declared
    passage.set_uses(rng, haul)
    return taken


@family("taken from the load", rules="17 24", signs="shipment.arrived import.cleared")
def taken(made: Trade, rng: random.Random) -> Deed | None:
    """Drums or bags leave the load on the way; the importer declares what the invoice says."""
    haul, size = one(made, rng, lambda h: h.kg["said"] > 1500), strength(rng)
    if haul is None:
        return None
    share = 0.015 + 0.5 * size**1.5
    kg = take(rng, haul, share)
    return Deed(hauls=(haul,), kg=kg, size=size, story=f"{share:.1%} of the load taken")


@family("a little from each load", rules="17 24", signs="shipment.arrived import.cleared")
def salami(made: Trade, rng: random.Random) -> Deed | None:
    """One carrier's people take a little from every load, less than scales and damp hide."""
    size = strength(rng)
    by_carrier: dict[str, list[Haul]] = {}
    for haul in free(made, lambda h: h.kg["said"] > 5000):
        by_carrier.setdefault(haul.carrier.name, []).append(haul)
    many = [hauls for hauls in by_carrier.values() if len(hauls) >= 6]
    if not many:
        return None
    hauls = sorted(rng.sample(found := rng.choice(many), min(len(found), 8)), key=lambda h: h.ref)
    share = 0.006 + 0.034 * size
    kg = 0.0
    for haul in hauls:
        part = haul.kg["landed"] * share * rng.uniform(0.7, 1.3)
        haul.kg["landed"] -= part
        kg += part
    return Deed(
        hauls=tuple(hauls), kg=kg, size=size, story=f"{hauls[0].carrier.name}: {share:.1%} each"
    )


@family("more than permitted", rules="17 04 24", signs="shipment.departed shipment.arrived")
def overloaded(made: Trade, rng: random.Random) -> Deed | None:
    """More is loaded than the permit and the invoice say; the surplus goes to nobody's books."""
    haul, size = one(made, rng, lambda h: h.kg["said"] > 1000), strength(rng)
    if haul is None:
        return None
    share = 0.04 + 0.9 * size**1.4
    said = haul.kg["said"]
    haul.kg |= {"loaded": said * (1 + share), "landed": said * (1 + share), "declared": said}
    haul.kg |= {"entered": said, "handed": said, "received": said}
    passage.set_uses(rng, haul)
    return Deed(hauls=(haul,), kg=said * share, size=size, story=f"{share:.0%} more loaded")


@family("watered down", rules="07 17 24 09", signs="shipment.inspected import.cleared")
def diluted(made: Trade, rng: random.Random) -> Deed | None:
    """Strong goods are drawn off and the drums filled up with water or a filler."""
    haul, size = one(made, rng), strength(rng)
    if haul is None:
        return None
    share = 0.05 + 0.85 * size
    haul.found_strength = round(haul.strength * (1 - share), 1)
    haul.opened = rng.random() < 0.3 + 0.4 * size
    kg = haul.mass("landed") * share
    passage.set_uses(rng, haul)
    story = f"{haul.found_strength:g} % instead of {haul.strength:g} %"
    return Deed(hauls=(haul,), kg=kg, size=size, story=f"{story}, opened: {haul.opened}")


@family("under another name", rules="09 10", signs="notice.sent export.authorised")
def misnamed(made: Trade, rng: random.Random) -> Deed | None:
    """The exporter's papers name and classify the goods as something that nobody looks at."""
    haul, size = one(made, rng), strength(rng)
    if haul is None:
        return None
    other = rng.choice([w for w in made.wares if w.form == haul.ware.form and w is not haul.ware])
    if size > 0.35:
        haul.paper_name = rng.choice(VAGUE)
    if size < 0.35 or size > 0.65:
        haul.paper_hs = other.hs
    if size > 0.85:
        haul.paper_un = other.un
    haul.opened = rng.random() < 0.35
    haul.found_substance = haul.ware.substance
    story = f"named {haul.paper_name}, HS {haul.paper_hs}, UN {haul.paper_un}"
    return Deed(hauls=(haul,), kg=haul.mass("landed"), size=size, story=story)


@family("a price that pays for more", rules="23 24 30", signs="export.released import.cleared")
def mispriced(made: Trade, rng: random.Random) -> Deed | None:
    """The invoice is far above or below what the goods are worth, at both ends or at one."""
    haul, size = one(made, rng), strength(rng)
    if haul is None:
        return None
    factor = 1.4 + 4 * size if rng.random() < 0.6 else 1 / (1.4 + 3 * size)
    haul.price *= factor
    if rng.random() < 0.5:
        haul.mirrored = 1 / factor
    story = f"{factor:.2f} times the price, {'one end' if haul.mirrored != 1 else 'both ends'}"
    return Deed(hauls=(haul,), kg=haul.mass("landed"), size=size, story=story)


@family("many small lots", rules="25 28 01 29", signs="notice.sent")
def small_lots(made: Trade, rng: random.Random) -> Deed | None:
    """Small orders below the mark, by firms that are one and the same."""
    size = strength(rng)
    ware = rng.choice([w for w in made.wares if w.substance in WATCHED_LOTS])
    at = START + timedelta(days=rng.uniform(120, 430))
    country = fronts.country(made, rng)
    cluster = fronts.cluster(
        made, rng, country, count=1 + round(rng.random() * 2), at=at, size=size
    )
    hauls = []
    for n in range(rng.randint(3, 6)):
        kg = WATCHED_LOTS[ware.substance] * rng.uniform(0.6, 0.98)
        when = at + timedelta(days=rng.uniform(2, 10 + 45 * (1 - size)))
        hauls.append(fronts.ordered(made, rng, cluster[n % len(cluster)], ware, kg=kg, at=when))
    kg = sum(h.kg["said"] for h in hauls)
    story = f"{len(hauls)} lots to {len(cluster)} firms: {names(hauls)}"
    return Deed(hauls=tuple(hauls), kg=kg, size=size, story=story)


@family("more than the country needs", rules="03 33 02", signs="notice.sent")
def over_need(made: Trade, rng: random.Random) -> Deed | None:
    """A buyer calls off several times the usual until the country's declared need is passed."""
    like, size = one(made, rng, lambda h: h.at["notified"].month <= 9), strength(rng)
    if like is None:
        return None
    year = like.at["notified"].year
    bought = sum(
        h.kg["said"]
        for h in made.hauls
        if (h.importing, h.ware, h.at["notified"].year) == (like.importing, like.ware, year)
    )
    count, hauls = rng.randint(2, 4), []
    each = bought * (0.6 + 3 * size) / count
    for _ in range(count):
        when = like.at["notified"] + timedelta(days=rng.uniform(5, 90))
        hauls.append(fronts.ordered(made, rng, like.buyer, like.ware, kg=each, at=when))
    kg = sum(h.kg["said"] for h in hauls)
    story = f"{kg:.0f} kg beside {bought:.0f} kg bought that year"
    return Deed(hauls=tuple(hauls), kg=kg, size=size, story=story)


@family("out of all proportion", rules="02 33 03 04", signs="notice.sent")
def outsized(made: Trade, rng: random.Random) -> Deed | None:
    """A known small buyer orders many times what he ever did; the surplus is sold on."""
    bought: dict[tuple[str, str], int] = {}
    known = set()
    for h in sorted(made.hauls, key=lambda each: each.at["notified"]):
        key = (h.buyer.name, h.ware.substance)
        if bought.get(key, 0) >= 3:
            known.add(h.ref)
        bought[key] = bought.get(key, 0) + 1
    haul = one(made, rng, lambda h: h.ref in known)
    size = strength(rng)
    if haul is None:
        return None
    factor = 1.8 + 9 * size**1.5
    haul.kg = {name: float(round(kg * factor)) for name, kg in haul.kg.items()}
    more = min(6, round(haul.kg["said"] / 24000)) - len(haul.boxes["out"])
    haul.boxes["out"] += tuple(facts.box(rng) for _ in range(more))
    passage.set_uses(rng, haul)
    kg = haul.mass("landed") * (1 - 1 / factor)
    return Deed(hauls=(haul,), kg=kg, size=size, story=f"{factor:.1f} times the usual")
