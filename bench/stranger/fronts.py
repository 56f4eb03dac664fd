"""Front firms: buyers that exist for a purpose, and the orders they place."""

import random
from datetime import datetime, timedelta

from stranger import orders
from stranger.facts import Haul
from stranger.firms import Firm, Licence, firm
from stranger.trade import DAYS, START, Contract, Trade
from stranger.wares import Ware


def country(made: Trade, rng: random.Random) -> str:
    """Where somebody founds a front: any country that takes part and imports."""
    known = [land for land in made.lands.values() if land.takes_part]
    return rng.choices(known, [land.imports for land in known])[0].code


def front(
    made: Trade, rng: random.Random, where: str, at: datetime, *, licensed: float = 0.6
) -> Firm:
    """A new firm; more often than not it got a licence first."""
    sector = rng.choice(("chemical", "agro", "coatings", "water", "textile", "cosmetics"))
    made_firm = firm(rng, where, sector, at - timedelta(days=rng.uniform(20, 150)))
    if made.lands[where].licenses and rng.random() < licensed:
        granted = at - timedelta(days=rng.uniform(3, 15))
        number = f"{where}/L/{rng.randrange(10**5):05d}"
        made_firm.licence = Licence(
            number=number, granted=granted, ends=granted + timedelta(days=730)
        )
    made.extra_firms.append(made_firm)
    return made_firm


def cluster(
    made: Trade, rng: random.Random, where: str, *, count: int, at: datetime, size: float
) -> list[Firm]:
    """Fronts of one owner: the grosser the deed, the more they share."""
    firms = [front(made, rng, where, at) for _ in range(count)]
    for each in firms[1:]:
        alike(rng, each, firms[0], size)
    return firms


def alike(rng: random.Random, new: Firm, old: Firm, size: float) -> None:
    """Let a firm share details with another of the same owner."""
    if rng.random() < 0.3 + 0.6 * size:
        new.phone = old.phone
    if rng.random() < 0.1 + 0.7 * size:
        new.address = old.address
    if rng.random() < 0.5 * size:
        new.email = f"info@{old.email.partition('@')[2]}"


def seller_for(made: Trade, rng: random.Random, buyer: Firm, ware: Ware) -> Firm:
    """Somebody abroad who sells this, else anybody abroad."""
    abroad = [s for s in made.sellers if s.country != buyer.country and made.takes_part(s.country)]
    known = [s for s in abroad if ware.substance in s.substances]
    return rng.choice(known or abroad)


def ordered(
    made: Trade,
    rng: random.Random,
    buyer: Firm,
    ware: Ware,
    *,
    kg: float,
    at: datetime,
    seller: Firm | None = None,
) -> Haul:
    """An order like any other, of so much, which becomes a shipment like any other."""
    seller = seller or seller_for(made, rng, buyer, ware)
    for each in (seller, buyer):
        each.substances.add(ware.substance)
    contract = Contract(
        seller=seller,
        buyer=buyer,
        ware=ware,
        lot=kg,
        strength=rng.choice(ware.strengths),
        use=ware.uses.get(buyer.sector, rng.choice(sorted(ware.uses.values()))),
        begins=at,
        ends=at,
        weight=0,
    )
    haul = orders.order(made, contract, min(at, START + timedelta(days=DAYS)))
    made.hauls.append(haul)
    return haul


def converted(haul: Haul, buyer: Firm) -> None:
    """An order goes out under another buyer's name."""
    buyer.substances.add(haul.ware.substance)
    haul.buyer = buyer
    haul.delivery_address = None


def revocable(
    made: Trade, rng: random.Random, most: int
) -> tuple[Firm, list[Haul], datetime] | None:
    """A licensed buyer with an earlier trade and a few orders left, and when he could lose it."""
    by_buyer: dict[int, list[Haul]] = {}
    for haul in made.hauls:
        by_buyer.setdefault(id(haul.buyer), []).append(haul)
    found = []
    for hauls in by_buyer.values():
        buyer = hauls[0].buyer
        if len(hauls) < 2 or buyer.licence is None or buyer.licence.revoked:
            continue
        hauls.sort(key=lambda h: h.at["notified"])
        left = hauls[-rng.randint(1, min(most, len(hauls) - 1)) :]
        if all(_untouched(made, h) for h in left):
            before = hauls[-len(left) - 1]
            earliest = before.at.get("departed", before.at["notified"])
            at = left[0].at["notified"] - timedelta(days=rng.uniform(2, 25))
            if at > max(earliest, buyer.licence.granted):
                found.append((buyer, left, at))
    return rng.choice(found) if found else None


def _untouched(made: Trade, haul: Haul) -> bool:
    both = made.takes_part(haul.exporting) and made.takes_part(haul.importing)
    return both and haul.case is None and not haul.changes and haul.cancelled is None


def revoke(buyer: Firm, at: datetime) -> None:
    """The country takes the licence away, and renews it no more."""
    if buyer.licence is not None:
        buyer.licence.revoked = at
        if buyer.licence.renewed and buyer.licence.renewed > at:
            buyer.licence.renewed = None
