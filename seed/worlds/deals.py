"""Who buys what from whom, how often and how much; and the orders that follow from it."""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from seed import papers
from seed.worlds import draws
from seed.worlds.firms import Firm
from seed.worlds.geography import ROAD_KM
from seed.worlds.markets import Market, shuffled
from seed.worlds.wares import Ware, wares

SMALL_KG = 800.0
ADDED = 100_000  # deals that a case adds are numbered from here
LICENSING = 0.5  # of the pairs of country and ware


@dataclass(frozen=True, kw_only=True, slots=True)
class Deal:
    """A supply relation: the terms under which orders follow one another."""

    number: int
    ware: Ware
    exporter: Firm
    importer: Firm
    consignee: Firm
    carrier: Firm
    kg: float
    sigma: float
    every_days: float
    phase: float
    season: float
    growth: float
    since: datetime
    mode: str
    km: float
    exit_port: str
    entry_port: str
    transit: str | None
    transit_port: str | None
    price: float
    currency: str
    use: str
    contract: str | None  # that orders call upon, where their notices cite one
    one_off: float  # how often an order is several times the usual, for a project
    licence: str | None  # its number, where the importing country licenses the ware

    @property
    def exporting(self) -> str:
        return self.exporter.country

    @property
    def importing(self) -> str:
        return self.importer.country


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """One consignment that somebody ordered; `case` is the number of the case it belongs to."""

    number: int
    deal: Deal
    at: datetime
    kg: float
    case: int | None = None
    place: int = 0  # among the orders of its case


def established(market: Market, count: int, ends: datetime) -> Iterator[Deal]:
    """Deals of firms that traded before the world begins, and of honest newcomers since."""
    rng = draws.dice(market.world, "deals")
    buyers: list[Firm] = []
    countries = _importers(market, rng)
    for number in range(count):
        ware = rng.choice(wares())
        new = "honest_newcomers" in market.noises and draws.hit(rng, 0.08)
        since = draws.later(market.starts, rng, 0, (ends - market.starts).days * 0.8)
        known = [b for b in buyers if not new and draws.hit(rng, 0.03)]
        if known:
            importer = rng.choice(known)
        else:
            born = since - draws.days(rng, 20, 300) if new else market.starts - timedelta(days=1500)
            importer = market.firm(rng, draws.ranked(rng, countries, tail=0.5), born)
            importer = _sister(market, rng, importer, buyers)
        buyers.append(importer)
        begun = since if new else market.starts - timedelta(days=900)
        yield deal(market, rng, number, ware=ware, importer=importer, since=begun)


def _importers(market: Market, rng: random.Random) -> Sequence[str]:
    """Importing countries, the greatest first; those that take no part are among the smaller."""
    inside = shuffled(rng, market.geography.participants)
    half = len(inside) // 2
    return [*inside[:half], *shuffled(rng, [*inside[half:], *market.geography.outsiders])]


def _sister(market: Market, rng: random.Random, firm: Firm, others: Sequence[Firm]) -> Firm:
    """Some honest firms are sisters: of one owner, with one telephone or one address."""
    near = [other for other in others if other.country == firm.country]
    if not near or "sister_firms" not in market.noises or not draws.hit(rng, 0.06):
        return firm
    sister = rng.choice(near)
    shared = rng.choice(("phone", "address", "email"))
    return replace(firm, **{shared: getattr(sister, shared)})


def deal(
    market: Market,
    rng: random.Random,
    number: int,
    *,
    ware: Ware,
    importer: Firm,
    since: datetime,
    exporter: Firm | None = None,
) -> Deal:
    """Terms between an importer and a seller of the ware; every deal is drawn this way."""
    sellers = _sellers(market, ware, importer)
    seller = exporter or rng.choice(market.sellers[draws.ranked(rng, sellers)])
    noisy = market.noises
    small = "small_call_offs" in noisy and draws.hit(rng, 0.008)
    kg = draws.between(rng, 30, 140) if small else draws.between(rng, ware.low_kg, ware.high_kg)
    return Deal(
        number=number,
        ware=ware,
        exporter=seller,
        importer=importer,
        consignee=importer if draws.hit(rng, 0.8) else market.firm(rng, importer.country, since),
        carrier=draws.ranked(rng, market.carriers),
        kg=kg,
        sigma=rng.uniform(0.05, 0.45),
        every_days=draws.between(rng, 4, 20) if small else draws.between(rng, 20, 200),
        phase=rng.random(),
        season=ware.season * rng.uniform(0.4, 1.2) if "season" in noisy else 0.0,
        growth=rng.gauss(0.05, 0.25) if "growth" in noisy else 0.0,
        since=since,
        price=draws.spread(rng, ware.price, 0.15) * (ware.low_kg / kg) ** 0.05,
        currency=rng.choice(("EUR", "USD", "USD")),
        use=rng.choice(ware.uses),
        contract=papers.number(rng, "CON") if draws.hit(rng, 0.6 if small else 0.1) else None,
        licence=_licence(market, importer, ware),
        one_off=0.012 if "one_off_orders" in noisy else 0.0,
        **_way(market, rng, seller.country, importer.country, kg),
    )


def _way(market: Market, rng: random.Random, seller: str, buyer: str, kg: float) -> dict[str, Any]:
    """How the goods of a deal travel: by what, from where, through where, to where."""
    nations = market.geography.nations
    km = market.geography.km(seller, buyer)
    mode = _mode(rng, km, kg)
    transit = _transit(market, rng, seller, buyer, mode)
    return {
        "mode": mode,
        "km": km,
        "exit_port": draws.ranked(rng, nations[seller].ports),
        "entry_port": draws.ranked(rng, nations[buyer].ports),
        "transit": transit,
        "transit_port": rng.choice(nations[transit].ports) if transit else None,
    }


def _sellers(market: Market, ware: Ware, importer: Firm) -> Sequence[str]:
    """Who can sell to an importer: of a shipment between two outsiders nobody would hear."""
    partake = {iso for iso, nation in market.geography.nations.items() if nation.partakes}
    apart = importer.country not in partake
    found = (iso for iso in market.supply[ware.substance] if iso != importer.country)
    return [iso for iso in found if not apart or iso in partake]


def _licence(market: Market, importer: Firm, ware: Ware) -> str | None:
    regime = draws.dice(market.world, "regime", importer.country, ware.substance)
    if regime.random() > LICENSING:
        return None
    dice = draws.dice("licence", importer.identifier, ware.substance)
    return papers.number(dice, importer.country, "LIC")


def orders(deal: Deal, rng: random.Random, starts: datetime, ends: datetime) -> Iterator[Order]:
    """The orders of a deal: with its season and growth, none before it began."""
    at = max(starts, deal.since) + draws.days(rng, 0, deal.every_days)
    while at < ends:
        yield Order(number=0, deal=deal, at=at, kg=ordered(deal, rng, at, starts))
        pace = deal.every_days / _demand(deal, at, starts)
        at += timedelta(minutes=round(rng.gammavariate(4, pace / 4) * 1440) + 60)


def ordered(deal: Deal, rng: random.Random, at: datetime, starts: datetime) -> float:
    """How much is ordered at a moment, in whole packages."""
    wanted = draws.spread(rng, deal.kg, deal.sigma) * math.sqrt(_demand(deal, at, starts))
    wanted *= rng.uniform(2, 4) if draws.hit(rng, deal.one_off) else 1
    packages = max(1, round(wanted / deal.ware.package_kg))
    return float(packages * deal.ware.package_kg)


def _demand(deal: Deal, at: datetime, starts: datetime) -> float:
    """Demand against the usual: a wave over the year, and growth since the world began."""
    years = (at - starts).days / 365
    wave = 1 + 0.8 * deal.season * math.sin(2 * math.pi * (years + deal.phase))
    return max(0.25, wave * math.exp(deal.growth * years))


def _mode(rng: random.Random, km: float, kg: float) -> str:
    if kg < SMALL_KG and draws.hit(rng, 0.35):
        return "air"
    if km < ROAD_KM and draws.hit(rng, 0.55):
        return "rail" if kg > 40_000 and draws.hit(rng, 0.5) else "road"
    return "sea"


def _transit(market: Market, rng: random.Random, seller: str, buyer: str, mode: str) -> str | None:
    """A country that the goods pass: a hub by sea, a neighbour over land, none by air."""
    if mode == "air" or draws.hit(rng, 0.45):
        return None
    geography = market.geography
    passed = geography.hubs if mode == "sea" else geography.neighbours(seller)[:4]
    passed = tuple(iso for iso in passed if iso not in {seller, buyer})
    detour = sorted(passed, key=lambda iso: geography.km(seller, iso) + geography.km(iso, buyer))
    return rng.choice(detour[:3]) if detour else None
