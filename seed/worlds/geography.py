"""Where a world's goods go: countries that take part, some that do not, ports and distances."""

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from ledger import identifiers
from seed import reference
from seed.worlds import firms

MOST_PORTS = 4
OUTSIDERS = 10
ROAD_KM = 2200.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Nation:
    """A country with its ports, and whether it takes part in the ledger."""

    iso: str
    name: str
    lat: float
    lon: float
    ports: tuple[str, ...]
    partakes: bool

    @property
    def offset(self) -> int:
        """Hours from UTC, near enough for when an office is open."""
        return round(self.lon / 15)


@dataclass(frozen=True, kw_only=True, slots=True)
class Geography:
    """The countries of one world, by their code."""

    nations: Mapping[str, Nation]

    @property
    def participants(self) -> tuple[str, ...]:
        return tuple(sorted(iso for iso, nation in self.nations.items() if nation.partakes))

    @property
    def outsiders(self) -> tuple[str, ...]:
        return tuple(sorted(iso for iso, nation in self.nations.items() if not nation.partakes))

    @property
    def hubs(self) -> tuple[str, ...]:
        return tuple(iso for iso in firms.words()["hub"] if iso in self.nations)

    def km(self, one: str, other: str) -> float:
        a, b = self.nations[one], self.nations[other]
        return haversine(a.lat, a.lon, b.lat, b.lon)

    def neighbours(self, iso: str) -> tuple[str, ...]:
        """Other countries, the nearest first."""
        others = (other for other in self.nations if other != iso)
        return tuple(sorted(others, key=lambda other: (self.km(iso, other), other)))


def drawn(rng: random.Random, participants: int) -> Geography:
    """A world's countries: hubs always, the rest by lot; a few of them do not take part."""
    known = reference.countries()
    usable = [iso for iso in firms.words()["country"] if iso in ports() and known[iso].lat]
    hubs = [iso for iso in firms.words()["hub"] if iso in usable]
    others = [iso for iso in usable if iso not in hubs]
    rng.shuffle(others)
    chosen = (hubs + others)[: participants + OUTSIDERS]
    outside = set(rng.sample(chosen, min(OUTSIDERS, len(chosen) - participants)))
    return Geography(
        nations={iso: _nation(iso, rng, partakes=iso not in outside) for iso in chosen}
    )


def haversine(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """The great-circle distance in kilometres, on a sphere of 6,371 km."""
    a, b = math.radians(lat), math.radians(other_lat)
    half = math.sin((b - a) / 2) ** 2
    half += math.cos(a) * math.cos(b) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    return 12_742 * math.asin(math.sqrt(half))


@cache
def ports() -> Mapping[str, tuple[str, ...]]:
    """The well-formed sea ports of every country."""
    found: dict[str, tuple[str, ...]] = {}
    for port in reference.ports():
        if identifiers.complaint("locode", port.locode) is None:
            found[port.country] = (*found.get(port.country, ()), port.locode)
    return found


def _nation(iso: str, rng: random.Random, *, partakes: bool) -> Nation:
    country = reference.countries()[iso]
    known = ports()[iso]
    return Nation(
        iso=iso,
        name=country.name,
        lat=country.lat or 0.0,
        lon=country.lon or 0.0,
        ports=tuple(rng.sample(known, min(MOST_PORTS, len(known)))),
        partakes=partakes,
    )
