"""Folds: from the events about one subject to its state, the same in whatever order they came.

Events are taken in the order things happened. What a correction by the same agency annuls is left
out before the fold begins; what a stranger to the route states changes nothing and is noted.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.cases import Case
from ledger.events.amendments import EventCorrected
from ledger.roster import HUB
from ledger.shipments import Origin, Shipment
from ledger.standing import Standing
from ledger.vocabulary import AlertEvent, Erased, Event, ShipmentEvent, StandingEvent


@dataclass(frozen=True, kw_only=True, slots=True)
class Stated:
    """An event and who stated it when: the unit of every fold."""

    event: Event
    by: Origin


_UNHEARD = Shipment(ref="")


def unheard(ref: str) -> Shipment:
    """A shipment of which nothing is known yet, for a tenth of what making one costs."""
    return _UNHEARD.but(ref=ref)


def in_order(stated: Iterable[Stated]) -> list[Stated]:
    return sorted(stated, key=lambda each: each.by.order)


def annulled(stated: Iterable[Stated]) -> frozenset[str]:
    """The ids that corrections by their own agency annul; a correction can be corrected too."""
    everything = {each.by.jti: each for each in stated}
    corrections = sorted(
        (each for each in everything.values() if isinstance(each.event, EventCorrected)),
        key=lambda each: (each.by.issued_at, each.by.jti),
        reverse=True,
    )
    gone: set[str] = set()
    for correction in corrections:
        assert isinstance(correction.event, EventCorrected)  # noqa: S101 - narrows the type
        target = everything.get(correction.event.corrects)
        if correction.by.jti in gone or target is None:
            continue
        if target.by.agency == correction.by.agency:
            gone.add(target.by.jti)
    return frozenset(gone)


def shipment(ref: str, stated: Iterable[Stated]) -> Shipment:
    """The state of a shipment from everything stated about it."""
    ordered = in_order(stated)
    gone = annulled(ordered)
    state = unheard(ref).but(annulled=tuple(sorted(gone)))
    for each in ordered:
        if each.by.jti not in gone:
            state = step(state, each)
    return state


def step(state: Shipment, each: Stated) -> Shipment:
    """One more event, later than all before; a stranger to the route changes nothing."""
    event = each.event
    if isinstance(event, Erased):  # left out, as if annulled: the state shows that it is
        return state.but(annulled=tuple(sorted({*state.annulled, each.by.jti})))
    if not isinstance(event, ShipmentEvent):
        return state
    if by_stranger(state, event, each.by):
        return state.odd(each.by, event.kind)
    return event.apply(state, each.by)


def by_stranger(state: Shipment, event: ShipmentEvent, by: Origin) -> bool:
    """Whether this country has no place, as far as the route is known, to say this."""
    if by.agency == HUB:
        return False
    if event.of and not state.within(event.of, by.country):
        return True
    # Who declares a route speaks for the whole shipment: only the circle may, or anybody could
    # give a foreign shipment a notice, a plan and a balance of its own making.
    return getattr(event, "route", None) is not None and by.country not in state.concerned


def standing(subject: str, stated: Iterable[Stated]) -> Standing:
    """What is known of a trader or a country."""
    state = Standing(subject=subject)
    for each in in_order(stated):
        if isinstance(each.event, StandingEvent):
            state = each.event.apply(state, each.by)
    return state


def case(alert: str, stated: Iterable[Stated]) -> Case:
    """An alert and everything done about it."""
    state = Case(alert=alert)
    for each in in_order(stated):
        if isinstance(each.event, AlertEvent):
            state = each.event.apply(state, each.by)
    return state
