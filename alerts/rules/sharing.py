"""Honest reasons why a paper, a container or a seal is told of in two shipments.

Several notices of one consignment, goods of several shippers in one container, or one statement
that was filed under the wrong reference.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from alerts.rules import papers
from alerts.rules.columns import goods_of
from alerts.rules.habits import FAR_END
from alerts.rules.names import same_trader
from alerts.rules.questions import Times
from alerts.rules.remembered import THINGS, things_of
from ledger.folding import Stated
from ledger.mentions import Mention
from ledger.shipments import Shipment
from ledger.vocabulary import ShipmentEvent

SEVERAL = frozenset({"mrn"})  # each of a shipment's declarations has one of its own
ALIKE = {"air_waybill": "bill_of_lading"}  # what a load has one or the other of
_SHORTEST_SEAL = 5  # shorter numbers meet by chance


def numbers_of(stated: Stated) -> set[Mention]:
    """The papers that a statement cites, and the containers and seals it mentions: kind, number."""
    cited = {(paper.type, paper.number) for paper in papers.papers_of(stated.event)}
    return cited | {(k, n) for k, n in things_of(stated.event) if len(n) >= _SHORTEST_SEAL}


def misfiled(timeline: Sequence[Stated], those: Sequence[Stated], kind: str, number: str) -> bool:
    """Whether one statement alone of a shipment has a number, and its others speak otherwise.

    They have other numbers of its kind, or tell of other goods. A paper that only the far end cites
    once came with goods that it did not send itself.
    """
    if len(those) != 1:
        return False
    if kind not in THINGS and isinstance(those[0].event, FAR_END):
        return True
    others = [each for each in timeline if each.by.jti != those[0].by.jti]
    told = {(ALIKE.get(k, k), n) for each in others for k, n in numbers_of(each)}
    goods, here = _substances(others), _substances(those)
    renumbered = kind not in SEVERAL and any(k == kind and n != number for k, n in told)
    return renumbered or bool(here and goods and here.isdisjoint(goods))


def _substances(those: Iterable[Stated]) -> set[str]:
    events = (each.event for each in those)
    return {
        line.substance
        for event in events
        if isinstance(event, ShipmentEvent)
        for line in goods_of(event)
    }


def as_one(one: Shipment, other: Shipment, near: timedelta) -> bool:
    """Whether they look like one consignment of the same traders: other goods, and left at once."""
    return _at_once(one, other, near) and not _same_goods(one, other)


def told_twice(one: Shipment, other: Shipment, near: timedelta) -> bool:
    """Whether the same traders have the same substance leave twice at once."""
    return _at_once(one, other, near) and _same_goods(one, other)


def _at_once(one: Shipment, other: Shipment, near: timedelta) -> bool:
    return of_same_traders(one, other) and _left_within(one, other, near)


def _same_goods(one: Shipment, other: Shipment) -> bool:
    return not set(one.substances).isdisjoint(other.substances)


def aboard(one: Shipment, other: Shipment, near: timedelta) -> bool:
    """Whether shipments of several traders left one country for another at about one time."""
    ends = [(s.route.exporting, s.route.importing) if s.route else None for s in (one, other)]
    same_way = ends[0] is not None and ends[0] == ends[1]
    return same_way and not of_same_traders(one, other) and _left_within(one, other, near)


def _left_within(one: Shipment, other: Shipment, near: timedelta) -> bool:
    a, b = left_at(one.times), left_at(other.times)
    return a is not None and b is not None and abs(a - b) <= near


def left_at(times: Times) -> datetime | None:
    """When goods left; or were released for it, where nobody told of that."""
    return times.get("departed", times.get("released"))


def of_same_traders(one: Shipment, other: Shipment) -> bool:
    """Whether both are from one exporter to one importer, as far as names tell."""
    if one.parties is None or other.parties is None:
        return False
    roles = [(getattr(one.parties, r), getattr(other.parties, r)) for r in ("exporter", "importer")]
    return all(a and b and same_trader(a, b, alike=0.95) for a, b in roles)
