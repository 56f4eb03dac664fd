"""How well diversions are found on worlds that nothing was tuned on, beside two plain baselines.

    uv run --group dev python bench/detection.py
    uv run --group dev python bench/detection.py --shipments 1000 --learn 11 12 13 --judge 21 22

Each world's statements go through the real ledger and the real scan (`detection_trial`). What is
judged is the file a person opens: all that was found about one shipment. It is right when the
shipment belongs to a case and one of the rules, or families of rules, that explain the case is
among its findings. A case counts once, however many of its shipments are opened. Alerts count as
they were raised, even if they lapsed; evidence is what still stands after the last report.

Compared are: the alerts as they are raised today; the same findings weighed as evidence, learnt on
other worlds, up to a budget or down to a probability; the robust z-score of the quantity among
shipments of the substance; and scikit-learn's IsolationForest on five properties of shipments. The
two baselines give no reason, so any shipment of a case counts as right for them.
"""

import argparse
import math
import statistics
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import IsolationForest

sys.path.insert(0, str(Path(__file__).parent))

from detection_trial import ORIGIN, trial
from sqlmodel import select
from weighing import Kind, Scale, Sheet, learnt

from alerts import rules
from alerts.findings import FINDINGS
from ledger import databases
from ledger.history import SHIPMENTS, decode
from ledger.store import instant
from seed.worlds import Case, judged_world

CORES = 2
SCANS = timedelta(days=14)
BUDGET = 10 / 1000  # files a shipment
PREVALENCE = 1 / 20
RARE = 1 / 600


@dataclass(frozen=True, kw_only=True)
class Filed:
    """All that was found about one shipment: each kind with when it was first found."""

    ref: str
    kinds: Mapping[Kind, datetime]
    alerted: Mapping[str, datetime]  # rules whose finding raised an alert, since when


@dataclass(frozen=True, kw_only=True)
class Watched:
    """One world after its scans: what was found, what is true, and what baselines look at."""

    seed: int
    files: tuple[Filed, ...]
    cases: tuple[Case, ...]
    substances: Mapping[str, str]
    measures: Mapping[
        str, tuple[float, ...]
    ]  # log kg, arrived share, days under way, entries, lead

    @property
    def case_of(self) -> dict[str, Case]:
        return {ref: case for case in self.cases for ref in case.shipments}


def watched(seed: int, shipments: int, prevalence: float) -> Watched:
    """Live through one world."""
    world = judged_world(seed, shipments=shipments, prevalence=prevalence, origin=ORIGIN)
    with (
        trial(world.cast, list(world.steps()), every=SCANS) as made,
        databases.reading(made.node.engine) as session,
    ):
        if made.refused:
            raise SystemExit(f"the door refused a statement: {made.refused[0]}")
        found = session.execute(select(*FINDINGS.c)).mappings().all()
        states = {row.ref: row for row in session.execute(select(*SHIPMENTS.c))}
    files: dict[str, dict[Kind, datetime]] = {ref: {} for ref in states}
    alerted: dict[str, dict[str, datetime]] = {ref: {} for ref in states}
    for row in found:
        if row["ref"] not in files:
            continue
        since = instant(row["since"])
        if not row["quiet"] and row["severity"] != "info":
            alerted[row["ref"]].setdefault(row["rule"], since)  # if it lapsed, it was raised
        if row["active"]:
            kind = (row["rule"], bool(row["weak"]))
            files[row["ref"]][kind] = min(since, files[row["ref"]].get(kind, since))
    return Watched(
        seed=seed,
        files=tuple(
            Filed(ref=ref, kinds=kinds, alerted=alerted[ref])
            for ref, kinds in sorted(files.items())
        ),
        cases=world.cases,
        substances={
            ref: (decode(bytes(r.state)).substances or ("",))[0] for ref, r in states.items()
        },
        measures={ref: _measured(row) for ref, row in states.items()},
    )


def _measured(row: Any) -> tuple[float, ...]:
    state = decode(bytes(row.state))
    mass = {
        name: float(sum(amount for unit, amount in each.amounts.items() if unit.endswith("/kg")))
        for name, each in state.balance.items()
    }
    sent = mass.get("departed") or mass.get("notified") or 0.0
    there = mass.get("arrived") or mass.get("cleared") or sent
    times = state.times
    way = _days(times.get("departed"), times.get("arrived"))
    lead = _days(times.get("notified"), times.get("departed"))
    return math.log(sent + 1), there / sent if sent else 1.0, way, float(row.events), lead


def _days(start: datetime | None, end: datetime | None) -> float:
    return (end - start) / timedelta(days=1) if start and end else -1.0


@dataclass(frozen=True, kw_only=True)
class Opened:
    """One file that a method has a person open, with why, and when it could have been."""

    world: Watched
    ref: str
    because: Mapping[str, datetime]  # by rule, since when; empty for a method without reasons

    @property
    def case(self) -> Case | None:
        """The case it is right about."""
        case = self.world.case_of.get(self.ref)
        if case is None or not self.because:
            return case
        return case if self.explaining(case) else None

    def explaining(self, case: Case) -> list[datetime]:
        """Since when what explains this case was found."""
        return [
            at
            for rule, at in self.because.items()
            if rule in case.rules or FAMILY_OF[rule] in case.topics
        ]


FAMILY_OF: dict[str, str] = {code: rule.family for code, rule in rules.rules().items()}


def as_raised(worlds: Sequence[Watched]) -> list[Opened]:
    """Every shipment with an alert as the checker raises them."""
    return [
        Opened(world=w, ref=f.ref, because=f.alerted) for w in worlds for f in w.files if f.alerted
    ]


def _since(file: Filed, wanted: Collection[str]) -> dict[str, datetime]:
    """The rules among these and since when each found something."""
    since: dict[str, datetime] = {}
    for (rule, _), at in file.kinds.items():
        if rule in wanted:
            since[rule] = min(at, since.get(rule, at))
    return since


def as_weighed(
    worlds: Sequence[Watched], scale: Scale, prevalence: float
) -> list[tuple[float, Opened]]:
    """Each shipment with findings and its probability, the likeliest first."""
    ranked = []
    for world in worlds:
        for file in world.files:
            if file.kinds:
                likely = scale.probability(scale.evidence(file.kinds, FAMILY_OF), prevalence)
                because = _since(file, {kind[0] for kind in file.kinds})
                ranked.append((likely, Opened(world=world, ref=file.ref, because=because)))
    return sorted(ranked, key=lambda each: -each[0])


def by_quantity(world: Watched) -> dict[str, float]:
    """Robust z of the logarithm of kilograms among shipments of the same substance."""
    found = {}
    for ref, measures in world.measures.items():
        like = [
            world.measures[o][0] for o, s in world.substances.items() if s == world.substances[ref]
        ]
        middle = statistics.median(like)
        spread = statistics.median(abs(each - middle) for each in like) or 1.0
        found[ref] = abs(0.6745 * (measures[0] - middle) / spread)
    return found


def by_isolation(world: Watched) -> dict[str, float]:
    refs = sorted(world.measures)
    table = np.array([world.measures[ref] for ref in refs])
    forest = IsolationForest(random_state=0).fit(table)
    return dict(zip(refs, -forest.score_samples(table), strict=True))


def top(
    worlds: Sequence[Watched], scored: Callable[[Watched], Mapping[str, float]], share: float
) -> list[Opened]:
    """The files that a scoring method opens within a budget."""
    opened: list[Opened] = []
    for world in worlds:
        scores = scored(world)
        first = sorted(scores, key=lambda each: -scores[each])[: round(share * len(scores))]
        opened += [Opened(world=world, ref=ref, because={}) for ref in first]
    return opened


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a method reached."""

    opened: int
    right: int
    found: Mapping[tuple[int, int], timedelta | None]  # by world and case: the delay
    cases: Mapping[tuple[int, int], Case]

    @property
    def precision(self) -> float:
        return self.right / self.opened if self.opened else math.nan

    @property
    def recall(self) -> float:
        return len(self.found) / len(self.cases) if self.cases else math.nan

    @property
    def weight(self) -> float:
        """The share of diverted kilograms in the cases found."""
        return sum(self.cases[key].kg for key in self.found) / sum(
            c.kg for c in self.cases.values()
        )


def judged(worlds: Sequence[Watched], opened: Sequence[Opened]) -> Result:
    found: dict[tuple[int, int], timedelta | None] = {}
    right = 0
    for each in opened:
        case = each.case
        if case is None:
            continue
        right += 1
        key = (each.world.seed, case.number)
        delay = min((at - case.decided_at for at in each.explaining(case)), default=None)
        known = found.get(key)
        found[key] = delay if known is None else min(known, delay) if delay else known
    cases = {(w.seed, case.number): case for w in worlds for case in w.cases}
    return Result(opened=len(opened), right=right, found=found, cases=cases)


def sheets(worlds: Sequence[Watched], *, without: Collection[str] = ()) -> list[Sheet]:
    """What a scale learns from; shipments of left-out families are not shown to it."""
    made = []
    for world in worlds:
        case_of = world.case_of
        for file in world.files:
            case = case_of.get(file.ref)
            if case is None or case.family not in without:
                made.append(Sheet(kinds=frozenset(file.kinds), diverted=case is not None))
    return made


def left_out(learn: Sequence[Watched], judge: Sequence[Watched], budget: int) -> Result:
    """Each family judged by a scale that never saw it: folds of families, joined."""
    families = sorted({case.family for w in learn for case in w.cases})
    found: dict[tuple[int, int], timedelta | None] = {}
    every = judged(judge, [])
    for fold in range(5):
        hidden = set(families[fold::5])
        scale = learnt(sheets(learn, without=hidden), FAMILY_OF)
        opened = [o for _, o in as_weighed(judge, scale, PREVALENCE)][:budget]
        reached = judged(judge, opened).found
        found |= {key: at for key, at in reached.items() if every.cases[key].family in hidden}
    known = {k: c for k, c in every.cases.items() if c.family in families}
    return Result(opened=0, right=0, found=found, cases=known)


def show(name: str, result: Result) -> None:
    print(
        f"  {name:44} {result.opened:6} opened  precision {result.precision:5.2f}  "
        f"recall {result.recall:5.2f}  kg {result.weight:5.2f}"
    )


def show_families(result: Result) -> None:
    families = sorted({case.family for case in result.cases.values()})
    print(f"  {'family':34} {'cases':>5} {'found':>5} {'kg':>6} {'delay':>8}")
    for family in families:
        mine = {key: case for key, case in result.cases.items() if case.family == family}
        hits = [key for key in mine if key in result.found]
        kg = sum(mine[key].kg for key in hits) / sum(case.kg for case in mine.values())
        delays = [d / timedelta(days=1) for key in hits if (d := result.found[key]) is not None]
        delay = f"{statistics.median(delays):6.0f} d" if delays else "never"
        print(f"  {family:34} {len(mine):5} {len(hits):5} {kg:6.2f} {delay:>8}")


def show_calibration(ranked: Sequence[tuple[float, Opened]]) -> None:
    print(f"  {'stated':>12} {'files':>6} {'mean stated':>12} {'diverted':>9}")
    for low in range(10):
        here = [(p, o) for p, o in ranked if low / 10 <= p < (low + 1) / 10 + (low == 9)]
        if here:
            stated = statistics.mean(p for p, _ in here)
            true = statistics.mean(o.ref in o.world.case_of for _, o in here)
            print(
                f"  {low / 10:5.1f} to {(low + 1) / 10:3.1f} {len(here):6} "
                f"{stated:12.2f} {true:9.2f}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shipments", type=int, default=600)
    parser.add_argument("--learn", type=int, nargs="+", default=[102, 103, 104, 105])
    parser.add_argument("--judge", type=int, nargs="+", default=[301, 302, 303])
    said = parser.parse_args()
    plan = [(seed, said.shipments, 0.15) for seed in said.learn]
    plan += [(seed, said.shipments, PREVALENCE) for seed in said.judge]
    plan += [(max(said.judge) + 100, said.shipments, 0.0)]
    with ProcessPoolExecutor(CORES) as pool:
        lived = list(pool.map(watched, *zip(*plan, strict=True)))
    count = len(said.learn)
    report(lived[:count], lived[count:-1], lived[-1])


def report(learn: Sequence[Watched], judge: Sequence[Watched], honest: Watched) -> None:
    scale = learnt(sheets(learn), FAMILY_OF)
    total = sum(len(world.files) for world in judge)
    budget = round(BUDGET * total)
    ranked = as_weighed(judge, scale, PREVALENCE)
    weighed = [opened for _, opened in ranked]
    likely = [opened for likely, opened in ranked if likely >= 0.5]
    cases = sum(len(world.cases) for world in judge)
    print(f"{total} shipments, {cases} cases, 1 shipment in 20 involved; seeds never learnt from")
    show("alerts as raised today", judged(judge, as_raised(judge)))
    show("weighed, 10 files per 1,000 shipments", judged(judge, weighed[:budget]))
    show("weighed, as many files as cases", judged(judge, weighed[:cases]))
    show("weighed, every file at 0.5 or more", judged(judge, likely))
    for name, scored in (("z of quantity", by_quantity), ("IsolationForest", by_isolation)):
        show(f"{name}, 10 per 1,000", judged(judge, top(judge, scored, BUDGET)))
        show(f"{name}, as many files as cases", judged(judge, top(judge, scored, cases / total)))
    hidden = left_out(learn, judge, cases)
    print(f"  families left out when learning, as many files as cases: recall {hidden.recall:.2f}")
    print("By family, weighed, as many files as cases")
    show_families(judged(judge, weighed[:cases]))
    print("Stated probability against truth, at 1 in 20")
    show_calibration(ranked)
    rare = as_weighed(judge, scale, RARE)
    kept = sum(1 for likely, _ in rare if likely >= 0.5)
    print(
        f"At 1 in 600 the same evidence leaves {kept} files at 0.5 or more, "
        f"of {len(rare)} with findings"
    )
    alarms = as_raised([honest])
    false = [o for p, o in as_weighed([honest], scale, PREVALENCE) if p >= 0.5]
    print(
        f"A world without diversion, {len(honest.files)} shipments: {len(alarms)} with an alert as "
        f"raised today, {len(false)} files at 0.5 or more"
    )


if __name__ == "__main__":
    main()
