"""Who trades: sellers, buyers and carriers, their standing contracts, licences and visits."""

from datetime import timedelta

from stranger.firms import Firm, Licence, firm, neighbours
from stranger.trade import DAYS, START, Contract, Trade
from stranger.wares import Ware


def settle(made: Trade, shipments: int) -> None:
    rng, codes = made.rng, sorted(made.lands)
    early = START - timedelta(days=2000)
    out = [made.lands[c].exports for c in codes]
    into = [made.lands[c].imports for c in codes]
    for country in rng.choices(codes, out, k=max(12, shipments // 14)):
        made.sellers.append(firm(rng, country, "seller", early))
    for country in rng.choices(codes, out, k=12):
        made.carriers.append(firm(rng, country, "carrier", early))
    for _ in range(max(20, shipments // 9)):
        ware = rng.choices(made.wares, [w.weight for w in made.wares])[0]
        sector = rng.choice(sorted(ware.uses))
        fresh = rng.random() < 0.2
        founded = START + timedelta(days=rng.uniform(0, DAYS - 120)) if fresh else early
        buyer = firm(rng, rng.choices(codes, into)[0], sector, founded)
        if rng.random() < 0.2:
            buyer.depot = f"Shed {rng.randint(1, 40)}, Free Port Zone, {buyer.country}"
            buyer.depot_on_licence = rng.random() < 0.75
        made.buyers.append(buyer)
        for _ in range(rng.choices((1, 2, 3), (70, 22, 8))[0]):
            made.contracts.append(contract_of(made, buyer, ware))
            ware = rng.choice([w for w in made.wares if sector in w.uses])
    neighbours(rng, [*made.sellers, *made.buyers])
    for each in made.buyers:
        if rng.random() < 0.08:
            _moves(made, each)
    for each in made.firms():
        license_firm(made, each)


def _moves(made: Trade, each: Firm) -> None:
    """An honest firm moves house, or takes another name under the same number."""
    rng = made.rng
    each.moved = START + timedelta(days=rng.uniform(60, DAYS - 60))
    like = firm(rng, each.country, each.sector, each.founded)
    if rng.random() < 0.6:
        each.former = {"address": each.address, "phone": each.phone}
        each.address, each.phone = like.address, like.phone
    else:
        each.former = {"name": each.name}
        each.name = like.name


def contract_of(made: Trade, buyer: Firm, ware: Ware) -> Contract:
    rng = made.rng
    abroad = [s for s in made.sellers if s.country != buyer.country]
    seller = rng.choice(abroad)
    for each in (seller, buyer):
        each.substances.add(ware.substance)
    begins = max(START, buyer.founded) + timedelta(days=rng.uniform(0, 60))
    long = rng.random() < 0.8
    ends = START + timedelta(days=DAYS if long else rng.uniform(200, DAYS))
    return Contract(
        seller=seller,
        buyer=buyer,
        ware=ware,
        lot=ware.lot * rng.lognormvariate(-0.2, 0.6),
        strength=rng.choice(ware.strengths),
        use=ware.uses.get(buyer.sector, "blending"),
        begins=begins,
        ends=max(ends, begins + timedelta(days=90)),
        weight=rng.paretovariate(1.6),
    )


def license_firm(made: Trade, each: Firm) -> None:
    """What its country grants a firm, and whether it renews in time."""
    rng, land = made.rng, made.lands[each.country]
    if each.carries or not land.licenses or rng.random() < 0.04:
        return
    granted = max(each.founded, START - timedelta(days=rng.uniform(5, 25)))
    ends = granted + timedelta(days=rng.choice((365, 730, 1095)))
    renewed = None
    if rng.random() < 0.93:
        late = rng.expovariate(1 / 25) if rng.random() < 0.3 else -rng.uniform(5, 40)
        renewed = ends + timedelta(days=late)
    each.licence = Licence(
        number=f"{each.country}/L/{rng.randrange(10**5):05d}",
        granted=granted,
        ends=ends,
        renewed=renewed,
    )
    if rng.random() < 0.2:
        when = granted + timedelta(days=rng.uniform(0, 200))
        each.visited = (when, rng.choices(("pass", "pass_with_actions", "fail"), (88, 11, 1))[0])
    if rng.random() < 0.012 and not each.sells:
        each.suspected = START + timedelta(days=rng.uniform(0, DAYS))
