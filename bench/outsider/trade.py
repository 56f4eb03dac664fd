"""Who buys what from whom: yearly contracts, call-offs, spot, tenders, samples, dealers."""

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from outsider import boxes, chems, passage
from outsider.chems import Chem
from outsider.facts import DAYS, START, Cargo, Trade
from outsider.firms import Firm, firm
from outsider.nations import Nation, by_land, distance, nations

# pattern: share of relations, orders a year (low, high), spread of sizes, size beside the usual
_PATTERNS = {
    "contract": (0.28, 6, 14, 0.06, 1.3),
    "calloff": (0.16, 12, 26, 0.03, 0.5),
    "spot": (0.3, 1, 5, 0.5, 0.8),
    "tender": (0.08, 1, 2, 0.3, 2.5),
    "sample": (0.07, 1, 2, 0.4, 0.02),
    "dealer": (0.11, 4, 10, 0.25, 1.1),
}


@dataclass(frozen=True, kw_only=True)
class Relation:
    """A seller and a buyer of one substance, and how they trade."""

    seller: Firm
    buyer: Firm
    user: Firm | None
    broker: Firm | None
    carrier: Firm
    chem: Chem
    pattern: str
    kg: float
    strength: float
    price: float
    mode: str
    use: str


def trade(rng: random.Random, shipments: int) -> Trade:
    """Honest trade over a year."""
    lands = nations(rng)
    made = Trade(
        nations=lands,
        cargoes=[],
        sellers=_firms(rng, lands, "maker", shipments // 14 + 8, sells=True),
        buyers=[],
        carriers=_firms(rng, lands, "carrier", 12, sells=True),
        brokers=_firms(rng, lands, "dealer", 8, sells=True),
    )
    number = 0
    while len(made.cargoes) < shipments:
        bond = relation(rng, made)
        dispatches = _orders(rng, bond)
        grows = rng.uniform(0.3, 1.0) if rng.random() < 0.12 else 0.0
        frame = bond.pattern == "calloff" and rng.random() < 0.45
        permit = boxes.paper(rng, "EXA", bond.seller.country, START.year)
        for turn, dispatch in enumerate(dispatches):
            number += 1
            made.cargoes.append(ship(rng, made, bond, dispatch, number))
            if grows and len(dispatches) > 3:
                made.cargoes[-1].scaled(1 + grows * turn / len(dispatches))
            if frame:
                _framed(made.cargoes[-1], permit, len(dispatches))
            if bond.pattern == "dealer" and lands[bond.buyer.country].hub and rng.random() < 0.5:
                number += 1
                made.cargoes.append(_sold_on(rng, made, made.cargoes[-1], number))
            if len(made.cargoes) >= shipments:
                break
    return made


def _framed(cargo: Cargo, permit: str, orders: int) -> None:
    """One export permit serves all call-offs of a contract."""
    cargo.framework = True
    cargo.numbers["export"] = permit
    cargo.permit_kg = cargo.kg * orders
    cargo.permit_days = 365


def _firms(
    rng: random.Random, lands: dict[str, Nation], sector: str, count: int, *, sells: bool
) -> list[Firm]:
    weights = [(land.sells if sells else land.buys) + 0.01 for land in lands.values()]
    places = rng.choices(list(lands.values()), weights, k=count)
    return [firm(rng, place, sector) for place in places]


def new_buyer(rng: random.Random, made: Trade, chem: Chem, land: Nation | None = None) -> Firm:
    """A buyer with a use for it, sometimes in a building with other firms."""
    lands = list(made.nations.values())
    land = land or rng.choices(lands, [each.buys for each in lands])[0]
    near = [each for each in made.buyers if each.country == land.code]
    shared = rng.choice(near) if near and rng.random() < 0.06 else None
    sector = "dealer" if rng.random() < 0.18 else rng.choice(chem.uses)
    made_up = firm(rng, land, sector, shared)
    young = START - timedelta(days=rng.uniform(0, 60))
    return replace(made_up, since=young) if rng.random() < 0.08 else made_up


def relation(rng: random.Random, made: Trade) -> Relation:
    chem = chems.pick(rng)
    pattern = rng.choices(tuple(_PATTERNS), [row[0] for row in _PATTERNS.values()])[0]
    known = [b for b in made.buyers if b.sector in chem.uses]
    if pattern == "dealer":
        land = rng.choice([n for n in made.nations.values() if n.hub or n.buys >= 3])
        buyer = firm(rng, land, "dealer")
    elif known and rng.random() < 0.45:
        buyer = rng.choice(known)
    else:
        buyer = new_buyer(rng, made, chem)
    if buyer not in made.buyers:
        made.buyers.append(buyer)
    seller = rng.choice([s for s in made.sellers if s.country != buyer.country])
    source, target = made.nations[seller.country], made.nations[buyer.country]
    lot = chem.lot * _PATTERNS[pattern][4] * rng.lognormvariate(0, 0.55)
    return Relation(
        seller=seller,
        buyer=buyer,
        user=_user(rng, made, chem, buyer) if pattern == "dealer" else None,
        broker=rng.choice(made.brokers) if rng.random() < 0.17 else None,
        carrier=rng.choice(made.carriers),
        chem=chem,
        pattern=pattern,
        kg=chems.packed(chem, lot),
        strength=rng.choice(chem.strengths),
        price=chem.price * rng.lognormvariate(0, 0.16) * (1.6 if pattern == "sample" else 1),
        mode=_mode(rng, source, target, lot),
        use=buyer.sector if buyer.sector in chem.uses else rng.choice(chem.uses),
    )


def _user(rng: random.Random, made: Trade, chem: Chem, buyer: Firm) -> Firm | None:
    return firm(rng, made.nations[buyer.country], rng.choice(chem.uses))


def _mode(rng: random.Random, source: Nation, target: Nation, kg: float) -> str:
    if by_land(source.code, target.code) and distance(source, target) < 3500:
        return "road"
    return "air" if kg < 900 and rng.random() < 0.75 else "sea"


def _orders(rng: random.Random, bond: Relation) -> list[datetime]:
    """The days on which the orders of a year are to leave."""
    _, low, high, _, _ = _PATTERNS[bond.pattern]
    count = rng.randint(low, high)
    if bond.pattern in {"contract", "calloff"}:
        first, gap = rng.uniform(0, DAYS / count), DAYS / count
        return [
            START + timedelta(days=20 + first + n * gap + rng.gauss(0, 2)) for n in range(count)
        ]
    found: list[datetime] = []
    while len(found) < count:
        day = START + timedelta(days=20 + rng.uniform(0, DAYS))
        apart = min((day.month - bond.chem.season) % 12, (bond.chem.season - day.month) % 12)
        peak = not bond.chem.season or apart <= 2 or rng.random() < 0.4
        rush = 0.75 if day.month not in {11, 12} else 1.0  # before the holidays
        if peak and rng.random() < rush:
            found.append(day)
    return sorted(found)


def ship(rng: random.Random, made: Trade, bond: Relation, dispatch: datetime, number: int) -> Cargo:
    """One order of a relation, planned and carried out as it should be."""
    source, target = made.nations[bond.seller.country], made.nations[bond.buyer.country]
    year = dispatch.year
    kg = chems.packed(bond.chem, bond.kg * rng.lognormvariate(0, _PATTERNS[bond.pattern][3]))
    opener = source if source.member else target
    price = bond.price * rng.lognormvariate(0, 0.05)
    cargo = Cargo(
        ref=boxes.reference(opener.reference, opener.code, year, number),
        number=number,
        chem=bond.chem,
        seller=bond.seller,
        buyer=bond.buyer,
        user=bond.user,
        broker=bond.broker,
        carrier=bond.carrier,
        source=source,
        target=target,
        kg=kg,
        strength=bond.strength,
        strength_there=bond.strength,
        price=price,
        entry_price=price * rng.uniform(1.02, 1.1),  # freight and insurance
        mode=bond.mode,
        pattern=bond.pattern,
        use=bond.use,
        at={},
        legs=[],
        transit=[],
        entry=rng.choice(target.ports),
        numbers=numbers(rng, source.code, target.code, year, number),
        name=rng.choice((bond.chem.name, *bond.chem.names)),
        hs=bond.chem.hs,
        address=(bond.user or bond.buyer).address,
        used=rng.uniform(0.55, 1.0),
        stock=rng.random() < 0.5,
        notice=source.member,
        alias=source.member and target.member and rng.random() < target.own_files,
    )
    return passage.planned(rng, cargo, made.nations, dispatch)


def numbers(rng: random.Random, source: str, target: str, year: int, number: int) -> dict[str, str]:
    """The papers of one shipment."""
    return {
        "pen": boxes.paper(rng, "PEN", source, year),
        "export": boxes.paper(rng, "EXA", source, year),
        "import": boxes.paper(rng, "IMP", target, year),
        "mrn out": boxes.mrn(rng, source, year),
        "mrn in": boxes.mrn(rng, target, year),
        "bill": f"BL{rng.randrange(10**8, 10**9)}",
        "invoice": f"INV-{rng.randrange(10**5, 10**6)}",
        "ucr": f"{year % 10}{source}{rng.randrange(10**9, 10**10)}",
        "own": f"{target}-IMP{year % 100}.{number:05d}",
    }


def _sold_on(rng: random.Random, made: Trade, parent: Cargo, number: int) -> Cargo:
    """A dealer in a hub sells part of a lot to a third country, with a notice of its own."""
    places = [n for n in made.nations.values() if n.code not in {parent.target.code,
                                                                 parent.source.code}]  # fmt: skip
    land = rng.choices(places, [each.buys for each in places])[0]
    buyer = new_buyer(rng, made, parent.chem, land)
    made.buyers.append(buyer)
    part = chems.packed(parent.chem, parent.kg * rng.uniform(0.2, 0.6))
    bond = Relation(
        seller=parent.buyer,
        buyer=buyer,
        user=None,
        broker=None,
        carrier=rng.choice(made.carriers),
        chem=parent.chem,
        pattern="spot",
        kg=part,
        strength=parent.strength,
        price=parent.price * 1.2,
        mode=_mode(rng, parent.target, land, part),
        use=rng.choice(parent.chem.uses),
    )
    came = parent.legs[-1].received or parent.legs[-1].eta
    child = ship(rng, made, bond, came + timedelta(days=rng.uniform(6, 80)), number)
    if child.kg > parent.kg * 0.8:
        child.scaled(0.6 * parent.kg / child.kg)
    parent.children.append((child, child.kg))
    parent.alias = False
    return child
