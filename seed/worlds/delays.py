"""What makes honest goods late or has them go another way: full ports, long ways, later ships."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from seed import papers
from seed.world import Body
from seed.worlds import draws
from seed.worlds.teller import minute
from seed.worlds.voyages import Extra, Voyage
from seed.worlds.weather import Weather

EAST_OF = 55.0


def congestion(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    """A port is full for some weeks, and everything that arrives there waits."""
    if "congestion" not in weather.noises or voyage.mode != "sea":
        return voyage
    for begun, over, wait in _jams(weather, voyage.entry_port):
        if begun < voyage.arrived < over:
            much = draws.days(rng, wait * 0.4, wait * 1.4)
            return _told_of(voyage.postponed(much, after=voyage.departed), rng, much)
    return voyage


def _jams(weather: Weather, port: str) -> Iterator[tuple[datetime, datetime, float]]:
    rng = draws.dice(weather.world, "jam", port)
    span = (weather.ends - weather.starts).days
    for _ in range(rng.choice((0, 0, 1, 1, 2))):
        begun = draws.later(weather.starts, rng, 0, span)
        yield begun, draws.later(begun, rng, 15, 70), rng.uniform(4, 22)


def route_shock(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    """For some months ships between west and east go the long way round."""
    if "route_shock" not in weather.noises or voyage.mode != "sea":
        return voyage
    dice = draws.dice(weather.world, "shock")
    begun = draws.later(weather.starts, dice, 0, (weather.ends - weather.starts).days * 0.7)
    over, longer = draws.later(begun, dice, 60, 160), dice.uniform(6, 16)
    nations = weather.geography.nations
    east = [nations[iso].lon > EAST_OF for iso in (voyage.exporting, voyage.importing)]
    if east[0] == east[1] or not begun < voyage.departed < over:
        return voyage
    much = draws.days(rng, longer * 0.6, longer * 1.3)
    return _told_of(voyage.postponed(much, after=voyage.departed), rng, much)


def _told_of(voyage: Voyage, rng: random.Random, much: timedelta) -> Voyage:
    """Now and then the exporting side announces the later arrival."""
    if not draws.hit(rng, 0.3):
        return voyage
    later = voyage.eta + much
    change = {"field": "/arrival_expected", "old": minute(voyage.eta), "new": minute(later)}
    claims = {"changes": [change], "material": False, "arrival_expected": minute(later)}
    return voyage.plus(amendment(voyage, draws.later(voyage.departed, rng, 2, 12), claims))


def rest_on_a_later_ship(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    """Not all containers found room; the others arrive with the next ship, and all clear then."""
    carrier = voyage.order.deal.carrier.identifier
    often = weather.rate("rest_on_a_later_ship", carrier, 0.05)
    if voyage.mode != "sea" or len(voyage.boxes) < 2 or not draws.hit(rng, often):
        return voyage
    gap = timedelta(days=rng.choice((4, 7, 7, 14)), minutes=rng.randint(0, 1400))
    return voyage.postponed(gap, after=voyage.arrived).but(rest_after=gap)


def amendment(voyage: Voyage, at: datetime, claims: Body) -> Extra:
    agency = f"{voyage.exporting}-CUSTOMS"
    return Extra(kind="shipment.amended", agency=agency, at=at, claims=claims)


def rerouting(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    """Goods change ships at a hub, which the papers may not have foreseen."""
    hubs = [h for h in weather.geography.hubs if h not in {voyage.exporting, voyage.importing}]
    if voyage.mode != "sea" or not hubs or "shipment.arrived" not in voyage.at:
        return voyage
    if not draws.hit(rng, weather.rate("rerouting", voyage.order.deal.carrier.identifier, 0.05)):
        return voyage
    hub = voyage.transit[0] if voyage.transit and draws.hit(rng, 0.6) else rng.choice(hubs)
    return transhipped(voyage, weather, rng, hub)


def transhipped(
    voyage: Voyage, weather: Weather, rng: random.Random, hub: str, *, free_zone: bool = False
) -> Voyage:
    """The goods go on with another ship from a hub; its customs say so."""
    ship = f"{rng.choice(papers.VESSELS)} {rng.randint(1, 99)}"
    share = rng.uniform(0.35, 0.8)
    at = voyage.departed + (voyage.arrived - voyage.departed) * share
    claims = {
        "observed": {
            "place": rng.choice(weather.geography.nations[hub].ports),
            "equipment": [dict(box) for box in voyage.boxes],
        },
        "from_means": voyage.means,
        "to_means": ship,
        "to_equipment": [dict(box) for box in voyage.boxes_in],
        "free_zone": free_zone,
    }
    seen = Extra(kind="shipment.transhipped", agency=f"{hub}-CUSTOMS", at=at, claims=claims)
    return voyage.plus(seen).but(means_in=ship)


def rolled_cargo(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    """The ship was full: the goods leave with the next one."""
    carrier = voyage.order.deal.carrier.identifier
    if voyage.mode != "sea" or not draws.hit(rng, weather.rate("rolled_cargo", carrier, 0.07)):
        return voyage
    before = voyage.at["export.released"] - timedelta(minutes=1)
    much = timedelta(days=rng.choice((3, 5, 7, 7, 7, 10, 14)))
    rolled = voyage.postponed(much, after=before)
    return rolled.but(eta=voyage.eta + much) if draws.hit(rng, 0.8) else rolled
