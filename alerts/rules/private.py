"""What a participant keeps to itself: its watch-list, its zones, the combinations it looks for.

Nothing of this is in the repository, and nothing of it in a summary. What is found with it is told
to that participant alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """A firm on a list: by its name and country, or by its key (`ledger.claims.Party.key`)."""

    name: str
    country: str | None = None
    key: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Zone:
    """A stretch that a country looks at: places, whole countries, or a circle on the map."""

    countries: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    lat: float | None = None
    lon: float | None = None
    km: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Own:
    """One participant's configuration."""

    combinations: tuple[frozenset[str], ...] = ()
    watched: tuple[Watched, ...] = ()
    zones: tuple[Zone, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Private:
    """Every participant's, by country; a rule reads one country's only for that country."""

    by_country: Mapping[str, Own] = field(default_factory=dict)


NOTHING_PRIVATE = Private()
