"""The world: honest trade with diversions hidden in it, told by everybody's offices."""

import random
import statistics
from dataclasses import replace
from datetime import datetime, timedelta

from simulated import SimulatedWorld

from crypto.uuid7 import uuid7
from ledger.states import moment
from seed.journeys import SIMULATED, Step
from seed.world import World
from seed.worlds.cases import Case
from stranger import inward, outward, papers, schemes, standing
from stranger.facts import Haul
from stranger.orders import trade
from stranger.plots import Plot, hide
from stranger.trade import Trade
from stranger.voice import Voice, speaks


def stranger_world(
    seed: int, *, shipments: int = 600, prevalence: float = 1 / 20, origin: str
) -> SimulatedWorld:
    """One world; the same arguments make the same statements, byte for byte."""
    rng = random.Random(f"stranger/{seed}")
    made = trade(rng, shipments)
    plots = hide(
        schemes.FAMILIES, made, random.Random(f"stranger/{seed}/plots"), shipments, prevalence
    )
    steps: dict[str, list[Step]] = {}
    every: list[Step] = []
    for haul in made.hauls:
        steps[haul.ref] = life(made, seed, haul).steps
    every += mixed_up(made, random.Random(f"stranger/{seed}/mixed up"), steps)
    for voice in standing.registers(made, seed):
        every += voice.steps
    cases = tuple(
        case
        for number, plot in enumerate(plots)
        if (case := _case(number, plot, steps)) is not None
    )
    known = tuple(sorted(code for code, land in made.lands.items() if land.takes_part))
    cast = World(origin=origin, secret=f"stranger/{seed}".encode(), countries=known, importers={})
    return SimulatedWorld(
        cast=cast,
        told=tuple(sorted(every, key=lambda step: (step.told, step.jti))),
        cases=cases,
        notes={haul.ref: tuple(haul.notes) for haul in made.hauls},
    )


def life(made: Trade, seed: int, haul: Haul) -> Voice:
    """All that is told of one shipment."""
    voice = speaks(made, seed, haul)
    papers.papers(voice, haul)
    for lot in haul.lots:
        outward.way_out(voice, haul, lot)
        outward.on_the_way(voice, haul, lot)
        inward.arrival(voice, haul, lot)
    outward.resealed(voice, haul)
    inward.accidents(voice, haul)
    inward.reception(voice, haul)
    inward.sent_on(voice, haul)
    return voice


def mixed_up(made: Trade, rng: random.Random, steps: dict[str, list[Step]]) -> list[Step]:
    """Every step, some filed under the reference of another shipment to the same country."""
    into: dict[str, list[Haul]] = {}
    for haul in made.hauls:
        into.setdefault(haul.importing, []).append(haul)
    filed = []
    for haul in made.hauls:
        for step in steps[haul.ref]:
            alone = step.kind in {"shipment.arrived", "shipment.delivered"}
            if not alone or rng.random() > 0.006:
                filed.append(step)
                continue
            other = rng.choice(into[haul.importing])
            filed += misfiled(rng, step, other.ref)
            for each in (haul, other):
                each.note(f"{step.kind} of {haul.ref} filed under {other.ref}")
    return filed


def misfiled(rng: random.Random, step: Step, other: str) -> list[Step]:
    """A step under a wrong reference, which more often than not is noticed and put right."""
    wrong = step.but(shipment=other)
    if rng.random() > 0.6:
        return [wrong]
    later = step.told + timedelta(days=rng.expovariate(1 / 12), hours=3)
    taken = {
        "kind": "event.corrected",
        "occurred_at": moment(later),
        "shipment": other,
        "corrects": step.jti,
        "reason": "did_not_occur",
        "simulated": SIMULATED,
    }
    withdrawn = Step(body=taken, agency=step.agency, told=later, jti=uuid7(later, rng.randbytes))
    again = replace(step, told=later, jti=uuid7(later, rng.randbytes))
    return [wrong, withdrawn, again]


def _case(number: int, plot: Plot, steps: dict[str, list[Step]]) -> Case | None:
    """The truth of a plot; shipments of which nobody said anything are in no ledger."""
    hauls = [haul for haul in plot.hauls if steps[haul.ref]]
    if not hauls:
        return None
    return Case(
        number=number,
        family=plot.family,
        story=plot.story,
        rules=plot.rules,
        topics=(),
        shipments=tuple(haul.ref for haul in hauls),
        traders=tuple(sorted({haul.buyer.name for haul in hauls})),
        countries=tuple(sorted({c for h in hauls for c in (h.exporting, h.importing)})),
        kg=plot.kg,
        size=plot.size,
        decided_at=_decided(plot, hauls, steps),
    )


def _decided(plot: Plot, hauls: list[Haul], steps: dict[str, list[Step]]) -> datetime:
    """When what gives it away was told, for half of the shipments; silence speaks after a while."""
    moments = []
    for haul in hauls:
        telling = [s.told for s in steps[haul.ref] if s.kind in plot.signs]
        silence = haul.at.get("eta", haul.at["notified"]) + timedelta(days=21)
        moments.append(min(telling, default=silence).timestamp())
    return datetime.fromtimestamp(statistics.median(moments), tz=hauls[0].at["notified"].tzinfo)
