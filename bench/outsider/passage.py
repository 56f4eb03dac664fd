"""How an order becomes a journey: dates, ships, boxes, stops, and the honest way it ends."""

import random
from datetime import datetime, timedelta

from outsider import boxes
from outsider.chems import packed
from outsider.facts import Call, Cargo, Leg, days
from outsider.nations import HUBS, Nation, distance

_SPEED = {"sea": 430.0, "road": 480.0, "air": 9000.0}
_HANDLING = {"sea": 6.0, "road": 1.0, "air": 1.5}


def dates(rng: random.Random, cargo: Cargo, dispatch: datetime) -> None:
    """When papers go to and fro before the goods leave."""
    wait = cargo.target.wait
    ahead = rng.uniform(2, 8) if rng.random() < 0.05 else wait + rng.uniform(1, 24)
    at = cargo.at
    at["dispatch"] = dispatch
    at["notified"] = dispatch - timedelta(days=ahead)
    at["ordered"] = at["notified"] - days(rng, 2, 30)
    at["due"] = at["notified"] + timedelta(days=wait)
    if not cargo.target.member or rng.random() > cargo.target.answers:
        late = cargo.target.member and rng.random() < 0.5
        cargo.answer = "fine" if late else "silent"
        at["answered"] = at["due"] + days(rng, 0.5, 12)
    else:
        at["answered"] = at["notified"] + wait * days(rng, 0.1, 0.95)
    patience = at["due"] + days(rng, 0.3, 3)
    ready = min(at["answered"], patience) if rng.random() < 0.5 else at["answered"]
    ready = patience if cargo.answer == "silent" else ready
    at["permitted"] = ready + days(rng, 0.2, 5)
    cargo.import_permit = cargo.target.strict or rng.random() < 0.1
    at["import permit"] = at["answered"] + days(rng, -0.05, 3)
    cargo.permit_kg = cargo.import_kg = cargo.kg
    cargo.permit_days = rng.choice((60, 90, 90, 120, 180))


def planned(
    rng: random.Random, cargo: Cargo, nations: dict[str, Nation], dispatch: datetime
) -> Cargo:
    dates(rng, cargo, dispatch)
    journey(rng, cargo, nations)
    return cargo


def way(nation: Nation, target: Nation, mode: str) -> float:
    """The days a journey takes when nothing happens."""
    return _HANDLING[mode] + distance(nation, target) * 1.25 / _SPEED[mode]


def journey(rng: random.Random, cargo: Cargo, nations: dict[str, Nation]) -> None:
    """One leg, straight or over a hub; `mishaps` may bend it."""
    leaves = max(cargo.at["dispatch"], cargo.at["permitted"] + days(rng, 1, 4)) + days(rng, -0.1, 2)
    cargo.at["released"] = leaves - days(rng, 0.2, 1.8)
    leg = leg_of(rng, cargo, leaves, cargo.kg)
    cargo.legs = [leg]
    far = distance(cargo.source, cargo.target) > 4000
    ends = {cargo.source.code, cargo.target.code}
    straight = max(1500.0, distance(cargo.source, cargo.target))
    hubs = [h for h in HUBS if h in nations and h not in ends]
    hubs = [h for h in hubs if _detour(cargo, nations[h]) < 1.45 * straight]
    if cargo.mode == "sea" and hubs and rng.random() < (0.42 if far else 0.12):
        hub = min(rng.sample(hubs, min(3, len(hubs))), key=lambda h: _detour(cargo, nations[h]))
        cargo.transit = [hub]
        relay(rng, cargo, leg, nations[hub])


def _detour(cargo: Cargo, hub: Nation) -> float:
    return distance(cargo.source, hub) + distance(hub, cargo.target)


def leg_of(rng: random.Random, cargo: Cargo, leaves: datetime, kg: float) -> Leg:
    takes = way(cargo.source, cargo.target, cargo.mode)
    eta = leaves + timedelta(days=takes)
    arrived = leaves + timedelta(days=takes * rng.lognormvariate(0.03, 0.13))
    per = 22000 if cargo.mode != "air" else 2000
    held = [boxes.box(rng) for _ in range(min(6, 1 + int(kg // per)))]
    count = max(1, round(kg / cargo.chem.unit_kg))
    loss = 0.0
    if cargo.chem.form == "liquid":
        loss = abs(rng.gauss(0, 0.0012))  # breathing and residues
    elif cargo.chem.package == "BG" and kg > 50000:
        loss = rng.gauss(0.001, 0.002)
    sent = kg * (1 + rng.gauss(0, 0.0008))
    came = sent * (1 - loss)
    leg = Leg(
        declared_kg=kg,
        sent_kg=sent,
        came_kg=came,
        entry_kg=kg,
        signed_kg=came if rng.random() < 0.5 else kg,
        boxes=held,
        means=boxes.means(rng, cargo.mode),
        departed=leaves,
        eta=eta,
        arrived=arrived,
        there=list(held),
        packages=count,
    )
    onward(rng, leg)
    return leg


def onward(rng: random.Random, leg: Leg) -> None:
    """Clearance, delivery and receipt follow upon arrival."""
    if leg.arrived is None:
        leg.cleared = leg.delivered = leg.received = None
        return
    leg.cleared = leg.arrived + timedelta(days=rng.lognormvariate(1.0, 0.6))
    leg.delivered = leg.cleared + timedelta(days=rng.lognormvariate(0.6, 0.6))
    leg.received = leg.delivered + timedelta(days=rng.lognormvariate(1.5, 0.7))


def relay(rng: random.Random, cargo: Cargo, leg: Leg, hub: Nation, *, planned: bool = True) -> Call:
    """A change of ship in a hub."""
    total = (leg.arrived or leg.eta) - leg.departed
    share = distance(cargo.source, hub) / max(1.0, _detour(cargo, hub))
    entered = leg.departed + total * min(0.85, max(0.1, share))
    stays = days(rng, 1, 7)
    call = Call(
        country=hub.code,
        place=hub.ports[0],
        entered=entered,
        left=entered + stays,
        tranship=True,
        onto=boxes.means(rng, "sea"),
        planned=planned,
        free_zone=rng.random() < 0.3,
    )
    leg.calls.append(call)
    leg.last = call.onto
    later(rng, leg, stays / timedelta(days=1) * 0.8)
    if planned:
        leg.eta += stays * 0.7
    return call


def later(rng: random.Random, leg: Leg, by: float) -> None:
    """It arrives so many days later."""
    if leg.arrived is not None:
        leg.arrived += timedelta(days=by)
        onward(rng, leg)


def in_parts(rng: random.Random, cargo: Cargo, parts: int) -> None:
    """The goods go in several lots, some days or weeks apart."""
    first = cargo.legs[0].departed
    size = packed(cargo.chem, cargo.kg / parts)
    left = cargo.kg
    cargo.legs = []
    cargo.transit = []
    for number in range(parts):
        kg = left if number == parts - 1 else min(size, left)
        left -= kg
        if kg > 0:
            cargo.legs.append(leg_of(rng, cargo, first + number * days(rng, 4, 12), kg))
