"""What truly happens to goods, and what the traders' papers say of it. No office knows both."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from outsider.boxes import Box, Means
from outsider.chems import Chem
from outsider.firms import Firm
from outsider.nations import Nation

START = datetime(2025, 1, 13, tzinfo=UTC)
DAYS = 365
Body = dict[str, Any]


@dataclass(kw_only=True)
class Call:
    """A stop in a third country: passing through, or changing ship."""

    country: str
    place: str
    entered: datetime
    left: datetime | None
    tranship: bool = False
    onto: Means | None = None
    boxes: list[Box] | None = None  # as they leave, when changed or sealed anew
    free_zone: bool = False
    planned: bool = True
    seen: list[Box] | None = None  # as they came in, when not as they left home
    intact: bool = True


@dataclass(kw_only=True)
class Leg:
    """A part of the goods that travels at once."""

    declared_kg: float  # on the export papers
    sent_kg: float  # on the scale at the start
    came_kg: float  # on the scale at the end
    entry_kg: float  # on the import papers
    signed_kg: float  # what the receiver signs for
    boxes: list[Box]
    means: Means
    departed: datetime
    eta: datetime
    arrived: datetime | None
    there: list[Box]  # the boxes and seals at arrival
    calls: list[Call] = field(default_factory=list)
    intact: bool = True
    packages: int = 1
    cleared: datetime | None = None
    delivered: datetime | None = None
    received: datetime | None = None
    last: Means | None = None  # on which it arrives


@dataclass(kw_only=True)
class Extra:
    """A seldom step: who states it, when, and its claims."""

    kind: str
    agency: str
    at: datetime
    claims: Callable[[], Body]
    sure: bool = False


@dataclass(kw_only=True)
class Cargo:
    """One shipment: the agreement, the papers, the passage and what came after."""

    ref: str
    number: int
    chem: Chem
    seller: Firm
    buyer: Firm
    user: Firm | None
    broker: Firm | None
    carrier: Firm
    source: Nation
    target: Nation
    kg: float
    strength: float
    price: float
    mode: str
    pattern: str
    use: str
    at: dict[str, datetime]
    legs: list[Leg]
    transit: list[str]  # as notified
    entry: str  # the port of entry as notified
    numbers: dict[str, str]
    framework: bool = False  # one export permit serves a whole contract
    first_kg: float = 0.0  # in the notice, where the amount was amended later
    notice: bool = True
    answer: str = "fine"  # fine, silent, objected, withdrawn
    why: str = "other"
    asked: bool = False
    permit: bool = True
    permit_kg: float = 0.0
    permit_days: int = 90
    import_permit: bool = False
    import_kg: float = 0.0
    name: str = ""  # of the goods on the papers
    hs: str = ""  # on the papers
    entry_price: float = 0.0  # on the import papers
    strength_there: float = 0.0
    address: str = ""  # where it is unloaded
    receiver: Firm | None = None  # who takes it, when not the buyer
    cancelled: datetime | None = None
    fate: str = "kept"
    used: float = 0.9  # share of what came, used up in the period reported
    lost: float = 0.0  # share of what came, neither used nor on hand
    stock: bool = True  # whether its use is reported
    amends: list[tuple[datetime, Body]] = field(default_factory=list)
    extras: list[Extra] = field(default_factory=list)
    children: list[tuple["Cargo", float]] = field(default_factory=list)
    retold: float = 0.0  # days after which the weight at arrival is corrected to the papers'
    alias: bool = False  # the importing side files it under a reference of its own
    case: int | None = None

    @property
    def departed(self) -> datetime:
        return self.legs[0].departed

    def refs(self) -> tuple[str, ...]:
        return (self.ref, self.numbers["own"]) if self.alias else (self.ref,)

    def scaled(self, factor: float) -> None:
        """More or less of it, from the order to the store."""
        self.kg *= factor
        self.first_kg *= factor
        self.permit_kg *= factor
        self.import_kg *= factor
        for leg in self.legs:
            for name in ("declared_kg", "sent_kg", "came_kg", "entry_kg", "signed_kg"):
                setattr(leg, name, getattr(leg, name) * factor)
            leg.packages = max(1, round(leg.packages * factor))

    def delayed(self, by: timedelta) -> None:
        """The goods leave later than planned; the papers are as they were."""
        self.at["released"] += by
        for leg in self.legs:
            for name in ("departed", "arrived", "cleared", "delivered", "received"):
                if getattr(leg, name) is not None:
                    setattr(leg, name, getattr(leg, name) + by)
            for call in leg.calls:
                call.entered += by
                call.left = call.left + by if call.left else None

    def shifted(self, days: float) -> None:
        """Everything so many days later."""
        by = timedelta(days=days)
        self.delayed(by)
        self.at = {n: at + (by if n != "released" else timedelta(0)) for n, at in self.at.items()}
        for leg in self.legs:
            leg.eta += by


@dataclass(kw_only=True)
class Trade:
    """All that exists in one world."""

    nations: dict[str, Nation]
    cargoes: list[Cargo]
    sellers: list[Firm]
    buyers: list[Firm]
    carriers: list[Firm]
    brokers: list[Firm]
    refused: list[tuple[Firm, Chem, str, datetime, str]] = field(default_factory=list)
    revoked: list[tuple[Firm, str, datetime, str]] = field(default_factory=list)
    registered: dict[str, datetime] = field(default_factory=dict)  # late licences by number


def days(rng: random.Random, low: float, high: float) -> timedelta:
    return timedelta(days=rng.uniform(low, high))
