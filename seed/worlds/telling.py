"""What is stated of a voyage: by whom, about when, in which words; nothing is late or lost yet.

There is one way to state each kind of step, for honest and for diverted goods alike. Only agencies
of countries that take part state anything.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from seed.journeys import SIMULATED
from seed.world import Body, Json
from seed.worlds import saying_in, saying_out
from seed.worlds.goods import line, written
from seed.worlds.habits import Habits
from seed.worlds.teller import Teller, minute
from seed.worlds.voyages import Extra, Voyage

HabitsOf = Callable[[str], Habits]
Say = Callable[[Teller], Iterator[tuple[datetime, Body]]]

# kind -> the office that states it, where on the route, and how.
STEPS: Mapping[str, tuple[str, str, Say]] = MappingProxyType(
    {
        "notice.sent": ("CNA", "exporting", saying_out.notice),
        "notice.acknowledged": ("CNA", "importing", saying_out.acknowledged),
        "notice.no_objection": ("CNA", "importing", saying_out.no_objection),
        "import.authorised": ("CNA", "importing", saying_out.import_permit),
        "export.authorised": ("CNA", "exporting", saying_out.export_permit),
        "export.released": ("CUSTOMS", "exporting", saying_out.released),
        "shipment.departed": ("CUSTOMS", "exporting", saying_out.departed),
        "transit.entered": ("CUSTOMS", "transit", saying_out.entered),
        "transit.exited": ("CUSTOMS", "transit", saying_out.exited),
        "shipment.arrived": ("CUSTOMS", "importing", saying_in.arrived),
        "import.cleared": ("CUSTOMS", "importing", saying_in.cleared),
        "shipment.delivered": ("CUSTOMS", "importing", saying_in.delivered),
        "receipt.confirmed": ("CNA", "importing", saying_in.received),
        "shipment.closed": ("CNA", "importing", saying_in.closed),
    }
)


FAR_END = frozenset(
    {
        "shipment.arrived",
        "import.cleared",
        "shipment.delivered",
        "receipt.confirmed",
        "shipment.closed",
    }
)
AFTERWARDS = frozenset(
    {"use.reported", "shipment.reexported", "shipment.inspected", "loss.reported"}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A statement before it is signed."""

    kind: str
    agency: str
    at: datetime
    body: Body


def told(
    voyage: Voyage, habits: HabitsOf, partakes: frozenset[str], rng: random.Random
) -> Iterator[Said]:
    """Every statement of the voyage by those who take part, in no order."""
    for kind in voyage.at:
        office, side, say = STEPS[kind]
        country = _country(voyage, side)
        if country in partakes:
            agency = f"{country}-{office}"
            teller = Teller(voyage=voyage, kind=kind, habits=habits(agency), rng=rng)
            yield from _stated(teller, agency, say)
    for extra in voyage.more:
        if extra.agency[:2] in partakes:
            yield _beside(voyage, extra, habits(extra.agency))


def _country(voyage: Voyage, side: str) -> str:
    if side == "transit":
        return voyage.transit[0] if voyage.transit else ""
    return voyage.exporting if side == "exporting" else voyage.importing


def _stated(teller: Teller, agency: str, say: Say) -> Iterator[Said]:
    voyage, kind = teller.voyage, teller.kind
    for at, claims in say(teller):
        changed = voyage.said.get(kind, {})
        noted = {"remarks": teller.remark()}
        ref = voyage.ref_in if kind in FAR_END else voyage.ref
        body = framed(kind, at, ref, {**claims, **noted, **changed})
        yield Said(kind=kind, agency=agency, at=at, body=body)


def _beside(voyage: Voyage, extra: Extra, habits: Habits) -> Said:
    claims = dict(extra.claims)
    if extra.goods_kg is not None:
        far = not extra.agency.startswith(voyage.exporting)
        claims["goods"] = [line(voyage, written(extra.goods_kg), habits, far=far)]
    ref = voyage.ref_in if extra.kind in AFTERWARDS else voyage.ref
    body = framed(extra.kind, extra.at, ref if extra.shipment else None, claims)
    return Said(kind=extra.kind, agency=extra.agency, at=extra.at, body=body)


def framed(kind: str, at: datetime, ref: str | None, claims: Mapping[str, Json]) -> Body:
    """A body: the kind, when it happened to the minute, the shipment, and its claims."""
    about = {"shipment": ref} if ref else {}
    filled = {name: value for name, value in claims.items() if value is not None}
    return {"kind": kind, "occurred_at": minute(at), **about, **filled, "simulated": SIMULATED}
