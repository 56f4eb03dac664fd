"""How each agency reports: how late, how completely, in which units, and how well it types.

Capacity differs by an order of magnitude, and so do the habits that follow from it. Each kind of
noise has an intensity of its own for each agency; a kind that is switched off has none.
"""

import random
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from seed.worlds import draws

# Honest noise, by name. `judged_world(noises=...)` takes any of them.
NOISES: tuple[str, ...] = (
    "late_reports",
    "missing_reports",
    "silent_authorities",
    "unit_slips",
    "gross_for_net",
    "rounding",
    "scale_bias",
    "natural_loss",
    "partial_deliveries",
    "corrections",
    "season",
    "growth",
    "congestion",
    "route_shock",
    "rerouting",
    "seal_changes_unreported",
    "name_typing",
    "transliteration",
    "number_typing",
    "shared_addresses",
    "rolled_cargo",
    "honest_newcomers",
    "amended_requirements",
    "price_swings",
    "late_renewals",
    "plans_changed",
    "rest_on_a_later_ship",
    "small_call_offs",
    "sister_firms",
    "one_off_orders",
    "outages",
    "duplicate_reports",
    "groupage",
    "framework_permits",
    "own_references",
)
UNITS = ("KGM", "KGM", "KGM", "KGM", "TNE", "LBR")


@dataclass(frozen=True, kw_only=True, slots=True)
class Habits:
    """One agency's way of reporting. Shares are of one, of each report that could show it."""

    delay_hours: float
    delay_sigma: float
    batch_day: int | None
    offset: int
    missing: float
    courtesy: float
    slips: float
    gross_for_net: float
    corrects: float
    unit: str
    graduation: int
    weighs: float
    bias: float
    seals: float
    seal_changes: float
    gross: bool
    hs_digits: int
    un: bool
    address: bool
    identifier: float
    misspells: float
    transliterates: bool
    mistypes: float
    remarks: float
    silent: float
    outage: tuple[datetime, datetime] | None
    duplicates: float
    own_reference: float


def drawn(
    world: object,
    agency: str,
    *,
    offset: int,
    noises: Collection[str],
    span: tuple[datetime, datetime],
) -> Habits:
    """The habits of an agency in a world."""
    rng = draws.dice(world, "habits", agency)
    able = draws.dice(world, "capacity", agency[:2]).random() * 0.7 + rng.random() * 0.3
    poor = 1 - able

    def of(noise: str, value: float) -> float:
        return value if noise in noises else 0.0

    return Habits(
        delay_hours=max(1.0, of("late_reports", draws.spread(rng, 2 * 60**poor, 0.5))),
        delay_sigma=0.3 + of("late_reports", rng.uniform(0.3, 1.1)),
        batch_day=rng.randrange(5) if rng.random() < of("late_reports", poor * 0.4) else None,
        offset=offset,
        missing=of("missing_reports", rng.betavariate(1, 24) * (0.3 + 1.4 * poor)),
        courtesy=of("missing_reports", rng.betavariate(1.5, 6) * (0.4 + 1.2 * poor)),
        slips=of("unit_slips", draws.between(rng, 0.0005, 0.012)),
        gross_for_net=of("gross_for_net", draws.between(rng, 0.0008, 0.02)),
        corrects=of("corrections", rng.uniform(0.15, 0.8)),
        **_writing(rng, able, of),
        misspells=of("name_typing", draws.between(rng, 0.002, 0.05) * (0.5 + poor)),
        transliterates=draws.hit(rng, of("transliteration", 0.2)),
        mistypes=of("number_typing", draws.between(rng, 0.001, 0.015)),
        remarks=rng.choice((0.0, 0.1, 0.3)),
        silent=of("silent_authorities", rng.betavariate(1, 8) * (0.2 + 1.6 * poor)),
        outage=_outage(rng, span) if rng.random() < of("outages", 0.05 + 0.2 * poor) else None,
        own_reference=of("own_references", draws.between(rng, 0.002, 0.05)),
        duplicates=of("duplicate_reports", draws.between(rng, 0.0002, 0.006)),
    )


def _writing(rng: random.Random, able: float, of: Callable[[str, float], float]) -> dict[str, Any]:
    """How an agency writes down what it sees: units, scales, seals, codes, traders."""
    return {
        "unit": rng.choice(UNITS),
        "graduation": max(1, int(of("rounding", rng.choice((1, 1, 1, 5, 10, 20, 20, 50))))),
        "weighs": rng.betavariate(1.6, 2.4),
        "bias": of(
            "scale_bias", rng.gauss(0, 0.0022) + (rng.random() < 0.08) * rng.gauss(0, 0.006)
        ),
        "seals": rng.uniform(0.45, 1.0),
        "seal_changes": of("seal_changes_unreported", draws.between(rng, 0.004, 0.06)),
        "gross": draws.hit(rng, 0.5),
        "hs_digits": rng.choice((0, 6, 6, 6, 8, 10)),
        "un": draws.hit(rng, 0.4),
        "address": draws.hit(rng, 0.75),
        "identifier": min(1.0, 0.55 + 0.5 * able),
    }


def _outage(rng: random.Random, span: tuple[datetime, datetime]) -> tuple[datetime, datetime]:
    """Some weeks in which an agency's system is down: what it had to say comes afterwards."""
    begun = draws.later(span[0], rng, 0, (span[1] - span[0]).days)
    return begun, draws.later(begun, rng, 12, 50)
