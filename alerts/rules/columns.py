"""What was stated of the goods at one step of the journey, summed over its statements.

The shipment's own balance takes the strengths known when each statement came up; a rule compares
steps, so here every step is weighed with the strengths known now, and keeps its statements.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import chain

from alerts.rules import Dossier, Said
from alerts.rules.remembered import once
from ledger.claims import Line
from ledger.events.amendments import Amended
from ledger.events.enforcement import Destroyed, LossReported, Seized
from ledger.events.movements import Departed, ExportReleased, Returned
from ledger.events.notices import NoticeSent
from ledger.events.permits import ExportAuthorised, ImportAuthorised
from ledger.events.receptions import (
    Arrived,
    Delivered,
    ImportCleared,
    ReceiptConfirmed,
    Reexported,
    Split,
)
from ledger.masses import ZERO, Weighed, canonical, weigh
from ledger.vocabulary import Event, ShipmentEvent

STEPS: dict[str, type[ShipmentEvent]] = {
    "released": ExportReleased,
    "departed": Departed,
    "arrived": Arrived,
    "cleared": ImportCleared,
    "delivered": Delivered,
    "received": ReceiptConfirmed,
}
PERMITS = (ExportAuthorised, ImportAuthorised)
OUT = ("released", "departed")
DAY = timedelta(days=1)  # by which clocks and time zones may be off


@dataclass(frozen=True, kw_only=True)
class Column:
    """One step: its goods lines, their masses by `substance/unit`, and who stated them.

    `again`: the statements that do not count, since they repeat one in the same words.
    """

    step: str
    lines: tuple[Line, ...]
    masses: Weighed
    said: tuple[Said[ShipmentEvent], ...]
    again: tuple[Said[ShipmentEvent], ...] = ()

    def of(self, substance: str) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.substance == substance)

    @property
    def first_at(self) -> datetime:
        return min(each.by.occurred_at for each in self.said)

    @property
    def last_at(self) -> datetime:
        return max(each.by.occurred_at for each in self.said)


def column(dossier: Dossier, step: str) -> Column | None:
    """The goods stated at a step, or None where nobody stated any; what is said twice counts once.

    An agency that states the same of the same moment again has sent its statement twice. What came
    before anything left is another shipment's, filed under the wrong reference.
    """
    return _columns(dossier)[step]


@once
def _columns(dossier: Dossier) -> Mapping[str, Column | None]:
    return {step: _column(dossier, step) for step in STEPS}


def _column(dossier: Dossier, step: str) -> Column | None:
    since = None if step in OUT else _left(dossier)
    told = [
        each
        for each in dossier.stated(STEPS[step])
        if goods_of(each.event) and (since is None or each.by.occurred_at >= since - DAY)
    ]
    if not told:
        return None
    # To hash a statement is to hash all it says: not where there is none beside it.
    said = (
        tuple({(each.by.agency, each.event): each for each in told}.values())
        if len(told) > 1
        else tuple(told)
    )
    lines = tuple(line for each in said for line in goods_of(each.event))
    masses = weigh(lines, dossier.shipment.concentrations)
    kept = {each.by.jti for each in said}
    again = tuple(each for each in told if each.by.jti not in kept)
    return Column(step=step, lines=lines, masses=masses, said=said, again=again)


def _left(dossier: Dossier) -> datetime | None:
    """When the first of the goods left, or were released for it."""
    out = dossier.stated(ExportReleased, Departed)
    return min((each.by.occurred_at for each in out), default=None)


@once
def notified(dossier: Dossier) -> Weighed | None:
    """What the notice announced, weighed with the strengths known now; None where none says."""
    sent = [each.event.goods for each in dossier.stated(NoticeSent)[-1:]]
    changed = [each.event.goods for each in dossier.stated(Amended) if each.event.goods]
    goods = (sent + changed)[-1:]
    return weigh(goods[0], dossier.shipment.concentrations) if goods else None


def planned(dossier: Dossier, key: str) -> Iterator[Decimal]:
    """What was to be sent, by the notice and by each permit that says so."""
    # A permit that is stated again under its number is the same one, put right.
    permits = {_number(each.event): each.event for each in dossier.stated(*PERMITS)}
    permitted = (weighed_of(dossier, each) for each in permits.values())
    for each in chain([notified(dossier)], permitted):
        amount = each.amounts.get(key) if each is not None else None
        if amount:
            yield amount


def weighed_of(dossier: Dossier, event: ShipmentEvent) -> Weighed:
    """The goods of one statement, weighed with the strengths known now."""
    return weigh(goods_of(event), dossier.shipment.concentrations)


def _number(permit: ShipmentEvent) -> tuple[str, str]:
    return permit.kind, getattr(permit, "authorisation", "")


def goods_of(event: ShipmentEvent) -> tuple[Line, ...]:
    """The goods lines of an event about a shipment: the kinds that have any call them `goods`."""
    goods: tuple[Line, ...] = getattr(event, "goods", ())
    return goods


def lines_stated(dossier: Dossier) -> Iterator[tuple[Line, Said[ShipmentEvent]]]:
    """Every goods line of the timeline with the statement it is in."""
    for each in dossier.stated(ShipmentEvent):
        for line in goods_of(each.event):
            yield line, each


def net_of(line: Line) -> tuple[str, Decimal]:
    """The unit and amount of a line as it stands, whatever its strength."""
    plain = replace(line, concentration=None)
    return canonical(plain, None)


def accounted_for(dossier: Dossier, key: str, since: datetime) -> Decimal:
    """How much went another way by somebody's word since then: lost, seized, sent back, split."""
    gone = Weighed()
    for each in dossier.timeline:
        if each.by.occurred_at >= since:
            gone = gone.plus(weigh(_gone(each.event), dossier.shipment.concentrations))
    return gone.amounts.get(key, ZERO)


def _gone(event: Event) -> Iterator[Line]:
    if isinstance(event, LossReported | Seized | Returned | Destroyed):
        yield from event.goods
    elif isinstance(event, Reexported):
        yield from event.child.goods
    elif isinstance(event, Split):
        for child in event.into:
            yield from child.goods
