"""The facts of one shipment: what was said, what was loaded, what came, and when.

Facts are what happened. A diversion changes them; the telling reads them and knows of nothing else.
"""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from seed import papers
from stranger.firms import Firm
from stranger.wares import Ware

STAGES = ("out", "transit", "hub", "in")


@dataclass(frozen=True, kw_only=True)
class Box:
    """A container and the seal on it."""

    number: str
    seal: str


@dataclass(frozen=True, kw_only=True)
class Lot:
    """A part of a shipment that travels by itself."""

    share: float
    shift: timedelta


@dataclass(frozen=True, kw_only=True)
class Reseal:
    """Officers or terminal staff put other seals on; `told` whether they reported it."""

    agency: str
    at: datetime
    old: tuple[Box, ...]
    new: tuple[Box, ...]
    told: bool


@dataclass(frozen=True, kw_only=True)
class Loss:
    """An accident or a theft that somebody reported."""

    agency: str
    at: datetime
    kg: float
    loss: str
    cause: str


@dataclass(frozen=True, kw_only=True)
class Use:
    """What an end user says of a period, in kilograms."""

    start: datetime
    end: datetime
    used: float
    on_hand: float
    wasted: float
    resold: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Change:
    """An amendment of the plan, as the exporting side stated it."""

    at: datetime
    field: str
    old: str
    new: str
    material: bool
    kg: float | None = None
    consignee: Firm | None = None


@dataclass(kw_only=True)
class Haul:
    """One shipment.

    `kg` is by stage: said, permitted, declared, loaded, landed, entered (what the importer
    declares), handed, received; a stage that is absent is as the one before it.
    """

    ref: str
    seller: Firm
    buyer: Firm
    carrier: Firm
    ware: Ware
    strength: float
    exporting: str
    importing: str
    transit: str | None
    hub: str | None
    kg: dict[str, float]
    at: dict[str, datetime]
    boxes: dict[str, tuple[Box, ...]]
    means: str
    voyage: str
    pen: str
    export_permit: str
    import_permit: str
    permit_ends: datetime
    mrns: tuple[str, str]
    bill: str
    invoice: str
    price: float
    currency: str
    rate: float  # of the currency, for a euro
    use: str
    usual: timedelta = timedelta(days=20)  # under way, as the carrier promises
    mode: str = "sea"
    reply: str = "yes"  # yes, silence, questions, objected
    objection: str = "other"
    lots: tuple[Lot, ...] = (Lot(share=1.0, shift=timedelta(0)),)
    intact: dict[str, bool] = field(default_factory=dict)
    reseals: list[Reseal] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    announced: bool = True
    permitted: bool = True
    import_permitted: bool = True
    planned_hub: bool = True
    later_means: str | None = None  # the vessel after the hub
    delivery_address: str | None = None
    end_user: Firm | None = None
    paper_name: str | None = None  # what exporters' papers call the goods
    paper_hs: str | None = None
    paper_un: str | None = None
    found_strength: float | None = None  # what a test on arrival would find
    found_substance: str | None = None
    mirrored: float = 1.0  # the importer's declared value, of the exporter's
    reexported: tuple[str, str, datetime, float] | None = None  # ref, destination, when, kg
    cancelled: datetime | None = None
    free_zone: bool = False
    storage: str | None = None
    origin: str | None = None
    opened: bool | None = None  # whether officers opened it on arrival; None leaves it to chance
    case: str | None = None
    notes: list[str] = field(default_factory=list)

    def mass(self, stage: str) -> float:
        """The kilograms at a stage, or at the last one before it that differs."""
        order = {
            "said": ("said",),
            "permitted": ("permitted", "said"),
            "declared": ("declared", "loaded", "said"),
            "loaded": ("loaded", "said"),
            "landed": ("landed", "loaded", "said"),
            "entered": ("entered", "declared", "loaded", "said"),
            "handed": ("handed", "landed", "loaded", "said"),
            "received": ("received", "handed", "landed", "loaded", "said"),
        }
        return next(self.kg[name] for name in order[stage] if name in self.kg)

    def carried(self, stage: str) -> tuple[Box, ...]:
        """The containers and seals as they are at a stage of the way."""
        known = [s for s in STAGES[: STAGES.index(stage) + 1] if s in self.boxes]
        return self.boxes[known[-1]] if known else ()

    def happened(self, *steps: str) -> bool:
        return all(step in self.at for step in steps)

    def never(self, *steps: str) -> None:
        """These steps, and what would follow from them, did not happen."""
        for step in steps:
            self.at.pop(step, None)

    def later(self, days: float, *steps: str) -> None:
        for step in steps:
            if step in self.at:
                self.at[step] += timedelta(days=days)

    def note(self, text: str) -> None:
        self.notes.append(text)


AFTER_ARRIVAL = ("arrived", "cleared", "delivered", "received")


def container(rng: random.Random) -> str:
    """A container number whose check digit is right (ISO 6346)."""
    owner = rng.choice(("MSKU", "TGHU", "CAIU", "HLXU", "OOLU", "TEMU", "CMAU", "SUDU"))
    return papers.checked("container", f"{owner}{rng.randrange(10**6):06d}")


def seal(rng: random.Random) -> str:
    """A seal number in the style of one of several makers."""
    style = rng.choice(("HL{:07d}", "ML-CN{:07d}", "{:08d}", "EU{:06d}"))
    return style.format(rng.randrange(10**6))


def imo(rng: random.Random) -> str:
    """A ship's number whose check digit is right."""
    return papers.checked("imo", f"{rng.randint(900000, 989999)}")


def mrn(rng: random.Random, country: str, at: datetime) -> str:
    """A customs declaration's number in the form of an MRN."""
    middle = "".join(rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ0123456789") for _ in range(13))
    return f"{at.year % 100:02d}{country}{middle}{rng.randrange(10)}"


def box(rng: random.Random) -> Box:
    """Any container with any seal."""
    return Box(number=container(rng), seal=seal(rng))


def official(rng: random.Random, country: str) -> str:
    """A seal that officers put on: most services have a series of their own, some buy any."""
    own = sum(map(ord, country)) % 5 < 3
    return f"{country}C{rng.randrange(10**6):06d}" if own else seal(rng)
