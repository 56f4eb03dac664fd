"""Numbers on things: containers, seals, ships, papers; right ones, and wrong ones."""

import random
from dataclasses import dataclass, replace

from seed import papers

_OWNERS = ("MSKU", "MSCU", "CMAU", "HLXU", "TEMU", "OOLU", "EGHU", "TCLU", "SUDU", "BMOU")
_SHIPS = ("Ever Gallant", "Maersk Tana", "CSL Pioneer", "Gulf Trader", "Nordic Star", "Ocean Wren",
          "Santa Rita", "Star Lima", "Hai Feng", "Bay Bridge", "Atlantic Rose", "Madras Express",
          "Cape Agulhas", "Malacca Sun", "Danica", "Levante", "Blue Heron")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Box:
    """A container and the seal on it."""

    number: str
    seal: str


@dataclass(frozen=True, kw_only=True)
class Means:
    """A ship, lorry or plane on one trip."""

    name: str
    imo: str = ""
    voyage: str = ""


def container(rng: random.Random, *, false: bool = False) -> str:
    """A container number; a false one has a check digit that can't be."""
    stem = rng.choice(_OWNERS) + f"{rng.randrange(10**6):06d}"
    number = papers.checked("container", stem)
    return f"{stem}{(int(number[-1]) + rng.randint(1, 9)) % 10}" if false else number


def seal(rng: random.Random) -> str:
    return f"{rng.choice(('ML', 'CN', 'EU', 'HS', 'KX'))}{rng.randrange(10**6, 10**7)}"


def box(rng: random.Random) -> Box:
    return Box(number=container(rng), seal=seal(rng))


def resealed(rng: random.Random, one: Box) -> Box:
    return replace(one, seal=seal(rng))


def means(rng: random.Random, mode: str) -> Means:
    if mode == "sea":
        ship = rng.randrange(len(_SHIPS))
        number = papers.checked("imo", f"{930000 + ship * 1373:06d}")
        voyage = f"{rng.randint(100, 999)}{rng.choice('EWNS')}"
        return Means(name=_SHIPS[ship], imo=number, voyage=voyage)
    if mode == "air":
        return Means(name=f"{rng.choice(('LH', 'EK', 'QR', 'TK', 'KE'))}{rng.randint(800, 9999)}")
    return Means(name=f"{rng.choice('ABKMNPT')}{rng.randrange(10**4, 10**5)}{rng.choice('XYZ')}")


def mrn(rng: random.Random, country: str, year: int) -> str:
    tail = "".join(rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ0123456789") for _ in range(13))
    return f"{year % 100:02d}{country}{tail}{rng.randrange(10)}"


def paper(rng: random.Random, prefix: str, country: str, year: int) -> str:
    return f"{prefix}/{country}/{year % 100}/{rng.randrange(10**5, 10**6)}"


def reference(style: int, country: str, year: int, number: int) -> str:
    """Each country numbers its shipments in its own way."""
    return (
        f"{country}-{year}-{number:06d}",
        f"{country}-PEN.{year % 100}.{number:05d}",
        f"{country}-{year % 100}E/{number:05d}",
        f"{country}-{number + 40000}{'ABCDEF'[number % 6]}",
    )[style]
