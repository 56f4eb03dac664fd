"""The world: honest trade, its troubles, the crimes among it, and what is told of all that."""

import random
from datetime import datetime, timedelta

from simulated import SimulatedWorld

from seed.journeys import Step
from seed.world import World
from seed.worlds.cases import Case
from visitor import inward, outward, registers
from visitor.crimes import Crime, commit
from visitor.desk import Desk
from visitor.facts import Cargo
from visitor.mishaps import befall
from visitor.offices import Office, office
from visitor.plots import load
from visitor.relations import market
from visitor.scene import Scene, settle
from visitor.trade import Numbers
from visitor.trade import shipments as ordered

SILENCE = timedelta(days=21)


def visitor_world(
    seed: int, *, shipments: int = 600, prevalence: float = 1 / 20, origin: str
) -> SimulatedWorld:
    """One world; the same arguments make the same statements, byte for byte."""
    load()
    traders = market(random.Random(f"visitor/{seed}/market"), shipments)
    numbers = Numbers(random.Random(f"visitor/{seed}/numbers"))
    cargoes = ordered(traders, numbers)
    scene = settle(random.Random(f"visitor/{seed}/settle"), traders, numbers, cargoes)
    befall(random.Random(f"visitor/{seed}/mishaps"), cargoes)
    wanted = round(prevalence * shipments)
    crimes = commit(random.Random(f"visitor/{seed}/crimes"), scene, wanted)
    houses = _houses(seed, scene)
    desks = _lives(seed, scene, houses)
    told = [step for desk in desks.values() for step in desk.steps]
    told += [s for desk in registers.registers(scene, seed, houses) for s in desk.steps]
    members = tuple(sorted(code for code, land in traders.known.items() if land.member))
    cast = World(origin=origin, secret=f"visitor/{seed}".encode(), countries=members, importers={})
    cases = [_case(number, crime, desks) for number, crime in enumerate(crimes)]
    return SimulatedWorld(
        cast=cast,
        told=tuple(sorted(told, key=lambda step: (step.told, step.jti))),
        cases=tuple(case for case in cases if case is not None),
        notes={c.ref: tuple(c.befell + desks[c.ref].log) for c in scene.cargoes},
    )


def _houses(seed: int, scene: Scene) -> dict[str, Office]:
    made = {}
    for code, land in scene.market.known.items():
        if land.member:
            for name in ("CNA", "CUSTOMS"):
                made[f"{code}-{name}"] = office(seed, land, name)
    return made


def _lives(seed: int, scene: Scene, houses: dict[str, Office]) -> dict[str, Desk]:
    """All that is told of each shipment."""
    peers: dict[str, list[str]] = {}
    for cargo in scene.cargoes:
        peers.setdefault(cargo.target.code, []).append(cargo.ref)
    desks = {}
    for cargo in scene.cargoes:
        desk = desks[cargo.ref] = Desk(seed, cargo.ref, houses, peers)
        _own_reference(desk, cargo, houses)
        outward.outward(desk, cargo)
        if "departed" not in cargo.never or "arrived" not in cargo.never:
            inward.passages(desk, cargo)
        inward.arrivals(desk, cargo)
        inward.receipts(desk, cargo)
        inward.extras(desk, cargo)
    return desks


def _own_reference(desk: Desk, cargo: Cargo, houses: dict[str, Office]) -> None:
    """The far customs may not know the reference, and use one of their own."""
    agency = cargo.agency("target", "CUSTOMS")
    house = houses.get(agency)
    if house is not None and desk.chance(house.own_ref):
        desk.aliases[agency] = f"{cargo.target.code}-C{desk.rng.randint(100000, 999999)}"
        desk.log.append("own reference")


def _case(number: int, crime: Crime, desks: dict[str, Desk]) -> Case | None:
    """The truth of a crime; of what nobody told anything there is no case."""
    cargoes = [c for c in crime.deed.cargoes if desks[c.ref].steps]
    if not cargoes:
        return None
    refs: list[str] = []
    moments: list[datetime] = []
    for cargo in cargoes:
        desk = desks[cargo.ref]
        said = {step.body["shipment"] for step in desk.steps}
        refs += sorted(said & {cargo.ref, *desk.aliases.values()})
        signs = _signs(desk.steps, crime.deed.shows)
        moments.append(min(signs, default=cargo.at["eta"] + SILENCE))
    firms = {firm.name for c in cargoes for firm in (c.buyer, c.seller)}
    return Case(
        number=number,
        family=crime.family,
        story=crime.story,
        rules=crime.rules,
        topics=(),
        shipments=tuple(refs),
        traders=tuple(sorted(firms)),
        countries=tuple(sorted({land.code for c in cargoes for land in (c.source, c.target)})),
        kg=round(crime.deed.kg, 3),
        size=round(crime.size, 4),
        decided_at=sorted(moments)[(len(moments) - 1) // 2],
    )


def _signs(steps: list[Step], shows: tuple[str, ...]) -> list[datetime]:
    return [step.told for step in steps if step.kind in shows]
