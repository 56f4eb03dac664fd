"""Trouble with ships, ports, boxes and seals."""

import random
from datetime import timedelta

from visitor import voyages
from visitor.desk import Desk
from visitor.facts import Body, Box, Cargo, Extra, Stop
from visitor.inward import boxes_at_end
from visitor.offices import Office
from visitor.places import hubs, lands


def points(cargo: Cargo) -> list[str]:
    """Where seals are looked at, in order."""
    way = [f"{side}:{stop.land.code}" for stop in cargo.stops for side in ("in", "out")]
    return ["dep", *way, "arr"]


def reseal(cargo: Cargo, box: Box, point: str, seal: str) -> None:
    """From a point of the way on, a box bears another seal."""
    order = points(cargo)
    for later in order[order.index(point) :]:
        box.seen[later] = seal


def _rolled(rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    """The ship was full: the boxes wait for the next one."""
    if cargo.mode != "sea":
        return False
    cargo.shift("sailed", rng.uniform(4, 15))
    ship = voyages.ship(rng)
    if cargo.last_means == cargo.means:
        cargo.last_means = ship
    cargo.means = ship
    return True


def _storm(rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    cargo.shift("arrived", rng.lognormvariate(1.3, 0.7))
    return True


def _other_hub(rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    """The carrier moves the boxes over another port than it had said."""
    found = [
        c for c in hubs(cargo.source, cargo.target) if c not in {s.land.code for s in cargo.stops}
    ]
    if cargo.mode != "sea" or not found or cargo.stops:
        return False
    land = lands()[rng.choice(found)]
    middle = cargo.at["sailed"] + 0.5 * (cargo.at["arrived"] - cargo.at["sailed"])
    stay = timedelta(days=rng.uniform(2, 9))
    stop = Stop(land, land.sea, middle, middle + stay, moved=True, planned=False)
    stop.onward = voyages.ship(rng)
    cargo.stops.append(stop)
    cargo.last_means = stop.onward
    cargo.shift("arrived", stay.days + 0.5)
    return True


def _other_port(rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    """A strike: the ship calls at another place of the same country."""
    if cargo.mode != "sea" or cargo.target.landlocked:
        return False
    cargo.entry_place = cargo.target.inland
    cargo.shift("arrived", rng.uniform(1, 6))
    return True


def _swapped_box(rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    """A box was damaged before loading; papers still name the first."""
    if not cargo.boxes:
        return False
    box = rng.choice(cargo.boxes)
    fresh = [Box(voyages.container(rng), b.seal) if b is box else b for b in cargo.boxes]
    if cargo.stops:
        cargo.stops[-1].reboxed = fresh
        cargo.stops[-1].moved = True
        return True
    cargo.boxes = fresh
    return True


def _opened(rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    """Customs on the way, or at the end, open a box and seal it anew; not all of them say so."""
    held = boxes_at_end(cargo)
    if not held:
        return False
    box, point = rng.choice(held), rng.choice(points(cargo)[1:])
    code = cargo.target.code if point == "arr" else point[-2:]
    fresh, old = voyages.seal(rng), box.seen.get(point, box.seal)
    reseal(cargo, box, point, fresh)
    stop = next((s for s in cargo.stops if s.land.code == code), None)
    when = stop.entered if stop else cargo.at["arrived"]
    place = stop.place if stop else cargo.entry_place

    def claims(_desk: Desk, _office: Office) -> Body:
        return {
            "container": box.number, "old_seal": old, "old_state": "intact", "new_seal": fresh,
            "reason": "customs_control", "place": place,
        }  # fmt: skip

    cargo.extras.append(Extra(f"{code}-CUSTOMS", "seal.changed", when + timedelta(hours=5), claims))
    return True


def _rubbed_seal(rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    """A crane tore a seal off, the terminal put on one of its own and told nobody."""
    held = boxes_at_end(cargo)
    if not held:
        return False
    box = rng.choice(held)
    if rng.random() < 0.3:
        box.broken.add("arr")
    else:
        reseal(cargo, box, rng.choice(points(cargo)[1:]), voyages.seal(rng))
    return True


def _other_lorry(rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    if cargo.mode not in {"road", "rail"}:
        return False
    cargo.last_means = voyages.lorry(rng, cargo.target)
    return True


def _uncleared(rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    """The buyer has no money for the duties yet: the goods wait in the port."""
    cargo.shift("cleared", rng.uniform(14, 60))
    return True


def _long_layover(rng: random.Random, cargo: Cargo, _all: list[Cargo]) -> bool:
    """No lorry, no slot, or a missing stamp: the goods stay in a transit country for weeks."""
    if not cargo.stops:
        return False
    stop = rng.choice(cargo.stops)
    late = rng.uniform(5, 30)
    stop.left += timedelta(days=late)
    for other in cargo.stops[cargo.stops.index(stop) + 1 :]:
        other.entered += timedelta(days=late)
        other.left += timedelta(days=late)
    cargo.shift("arrived", late)
    return True


KINDS = (
    ("rolled to a later ship", 0.05, _rolled),
    ("weather", 0.05, _storm),
    ("moved over another hub", 0.05, _other_hub),
    ("another port of the country", 0.012, _other_port),
    ("box exchanged", 0.01, _swapped_box),
    ("opened and sealed anew", 0.03, _opened),
    ("seal lost in handling", 0.012, _rubbed_seal),
    ("another lorry at the border", 0.06, _other_lorry),
    ("waited for clearance", 0.02, _uncleared),
    ("long stay in transit", 0.03, _long_layover),
)
