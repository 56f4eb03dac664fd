"""Goods that travel in several lots: each leaves and comes in by a statement of its own.

An office that reports one lot and forgets the next has less of the goods, and nothing is missing.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import combinations

from alerts.rules import Dossier
from alerts.rules.columns import STEPS, column, goods_of, weighed_of
from alerts.rules.readings import alike, readings
from alerts.rules.remembered import once
from alerts.rules.settled import settled_by
from alerts.rules.votes import outvoted
from ledger.events.movements import Departed
from ledger.events.receptions import Arrived
from ledger.masses import ZERO, Weighed, weigh

SEEN = ("arrived", "delivered", "received")
MOST = 8  # lots: of more, any amount is a sum of some


def is_some_lots(dossier: Dossier, key: str, found: Decimal) -> bool:
    """Whether an amount is what some of the lots came to at some step, and not all of them."""
    return any(alike(found, part) for part in _parts(dossier).get(key, ()))


def all_came(dossier: Dossier) -> bool:
    """Whether as many lots were seen to come as had left, and they are several."""
    left, came = ({s.event for s in dossier.stated(kind)} for kind in (Departed, Arrived))
    return len(came) >= len(left) > 1


def are_equal_lots(dossier: Dossier, key: str, due: Decimal) -> bool:
    """Whether all that was due may have left: in several lots as large as those that were told of.

    Goods that leave have no weighbridge between two papers of one office; a lot that nobody told of
    is the likelier the nearer what is missing comes to one.
    """
    told = [each.amounts[key] for each in _amounts(dossier, "departed") if key in each.amounts]
    lot = max(told, default=ZERO)
    number = round(due / lot) if lot else 0
    as_large = all(alike(each, lot) for each in told)
    return len(told) < number <= MOST and as_large and alike(lot * number, due)


@once
def all_seen(dossier: Dossier) -> bool:
    """Whether each of several lots was seen to come at some step, though no step has them all.

    Of lots as large as each other as many as left must be told of at one step.
    """
    left = _amounts(dossier, "departed")
    there = [_amounts(dossier, step) for step in ("cleared", *SEEN)]
    return len(left) > 1 and all(
        max(_like(lot, seen) for seen in there) >= _like(lot, left) for lot in left
    )


def _like(lot: Weighed, others: list[Weighed]) -> int:
    """How many of these are as much of the same as this lot."""
    return sum(
        lot.amounts.keys() == other.amounts.keys()
        and all(alike(lot.amounts[key], other.amounts[key]) for key in lot.amounts)
        for other in others
    )


def told_alike(dossier: Dossier, step: str, key: str, due: Decimal) -> bool:
    """Whether a step had it all if what was stated twice in the same words is of two lots."""
    again = _told_again(dossier).get(step, Weighed()).amounts.get(key, ZERO)
    told = column(dossier, step) if again else None
    return told is not None and alike(told.masses.amounts[key] + again, due)


@once
def _told_again(dossier: Dossier) -> Mapping[str, Weighed]:
    """What each step's statements come to that its column left out as sent twice.

    Nothing where one lot left: then they were.
    """
    if len({each.event for each in dossier.stated(Departed)}) < 2:
        return {}
    columns = (column(dossier, step) for step in STEPS)
    return {
        each.step: weigh(
            [line for said in each.again for line in goods_of(said.event)],
            dossier.shipment.concentrations,
        )
        for each in columns
        if each is not None and each.again
    }


@once
def _parts(dossier: Dossier) -> dict[str, tuple[Decimal, ...]]:
    """By `substance/unit`, the sums of some of the lots as each step has them."""
    found: dict[str, set[Decimal]] = {}
    for step in STEPS:
        for key, lots in _lots(dossier, step):
            sizes = range(1, len(lots)) if len(lots) <= MOST else ()
            sums = (sum(some, ZERO) for size in sizes for some in combinations(lots, size))
            found.setdefault(key, set()).update(sums)
    return {key: tuple(sorted(each)) for key, each in found.items()}


def _lots(dossier: Dossier, step: str) -> Iterator[tuple[str, list[Decimal]]]:
    lots = _amounts(dossier, step)
    for key in {key for each in lots for key in each.amounts}:
        yield key, [each.amounts[key] for each in lots if key in each.amounts]


def _amounts(dossier: Dossier, step: str) -> list[Weighed]:
    """What each statement of a step comes to."""
    told = column(dossier, step)
    said = told.said if told is not None else ()
    return [weighed_of(dossier, each.event) for each in said]


def reported_otherwise(
    dossier: Dossier, key: str, sent: Decimal, due: Decimal, found: Decimal
) -> str | None:
    """An import declaration that stands alone: against other papers, or against all later steps."""
    if outvoted(dossier, key, "released", sent, found):
        return "a slip in the export declaration, since the notice and the permits say the same"
    if told_alike(dossier, "cleared", key, due):
        return "two lots told of in the same words"
    seen = [each for each in readings(dossier) if each.key == key and each.step in SEEN]
    repeated = any(alike(each.found, found) for each in seen)
    lots = is_some_lots(dossier, key, found)
    whole = any(alike(each.found, due) for each in seen)
    if lots and all_seen(dossier):
        return "a lot whose clearance nobody has reported, since every lot was seen to come"
    if (whole and not repeated) or (lots and (whole or all_came(dossier))):
        return "a lot whose clearance nobody has reported, or a slip, since other steps had it all"
    if found < due and (country := settled_by(dossier)):
        return f"a difference that {country} looked into and settled"
    return None
