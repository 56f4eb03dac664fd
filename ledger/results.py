"""What came of shipments: goods seized, arrests and other outcomes, stops, findings of diversion.

Pure. Facts are read from everything stated about one shipment, so that whoever may see less of it
counts what follows from what it sees.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from ledger.events.amendments import EventCorrected
from ledger.events.enforcement import DiversionFound, OutcomeReported, Seized, ShipmentStopped
from ledger.folding import Stated, by_stranger
from ledger.masses import EXACT, weigh
from ledger.shipments import Shipment
from ledger.vocabulary import Event

SEIZED, OUTCOME, STOPPED, DIVERSION = "seized", "outcome", "stopped", "diversion"
ARREST = "arrest"
TELLING = (Seized, OutcomeReported, ShipmentStopped, DiversionFound)
MILLIONTHS = Decimal(1_000_000)
MOST = 2**63 - 1  # what a column holds; no cargo weighs a billionth of it


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """What one statement says came of a shipment.

    `item`: `substance/unit` of what was seized, the word for an outcome. `name`: the number of the
    seizure. `amount`: millionths of the unit (milligrams), or how many. What was corrected away, or
    said by a stranger to the route, does not count, and its row says no more than that.
    """

    jti: str
    ref: str
    agency: str
    at: datetime
    measure: str
    item: str = ""
    name: str = ""
    amount: int = 0
    counts: bool = True

    @property
    def country(self) -> str:
        return self.agency[:2]


def facts(state: Shipment, stated: Iterable[Stated]) -> Iterator[Fact]:
    """The facts about a shipment, whose state all of this adds up to."""
    for each in stated:
        event, by = each.event, each.by
        if not isinstance(event, TELLING):
            continue
        plain = {"jti": by.jti, "ref": state.ref, "agency": by.agency, "at": by.occurred_at}
        if by.jti in state.annulled or by_stranger(state, event, by):
            yield Fact(**plain, measure=measure_of(event), counts=False)  # type: ignore[arg-type]
            continue
        for item, name, amount in _amounts(event, state):
            yield Fact(
                **plain,  # type: ignore[arg-type]
                measure=measure_of(event),
                item=item,
                name=name,
                amount=amount,
            )


def measure_of(event: Event) -> str:
    if isinstance(event, Seized):
        return SEIZED
    if isinstance(event, OutcomeReported):
        return OUTCOME
    return STOPPED if isinstance(event, ShipmentStopped) else DIVERSION


def _amounts(event: Event, state: Shipment) -> Iterator[tuple[str, str, int]]:
    if isinstance(event, Seized):
        for item, amount in sorted(weigh(event.goods, state.concentrations).amounts.items()):
            yield item, event.seizure, millionths(amount)
    elif isinstance(event, OutcomeReported):
        yield event.outcome, str(event.related), event.count
    elif isinstance(event, ShipmentStopped):
        yield event.evidence_level, "", 1
    elif isinstance(event, DiversionFound):
        yield f"{event.finding}/{event.basis}", "", 1


def millionths(amount: Decimal) -> int:
    return min(int(EXACT.multiply(amount, MILLIONTHS)), MOST)


def may_tell(before: Shipment, after: Shipment, new: Iterable[Event]) -> bool:
    """Whether these events can change what came of a shipment; a miss would make a wrong count."""
    told = any(isinstance(event, (*TELLING, EventCorrected)) for event in new)
    return told or _told(before) or _told(after)


def _told(state: Shipment) -> bool:
    return bool(state.outcomes) or not {"seized", "stopped", "diverted"}.isdisjoint(state.times)
