"""The honest trade: when contracts are called off, and how each shipment then goes.

Here and in `passage` is the noise that lies in the facts: partial loads, natural loss and damp,
spills, rolled cargo, queues at ports, seals changed by officers, honest amendments, prices.
"""

import math
import random
from datetime import datetime, timedelta

from stranger import facts, passage, people
from stranger.facts import Box, Haul
from stranger.lands import HUBS, habit, lands
from stranger.trade import DAYS, START, Contract, Trade
from stranger.wares import wares

GROWTH = 0.25  # a year
SHIPS = 60
CURRENCIES = (("EUR", 1.0), ("USD", 1.08), ("USD", 1.08), ("GBP", 0.85))


def trade(rng: random.Random, shipments: int) -> Trade:
    """A world with firms, contracts and this many honest shipments."""
    known = dict(lands())
    made = Trade(
        rng=rng,
        lands=known,
        habits={
            f"{code}-{office}": habit(rng, land.grade, START, DAYS)
            for code, land in sorted(known.items())
            for office in ("CNA", "CUSTOMS")
        },
        wares=wares(),
    )
    made.ships = [f"MV {rng.choice('ABCDEFGHKLMNOPRSTV')}{n:02d} Star" for n in range(SHIPS)]
    made.drift = {w.substance: (rng.uniform(0.03, 0.3), rng.uniform(0, 6)) for w in made.wares}
    for code in rng.sample(sorted(known), 5):
        begins = START + timedelta(days=rng.uniform(60, DAYS - 60))
        span = timedelta(days=rng.uniform(25, 70))
        made.queues.append((code, begins, begins + span, rng.uniform(8, 28)))
    people.settle(made, shipments)
    for contract, at in _orders(made, shipments):
        haul = order(made, contract, at)
        passage.befall(made, haul)
        made.hauls.append(haul)
    return made


def _orders(made: Trade, shipments: int) -> list[tuple[Contract, datetime]]:
    """When each contract is called off: at its own pace, with season and growth."""
    rng = made.rng
    picked = rng.choices(made.contracts, [c.weight for c in made.contracts], k=shipments)
    counts = {id(c): (c, picked.count(c)) for c in picked}
    found = []
    for contract, count in counts.values():
        span = (contract.ends - contract.begins) / timedelta(days=1) - 10
        for n in range(count):
            place = ((n + rng.random()) / count) ** (1 - GROWTH / 2)
            at = contract.begins + timedelta(days=place * span)
            if contract.ware.peak and rng.random() < 0.5:
                month = timedelta(days=30.4)
                off = (contract.ware.peak - at.month + 6) % 12 - 6
                moved = at + off * month * rng.uniform(0.4, 0.9)
                at = moved if contract.begins < moved < contract.ends else at
            found.append((contract, at))
    return sorted(found, key=lambda each: each[1])


def order(made: Trade, contract: Contract, at: datetime) -> Haul:
    """One honest shipment, from notice to use."""
    rng = made.rng
    haul = _booked(made, contract, at)
    passage.timed(made, haul, at)
    said = haul.kg["said"]
    haul.kg["loaded"] = loaded = _loaded(rng, haul, said)
    loss = haul.ware.loss * rng.uniform(0.2, 2.0) + rng.gauss(0, 0.001)
    haul.kg["landed"] = loaded * (1 - loss)
    haul.kg["declared"] = round(loaded, -1) if rng.random() < 0.6 else loaded
    passage.mishaps(made, haul)
    passage.set_uses(rng, haul)
    return haul


def _loaded(rng: random.Random, haul: Haul, said: float) -> float:
    draw = rng.random()
    if draw < 0.05:
        haul.note("partial load: the notice named a maximum")
        return said * rng.uniform(0.55, 0.95)
    if draw < 0.12:
        return said * rng.uniform(0.95, 1.01)
    return said * (1 + rng.gauss(0, 0.002))


def _asked(made: Trade, contract: Contract) -> float:
    """What a buyer orders this time: about the usual lot, in round figures, or a stock."""
    rng = made.rng
    stock = rng.uniform(2, 4) if rng.random() < 0.03 else 1.0
    said = contract.lot * rng.lognormvariate(0, 0.18) * stock
    step = 10.0 ** max(0, math.floor(math.log10(said)) - 1)
    return max(min(contract.ware.per_package, contract.lot), round(said / step) * step)


def _stuffed(rng: random.Random, kg: float) -> tuple[Box, ...]:
    return tuple(facts.box(rng) for _ in range(min(6, max(1, math.ceil(kg / 24000)))))


def _booked(made: Trade, contract: Contract, at: datetime) -> Haul:
    rng, ware = made.rng, contract.ware
    made.numbers += 1
    exporting, importing = contract.seller.country, contract.buyer.country
    said = _asked(made, contract)
    gate = made.lands[importing].gate
    hub = rng.choice(HUBS) if gate is None and rng.random() < 0.16 else None
    currency, rate = rng.choice(CURRENCIES)
    premium = rng.lognormvariate(0, 0.09) * (1.15 if said < 2000 else 1.0)
    return Haul(
        ref=f"{exporting}-{at.year}-{made.numbers:05d}",
        seller=contract.seller,
        buyer=contract.buyer,
        carrier=rng.choice(made.carriers),
        ware=ware,
        strength=contract.strength,
        exporting=exporting,
        importing=importing,
        transit=gate if gate and gate not in {exporting, importing} else None,
        hub=None if hub in {exporting, importing} else hub,
        kg={"said": said},
        at={},
        boxes={"out": _stuffed(rng, said)},
        means=rng.choice(made.ships),
        later_means=rng.choice(made.ships) if hub not in {None, exporting, importing} else None,
        voyage=f"{rng.randint(100, 999)}{rng.choice('EWNS')}",
        pen=f"PEN-{exporting}-{at.year}-{made.numbers:05d}",
        export_permit=f"{exporting}/EX/{at.year}/{rng.randrange(10**5):05d}",
        import_permit=f"{importing}/IM/{at.year}/{rng.randrange(10**5):05d}",
        permit_ends=at + timedelta(days=rng.choice((120, 180, 180))),
        mrns=(facts.mrn(rng, exporting, at), facts.mrn(rng, importing, at)),
        bill=f"BL{rng.randrange(10**8):08d}",
        invoice=f"INV-{rng.randrange(10**6):06d}",
        price=made.price(ware, at) * premium,
        currency=currency,
        rate=rate,
        use=contract.use,
        reply=rng.choices(("yes", "silence", "questions"), (84, 10, 6))[0],
        delivery_address=contract.buyer.depot if rng.random() < 0.8 else None,
    )
