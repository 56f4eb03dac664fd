"""Who could trade in a world: sellers, carriers, shared offices, and which countries sell what."""

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from seed.worlds import draws, firms
from seed.worlds.firms import Firm
from seed.worlds.geography import Geography
from seed.worlds.wares import wares


@dataclass(frozen=True, kw_only=True)
class Market:
    """Everybody who could trade: firms by country, carriers, and a country's shared offices."""

    world: object
    geography: Geography
    starts: datetime
    noises: Collection[str]
    sellers: Mapping[str, Sequence[Firm]]
    carriers: Sequence[Firm]
    offices: Mapping[str, Sequence[str]]
    supply: Mapping[str, Sequence[str]]  # ware -> exporting countries, the greatest first

    def firm(self, rng: random.Random, country: str, since: datetime) -> Firm:
        """A new firm; some share an office with others, where that is among the noise."""
        shared = "shared_addresses" in self.noises and draws.hit(rng, 0.12)
        office = rng.choice(self.offices[country]) if shared else None
        return firms.founded(rng, country, since, office=office)


def opened(
    world: object, geography: Geography, starts: datetime, noises: Collection[str]
) -> Market:
    """The market before anybody trades."""
    rng = draws.dice(world, "market")
    long_ago = starts - timedelta(days=2000)
    everywhere = sorted(geography.nations)
    return Market(
        world=world,
        geography=geography,
        starts=starts,
        noises=noises,
        sellers={
            iso: tuple(
                firms.founded(rng, iso, long_ago - draws.days(rng, 0, 4000)) for _ in range(4)
            )
            for iso in everywhere
        },
        carriers=tuple(firms.founded(rng, rng.choice(everywhere), long_ago) for _ in range(14)),
        offices={iso: firms.offices(rng, iso) for iso in everywhere},
        supply={ware.substance: _suppliers(rng, geography) for ware in wares()},
    )


def _suppliers(rng: random.Random, geography: Geography) -> Sequence[str]:
    """The countries that sell a ware, the greatest first; a country apart is never among these."""
    few = shuffled(rng, geography.participants)[:11]
    place = rng.randrange(4, len(few))
    return [*few[:place], rng.choice(geography.outsiders), *few[place:]]


def shuffled(rng: random.Random, items: Sequence[str]) -> Sequence[str]:
    return rng.sample(list(items), len(items))
