"""One simulated journey: its plan, and its steps as bodies with who states them and when.

A plan is what everybody intends, a step is what one agency states. A scenario bends the steps.
"""

import itertools
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from crypto.uuid7 import uuid7
from ledger.quantities import show
from ledger.states import moment
from seed.pic import Notice
from seed.world import Body, Json, World

# The same words on honest and on staged steps: nothing in the ledger tells them apart.
SIMULATED = "made up for a demonstration: no such step took place"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to happen to one consignment under a notice. `at` is kind -> planned moment."""

    notice: Notice
    ref: str
    pen: str
    exporting: str
    importing: str
    transit: str | None
    goods: tuple[Body, ...]
    parties: Body
    mode: str
    means: str
    imo: str | None
    equipment: tuple[Body, ...]
    exit_point: str
    transit_point: str | None
    entry_point: str
    export_permit: str
    import_permit: str
    bill: str
    mrns: Mapping[str, str]
    price: Decimal
    at: Mapping[str, datetime]
    rivals: int

    @property
    def dispatch(self) -> datetime:
        return self.at["shipment.departed"]

    @property
    def substance(self) -> str:
        return str(self.goods[0]["substance"])

    @property
    def amount(self) -> Decimal:
        """Kilograms or litres of the goods; a mixture has the same on every line."""
        return Decimal(self.goods[0]["quantity"]["amount"])

    @property
    def route(self) -> Body:
        passing = {"transit": [self.transit]} if self.transit else {}
        return {
            "exporting": self.exporting,
            "importing": self.importing,
            "exit_point": self.exit_point,
            "entry_point": self.entry_point,
            **passing,
        }

    @property
    def transport(self) -> Body:
        ship = {"imo": self.imo} if self.imo else {}
        return {
            "mode": self.mode,
            "means": self.means,
            "equipment": list(self.equipment),
            **ship,
        }

    def observed(self, place: str) -> Body:
        return {
            "place": place,
            "equipment": list(self.equipment),
            "seals_intact": True,
            "means": self.means,
        }

    def agency(self, side: str, office: str) -> str:
        """`exporting`, `importing` or `transit`, and `CNA` or `CUSTOMS`."""
        return f"{getattr(self, side)}-{office}"


@dataclass(frozen=True, kw_only=True)
class Step:
    """What one agency states; `told` is when it signs, which may be long after it happened."""

    body: Body
    agency: str
    told: datetime
    jti: str

    @property
    def kind(self) -> str:
        return str(self.body["kind"])

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.body["occurred_at"])

    def but(self, **claims: Json) -> "Step":
        return replace(self, body={**self.body, **claims})

    def signed(self, world: World) -> bytes:
        issued = int(self.told.timestamp())
        return world.sign(self.body, agency=self.agency, issued=issued, jti=self.jti)


@dataclass(frozen=True, kw_only=True)
class Journey:
    """The steps of one consignment after its notice, and of whatever a scenario adds to it."""

    plan: Plan
    steps: tuple[Step, ...]

    def step(self, kind: str) -> Step:
        """The first step of a kind."""
        return next(step for step in self.steps if step.kind == kind)

    def has(self, *kinds: str) -> bool:
        return {*kinds} <= {step.kind for step in self.steps}

    def without(self, *kinds: str) -> "Journey":
        return replace(self, steps=tuple(s for s in self.steps if s.kind not in kinds))

    def until(self, kind: str) -> "Journey":
        """The journey up to and including a step, as things happened.

        What was stated wrongly up to then is corrected all the same.
        """
        last = self.step(kind).at
        kept = {step.jti for step in self.steps if step.at <= last}
        steps = (s for s in self.steps if s.jti in kept or s.body.get("corrects") in kept)
        return replace(self, steps=tuple(steps))

    def altered(self, kinds: Iterable[str], alter: Callable[[Step], Step]) -> "Journey":
        """The journey with every step of these kinds altered."""
        of = frozenset(kinds)
        steps = tuple(alter(step) if step.kind in of else step for step in self.steps)
        return replace(self, steps=steps)

    def changed(self, kind: str, **claims: Json) -> "Journey":
        """The journey with other claims in every step of a kind."""
        return self.altered((kind,), lambda step: step.but(**claims))

    def rewritten(self, words: Mapping[str, str]) -> "Journey":
        """The journey with some words replaced wherever they are the whole of a value."""
        steps = tuple(replace(s, body=_rewritten(s.body, words)) for s in self.steps)
        return replace(self, steps=steps)

    def plus(self, *steps: Step) -> "Journey":
        return replace(self, steps=(*self.steps, *steps))


def stated(
    rng: random.Random,
    agency: str,
    kind: str,
    at: datetime,
    *,
    shipment: str | None,
    **claims: Json,
) -> Step:
    """A simulated step, told within a day and a half of when it happened."""
    told = at + timedelta(minutes=rng.randint(20, 2000))
    about = {"shipment": shipment} if shipment else {}
    body = {"kind": kind, "occurred_at": moment(at), **about, **claims, "simulated": SIMULATED}
    return Step(body=body, agency=agency, told=told, jti=uuid7(told, rng.randbytes))


def scaled(goods: Iterable[Body], share: Decimal) -> list[Body]:
    """The goods with another amount, to the gram, and values in proportion."""
    return [_line(line, share) for line in goods]


def valued(goods: Iterable[Body], price: Decimal) -> list[Body]:
    """The goods with their value at a price a kilogram or litre; of a mixture, on its first line.

    Lines of a mixture share one amount, so one value stands for all of them.
    """
    prices = itertools.chain([price], itertools.repeat(Decimal(0)))
    return [
        {**line, "value": {"amount": _money(line, each), "currency": "EUR"}}
        for line, each in zip(goods, prices, strict=False)
    ]


def in_order(journeys: Iterable[Journey]) -> Sequence[Step]:
    """Every step of all journeys in the order in which they are told: day after day."""
    return sorted((s for j in journeys for s in j.steps), key=lambda s: (s.told, s.jti))


def _line(line: Body, share: Decimal) -> Body:
    quantity = line["quantity"]
    amount = show(round(Decimal(quantity["amount"]) * share, 3))
    return {**line, "quantity": {**quantity, "amount": amount}}


def _money(line: Body, price: Decimal) -> str:
    return show(round(Decimal(line["quantity"]["amount"]) * price, 2))


def _rewritten(value: Json, words: Mapping[str, str]) -> Json:
    if isinstance(value, dict):
        return {name: _rewritten(inner, words) for name, inner in value.items()}
    if isinstance(value, list):
        return [_rewritten(inner, words) for inner in value]
    return words.get(value, value) if isinstance(value, str) else value
