"""The world: honest trade, trouble, crime hidden among it, and what the offices tell of it all."""

import random
from dataclasses import replace
from datetime import timedelta

from simulated import SimulatedWorld

from outsider import inward, outward, prior, registers
from outsider.clerk import Clerk
from outsider.crimes import Crime, commit
from outsider.facts import Cargo, Trade
from outsider.mishaps import befall
from outsider.trade import trade
from seed.journeys import Step
from seed.world import World
from seed.worlds.cases import Case


def outsider_world(
    seed: int, *, shipments: int = 600, prevalence: float = 1 / 20, origin: str
) -> SimulatedWorld:
    """One world; the same arguments make the same statements, byte for byte."""
    made = trade(random.Random(f"outsider/{seed}/trade"), shipments)
    befall(random.Random(f"outsider/{seed}/mishaps"), made)
    crimes = commit(random.Random(f"outsider/{seed}/crimes"), made, shipments, prevalence)
    clerks = {cargo.ref: _life(seed, made, cargo) for cargo in made.cargoes}
    told = [step for clerk in clerks.values() for step in clerk.steps]
    told = _misfiled(random.Random(f"outsider/{seed}/misfiled"), made, told)
    told += [step for clerk in registers.registers(made, seed) for step in clerk.steps]
    members = tuple(sorted(code for code, land in made.nations.items() if land.member))
    cast = World(origin=origin, secret=f"outsider/{seed}".encode(), countries=members, importers={})
    cases = (_case(number, crime, clerks) for number, crime in enumerate(crimes))
    return SimulatedWorld(
        cast=cast,
        told=tuple(sorted(told, key=lambda step: (step.told, step.jti))),
        cases=tuple(case for case in cases if case is not None),
        notes={ref: tuple(clerk.log) for ref, clerk in clerks.items()},
    )


def _life(seed: int, made: Trade, cargo: Cargo) -> Clerk:
    """All that is told of one shipment."""
    clerk = Clerk(seed, cargo.ref, made.nations)
    prior.notices(clerk, cargo)
    outward.permits(clerk, cargo)
    outward.departures(clerk, cargo)
    inward.arrivals(clerk, cargo)
    inward.extras(clerk, cargo)
    return clerk


def _misfiled(rng: random.Random, made: Trade, told: list[Step]) -> list[Step]:
    """A few reports bear the reference of another shipment to the same country."""
    into: dict[str, list[str]] = {}
    for cargo in made.cargoes:
        into.setdefault(cargo.target.code, []).append(cargo.ref)
    moved = []
    for step in told:
        alone = step.kind in {"shipment.arrived", "import.cleared", "receipt.confirmed"}
        others = into.get(step.agency[:2])
        if alone and others and rng.random() < 0.004:
            moved.append(replace(step, body={**step.body, "shipment": rng.choice(others)}))
        else:
            moved.append(step)
    return moved


def _case(number: int, crime: Crime, clerks: dict[str, Clerk]) -> Case | None:
    """The truth of a crime; of what nobody told anything there is no case."""
    spoken = {step.body["shipment"] for c in crime.cargoes for step in clerks[c.ref].steps}
    cargoes = [c for c in crime.cargoes if clerks[c.ref].steps]
    if not cargoes:
        return None
    moments = []
    for cargo in cargoes:
        steps = clerks[cargo.ref].steps
        telling = [step.told for step in steps if step.kind in crime.signs]
        silence = cargo.legs[-1].eta + timedelta(days=21)
        moments.append(min(telling, default=silence))
    return Case(
        number=number,
        family=crime.family,
        story=crime.story,
        rules=crime.rules,
        topics=(),
        shipments=tuple(ref for c in cargoes for ref in c.refs() if ref in spoken),
        traders=tuple(sorted({c.buyer.name for c in cargoes} | {c.seller.name for c in cargoes})),
        countries=tuple(sorted({code for c in cargoes for code in (c.source.code, c.target.code)})),
        kg=round(crime.kg, 3),
        size=crime.size,
        decided_at=sorted(moments)[(len(moments) - 1) // 2],
    )
