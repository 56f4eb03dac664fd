"""Pairs of halves: who could be whose, how likely, and who goes with whom.

`link` does it for any set of halves at once; `book` does the same bit by bit.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from alerts.matching.assignment import Edge, assigned
from alerts.matching.chances import LIKELY, POSSIBLE
from alerts.matching.comparing import common_documents
from alerts.matching.halves import ARRIVED, DEPARTED, Half
from alerts.matching.weighing import Around, Number, Weight, bits, weights

REACH = timedelta(days=150)  # from a departure to its arrival
EARLY = timedelta(days=4)  # an arrival said to be before its departure: clocks, days for moments
MOST = 10  # departures that an arrival keeps as possible


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two halves that may be one. `chosen`: the assignment gives them to each other."""

    departed: str
    arrived: str
    weights: tuple[Weight, ...]
    chosen: bool = False

    @property
    def bits(self) -> float:
        return bits(self.weights)

    @property
    def likely(self) -> bool:
        return self.chosen and self.bits >= LIKELY


def within_reach(left: Half, came: Half) -> bool:
    return left.at - EARLY <= came.at <= left.at + REACH


def numbers_of(half: Half) -> frozenset[Number]:
    """The numbers by which another half may be found, as mentions have them."""
    return frozenset(
        {
            *(("container", each) for each in half.containers),
            *(("seal", each) for each in half.seals),
            *(("document", number) for _, number in half.documents),
        }
    )


def could_be(left: Half, came: Half) -> bool:
    """Whether a departure is looked at for an arrival: in time, of its trade or with its number."""
    return (
        left.side == DEPARTED
        and within_reach(left, came)
        and (
            not left.trades.isdisjoint(came.trades)
            or not set(left.containers).isdisjoint(came.containers)
            or not set(left.seals).isdisjoint(came.seals)
            or bool(common_documents(left, came))
        )
    )


def possible(came: Half, around: Around) -> tuple[Pair, ...]:
    """The departures that an arrival may belong to, at even odds or better, the best first."""
    found = (
        Pair(departed=left.ref, arrived=came.ref, weights=weights(left, came, around))
        for left in around.departures
    )
    kept = [each for each in found if each.bits >= POSSIBLE]
    return tuple(sorted(kept, key=lambda each: (-each.bits, each.departed))[:MOST])


def chosen(edges: Mapping[Edge, float]) -> frozenset[Edge]:
    """Of (departed, arrived) with their bits, those that go with each other."""
    # What is barely possible still gains a little over staying alone.
    return assigned({edge: value - POSSIBLE + 0.001 for edge, value in edges.items()})


def link(halves: Iterable[Half], seen: Mapping[Number, int] | None = None) -> tuple[Pair, ...]:
    """All pairs among these halves; the answer does not depend on their order."""
    ordered = sorted(halves, key=lambda each: each.ref)
    counted = _counted(ordered) if seen is None else seen
    found = [
        pair
        for came in ordered
        if came.side == ARRIVED
        for pair in possible(came, _around(came, ordered, counted))
    ]
    taken = chosen({(each.departed, each.arrived): each.bits for each in found})
    return tuple(
        Pair(
            departed=each.departed,
            arrived=each.arrived,
            weights=each.weights,
            chosen=(each.departed, each.arrived) in taken,
        )
        for each in found
    )


def _counted(halves: Sequence[Half]) -> Mapping[Number, int]:
    return Counter(number for half in halves for number in numbers_of(half))


def _around(came: Half, halves: Sequence[Half], seen: Mapping[Number, int]) -> Around:
    return Around(
        departures=[each for each in halves if could_be(each, came)],
        others=[each for each in halves if _of_its_trade(each, came)],
        seen=seen,
    )


def _of_its_trade(each: Half, came: Half) -> bool:
    mine = each.side != ARRIVED and not each.trades.isdisjoint(came.trades)
    return mine and within_reach(each, came)
