"""How well diversions are found on worlds that nothing was tuned on, beside two plain baselines.

    uv run --group dev python bench/detection.py
    uv run --group dev python bench/detection.py --shipments 1000 --learn 11 12 13 --judge 21 22
    uv run --group dev python bench/detection.py --stranger 81 82 83
    uv run --group dev python bench/detection.py --outsider 91 92 93
    uv run --group dev python bench/detection.py --visitor 71 72 73

The last two judge worlds of two other simulators, whose authors knew nothing of the first.

Each world's statements go through the real ledger and the real scan (`detection_trial`). What is
judged is the file a person opens: all that was found about one shipment. It is right when the
shipment belongs to a case and one of the rules, or families of rules, that explain the case is
among its findings. A case counts once, however many of its shipments are opened. Alerts count as
they were raised, even if they lapsed; a shipment that is only one more occurrence in an alert that
another raised is not opened for it. Evidence is what still stands after the last report.

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

import numpy as np
from sklearn.ensemble import IsolationForest

sys.path.insert(0, str(Path(__file__).parent))

from detection_world import Filed, Watched, watched
from outsider import outsider_world
from stranger import stranger_world
from visitor import visitor_world
from weighing import Sheet, learnt, likely, rates_by_world, spelled

from alerts import rules, weighing
from alerts.weighing import Scale, fitted
from seed.worlds import Case, judged_world

SCALE = Path(weighing.__file__).with_name("scale.json")
OTHERS = {"stranger": stranger_world, "outsider": outsider_world, "visitor": visitor_world}
CORES = 2
BUDGET = 10 / 1000  # files a shipment
PREVALENCE = 1 / 20
RARE = 1 / 600


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
    """Every shipment with an alert as the checker raises them, the likeliest first."""
    files = [(f.percent, w, f) for w in worlds for f in w.files if f.raised]
    files.sort(key=lambda each: -each[0])
    return [Opened(world=w, ref=f.ref, because=_reasons(f)) for _, w, f in files]


def _reasons(file: Filed) -> dict[str, datetime]:
    """Why a file was opened: what was raised, and what stands beside it."""
    return _since(file) | dict(file.raised)


def right_alerts(worlds: Sequence[Watched]) -> tuple[int, int]:
    """How many alerts were raised, and of how many the rule explains a case of their shipments."""
    raised = right = 0
    for world in worlds:
        case_of = world.case_of
        for rule, refs in world.alerts.values():
            raised += 1
            cases = {case.number: case for ref in refs if (case := case_of.get(ref))}.values()
            right += any(rule in c.rules or FAMILY_OF[rule] in c.topics for c in cases)
    return raised, right


def _since(file: Filed) -> dict[str, datetime]:
    """The rules whose findings stand, and since when each does."""
    since: dict[str, datetime] = {}
    for sign in file.signs:
        since[sign.rule] = min(sign.since, since.get(sign.rule, sign.since))
    return since


def as_weighed(
    worlds: Sequence[Watched], scale: Scale, prevalence: float
) -> list[tuple[float, Opened]]:
    """Each shipment with findings and its probability by a scale, the likeliest first."""
    ranked = []
    met = rates_by_world(sheets(worlds, at_last=True))
    for world in worlds:
        here = scale.adapted(met[world.seed], PREVALENCE)
        for file in world.files:
            if file.signs:
                p = likely([sign.evidence for sign in file.signs], here, prevalence)
                ranked.append((p, Opened(world=world, ref=file.ref, because=_since(file))))
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


def sheets(
    worlds: Sequence[Watched], without: Collection[str] = (), *, at_last: bool = False
) -> list[Sheet]:
    """What a scale learns from; shipments of left-out families are not shown to it.

    That is what stood when it spoke loudest, since an alert is raised then, whatever later papers
    explain; `at_last`, what stands after all reports.
    """
    made = []
    for world in worlds:
        case_of = world.case_of
        for file in world.files:
            case = case_of.get(file.ref)
            if case is None or case.family not in without:
                family = case.family if case else None
                last = tuple(sign.evidence for sign in file.signs)
                stood = last if at_last else file.most
                made.append(Sheet(world=world.seed, evidence=stood, family=family))
    return made


def left_out(learn: Sequence[Watched], judge: Sequence[Watched], budget: int) -> Result:
    """Each family judged by a scale that never saw it: folds of families, joined."""
    families = sorted({case.family for w in learn for case in w.cases})
    found: dict[tuple[int, int], timedelta | None] = {}
    every = judged(judge, [])
    for fold in range(5):
        hidden = set(families[fold::5])
        scale = learnt(sheets(learn, without=hidden))
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
    parser.add_argument("--learn", type=int, nargs="*", default=[])
    parser.add_argument("--judge", type=int, nargs="*", default=[])
    for name in OTHERS:
        told = f"judge these worlds of `{name}`; with --fit, learn from them as well"
        parser.add_argument(f"--{name}", type=int, nargs="+", default=[], help=told)
    parser.add_argument("--fit", action="store_true", help="write what was learnt as the scale")
    said = parser.parse_args()
    learn, judge = said.learn or [102, 103, 104], said.judge or [301, 302, 303]
    maker = judged_world
    for name, other in OTHERS.items():
        if getattr(said, name) and not said.fit:
            learn, judge, maker = said.learn, getattr(said, name), other
    plan = [(seed, said.shipments, 0.15, judged_world) for seed in learn]
    if said.fit:
        for name, other in OTHERS.items():
            plan += [(seed, said.shipments, 0.15, other) for seed in getattr(said, name)]
    else:
        plan += [(seed, said.shipments, PREVALENCE, maker) for seed in judge]
        plan += [(max(judge) + 100, said.shipments, 0.0, maker)]
    with ProcessPoolExecutor(CORES) as pool:
        lived = list(pool.map(watched, *zip(*plan, strict=True)))
    taught, tried = lived[: len(learn)], lived[len(learn) :]
    if said.fit:
        fit(lived, said)
    else:
        report(taught, tried[:-1], tried[-1])


def fit(learn: Sequence[Watched], asked: argparse.Namespace) -> None:
    """Write the scale that the checker weighs with from now on."""
    said = f"bench/detection.py --fit --shipments {asked.shipments}"
    for name in ("learn", *OTHERS):
        seeds = " ".join(map(str, getattr(asked, name)))
        said += f" --{name} {seeds}" if seeds else ""
    scale = learnt(sheets(learn), said)
    SCALE.write_text(spelled(scale))
    print(f"{SCALE.name}: {len(scale.caused)} kinds of findings; {said}")


def report(learn: Sequence[Watched], judge: Sequence[Watched], honest: Watched) -> None:
    total = sum(len(world.files) for world in judge)
    budget = round(BUDGET * total)
    cases = sum(len(world.cases) for world in judge)
    raised = as_raised(judge)
    print(f"{total} shipments, {cases} cases, 1 shipment in 20 involved; seeds never learnt from")
    show("files with an alert, as raised", judged(judge, raised))
    show("the likeliest 10 per 1,000 shipments", judged(judge, raised[:budget]))
    show("the likeliest, as many as cases", judged(judge, raised[:cases]))
    for name, scored in (("z of quantity", by_quantity), ("IsolationForest", by_isolation)):
        show(f"{name}, 10 per 1,000", judged(judge, top(judge, scored, BUDGET)))
        show(f"{name}, as many as cases", judged(judge, top(judge, scored, cases / total)))
    alerts, right = right_alerts(judge)
    print(f"  {alerts} alerts were raised; {right} name a rule that explains a case of theirs")
    if learn:
        hidden = left_out(learn, judge, cases)
        print(
            f"  families left out when learning, as many files as cases: recall {hidden.recall:.2f}"
        )
    print("By family, files with an alert")
    show_families(judged(judge, raised))
    print("By family, the likeliest 10 per 1,000 shipments")
    show_families(judged(judge, raised[:budget]))
    ranked = as_weighed(judge, fitted(), PREVALENCE)
    print("Stated probability against truth, at 1 in 20")
    show_calibration(ranked)
    rare = [p for p, _ in as_weighed(judge, fitted(), RARE) if p >= 0.5]
    print(f"At 1 in 600 the same evidence leaves {len(rare)} files at 0.5 or more")
    files, alarms = len(honest.files), as_raised([honest])
    print(f"A world without diversion, {files} shipments: {len(alarms)} with an alert")


if __name__ == "__main__":
    main()
