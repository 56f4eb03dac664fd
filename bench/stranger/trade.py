"""What there is in a world before anybody tells of it: firms, contracts, shipments, prices."""

import math
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from stranger.facts import Haul
from stranger.firms import Firm
from stranger.lands import Habit, Land
from stranger.wares import Ware

START = datetime(2024, 3, 4, 8, tzinfo=UTC)
DAYS = 540


@dataclass(frozen=True, kw_only=True)
class Contract:
    """One buyer's standing trade with one seller in one ware."""

    seller: Firm
    buyer: Firm
    ware: Ware
    lot: float
    strength: float
    use: str
    begins: datetime
    ends: datetime
    weight: float


@dataclass(kw_only=True)
class Trade:
    """Everything there is in a world before anybody tells of it."""

    rng: random.Random
    lands: dict[str, Land]
    habits: dict[str, Habit]
    wares: tuple[Ware, ...]
    sellers: list[Firm] = field(default_factory=list)
    buyers: list[Firm] = field(default_factory=list)
    carriers: list[Firm] = field(default_factory=list)
    contracts: list[Contract] = field(default_factory=list)
    hauls: list[Haul] = field(default_factory=list)
    queues: list[tuple[str, datetime, datetime, float]] = field(default_factory=list)
    ships: list[str] = field(default_factory=list)
    drift: dict[str, tuple[float, float]] = field(default_factory=dict)
    extra_firms: list[Firm] = field(default_factory=list)
    numbers: int = 0

    def firms(self) -> list[Firm]:
        return [*self.sellers, *self.buyers, *self.carriers, *self.extra_firms]

    def takes_part(self, country: str) -> bool:
        return self.lands[country].takes_part

    def price(self, ware: Ware, at: datetime) -> float:
        """What a kilogram costs in general on a day: a slow swing of the substance's own."""
        size, phase = self.drift[ware.substance]
        swing = size * math.sin(phase + (at - START) / timedelta(days=1) / 95)
        return ware.price * math.exp(swing)
