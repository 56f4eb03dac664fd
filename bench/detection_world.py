"""One judged world after its scans: what was found and raised, what is true, what baselines see."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from detection_trial import ORIGIN, Trial, trial
from sqlmodel import select

from alerts.company import evidence
from alerts.findings import FINDINGS
from alerts.found import Found
from alerts.weighing import Evidence, fitted, score
from ledger import databases
from ledger.casebook import CASES
from ledger.history import SHIPMENTS, decode
from ledger.roster import HUB
from ledger.store import instant
from seed.worlds import Case, judged_world

SCANS = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class Sign:
    """A finding that stands about a shipment, and since when."""

    rule: str
    evidence: Evidence
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Filed:
    """The file of one shipment: what stands, and what was ever raised, by rule with when.

    `percent`: the highest probability that is stated of it. `most`: what stood after the scan after
    which it spoke loudest, though later papers may have explained some of it.
    """

    ref: str
    signs: tuple[Sign, ...]
    most: tuple[Evidence, ...]
    raised: Mapping[str, datetime]
    percent: int


@dataclass(frozen=True, kw_only=True)
class Watched:
    """One world; `alerts` are all that were raised, each with its rule and its shipments."""

    seed: int
    files: tuple[Filed, ...]
    alerts: Mapping[str, tuple[str, tuple[str, ...]]]
    cases: tuple[Case, ...]
    substances: Mapping[str, str]
    measures: Mapping[str, tuple[float, ...]]  # log kg, arrived share, days, entries, lead

    @property
    def case_of(self) -> dict[str, Case]:
        return {ref: case for case in self.cases for ref in case.shipments}


def watched(
    seed: int, shipments: int, prevalence: float, maker: Callable[..., Any] = judged_world
) -> Watched:
    """Live through one world of this maker's."""
    world = maker(seed, shipments=shipments, prevalence=prevalence, origin=ORIGIN)
    loudest = Loudest()
    with (
        trial(world.cast, list(world.steps()), every=SCANS, after=loudest.look) as made,
        databases.reading(made.node.engine) as session,
    ):
        if made.refused:
            raise SystemExit(f"the door refused a statement: {made.refused[0]}")
        rows = list(session.execute(select(*FINDINGS.c)).mappings())
        states = {row.ref: row for row in session.execute(select(*SHIPMENTS.c))}
        held = CASES.c
        cases = {
            row.alert: row
            for row in session.execute(
                select(held.alert, held.rule, held.raised).where(held.raised_by == HUB)
            )
        }
    mine: dict[str, list[Mapping[Any, Any]]] = {ref: [] for ref in states}
    for row in rows:
        mine.setdefault(row["ref"], []).append(row)
    refs: dict[str, list[str]] = {}
    for row in rows:
        refs.setdefault(row["alert"], []).append(row["ref"])
    return Watched(
        seed=seed,
        files=tuple(_filed(ref, mine[ref], cases, loudest) for ref in sorted(states)),
        alerts={a: (row.rule, tuple(sorted(refs.get(a, ())))) for a, row in cases.items()},
        cases=world.cases,
        substances={
            ref: (decode(bytes(r.state)).substances or ("",))[0] for ref, r in states.items()
        },
        measures={ref: _measured(row) for ref, row in states.items()},
    )


@dataclass
class Loudest:
    """By shipment, the evidence after the scan after which it was worth most.

    `spoken`: by shipment and alert, the findings that ever were worth an alert, and did not only
    keep one of another shipment company.
    """

    worth: dict[str, float] = field(default_factory=dict)
    evidence: dict[str, tuple[Evidence, ...]] = field(default_factory=dict)
    spoken: set[tuple[str, str]] = field(default_factory=set)

    def look(self, made: Trial) -> None:
        standing: dict[str, list[Evidence]] = {}
        with databases.reading(made.node.engine) as session:
            for row in session.execute(select(*FINDINGS.c).where(FINDINGS.c.active)).mappings():
                standing.setdefault(row["ref"], []).append(_sign(row).evidence)
                self.spoken.update([] if row["quiet"] else [(row["ref"], row["alert"])])
        for ref, signs in standing.items():
            worth = score(signs, fitted())
            if worth > self.worth.get(ref, -1.0):
                self.worth[ref], self.evidence[ref] = worth, tuple(signs)


def _filed(
    ref: str, rows: list[Mapping[Any, Any]], cases: Mapping[str, Any], loudest: Loudest
) -> Filed:
    raised: dict[str, datetime] = {}
    for row in rows:
        if row["alert"] in cases and (ref, row["alert"]) in loudest.spoken:
            at = instant(cases[row["alert"]].raised)
            raised[row["rule"]] = min(at, raised.get(row["rule"], at))
    standing = [row for row in rows if row["active"]]
    return Filed(
        ref=ref,
        signs=tuple(_sign(row) for row in standing),
        most=loudest.evidence.get(ref, ()),
        raised=raised,
        percent=max((row["probability"] for row in standing), default=0),
    )


def _sign(row: Mapping[Any, Any]) -> Sign:
    fields = {name: row[name] for name in Found.__slots__}
    found = Found(**{**fields, "evidence": (), "countries": (), "beside": ()})
    return Sign(rule=found.rule, evidence=evidence(found), since=instant(row["since"]))


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
