"""How well halves are matched without references, on simulated worlds that say what is one.

    python bench/matching.py --seeds 110 111 112          precision and recall of the pairs
    python bench/matching.py --seeds 110 111 --chances    how often things agree: m and u

No ledger is made: statements are read as the scan would, each shipment once at the end. For
`--chances` every shipment that tells of both ends under one reference is cut in two, and compared
with its own other half (m) and with those of its trade (u).
"""

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from alerts.matching.chances import CHANCES
from alerts.matching.comparing import compared
from alerts.matching.halves import ARRIVED, DEPARTED, SEEN, Half, half_of
from alerts.matching.pairs import Pair, link, within_reach
from alerts.rules import Dossier
from ledger import folding
from ledger.folding import Stated
from ledger.mentions import mentions_of
from ledger.roster import Roster
from ledger.shipments import Origin
from ledger.vocabulary import ShipmentEvent, parse
from seed.worlds import JudgedWorld, judged_world
from seed.worlds.passages import passage

NUMBERLESS = {"containers": (), "seals": (), "documents": (), "means": ()}
LATE = datetime(2030, 1, 1, tzinfo=UTC)
Timelines = dict[str, list[Stated]]


@dataclass(frozen=True)
class Alone:
    """The rest of the world, as far as halves ask: whose part a shipment is."""

    parents: frozenset[str]

    def parent_of(self, ref: str) -> bool:
        return ref in self.parents


def timelines(world: JudgedWorld) -> Timelines:
    """What was stated of each shipment, what corrections annul left out."""
    told: Timelines = defaultdict(list)
    for step in world.steps():
        event = parse(step.body)
        if isinstance(event, ShipmentEvent):
            told[event.shipment].append(Stated(event=event, by=_origin(step, event)))
    return {ref: _standing(stated) for ref, stated in told.items()}


def _origin(step: object, event: ShipmentEvent) -> Origin:
    return Origin(
        agency=step.agency,
        country=step.agency[:2],
        jti=step.jti,
        issued_at=int(step.told.timestamp()),
        occurred_at=event.occurred_at,
    )


def _standing(stated: list[Stated]) -> list[Stated]:
    gone = folding.annulled(stated)
    return [each for each in folding.in_order(stated) if each.by.jti not in gone]


def half(ref: str, stated: Iterable[Stated], alone: Alone) -> Half | None:
    told = tuple(stated)
    return half_of(
        Dossier(
            shipment=folding.shipment(ref, told),
            timeline=told,
            now=LATE,
            roster=Roster(),
            elsewhere=alone,
        )
    )


def together(world: JudgedWorld) -> set[tuple[str, str]]:
    """What truly is one: the reference that a consignment left under, and that it came under."""
    voyages = (
        passage(order, world.plots.get(order.case), world.weather).voyage for order in world.orders
    )
    return {(each.ref, each.ref_in) for each in voyages if each.ref != each.ref_in}


def halves_of(told: Timelines) -> list[Half]:
    alone = _alone(told)
    return [made for ref, stated in sorted(told.items()) if (made := half(ref, stated, alone))]


def _alone(told: Timelines) -> Alone:
    states = (folding.shipment(ref, stated) for ref, stated in told.items())
    return Alone(frozenset(part.shipment for state in states for part in state.children))


def seen_in(told: Timelines) -> Counter[tuple[str, str]]:
    return Counter(
        mention
        for stated in told.values()
        for mention in {m for each in stated for m in mentions_of(each.event)}
    )


# --- how well pairs are found ---


def judged(
    seed: int, shipments: int, prevalence: float, *, bare: bool
) -> tuple[list[Pair], set, list[Half], float]:
    world = judged_world(seed, shipments=shipments, prevalence=prevalence)
    told = timelines(world)
    halves = halves_of(told)
    if bare:
        halves = [replace(each, **NUMBERLESS) for each in halves]
    seen = seen_in(told)
    began = time.process_time()
    pairs = list(link(halves, seen))
    cost = time.process_time() - began
    sides = {each.ref: each.side for each in halves}
    true = {
        (left, came)
        for left, came in together(world)
        if sides.get(left) == DEPARTED and sides.get(came) == ARRIVED
    }
    return pairs, true, halves, cost


def show(asked: argparse.Namespace) -> None:
    total: Counter[str] = Counter()
    for seed in asked.seeds:
        pairs, true, halves, cost = judged(seed, asked.shipments, asked.prevalence, bare=asked.bare)
        count = Counter(each.side for each in halves)
        for name, taken in _taken(pairs).items():
            total[f"{name} said"] += len(taken)
            total[f"{name} right"] += len(taken & true)
        total["true"] += len(true)
        for side, n in count.items():
            total[side] += n
        print(f"seed {seed}: {dict(count)}, {len(true)} to find, {cost:.2f} s to link")
        _wrong(pairs, true, asked.show)
    for name in ("likely", "possible or better"):
        said, right = total[f"{name} said"], total[f"{name} right"]
        print(f"{name}: precision {_share(right, said)}, recall {_share(right, total['true'])}")


def _taken(pairs: Iterable[Pair]) -> dict[str, set[tuple[str, str]]]:
    kept = [each for each in pairs if each.chosen]
    likely = {(each.departed, each.arrived) for each in kept if each.likely}
    return {"likely": likely, "possible or better": {(e.departed, e.arrived) for e in kept}}


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole}" + (f" = {part / whole:.3f}" if whole else "")


def _wrong(pairs: list[Pair], true: set[tuple[str, str]], many: int) -> None:
    by_edge = {(each.departed, each.arrived): each for each in pairs}
    likely = _taken(pairs)["likely"]
    for edge in sorted(likely - true)[:many]:
        print("  wrong:", edge, by_edge[edge].bits, _said(by_edge[edge]))
    for edge in sorted(true - likely)[:many]:
        found = by_edge.get(edge)
        print("  missed:", edge, *([found.bits, found.chosen, _said(found)] if found else ["-"]))


def _said(pair: Pair) -> str:
    return "; ".join(f"{each.words} {each.bits:+.1f}" for each in pair.weights)


# --- how often things agree ---


def cut(told: Timelines) -> Iterator[tuple[Half, Half]]:
    """Both halves of every shipment that is told of under one reference."""
    alone = _alone(told)
    for ref, stated in told.items():
        came = [each for each in stated if isinstance(each.event, SEEN)]
        left = [each for each in stated if each not in came]
        made = half(ref, left, alone), half(f"{ref}-in", came, alone)
        if made[0] and made[1] and (made[0].side, made[1].side) == (DEPARTED, ARRIVED):
            yield made


def chances(seeds: Iterable[int], shipments: int) -> None:
    same: dict[str, Counter[str]] = defaultdict(Counter)
    strangers: dict[str, Counter[str]] = defaultdict(Counter)
    many = 0
    for seed in seeds:
        found = list(cut(timelines(judged_world(seed, shipments=shipments, prevalence=0))))
        many += len(found)
        for left, came in found:
            for about, outcome in compared(left, came).items():
                same[about][outcome] += 1
            for other, _ in found:
                if other is not left and other.trades & came.trades and within_reach(other, came):
                    for about, outcome in compared(other, came).items():
                        strangers[about][outcome] += 1
    print(f"{many} shipments cut in two")
    for about, agreed in same.items():
        for outcome in sorted({*agreed, *strangers[about], *CHANCES[about]}):
            m, u = (_part(of[about], outcome) for of in (same, strangers))
            print(
                f"  {about:10} {outcome:6} m {m} u {u}   table {CHANCES[about].get(outcome, '-')}"
            )


def _part(of: Counter[str], outcome: str) -> str:
    return f"{of[outcome] / max(1, of.total()):.4f} ({of.total()})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", nargs="+", type=int, default=[110, 111, 112])
    parser.add_argument("--shipments", type=int, default=600)
    parser.add_argument("--prevalence", type=float, default=0.05)
    parser.add_argument("--bare", action="store_true", help="as if nobody stated any number")
    parser.add_argument("--chances", action="store_true")
    parser.add_argument("--show", type=int, default=0, help="so many wrong and missed pairs")
    asked = parser.parse_args()
    if asked.chances:
        chances(asked.seeds, asked.shipments)
    else:
        show(asked)


if __name__ == "__main__":
    main()
