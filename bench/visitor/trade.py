"""From relations to shipments: what was ordered, shipped and papered when all goes as it should."""

import random
from datetime import datetime, timedelta

from visitor import voyages
from visitor.facts import Cargo, Means, Stop
from visitor.relations import Deal, Market


class Numbers:
    """Numbers of papers, in the styles of those who give them."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.next: dict[str, int] = {}

    def ref(self, code: str) -> str:
        """A reference of a country's own series."""
        style = sum(map(ord, code)) % 4
        count = self.next[code] = self.next.get(code, self.rng.randint(80, 4000)) + 1
        return (
            f"{code}-25/{count:06d}", f"{code}-{count:05d}.25", f"{code}-PX{count:07d}",
            f"{code}-2025-{count:05d}",
        )[style]  # fmt: skip

    def mrn(self, code: str, when: datetime) -> str:
        tail = "".join(self.rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789") for _ in range(13))
        return f"{when.year % 100}{code}{tail}{self.rng.randint(0, 9)}"

    def plain(self, head: str, digits: int = 6) -> str:
        return f"{head}{self.rng.randint(10 ** (digits - 1), 10**digits - 1)}"


def shipments(market: Market, numbers: Numbers) -> list[Cargo]:
    """Every ordered shipment, honest and whole."""
    made = []
    for deal in market.deals:
        several = [shipment(market, numbers, deal, when, share) for when, share in deal.orders]
        if deal.covered:
            frame = numbers.plain(f"{deal.source.code}FA")
            for cargo in several:
                cargo.framework = cargo.number["export"] = frame
                cargo.at["frame"] = several[0].at["permit_out"]
                cargo.covers = sum(each.kg["permit"] for each in several) * 1.25
                cargo.validity = (0, 365)
        made += several
    return made


def shipment(market: Market, numbers: Numbers, deal: Deal, when: datetime, share: float) -> Cargo:
    """One shipment of a relation."""
    rng = market.rng
    kg = _packed(rng, deal, deal.kg * share)
    at, way = _days(market, deal, when)
    opener = deal.source if deal.source.member else deal.target
    first, last = _carried(rng, deal, way)
    cargo = Cargo(
        ref=numbers.ref(opener.code),
        ware=deal.ware,
        seller=deal.seller,
        buyer=deal.buyer,
        user=deal.user,
        carrier=deal.carrier,
        broker=deal.broker,
        source=deal.source,
        target=deal.target,
        mode=deal.lane.mode,
        means=first,
        last_means=last,
        boxes=voyages.boxes(rng, kg, deal.lane.mode),
        stops=way,
        pack=deal.pack,
        use=deal.use,
        pattern=deal.pattern,
        price=deal.price * rng.lognormvariate(0, 0.03),
        at=at,
        number=_papers(numbers, deal, at),
        kg={},
        strength={"paper": deal.strength, "true": deal.strength},
        address=deal.buyer.address,
        plan=[stop.land for stop in way],
        validity=(0, rng.choice((60, 90, 90, 120, 180))),
    )
    cargo.office_of_exit = deal.source.place(cargo.mode)
    cargo.entry_place = deal.target.place(cargo.mode)
    _weigh(rng, cargo, kg)
    cargo.worth = {"export": cargo.price, "entry": cargo.price * rng.uniform(1.0, 1.07)}
    return cargo


def _days(market: Market, deal: Deal, when: datetime) -> tuple[dict[str, datetime], list[Stop]]:
    """All days of one shipment, and its stops; the date told beforehand is a guess."""
    rng, known = market.rng, market.known
    at = _outward_days(rng, when, urgent=rng.random() < 0.05)
    way, at["arrived"] = voyages.stops(
        rng, deal.lane, deal.source, deal.target, known, sails=at["sailed"]
    )
    _, guess = voyages.stops(rng, deal.lane, deal.source, deal.target, known, sails=at["planned"])
    at["eta"] = guess + timedelta(days=rng.uniform(-0.5, 1.5))
    _inward_days(rng, at)
    return at, way


def _carried(rng: random.Random, deal: Deal, way: list[Stop]) -> tuple[Means, Means]:
    """What the goods leave on, and what they come in on."""
    first = voyages.means(rng, deal.lane.mode, deal.source)
    if deal.target.landlocked and deal.lane.mode == "sea":
        return first, voyages.lorry(rng, way[-1].land if way else deal.target)
    return first, next((s.onward for s in reversed(way) if s.onward), first)


def _weigh(rng: random.Random, cargo: Cargo, kg: float) -> None:
    """Amounts as they go: what the works' scale gives, what evaporates, what clings to the tank."""
    cargo.sets("notice", kg)
    bulk = cargo.pack[0] == "TK"
    loaded = kg * (1 + rng.gauss(0, 0.0035 if bulk else 0.0008))
    cargo.sets("loaded", loaded)
    lost = abs(rng.gauss(0, 0.003 if cargo.ware.form == "liquid" else 0.0012))
    landed = loaded * (1 - min(lost, 0.012))
    cargo.sets("landed", landed)
    cargo.kg["entry"] = kg if rng.random() < 0.85 else loaded
    cargo.kg["booked"] = landed if rng.random() < 0.35 else kg
    left = rng.choice((0.0, rng.uniform(0.05, 0.8), rng.uniform(0.05, 0.8)))
    waste = abs(rng.gauss(0, 0.003))
    cargo.used = (1 - left - waste if left < 0.98 else 0.0, left, waste)


def _packed(rng: random.Random, deal: Deal, kg: float) -> float:
    """Whole packages; tanks are filled to what the tank takes."""
    kind, each = deal.pack
    if kind == "TK":
        return float(max(1, round(kg / each)) * each + rng.randint(-40, 40) * 10)
    return float(max(1, round(kg / each)) * each)


def _outward_days(rng: random.Random, when: datetime, *, urgent: bool) -> dict[str, datetime]:
    """The days of the papers, and of the lorry at the gate."""
    hurry = 0.35 if urgent else 1.0
    at = {"noticed": when, "due": when + timedelta(days=rng.choice((15, 15, 15, 21)))}
    at["answered"] = when + timedelta(days=hurry * rng.gammavariate(3.2, 2.1))
    at["permit_in"] = at["answered"] + timedelta(days=rng.uniform(-1, 3))
    at["permit_out"] = at["answered"] + timedelta(days=hurry * rng.uniform(0.5, 6))
    gap = hurry * (1 + rng.gammavariate(2, 3))
    at["released"] = at["permit_out"] + timedelta(days=gap)
    at["sailed"] = at["released"] + timedelta(days=rng.gammavariate(1.6, 1.0), hours=2)
    at["planned"] = at["sailed"] + timedelta(days=rng.uniform(-2.0, 1.0))
    return at


def _inward_days(rng: random.Random, at: dict[str, datetime]) -> None:
    at["cleared"] = at["arrived"] + timedelta(days=0.3 + rng.gammavariate(1.7, 1.8))
    at["delivered"] = at["cleared"] + timedelta(days=0.2 + rng.gammavariate(1.5, 1.2))
    at["booked"] = at["delivered"] + timedelta(days=0.5 + rng.gammavariate(1.5, 4))
    at["used"] = at["booked"] + timedelta(days=rng.uniform(30, 95))
    at["closed"] = at["booked"] + timedelta(days=rng.uniform(5, 40))


def _papers(numbers: Numbers, deal: Deal, at: dict[str, datetime]) -> dict[str, str]:
    out, into = deal.source.code, deal.target.code
    return {
        "pen": numbers.plain(f"{out}-PEN-", 7),
        "export": numbers.plain(f"{out}EX25-"),
        "import": numbers.plain(f"{into}IM25-"),
        "mrn_out": numbers.mrn(out, at["released"]),
        "mrn_in": numbers.mrn(into, at["cleared"]),
        "bill": numbers.plain(numbers.rng.choice(("HLCU", "MAEU", "CMDU", "BL", "AWB")), 8),
        "invoice": numbers.plain(f"INV-{sum(map(ord, deal.seller.name)) % 90}-", 5),
        "ucr": f"5{out}{numbers.plain('', 9)}",
        "transit": numbers.plain("T1-", 8),
    }
