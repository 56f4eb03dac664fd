"""Schemes with people and their licences: fronts, borrowed names, swapped buyers, shopping."""

import random
from dataclasses import replace
from datetime import timedelta

from stranger import fronts, passage
from stranger.facts import Change, Haul
from stranger.plots import Deed, family, names, one, strength
from stranger.trade import START, Trade

SENSITIVE = (
    "acetic_anhydride",
    "ephedrine",
    "pseudoephedrine",
    "phenylacetic_acid",
    "potassium_permanganate",
    "ammonium_nitrate",
    "hydrogen_peroxide",
    "nitromethane",
)
SETS = (
    ("hydrogen_peroxide", "acetone", "sulphuric_acid"),
    ("ammonium_nitrate", "aluminium_powder", "nitromethane"),
    ("hydrogen_peroxide", "hexamine", "nitric_acid"),
    ("acetic_anhydride", "acetone", "hydrochloric_acid"),
)
ODD = {
    "bakery": "baking",
    "furniture": "wood_finish",
    "florist": "flower_care",
    "garage": "washing",
}


@family("a shell", rules="29 01 06 05 02", signs="notice.sent")
def shell(made: Trade, rng: random.Random) -> Deed | None:
    """A firm founded for one large order; nobody hears of use."""
    size = strength(rng)
    at = START + timedelta(days=rng.uniform(120, 480))
    ware = rng.choice([w for w in made.wares if w.substance in SENSITIVE])
    buyer = fronts.front(made, rng, fronts.country(made, rng), at, licensed=0.8 - 0.5 * size)
    haul = fronts.ordered(made, rng, buyer, ware, kg=ware.lot * (0.6 + 3 * size), at=at)
    haul.uses = []
    age = (at - buyer.founded).days
    story = f"{buyer.name}, {age} days old, licence: {buyer.licence is not None}"
    return Deed(hauls=(haul,), kg=haul.mass("landed"), size=size, story=story)


@family("a borrowed name", rules="18 28 01 31 05", signs="notice.sent shipment.delivered")
def borrowed(made: Trade, rng: random.Random) -> Deed | None:
    """The papers name a firm of good repute, which never ordered; the goods go elsewhere."""
    like, size = one(made, rng, lambda h: h.buyer.identifier is not None), strength(rng)
    if like is None:
        return None
    at = like.at["notified"] + timedelta(days=rng.uniform(30, 150))
    true = like.buyer
    number = true.identifier or ""
    fake = replace(
        true,
        phone=f"+{rng.randint(30, 990)} {rng.randint(2000000, 9999999)}",
        email=f"purchase@{true.email.partition('@')[2].replace('.example', '-trade.example')}",
        substances=set(true.substances),
        licence=true.licence,
        identifier=number if size < 0.6 else f"{number[:-2]}{rng.randrange(100):02d}",
    )
    if size > 0.3:
        fake.address = f"{rng.randint(1, 200)} Garden Flats, {true.country} {rng.randint(100, 999)}"
    haul = fronts.ordered(made, rng, fake, like.ware, kg=like.kg["said"], at=at, seller=None)
    haul.delivery_address = f"Unit {rng.randint(1, 90)}, Self Storage Park, {true.country}"
    haul.import_permitted = False
    haul.uses = []
    story = f"{true.name} by another address; number kept: {fake.identifier == number}"
    return Deed(hauls=(haul,), kg=haul.mass("landed"), size=size, story=story)


@family("another buyer at the last minute", rules="34 18 01 29", signs="shipment.amended")
def swapped(made: Trade, rng: random.Random) -> Deed | None:
    """Once the answer is in, the consignee becomes somebody else."""
    haul = one(made, rng, lambda h: h.reply == "yes" and len(h.lots) == 1)
    size = strength(rng)
    if haul is None:
        return None
    at = haul.at["departed"] - timedelta(days=0.5 + 12 * (1 - size))
    at = max(at, haul.at["answered"] + timedelta(hours=5))
    other = fronts.front(made, rng, haul.importing, at)
    other.substances.add(haul.ware.substance)
    haul.changes.append(
        Change(
            at=at,
            field="consignee",
            old=haul.buyer.name,
            new=other.name,
            material=rng.random() < 0.6,
            consignee=other,
        )
    )
    haul.delivery_address = other.address
    haul.uses = []
    days = (haul.at["departed"] - at).days
    story = f"to {other.name}, {days} days before departure"
    return Deed(hauls=(haul,), kg=haul.mass("landed"), size=size, story=story)


@family("a phoenix", rules="28 31 12 29 01", signs="notice.sent")
def phoenix(made: Trade, rng: random.Random) -> Deed | None:
    """A buyer loses the licence and goes on under a new name."""
    size, found = strength(rng), fronts.revocable(made, rng, 2)
    if found is None:
        return None
    old, hauls, at = found
    fronts.revoke(old, at)
    new = fronts.front(made, rng, old.country, hauls[0].at["notified"])
    fronts.alike(rng, new, old, 0.3 + 0.7 * size)
    for haul in hauls:
        fronts.converted(haul, new)
    shared = [n for n in ("phone", "address") if getattr(new, n) == getattr(old, n)]
    story = f"{old.name} revoked, now {new.name}, shares {shared}"
    return Deed(hauls=tuple(hauls), kg=_landed(hauls), size=size, story=story)


@family("a revoked licence", rules="05 31 35", signs="notice.sent export.authorised")
def revoked(made: Trade, rng: random.Random) -> Deed | None:
    """A buyer loses the licence and goes on all the same."""
    size, found = strength(rng), fronts.revocable(made, rng, 2)
    if found is None:
        return None
    buyer, hauls, at = found
    fronts.revoke(buyer, at)
    story = f"{buyer.name} revoked on {at:%F}; then {names(hauls)}"
    return Deed(hauls=tuple(hauls), kg=_landed(hauls), size=size, story=story)


@family("asking elsewhere", rules="12 28 31", signs="notice.sent")
def shopping(made: Trade, rng: random.Random) -> Deed | None:
    """Refused by one country's authority, the same people order from another country."""
    first, size = one(made, rng, lambda h: h.reply == "yes"), strength(rng)
    if first is None:
        return None
    first.reply, first.objection = "objected", rng.choice(("company_unknown", "no_licence"))
    passage.refused(rng, first)
    at = first.at["answered"] + timedelta(days=rng.uniform(6, 90))
    elsewhere = [s for s in made.sellers if s.country not in {first.exporting, first.importing}]
    seller = rng.choice([s for s in elsewhere if made.takes_part(s.country)])
    buyer = first.buyer
    if rng.random() > size:
        buyer = fronts.front(made, rng, first.importing, at)
        fronts.alike(rng, buyer, first.buyer, 0.3 + size)
    kg = first.kg["said"] * rng.uniform(0.7, 1.1)
    second = fronts.ordered(made, rng, buyer, first.ware, kg=kg, at=at, seller=seller)
    same = "same firm" if buyer is first.buyer else f"as {buyer.name}"
    story = f"{first.ref} refused, then {second.ref}, {same}"
    return Deed(hauls=(first, second), kg=second.mass("landed"), size=size, story=story)


@family("what goes together", rules="08 28 06", signs="notice.sent")
def together(made: Trade, rng: random.Random) -> Deed | None:
    """Firms of one owner buy, each harmlessly, what is dangerous together."""
    size = strength(rng)
    at = START + timedelta(days=rng.uniform(120, 420))
    wanted = rng.choice(SETS)
    firms = fronts.cluster(
        made, rng, fronts.country(made, rng), count=1 + round(1 - size), at=at, size=size
    )
    hauls = []
    for n, substance in enumerate(wanted):
        ware = next(w for w in made.wares if w.substance == substance)
        when = at + timedelta(days=rng.uniform(2, 30 + 60 * (1 - size)))
        kg = ware.lot * rng.uniform(0.05, 0.5)
        hauls.append(fronts.ordered(made, rng, firms[n % len(firms)], ware, kg=kg, at=when))
    story = f"{', '.join(wanted)} to {len(firms)} firms"
    return Deed(hauls=tuple(hauls), kg=_landed(hauls), size=size, story=story)


@family("no use for it", rules="06 01 02", signs="notice.sent")
def useless(made: Trade, rng: random.Random) -> Deed | None:
    """The buyer's business has no use for the goods; the gross ones even say so."""
    size = strength(rng)
    at = START + timedelta(days=rng.uniform(60, 480))
    ware = rng.choice([w for w in made.wares if w.substance in SENSITIVE])
    buyer = fronts.front(made, rng, fronts.country(made, rng), at)
    sector = rng.choice(sorted(ODD))
    buyer.sector, buyer.name = sector, f"{buyer.name.split()[0]} {sector.title()} Supplies"
    haul = fronts.ordered(made, rng, buyer, ware, kg=ware.lot * rng.uniform(0.3, 1.2), at=at)
    if size > 0.5:
        haul.use = ODD[sector]
    story = f"{ware.substance} to a {sector} for {haul.use}"
    return Deed(hauls=(haul,), kg=haul.mass("landed"), size=size, story=story)


def _landed(hauls: list[Haul]) -> float:
    return sum(haul.mass("landed") for haul in hauls)
