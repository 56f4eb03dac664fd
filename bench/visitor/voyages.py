"""How goods travel: ways, days, ships, boxes, and the stops between two countries."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from seed import papers
from visitor.facts import Box, Means, Stop
from visitor.places import GATEWAYS, Land, apart, by_land, hubs

_OWNERS = ("MSKU", "TGHU", "HLXU", "CMAU", "TCLU", "OOLU", "EITU", "BMOU", "SUDU", "UTCU", "EXFU")
_SHIPS = (
    "Baltic Heron", "Ever Tern", "Cape Sorell", "Maria Tolosa", "Nordic Lark", "Santos Express",
    "Al Bahri", "Jade River", "Kota Lumut", "Ocean Prudence", "Hansa Freyburg", "Pacific Wren",
    "Bosporus Star", "Rio Amarillo", "Zambezi Trader", "Hokkaido Maru", "Coral Bay", "Skagen",
)  # fmt: skip


@dataclass(frozen=True)
class Lane:
    """The usual way of one business relation."""

    mode: str
    pauses: tuple[tuple[str, str], ...]  # country and whether it is a `hub` or is `crossed`


def lane(rng: random.Random, source: Land, target: Land, known: dict[str, Land], *,
         by_air: bool) -> Lane:  # fmt: skip
    """How a firm's forwarder sends the goods between two countries, as a rule."""
    if by_air:
        return Lane("air", ())
    if by_land(source, target) and rng.random() < 0.75:
        between = [
            land.code for land in known.values()
            if land.region == source.region and land not in (source, target)
            and apart(source, land) + apart(land, target) < 1.25 * apart(source, target)
        ]  # fmt: skip
        crossed = rng.sample(sorted(between), min(len(between), rng.randint(0, 2)))
        crossed.sort(key=lambda code: apart(source, known[code]))
        rails = source.region in {"EU", "CA"} and rng.random() < 0.2
        return Lane("rail" if rails else "road", tuple((code, "crossed") for code in crossed))
    pauses = [(code, "crossed") for code in GATEWAYS.get(source.code, ())[:1] if code in known]
    found = [code for code in hubs(source, target) if code in known]
    if found and rng.random() < 0.45:
        pauses.append((rng.choice(found), "hub"))
    gates = [code for code in GATEWAYS.get(target.code, ()) if code in known]
    if gates:
        pauses.append((rng.choice(gates), "crossed"))
    kept = [p for p in dict.fromkeys(pauses) if p[0] not in {source.code, target.code}]
    return Lane("sea", tuple(kept))


def days(rng: random.Random, one: Land, two: Land, mode: str) -> float:
    """How long one leg takes."""
    if mode == "air":
        return rng.uniform(0.6, 2.5)
    if mode in {"road", "rail"}:
        return 0.7 + apart(one, two) / (520 if mode == "road" else 330) * rng.lognormvariate(0, 0.2)
    return 2.5 + apart(one, two) * 1.35 / 560 * rng.lognormvariate(0, 0.13)


def stops(rng: random.Random, way: Lane, source: Land, target: Land, known: dict[str, Land],
          *, sails: datetime) -> tuple[list[Stop], datetime]:  # fmt: skip
    """The stops of one voyage, and when it arrives."""
    here, now, made = source, sails, []
    for code, how in way.pauses:
        land = known[code]
        now += timedelta(days=days(rng, here, land, way.mode))
        stay = rng.lognormvariate(1.5, 0.5) if how == "hub" else rng.lognormvariate(0.9, 0.5)
        if way.mode in {"road", "rail"}:
            stay = 0.3 + rng.lognormvariate(-0.2, 0.4)
        place = land.place("sea" if way.mode == "sea" else way.mode)
        stop = Stop(land, place, now, now + timedelta(days=stay), moved=how == "hub")
        if how == "hub":
            stop.onward, stop.zone = ship(rng), rng.random() < 0.3
        made.append(stop)
        here, now = land, stop.left
    last = "road" if target.landlocked and way.mode == "sea" else way.mode
    return made, now + timedelta(days=days(rng, here, target, last))


def ship(rng: random.Random) -> Means:
    """A ship with a proper number."""
    name = rng.choice(_SHIPS)
    dice = random.Random(f"visitor/ship/{name}")
    number = papers.checked("imo", str(dice.randint(910000, 989999)))
    return Means(name, number, f"{rng.randint(1, 59):03d}{rng.choice('EWNS')}")


def means(rng: random.Random, mode: str, land: Land) -> Means:
    """What the goods are loaded on."""
    if mode == "sea":
        return ship(rng)
    if mode == "air":
        return Means(
            f"{rng.choice(('KL', 'LH', 'EK', 'QR', 'ET', 'TK', '5X'))}{rng.randint(9, 989)}"
        )
    if mode == "rail":
        return Means(f"Train {rng.randint(40000, 59999)}")
    return lorry(rng, land)


def lorry(rng: random.Random, land: Land) -> Means:
    plate = "".join(rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(3))
    return Means(f"{land.code} {plate} {rng.randint(100, 9999)}")


def container(rng: random.Random) -> str:
    """A container number with its check digit (ISO 6346)."""
    return papers.checked("container", f"{rng.choice(_OWNERS)}{rng.randint(0, 999999):06d}")


def seal(rng: random.Random) -> str:
    return f"{rng.choice(('ML', 'CN', 'EU', 'HS', 'KR', 'TZ'))}{rng.randint(10000, 9999999):07d}"


def boxes(rng: random.Random, kg: float, mode: str) -> list[Box]:
    """Enough containers, or one lorry or pallet."""
    if mode == "air":
        return []
    full = 22500 if mode == "sea" else 24000
    return [Box(container(rng), seal(rng)) for _ in range(max(1, min(12, round(kg / full + 0.45))))]
