"""Where places are: what rules about ways and distances need to know of a UN/LOCODE."""

import math
from dataclasses import dataclass

EARTH_KM = 6371.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A place with its coordinates in degrees (WGS 84) and its country."""

    lat: float
    lon: float
    country: str


def km_between(one: Place, other: Place) -> float:
    """The great-circle distance (haversine), good to half a per cent."""
    lat, away = math.radians(one.lat), math.radians(other.lat)
    north = math.sin((away - lat) / 2) ** 2
    east = math.sin(math.radians(other.lon - one.lon) / 2) ** 2
    return (
        2 * EARTH_KM * math.asin(math.sqrt(min(1.0, north + math.cos(lat) * math.cos(away) * east)))
    )
