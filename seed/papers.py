"""Numbers on simulated papers and equipment: well-formed, and drawn, so that none is anybody's."""

import random
from collections.abc import Mapping
from functools import cache

from ledger import identifiers
from seed import reference

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
# Where each exporting country of the release ships from, and countries that goods pass through.
EXITS: Mapping[str, str] = {
    "BE": "BEANR",
    "BG": "BGVAR",
    "DE": "DEHAM",
    "ES": "ESVLC",
    "FR": "FRLEH",
}
HUBS: Mapping[str, str] = {"AE": "AEJEA", "EG": "EGPSD", "SG": "SGSIN"}
INLAND: Mapping[str, str] = {
    "ET": "ETADD",
    "KG": "KGFRU",
    "ML": "MLBKO",
    "PS": "PSGZA",
    "TJ": "TJDYU",
}
VESSELS = ("MV Alder", "MV Bittern", "MV Curlew", "MV Dunlin", "MV Egret", "MV Fulmar")


def container(rng: random.Random) -> str:
    """An ISO 6346 number of an owner code that is not registered: ZZZ."""
    return checked("container", "ZZZU" + drawn(rng, DIGITS, 6))


def imo(rng: random.Random) -> str:
    return checked("imo", "1" + drawn(rng, DIGITS, 5))


def mrn(rng: random.Random, country: str, year: int) -> str:
    return f"{year % 100:02}{country}{drawn(rng, LETTERS + DIGITS, 13)}{drawn(rng, DIGITS, 1)}"


def seal(rng: random.Random, country: str) -> str:
    return f"SIM-{country}{drawn(rng, DIGITS, 7)}"


def number(rng: random.Random, *prefix: str) -> str:
    """A number for an authorisation or a transport document."""
    return "-".join((*prefix, "SIM", drawn(rng, DIGITS, 7)))


def drawn(rng: random.Random, alphabet: str, length: int) -> str:
    return "".join(rng.choice(alphabet) for _ in range(length))


def entry_point(rng: random.Random, country: str) -> str:
    """A sea port of the country, or its capital where it has none."""
    if country in INLAND:
        return INLAND[country]
    return rng.choice(_ports()[country])


@cache
def _ports() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for port in reference.ports():
        if identifiers.complaint("locode", port.locode) is None:
            found[port.country] = (*found.get(port.country, ()), port.locode)
    return found


def checked(kind: str, stem: str) -> str:
    """The stem with the check digit that fits."""
    fitting = (stem + d for d in DIGITS if identifiers.complaint(kind, stem + d) is None)
    return next(fitting)
