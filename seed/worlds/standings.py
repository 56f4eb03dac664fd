"""What countries state about traders and their own needs: licences, requirements, trust, visits.

Half of the pairs of country and substance are licensed. A licence may run out and be renewed too
late, a requirement may be raised during the year: both are honest noise.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from seed import papers
from seed.journeys import Step
from seed.world import Body
from seed.worlds import draws
from seed.worlds.deals import ADDED, Deal, Order
from seed.worlds.goods import quantity
from seed.worlds.reporting import reported, retold
from seed.worlds.telling import Said, framed
from seed.worlds.wares import Ware, wares
from seed.worlds.weather import Weather

JOINED = timedelta(days=75)  # before the world begins countries join, and tell their registers
TERM = timedelta(days=3 * 365)
DECLARING = 0.6  # of the countries declare what they need


def standings(orders: Sequence[Order], weather: Weather) -> Iterator[Step]:
    """Every standing of the world, in no order."""
    partakes = frozenset(weather.geography.participants)
    rng = draws.dice(weather.world, "standings")
    for said in _stated(orders, weather, rng):
        if said.agency[:2] in partakes:
            joined = weather.starts - JOINED + draws.days(rng, 0, 12)
            for step in reported(said, weather.habits, rng):
                yield step if step.told > joined else retold(step, joined, rng)


def _stated(orders: Sequence[Order], weather: Weather, rng: random.Random) -> Iterator[Said]:
    deals = {order.deal.number: order.deal for order in orders}
    known: set[str] = set()
    for _, deal in sorted(deals.items()):
        if deal.licence is not None and deal.licence not in known:
            known.add(deal.licence)
            yield from _licensed(deal, weather, rng)
        if deal.importer.key not in known:
            known.add(deal.importer.key)
            yield from _known(deal, weather, rng)
    for (country, substance, year), kg in sorted(_needs(orders).items()):
        yield from _required(country, substance, year, kg, weather)


def licence(
    deal: Deal,
    at: datetime,
    *,
    status: str,
    since: datetime,
    until: datetime,
    number: str | None = None,
) -> Said:
    """What a licensing authority states of an importer's licence for a ware."""
    claims: Body = {
        "trader": deal.importer.party,
        "licence": number or deal.licence,
        "type": "licence",
        "status": status,
        "substances": [deal.ware.substance],
        "activities": ["import", "use"],
        "valid_from": since.date().isoformat(),
        "valid_to": until.date().isoformat(),
    }
    return _said("party.licensed", f"{deal.importing}-CNA", at, claims)


def granted(deal: Deal) -> datetime:
    """When an importer got its licence: some time before its first order."""
    dice = draws.dice("granted", deal.importer.identifier, deal.ware.substance)
    return deal.since - timedelta(days=dice.randint(15, 700))


def _licensed(deal: Deal, weather: Weather, rng: random.Random) -> Iterator[Said]:
    since = granted(deal)
    lapse = since + TERM
    late = "late_renewals" in weather.noises and draws.hit(rng, 0.12)
    if late:
        lapse = draws.later(weather.starts, rng, 30, 480)
        lapse = max(lapse, since + timedelta(days=200))
    yield licence(deal, since, status="active", since=since, until=lapse)
    if lapse >= weather.ends:
        return
    if late and draws.hit(rng, 0.7):  # a new one, after days without
        again = draws.later(lapse, rng, 1, 45)
        number = papers.number(rng, deal.importing, "LIC")
        until = again + TERM
        yield licence(deal, again, status="active", since=again, until=until, number=number)
    else:
        again = draws.later(lapse, rng, -40, -5)
        yield licence(deal, again, status="active", since=since, until=lapse + TERM)


def _known(deal: Deal, weather: Weather, rng: random.Random) -> Iterator[Said]:
    trader, country = deal.importer.party, deal.importing
    at = max(deal.since, weather.starts) - draws.days(rng, 20, 400)
    if draws.hit(rng, 0.12):
        claims: Body = {
            "trader": trader,
            "programme": "aeo-s",
            "certificate": papers.number(rng, country, "AEO"),
            "status": rng.choice(("certified", "validated")),
            "valid_from": at.date().isoformat(),
        }
        yield _said("party.trusted", f"{country}-CUSTOMS", at, claims)
    if draws.hit(rng, 0.15):
        claims = {
            "trader": trader,
            "site": trader["address"],
            "evaluation": "initial",
            "evaluated_on": at.date().isoformat(),
            "result": rng.choice(("pass", "pass", "pass_with_actions")),
        }
        yield _said("party.evaluated", f"{country}-CNA", at, claims)


def _needs(orders: Sequence[Order]) -> Mapping[tuple[str, str, int], float]:
    """What established firms order in a year, by country and substance."""
    needs: dict[tuple[str, str, int], float] = defaultdict(float)
    for order in orders:
        if order.deal.number < ADDED:
            key = order.deal.importing, order.deal.ware.substance, order.at.year
            needs[key] += order.kg
    return needs


def _required(
    country: str, substance: str, year: int, kg: float, weather: Weather
) -> Iterator[Said]:
    rng = draws.dice(weather.world, "need", country, substance, year)
    if draws.dice(weather.world, "declares", country).random() > DECLARING:
        return
    need = kg * rng.uniform(1.05, 1.8)
    at = datetime(year, 1, 1, tzinfo=weather.starts.tzinfo) - draws.days(rng, -20, 60)
    if "amended_requirements" in weather.noises and draws.hit(rng, 0.25):
        yield _requirement(country, substance, year, need * rng.uniform(0.4, 0.9), at)
        at = draws.later(at, rng, 60, 260)
    yield _requirement(country, substance, year, need, at)


def _requirement(country: str, substance: str, year: int, kg: float, at: datetime) -> Said:
    ware: Ware = next(each for each in wares() if each.substance == substance)
    goods: Body = {
        "substance": substance,
        "declared_name": ware.name,
        "quantity": quantity(float(round(kg, -2) + 100), "KGM"),
        "concentration": ware.concentration,
    }
    claims: Body = {"country": country, "substance": substance, "year": year, "goods": goods}
    return _said("requirement.declared", f"{country}-CNA", at, claims)


def _said(kind: str, agency: str, at: datetime, claims: Body) -> Said:
    body = framed(kind, at, None, claims)
    return Said(kind=kind, agency=agency, at=at, body=body)
