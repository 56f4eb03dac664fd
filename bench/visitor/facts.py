"""What truly happens to one shipment, and what the traders' papers say of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from visitor.firms import Firm
from visitor.places import Land
from visitor.wares import Ware

Body = dict[str, Any]
START = datetime(2025, 2, 3, tzinfo=UTC)
# In which order an amount passes from paper to goods and to paper again.
STAGES = ("notice", "permit", "export", "loaded", "landed", "entry", "handed", "booked")


@dataclass
class Box:
    """A container, tank or lorry: its number, and the seal on it as each place sees it."""

    number: str
    seal: str
    seen: dict[str, str] = field(default_factory=dict)  # by point: a seal that is another
    broken: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Means:
    """What carries the goods."""

    name: str
    imo: str = ""
    voyage: str = ""


@dataclass
class Stop:
    """A country on the way: passed, or where the boxes change ships."""

    land: Land
    place: str
    entered: datetime
    left: datetime
    moved: bool = False  # to another ship or lorry
    planned: bool = True
    zone: bool = False
    leaves: bool = True
    onward: Means | None = None
    reboxed: list[Box] | None = None


@dataclass(frozen=True)
class Extra:
    """Something more that an office states, of facts beside the usual course."""

    agency: str
    kind: str
    at: datetime
    claims: Callable[[Any, Any], Body]
    sure: bool = False


@dataclass(frozen=True)
class Label:
    """What papers call the goods."""

    name: str
    hs: str
    un: str


@dataclass
class Cargo:
    """One shipment. What a crime or a mishap changes is here and nowhere else."""

    ref: str
    ware: Ware
    seller: Firm
    buyer: Firm
    user: Firm
    carrier: Firm
    broker: Firm | None
    source: Land
    target: Land
    mode: str
    means: Means
    last_means: Means
    boxes: list[Box]
    stops: list[Stop]
    pack: tuple[str, int]
    use: str
    pattern: str
    price: float
    at: dict[str, datetime]
    number: dict[str, str]
    kg: dict[str, float]
    strength: dict[str, float]  # paper, true
    worth: dict[str, float] = field(default_factory=dict)  # dollars a kg: export, entry
    label: dict[str, Label] = field(default_factory=dict)  # by stage
    who: dict[str, dict[str, Firm]] = field(default_factory=dict)  # by stage, then role
    never: set[str] = field(default_factory=set)
    extras: list[Extra] = field(default_factory=list)
    befell: list[str] = field(default_factory=list)  # honest trouble, for the notes
    guilty: bool = False
    office_of_exit: str = ""
    entry_place: str = ""
    address: str = ""
    plan: list[Land] = field(default_factory=list)  # transit countries as the notice has them
    framework: str = ""
    covers: float = 0.0
    reply: str = "yes"  # yes, late, silent, objected, asked, extended
    validity: tuple[int, int] = (0, 90)  # days from the permit's day
    used: tuple[float, float, float] | None = None  # used, on hand, wasted
    zone: bool = False
    alias: str = ""
    found: str = ""  # what truly is inside, where it is something else

    def scale(self, factor: float, *stages: str) -> None:
        """So many times the amount at these stages, or at all."""
        for stage in stages or tuple(self.kg):
            self.kg[stage] *= factor

    def sets(self, stage: str, kg: float) -> None:
        """The amount from a stage on."""
        for later in STAGES[STAGES.index(stage) :]:
            self.kg[later] = kg

    def parties(self, stage: str) -> dict[str, Firm]:
        """Who stands on the papers of a stage."""
        base = {"exporter": self.seller, "importer": self.buyer, "carrier": self.carrier}
        if self.user != self.buyer:
            base |= {"consignee": self.buyer, "end_user": self.user}
        return base | self.who.get(stage, {})

    def called(self, stage: str) -> Label:
        usual = Label(self.ware.name, self.ware.hs, self.ware.un)
        return self.label.get(stage, usual)

    def shift(self, after: str, days: float) -> None:
        """Everything from a moment on happens later, or sooner."""
        late, since = timedelta(days=days), self.at[after]
        for name, moment in self.at.items():
            if moment >= since and name not in {"eta", "due", "planned", "frame"}:
                self.at[name] = moment + late
        for stop in self.stops:
            if stop.entered >= since:
                stop.entered += late
            if stop.left >= since:
                stop.left += late

    def agency(self, side: str, name: str) -> str:
        return f"{(self.source if side == 'source' else self.target).code}-{name}"
