"""The stage on which crimes are played: who trades, what is shipped, which licences stand."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from visitor import trade, voyages
from visitor.facts import START, Cargo
from visitor.firms import Firm
from visitor.relations import Deal, Market, relate
from visitor.trade import Numbers
from visitor.wares import WARES, Ware

YEAR = timedelta(days=365)


@dataclass
class Licence:
    """What one firm may deal in, and until when."""

    firm: Firm
    number: str
    wares: list[str]
    activities: list[str]
    since: date
    until: date
    renewed_late: int | None = 0  # days after `until`; None: never renewed
    revoked: datetime | None = None


@dataclass
class Suspicion:
    """An order that a trader told its authority of."""

    teller: str  # country
    firm: Firm
    ware: str
    kg: float
    at: datetime
    reason: str
    done: str
    payment: str = ""


@dataclass
class Scene:
    """Everything that is true."""

    market: Market
    numbers: Numbers
    cargoes: list[Cargo]
    licences: dict[str, Licence] = field(default_factory=dict)
    needs: dict[tuple[str, str], float] = field(default_factory=dict)
    renamed: list[tuple[Firm, Firm, datetime]] = field(default_factory=list)
    suspicions: list[Suspicion] = field(default_factory=list)

    def free(self, suits: Callable[[Cargo], bool] = lambda _c: True) -> list[Cargo]:
        """Honest shipments that really travel and that somebody will tell of."""
        return [
            c for c in self.cargoes
            if not c.guilty and "arrived" not in c.never and c.source.member and c.target.member
            and not c.alias and suits(c)
        ]  # fmt: skip

    def some(self, rng: random.Random, low: int, high: int, *, by: str = "buyer",
             suits: Callable[[Cargo], bool] = lambda _c: True) -> list[Cargo]:  # fmt: skip
        """Several shipments of one firm (`buyer`, `carrier`) and one substance, in order."""
        groups: dict[str, list[Cargo]] = {}
        for cargo in self.free(suits):
            groups.setdefault(f"{getattr(cargo, by).name}/{cargo.ware.code}", []).append(cargo)
        enough = [group for _, group in sorted(groups.items()) if len(group) >= low]
        if not enough:
            return []
        group = sorted(rng.choice(enough), key=lambda c: c.at["noticed"])
        many = rng.randint(low, min(high, len(group)))
        first = rng.randint(0, len(group) - many)
        return group[first : first + many]

    def order(self, seller: Firm, buyer: Firm, ware: Ware, when: datetime,
              kg: float, *, user: Firm | None = None, air: bool = False) -> Cargo:  # fmt: skip
        """A shipment more, made as all are."""
        deal: Deal = relate(self.market, seller, buyer, ware, "spot")
        deal.kg, deal.user, deal.broker = kg, user or buyer, None
        low = min(ware.packs, key=lambda pack: pack[1])
        deal.pack = next((pack for pack in ware.packs if pack[1] <= kg), low)
        if air:
            deal.lane = voyages.Lane("air", ())
        cargo = trade.shipment(self.market, self.numbers, deal, when, 1.0)
        self.cargoes.append(cargo)
        return cargo

    def moment(self, rng: random.Random, first: float = 30, last: float = 290) -> datetime:
        return START + timedelta(days=rng.uniform(first, last))

    def licence(self, firm: Firm, wares: list[str], since: date) -> Licence:
        """A licence for a firm, valid three years at most."""
        made = Licence(
            firm,
            self.numbers.plain(f"{firm.land}-LIC-", 5),
            wares,
            ["import", "export"] if firm.role in {"trader", "stockist"} else ["import", "use"],
            since,
            since + 3 * YEAR,
        )
        self.licences[firm.name] = made
        return made


def settle(rng: random.Random, market: Market, numbers: Numbers, cargoes: list[Cargo]) -> Scene:
    """Licences and yearly needs, as honest trade has them."""
    scene = Scene(market, numbers, cargoes)
    dealt: dict[str, tuple[Firm, list[str]]] = {}
    for cargo in cargoes:
        for firm in {cargo.buyer.name: cargo.buyer, cargo.seller.name: cargo.seller}.values():
            held = dealt.setdefault(firm.name, (firm, []))[1]
            if cargo.ware.code not in held and rng.random() > 0.015:
                held.append(cargo.ware.code)
        key = (cargo.target.code, cargo.ware.code)
        scene.needs[key] = scene.needs.get(key, 0.0) + cargo.kg["notice"]
    for _name, (firm, wares) in sorted(dealt.items()):
        licence = scene.licence(firm, wares, START.date() - timedelta(days=rng.randint(20, 1090)))
        if firm.role == "producer":
            licence.activities = ["export", "use"]
        licence.renewed_late = rng.choice((-20, -9, -3, 0, 0, 6, 25))
    for key in scene.needs:
        scene.needs[key] = max(scene.needs[key], WARES[key[1]].order[1]) * rng.uniform(1.1, 2.6)
    _rename(rng, scene)
    _suspect(rng, scene)
    return scene


def _rename(rng: random.Random, scene: Scene) -> None:
    """Some honest firms are sold or take another name in the course of the year."""
    for firm in [f for f in scene.market.buyers if rng.random() < 0.03]:
        fresh = scene.market.founder.found(scene.market.known[firm.land], firm.role)
        fresh = firm.but(name=fresh.name, email=fresh.email)
        when = scene.moment(rng)
        scene.renamed.append((firm, fresh, when))
        for cargo in scene.cargoes:
            if cargo.buyer == firm and cargo.at["noticed"] > when:
                cargo.user = fresh if cargo.user == firm else cargo.user
                cargo.buyer = fresh


def _suspect(rng: random.Random, scene: Scene) -> None:
    """Suppliers report orders that seemed odd; most of them were not."""
    for _ in range(max(2, len(scene.cargoes) // 70)):
        known = rng.random() < 0.35
        land = rng.choice(sorted(scene.market.known))
        firm = rng.choice(scene.market.buyers)
        if not known:
            firm = scene.market.founder.found(scene.market.known[land], "trader")
        ware = WARES[rng.choice(sorted(WARES))]
        scene.suspicions.append(Suspicion(
            rng.choice([s.land for s in scene.market.sellers]), firm, ware.code,
            ware.order[0] * rng.uniform(0.05, 2), scene.moment(rng, 5, 330),
            rng.choice(("unknown_customer", "unusual_quantity", "evasive_about_use", "cash")),
            rng.choice(("proposed", "refused", "refused", "completed")),
            rng.choice(("", "", "cash", "third_party")),
        ))  # fmt: skip
