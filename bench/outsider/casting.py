"""How a crime finds its shipments: they are taken from honest trade, or ordered by new firms."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from outsider import boxes, passage
from outsider.facts import DAYS, START, Cargo, Trade, days
from outsider.firms import Firm, firm
from outsider.mishaps import trouble
from outsider.nations import Nation
from outsider.trade import numbers

Key = Callable[[Cargo], object]


class NoCast(Exception):
    """Trade has no shipments that suit this crime."""


@dataclass(frozen=True, kw_only=True)
class Crime:
    """The truth: which shipments, what a fair judge would call it, and when it shows."""

    family: str
    story: str
    rules: tuple[str, ...]
    cargoes: tuple[Cargo, ...]
    kg: float
    size: float
    signs: frozenset[str]


def bond(cargo: Cargo) -> object:
    return (cargo.seller.number, cargo.buyer.number, cargo.chem.code)


def buyer(cargo: Cargo) -> object:
    return (cargo.buyer.number, cargo.chem.code)


def carrier(cargo: Cargo) -> object:
    return (cargo.carrier.number, cargo.mode)


def lane(cargo: Cargo) -> object:
    return (cargo.source.code, cargo.target.code)


def seller(cargo: Cargo) -> object:
    return cargo.seller.number


def weighs(cargo: Cargo) -> bool:
    """Somebody at the far end is likely to look at a scale."""
    return cargo.target.customs.weighs >= 0.4


def goods(cargo: Cargo) -> object:
    return cargo.chem.code


def sound(cargo: Cargo) -> bool:
    """It goes all the way in plain sight, so far."""
    return (
        cargo.case is None
        and not cargo.cancelled
        and cargo.answer != "objected"
        and cargo.fate == "kept"
        and cargo.notice
        and cargo.source.member
        and cargo.target.member
        and not cargo.children
        and cargo.pattern != "sample"
        and all(leg.arrived and leg.received for leg in cargo.legs)
    )


class Book:
    """One crime in the making."""

    def __init__(self, rng: random.Random, made: Trade, number: int, room: int) -> None:
        self.rng = rng
        self.made = made
        self.number = number
        self.room = room  # shipments that it may take
        self.size = min(1.0, max(0.02, rng.betavariate(1.3, 1.3)))

    def scaled(self, low: float, high: float) -> float:
        """From little to much, by the logarithm, as bold as the crime is."""
        return float(low * (high / low) ** self.size)

    def some(self, low: int, high: int) -> int:
        """How many shipments."""
        return min(max(low, self.rng.randint(low, high)), max(low, self.room))

    def take(
        self, low: int, high: int, key: Key, suits: Callable[[Cargo], bool] = lambda _: True
    ) -> list[Cargo]:
        """Shipments that belong together by this key, in order of departure."""
        groups: dict[object, list[Cargo]] = {}
        for cargo in self.made.cargoes:
            if sound(cargo) and suits(cargo):
                groups.setdefault(key(cargo), []).append(cargo)
        count = self.some(low, high)
        wide = [g for g in groups.values() if len(g) >= count]
        wide = wide or [g for g in groups.values() if len(g) >= low]
        if not wide:
            raise NoCast
        group = self.rng.choice(wide)
        chosen = self.rng.sample(group, min(count, len(group)))
        return self.mine(sorted(chosen, key=lambda c: (c.departed, c.ref)))

    def mine(self, cargoes: list[Cargo]) -> list[Cargo]:
        for cargo in cargoes:
            cargo.case = self.number
        return cargoes

    def day(self, start: float = 40, end: float = 320) -> datetime:
        return START + timedelta(days=self.rng.uniform(start, min(end, DAYS)))

    def firm(self, land: Nation, sector: str, **known: object) -> Firm:
        """A new firm; `licensed` when it took the trouble."""
        made = firm(self.rng, land, sector)
        return replace(made, **known)  # type: ignore[arg-type]

    def land(self, *, weak: bool = False) -> Nation:
        """A country that buys; a weak one answers few notices."""
        lands = [n for n in self.made.nations.values() if n.member]
        lands = [n for n in lands if not weak or n.answers <= 0.85] or lands
        return self.rng.choices(lands, [n.buys for n in lands])[0]

    def orders(
        self, taken: list[Cargo], whose: Firm, first: datetime, gap: tuple[float, float], kg: float
    ) -> list[Cargo]:
        """These shipments become orders of that firm, one after another."""
        when = first
        for cargo in taken:
            self.resend(cargo, whose, when, kg * self.rng.lognormvariate(0, 0.15))
            when += days(self.rng, *gap)
        return taken

    def resend(self, cargo: Cargo, whose: Firm, dispatch: datetime, kg: float) -> None:
        """Order and journey anew, for another buyer on another day, with luck of its own."""
        rng, target = self.rng, self.made.nations[whose.country]
        cargo.buyer, cargo.user, cargo.target = whose, None, target
        cargo.address, cargo.receiver = whose.address, None
        cargo.kg = max(1, round(kg / cargo.chem.unit_kg)) * cargo.chem.unit_kg
        cargo.use = whose.sector if whose.sector in cargo.chem.uses else cargo.use
        cargo.entry, cargo.transit, cargo.legs = rng.choice(target.ports), [], []
        cargo.extras, cargo.amends, cargo.at = [], [], {}
        cargo.asked, cargo.alias, cargo.answer = False, False, "fine"
        cargo.framework, cargo.retold, cargo.first_kg = False, 0.0, 0.0
        cargo.numbers |= {
            "mrn in": boxes.mrn(rng, target.code, dispatch.year),
            "import": boxes.paper(rng, "IMP", target.code, dispatch.year),
            "export": boxes.paper(rng, "EXA", cargo.source.code, dispatch.year),
            "own": f"{target.code}-IMP{dispatch.year % 100}.{cargo.number:05d}",
        }
        if cargo.mode == "road":
            cargo.mode = "sea"
        if cargo.source is target:
            raise NoCast
        passage.dates(rng, cargo, dispatch)
        passage.journey(rng, cargo, self.made.nations)
        trouble(rng, self.made, cargo, mild=True)

    def sold_by(self, cargo: Cargo, whose: Firm) -> None:
        """The shipment becomes one of another seller's, with papers of that country."""
        land = self.made.nations[whose.country]
        cargo.seller, cargo.source = whose, land
        opener = land if land.member else cargo.target
        year = START.year
        cargo.ref = boxes.reference(opener.reference, opener.code, year, cargo.number)
        cargo.numbers = numbers(self.rng, land.code, cargo.target.code, year, cargo.number)
        cargo.framework = False

    def abroad(self, count: int, land: Nation, key: Key = goods) -> list[Cargo]:
        """Shipments of one substance from other countries, to be ordered by somebody there."""
        return self.take(count, count, key, lambda c: c.source is not land)

    def end_trade(self, whose: Firm, since: datetime) -> None:
        """What this firm buys or sells from then on is a crime; honest orders it has no more."""
        parts = {part.ref for cargo in self.made.cargoes for part, _ in cargo.children}
        self.made.cargoes[:] = [
            cargo
            for cargo in self.made.cargoes
            if cargo.case is not None
            or cargo.at["notified"] < since
            or whose.number not in {cargo.buyer.number, cargo.seller.number}
            or cargo.children
            or cargo.ref in parts
        ]

    def crime(self, story: str, rules: str, cargoes: list[Cargo], kg: float, *signs: str) -> Crime:
        return Crime(
            family="",
            story=story,
            rules=tuple(f"RF-{number}" for number in rules.split()),
            cargoes=tuple(cargoes),
            kg=kg,
            size=round(self.size, 3),
            signs=frozenset(signs),
        )
