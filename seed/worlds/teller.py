"""One agency that tells of one step of a voyage, in its own habits."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from ledger.quantities import show
from ledger.states import moment
from seed.world import Body
from seed.worlds import firms
from seed.worlds.goods import line, mass, party, written
from seed.worlds.habits import Habits
from seed.worlds.voyages import Voyage

# Where goods can be weighed; the other steps copy a paper.
SCALES = frozenset(
    {
        "shipment.departed",
        "shipment.arrived",
        "import.cleared",
        "shipment.delivered",
        "receipt.confirmed",
    }
)
BELOW_THE_SCALE = {"import.cleared": 0.5, "shipment.delivered": 0.7, "receipt.confirmed": 0.8}


@dataclass(frozen=True, kw_only=True)
class Teller:
    """What an agency knows of a step, and how it puts it."""

    voyage: Voyage
    kind: str
    habits: Habits
    rng: random.Random

    @property
    def at(self) -> datetime:
        return self.voyage.at[self.kind]

    @cached_property
    def weighs(self) -> bool:
        """Whether this step is one at which somebody put the goods on a scale."""
        if self.kind not in SCALES or self.kind in self.voyage.unweighed:
            return False
        often = self.habits.weighs * BELOW_THE_SCALE.get(self.kind, 1.0)
        return self.rng.random() < often

    def goods(self, doc: float, true: float, *, far: bool = False) -> list[Body]:
        """The line of goods: weighed, with the bias of that scale, or copied from a paper."""
        kg = mass(true, self.habits, self.rng) if self.weighs else written(doc)
        return [line(self.voyage, kg, self.habits, far=far)]

    def parties(self, *roles: str, far: bool = False) -> Body:
        named = self.voyage.parties_in if far else self.voyage.parties
        return {
            role: party(named[role], self.habits, self.rng, own=(role == "exporter") != far)
            for role in roles
            if role in named
        }

    def observed(self, place: str, *, means: str, boxes: Sequence[Body] | None = None) -> Body:
        """What an officer saw of the containers; some offices note no seals."""
        noted = self.rng.random() < self.habits.seals
        seen = self.voyage.boxes_in if boxes is None else boxes
        noticed = [dict(b) if noted else {"container": b["container"]} for b in seen]
        intact = self.voyage.intact or not noted
        return {"place": place, "equipment": noticed, "seals_intact": intact, "means": means}

    def remark(self) -> str | None:
        """What some offices write under everything, and others under nothing."""
        if self.rng.random() >= self.habits.remarks:
            return None
        return self.rng.choice(firms.words()["remark"])


def route(voyage: Voyage) -> Body:
    passing = {"transit": list(voyage.transit)} if voyage.transit else {}
    return {
        "exporting": voyage.exporting,
        "importing": voyage.importing,
        "exit_point": voyage.exit_port,
        "entry_point": voyage.entry_port,
        **passing,
    }


def transport(voyage: Voyage) -> Body:
    ship = {"imo": voyage.imo} if voyage.imo else {}
    return {
        "mode": voyage.mode,
        "means": voyage.means,
        "equipment": [dict(box) for box in voyage.boxes],
        **ship,
    }


def valued(lines: list[Body], kg: float, price: float, currency: str) -> list[Body]:
    amount = show(round(Decimal(str(round(kg * price, 2))), 2))
    return [{**each, "value": {"amount": amount, "currency": currency}} for each in lines]


def minute(at: datetime) -> str:
    return moment(at.replace(second=0, microsecond=0))


def day(at: datetime) -> str:
    return at.date().isoformat()
