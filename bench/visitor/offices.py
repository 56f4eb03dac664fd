"""The habits of every office: what it tells, when, in which units, and how carefully."""

import math
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from visitor.places import Land

_KINDS = {  # how often a well-run office tells of what happened
    "CNA": {
        "notice.sent": 0.99, "notice.acknowledged": 0.5, "notice.no_objection": 0.95,
        "notice.objected": 0.99, "notice.info_requested": 0.97, "notice.info_provided": 0.95,
        "notice.extended": 0.9, "notice.withdrawn": 0.97, "import.authorised": 0.96,
        "export.authorised": 0.985, "receipt.confirmed": 0.93, "use.reported": 0.85,
        "shipment.closed": 0.5, "shipment.amended": 0.96, "shipment.cancelled": 0.93,
        "loss.reported": 0.9, "receipt.disputed": 0.9, "shipment.delivered": 0.9,
        "party.licensed": 0.97, "requirement.declared": 0.97, "party.evaluated": 0.9,
    },
    "CUSTOMS": {
        "export.released": 0.985, "shipment.departed": 0.98, "transit.entered": 0.93,
        "transit.exited": 0.91, "shipment.transhipped": 0.88, "shipment.arrived": 0.96,
        "import.cleared": 0.985, "shipment.delivered": 0.85, "seal.changed": 0.8,
        "shipment.inspected": 0.95, "hold.placed": 0.9, "hold.released": 0.9,
        "risk.assessed": 0.9, "discrepancy.recorded": 0.9, "party.trusted": 0.95,
        "programme.recognised": 0.95,
    },
}  # fmt: skip
_OFTEN_DROPPED = {  # that a country may tell nothing of at all, and how many countries do not
    "CNA": {"notice.acknowledged": 0.55, "import.authorised": 0.35, "use.reported": 0.6,
            "shipment.closed": 0.7, "receipt.confirmed": 0.22, "party.licensed": 0.3,
            "requirement.declared": 0.3, "party.evaluated": 0.5},
    "CUSTOMS": {"transit.entered": 0.12, "transit.exited": 0.16, "shipment.transhipped": 0.3,
                "shipment.delivered": 0.45, "seal.changed": 0.3, "risk.assessed": 0.6,
                "shipment.arrived": 0.1, "export.released": 0.1, "party.trusted": 0.4,
                "programme.recognised": 0.5},
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Office:
    """One agency and its ways."""

    agency: str
    land: Land
    tells: dict[str, float]
    lag: float  # days, the middle one
    spread: float
    rhythm: str  # live, nightly, weekly, fortnightly, monthly
    dark: tuple[tuple[float, float], ...]  # when it was short of hands, in days of the year
    unit: str
    litres: bool
    scale: float  # bias of its weighbridge, as a share
    jitter: float
    step: float  # kilograms
    weighs: float  # how often it weighs rather than copies
    gross: float  # how often gross is written for net
    capitals: bool
    short: int
    numbers: bool
    money: str  # none, usd, own
    strength: float
    counts: float
    papers: float
    seals: float
    slips: float
    mends: float
    mend_lag: float
    twice: float
    own_ref: float
    misfiles: float
    full: bool
    vague: float

    def told_at(self, rng: random.Random, at: datetime, start: datetime) -> datetime:
        """When this office reports what happened then."""
        late = rng.lognormvariate(math.log(self.lag), self.spread)
        if rng.random() < 0.012:
            late += rng.uniform(8, 45)  # the file lay under another
        told = at + timedelta(days=late, minutes=rng.randint(3, 50))
        for first, last in self.dark:
            day = (told - start).total_seconds() / 86400
            if first <= day < last:
                told = start + timedelta(days=last + rng.expovariate(1 / 4))
        return self._in_rhythm(rng, told)

    def _in_rhythm(self, rng: random.Random, told: datetime) -> datetime:
        if self.rhythm == "live":
            return told
        late = timedelta(minutes=rng.randint(0, 90))
        if self.rhythm == "nightly":
            return told.replace(hour=22, minute=0) + late + timedelta(days=told.hour >= 22)
        if self.rhythm in {"weekly", "fortnightly"}:
            span = 7 if self.rhythm == "weekly" else 14
            ahead = -(told.date().toordinal() - 5) % span
            return told.replace(hour=15) + timedelta(days=ahead or span) + late
        month = (told.replace(day=1) + timedelta(days=32)).replace(day=1, hour=9)
        return month + timedelta(days=rng.randint(1, 6)) + late


def _repertoire(rng: random.Random, land: Land, name: str) -> dict[str, float]:
    poor = (10 - land.skill) / 9
    tells = {}
    for kind, share in _KINDS[name].items():
        dropped = _OFTEN_DROPPED[name].get(kind, 0.0)
        if rng.random() < dropped * (0.35 + 1.3 * poor):
            tells[kind] = 0.0
        else:
            tells[kind] = max(0.3, share - poor * rng.uniform(0.0, 0.06))
    return tells


def _dark(rng: random.Random, poor: float) -> tuple[tuple[float, float], ...]:
    """Strikes, moves to another system, long holidays."""
    spells = []
    for _ in range(2):
        if rng.random() < 0.12 + 0.25 * poor:
            first = rng.uniform(10, 340)
            spells.append((first, first + rng.uniform(6, 26)))
    return tuple(spells)


def _rhythm(rng: random.Random, poor: float) -> str:
    named = ("live", "nightly", "weekly", "fortnightly", "monthly")
    return rng.choices(named, (6 - 4 * poor, 4, 0.8 + 2 * poor, 0.5 * poor, 0.5 * poor))[0]


def office(seed: int, land: Land, name: str) -> Office:
    """The same office for the same seed."""
    rng = random.Random(f"visitor/{seed}/office/{land.code}/{name}")
    poor = (10 - land.skill) / 9
    american = land.code == "US"
    return Office(
        agency=f"{land.code}-{name}",
        land=land,
        tells=_repertoire(rng, land, name),
        lag=rng.uniform(0.2, 0.8) + poor * rng.uniform(0.3, 2.5),
        spread=rng.uniform(0.4, 0.9),
        rhythm=_rhythm(rng, poor),
        dark=_dark(rng, poor),
        unit="LBR" if american and rng.random() < 0.7 else rng.choices(("KGM", "TNE", "DTN"),
                                                                       (14, 4, 0.5))[0],
        litres=rng.random() < 0.15,
        scale=rng.gauss(0, 0.0015),
        jitter=rng.uniform(0.0004, 0.003),
        step=rng.choice((1, 1, 5, 10, 10, 20, 50)),
        weighs=rng.uniform(0.1, 0.75),
        gross=rng.choice((0, 0, 0, 0.003, 0.015)) * (0.5 + poor),
        capitals=rng.random() < 0.3,
        short=rng.getrandbits(11) & rng.getrandbits(11),
        numbers=rng.random() < 0.85 - 0.4 * poor,
        money=rng.choices(("none", "usd", "own"), (2, 5, 3))[0],
        strength=rng.choice((1.0, 0.95, 0.8, 0.4)),
        counts=rng.uniform(0.2, 0.95),
        papers=rng.uniform(0.45, 0.97),
        seals=rng.uniform(0.6, 0.98),
        slips=rng.uniform(0.003, 0.012) + 0.018 * poor,
        mends=rng.uniform(0.35, 0.9) - 0.2 * poor,
        mend_lag=rng.uniform(1, 9),
        twice=rng.choice((0.0, 0.003, 0.01, 0.025)),
        own_ref=rng.choice((0.0, 0.0, 0.01, 0.03)) * (0.5 + poor),
        misfiles=0.001 + 0.003 * poor,
        full=rng.random() < 0.7,
        vague=rng.choice((0.0, 0.0, 0.01, 0.03)),
    )  # fmt: skip
