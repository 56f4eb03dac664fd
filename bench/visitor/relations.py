"""Who trades with whom, in which way: contracts, call-offs, stock, campaigns, one-off orders."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from visitor.facts import START
from visitor.firms import Firm, Founder
from visitor.places import GATEWAYS, Land, lands
from visitor.voyages import Lane, lane
from visitor.wares import WARES, Ware

_MAKERS = ("NL", "BE", "DE", "FR", "ES", "IT", "PL", "GB", "TR", "US",
           "IN", "CN", "KR", "JP", "TH", "CL", "ZA", "SA", "EG", "RU")  # fmt: skip
_PATTERNS = ("contract", "calloff", "stock", "season", "spot", "growth", "leaving")
_SHARES = (22, 18, 26, 9, 13, 7, 5)


@dataclass
class Deal:
    """One business relation for one substance."""

    seller: Firm
    buyer: Firm
    user: Firm
    broker: Firm | None
    ware: Ware
    source: Land
    target: Land
    lane: Lane
    pattern: str
    kg: float
    price: float
    strength: float
    pack: tuple[str, int]
    use: str
    carrier: Firm
    covered: bool
    orders: list[tuple[datetime, float]] = field(default_factory=list)


@dataclass
class Market:
    """Everybody who trades, before anything is shipped."""

    rng: random.Random
    known: dict[str, Land]
    founder: Founder
    sellers: list[Firm] = field(default_factory=list)
    buyers: list[Firm] = field(default_factory=list)
    carriers: list[Firm] = field(default_factory=list)
    brokers: list[Firm] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)


def market(rng: random.Random, shipments: int) -> Market:
    """The firms and their relations, with orders enough for so many shipments."""
    made = Market(rng, _known(rng), Founder(rng))
    _settle(made, shipments)
    total = 0
    while total < shipments:
        deal = _deal(made)
        deal.orders = _orders(rng, deal)[: shipments - total]
        if deal.orders:
            made.deals.append(deal)
            total += len(deal.orders)
    return made


def _known(rng: random.Random) -> dict[str, Land]:
    """Between forty and sixty countries; those that goods must pass are among them."""
    every = lands()
    picked = set(rng.sample(sorted(every), rng.randint(42, 52))) | {"NL", "IN", "SG", "AE"}
    for code in sorted(picked):
        picked.update(GATEWAYS.get(code, ())[:1])
    strangers = set(rng.sample(sorted(picked - {"NL", "IN", "SG", "AE"}), 2))
    return {
        code: _outside(every[code]) if code in strangers else every[code] for code in sorted(picked)
    }


def _outside(land: Land) -> Land:
    return Land(**{**land.__dict__, "member": False})


def _settle(made: Market, shipments: int) -> None:
    rng = made.rng
    makers = [made.known[code] for code in _MAKERS if code in made.known]
    others = [land for land in made.known.values() if land.code not in {"CN", "RU"}]
    wares = list(WARES.values())
    for _ in range(max(9, round(shipments / 28))):
        seller = made.founder.found(rng.choice(makers), rng.choice(("producer", "trader")))
        ranged = tuple(w.code for w in rng.sample(wares, rng.randint(2, 6)))
        made.sellers.append(seller.but(wares=ranged))
    for _ in range(max(18, round(shipments / 9))):
        role = rng.choices(("stockist", "user", "trader"), (4, 5, 2))[0]
        uses = tuple(dict.fromkeys(use for w in rng.sample(wares, 3) for use in w.uses))
        young = date(2024, rng.randint(1, 12), 10) if rng.random() < 0.06 else None
        made.buyers.append(made.founder.found(rng.choice(others), role, day=young, uses=uses))
    for _ in range(14):
        made.carriers.append(made.founder.found(rng.choice(others), "carrier"))
    for _ in range(4):
        made.brokers.append(made.founder.found(rng.choice(others), "trader"))


def _deal(made: Market) -> Deal:
    rng = made.rng
    seller = rng.choice(made.sellers)
    ware = WARES[rng.choice(seller.wares)]
    outside = not made.known[seller.land].member
    open_to = [
        b for b in made.buyers
        if b.land != seller.land and not (outside and not made.known[b.land].member)
    ]  # fmt: skip
    fit = [b for b in open_to if set(b.uses) & set(ware.uses)]
    buyer = rng.choice(fit or open_to)
    return relate(made, seller, buyer, ware, rng.choices(_PATTERNS, _SHARES)[0])


def relate(made: Market, seller: Firm, buyer: Firm, ware: Ware, pattern: str) -> Deal:
    """A relation of two firms, as trade makes them."""
    rng = made.rng
    source, target = made.known[seller.land], made.known[buyer.land]
    low, high = ware.order
    kg = low * (high / low) ** rng.betavariate(1.6, 2.4)
    uses = [use for use in ware.uses if use in buyer.uses] or list(ware.uses)
    user = buyer
    near = [b for b in made.buyers if b.land == buyer.land and b.role == "user" and b != buyer]
    if buyer.role != "user" and near and rng.random() < 0.4:
        user = rng.choice(near)
    air = (ware.pricey and rng.random() < 0.7) or (kg < 900 and rng.random() < 0.4)
    fits = [p for p in ware.packs if p[1] <= kg] or [min(ware.packs, key=lambda p: p[1])]
    return Deal(
        seller=seller,
        buyer=buyer,
        user=user,
        broker=rng.choice(made.brokers) if rng.random() < 0.06 else None,
        ware=ware,
        source=source,
        target=target,
        lane=lane(rng, source, target, made.known, by_air=air),
        pattern=pattern,
        kg=kg,
        price=ware.price * rng.lognormvariate(0, 0.13),
        strength=rng.choice(ware.strengths),
        pack=rng.choice([p for p in fits if not air or p[1] < 300] or fits),
        use=rng.choice(uses),
        carrier=rng.choice(made.carriers),
        covered=pattern in {"contract", "calloff"} and rng.random() < 0.3,
    )


def _orders(rng: random.Random, deal: Deal) -> list[tuple[datetime, float]]:
    """When the buyer orders, and how much of the usual."""
    length = 335.0
    first, gap, spread = {
        "contract": (rng.uniform(0, 25), rng.choice((28, 30, 45, 60)), 0.04),
        "calloff": (rng.uniform(0, 60), rng.uniform(16, 42), 0.35),
        "stock": (rng.uniform(0, 90), rng.uniform(35, 95), 0.28),
        "season": (rng.choice((12, 20, 150, 200)) + rng.uniform(0, 25), rng.uniform(9, 20), 0.3),
        "spot": (rng.uniform(0, 320), 900, 0.5),
        "growth": (rng.uniform(0, 70), rng.uniform(25, 50), 0.2),
        "leaving": (rng.uniform(0, 20), rng.uniform(20, 45), 0.2),
    }[deal.pattern]
    end = {"season": first + rng.uniform(45, 85), "leaving": rng.uniform(100, 220)}.get(
        deal.pattern, length
    )
    day, made = first, []
    while day < min(end, length):
        grown = 1 + 0.9 * day / 365 if deal.pattern == "growth" else 1.0
        seasonal = 1.25 if deal.ware.farm and 15 < day < 100 else 1.0
        rush = 1.8 if rng.random() < 0.025 else 1.0
        share = grown * seasonal * rush * rng.lognormvariate(0, spread)
        made.append((START + timedelta(days=day, hours=rng.randint(7, 17)), share))
        day += max(4.0, gap * rng.lognormvariate(0, spread))
    return made
