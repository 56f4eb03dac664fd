"""What a world is like: its span, its countries, its agencies' habits, its kinds of noise."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from seed.worlds import draws
from seed.worlds.geography import Geography
from seed.worlds.habits import Habits


@dataclass(frozen=True, kw_only=True)
class Weather:
    """What a world is like: its dice, its span, its countries, and which kinds of noise it has."""

    world: object
    starts: datetime
    ends: datetime
    geography: Geography
    noises: Collection[str]
    habits: Callable[[str], Habits]

    def rate(self, noise: str, owner: str, often: float) -> float:
        """How often an owner meets a noise: `often` on average, and many times that for some."""
        if noise not in self.noises:
            return 0.0
        return min(0.6, often * draws.dice(self.world, noise, owner).expovariate(1))
