"""Countries and their offices: how each keeps its books, and through which ports goods pass.

An office's habits are drawn once per world from the class of its country. They differ by an order
of magnitude: the best report within hours and weigh what passes, the poorest send a pile of papers
at the end of the month and copy the manifest.
"""

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from seed import reference

# Country, port, weight as exporter, weight as importer, class of its offices (a good, d poor).
_TABLE = """
NL NLRTM 9 3 a | DE DEHAM 10 4 a | BE BEANR 7 2 a | FR FRLEH 4 3 b | ES ESALG 3 2 b | IT ITGOA 3 3 b
PL PLGDN 2 2 b | GB GBFXT 4 2 a | TR TRMER 4 5 c | EG EGPSD 1 5 c | ZA ZADUR 2 4 b | KE KEMBA 0 4 c
TZ TZDAR 0 3 d | NG NGAPP 0 5 d | GH GHTEM 0 3 c | CI CIABJ 0 2 d | MA MACAS 1 3 c | JO JOAQB 1 3 c
AE AEJEA 3 4 b | IN INNSA 10 4 b | PK PKKHI 1 4 c | LK LKCMB 0 2 c | BD BDCGP 0 3 d | SG SGSIN 4 2 a
MY MYPKG 2 2 b | TH THLCH 2 3 b | VN VNSGN 1 3 c | ID IDJKT 1 4 c | PH PHMNL 0 3 c | CN CNNGB 12 3 b
KR KRPUS 5 2 a | JP JPYOK 4 2 a | AU AUMEL 1 2 a | US USHOU 7 3 a | MX MXZLO 1 4 c | GT GTPRQ 0 3 d
CO COBUN 1 4 b | PE PECLL 0 3 c | BR BRSSZ 2 4 b | CL CLSAI 1 2 b | AR ARBUE 1 3 c
UG KEMBA 0 2 d | ZM TZDAR 0 2 d | BO CLARI 0 2 d | PY ARBUE 0 2 d | CH NLRTM 3 2 a | AT DEHAM 2 2 a
IS ISREY 0 1 x | PG PGPOM 0 1 x | MN CNTXG 1 1 x | TJ PKKHI 0 1 x
"""
GATES = {"UG": "KE", "ZM": "TZ", "BO": "CL", "PY": "AR", "CH": "NL", "AT": "DE"}
GATES |= {"MN": "CN", "TJ": "PK"}
HUBS = ("SG", "AE", "NL", "TR", "MY", "ES")
QUALITY = {  # completeness, median hours until told, slips per statement, share of weighing
    "a": (0.985, 9.0, 0.002, 0.75),
    "b": (0.955, 30.0, 0.005, 0.55),
    "c": (0.88, 110.0, 0.01, 0.4),
    "d": (0.74, 260.0, 0.02, 0.25),
    "x": (0.0, 100.0, 0.0, 0.0),
}


@dataclass(frozen=True, kw_only=True)
class Land:
    """A country with its place in the trade."""

    code: str
    port: str
    exports: float
    imports: float
    grade: str

    @property
    def gate(self) -> str | None:
        """The country through whose port a country without one is reached."""
        return GATES.get(self.code)

    @property
    def takes_part(self) -> bool:
        return self.grade != "x"

    @property
    def licenses(self) -> bool:
        """Some countries have no register of traders, or keep it to themselves."""
        return self.grade in "abc" and self.code not in {"EG", "JO", "CL", "VN"}


@dataclass(frozen=True, kw_only=True)
class Habit:
    """How one office works."""

    complete: float
    hours: float  # the median until a step is told
    pile: int  # days between bulk uploads; 0 for an office that tells step by step
    silent: tuple[datetime, datetime] | None  # a spell without reports
    recovers: float  # the share of a silent spell's steps that is told afterwards
    slips: float
    weighs: float
    bias: float  # what its scale makes of a kilogram
    grain: float  # it rounds to so many kilograms
    unit: str
    seals: float  # how often it writes down seals
    knows: float  # how often it writes a trader's number
    mends: float  # how often a slip is noticed and corrected
    loud: bool  # names in capitals
    opens: float  # the share of containers it opens on arrival


def lands() -> Mapping[str, Land]:
    """Every country of this world."""
    found = {}
    for cell in _TABLE.replace("\n", "|").split("|"):
        if cell.strip():
            code, port, exports, imports, grade = cell.split()
            found[code] = Land(
                code=code, port=port, exports=float(exports), imports=float(imports), grade=grade
            )
    return found


def habit(rng: random.Random, grade: str, start: datetime, days: int) -> Habit:
    """The habits of one office of a country of this class."""
    complete, hours, slips, weighs = QUALITY[grade]
    silent = None
    if rng.random() < 0.18:
        begins = start + timedelta(days=rng.uniform(20, days))
        silent = (begins, begins + timedelta(days=rng.uniform(12, 45)))
    poor = grade in "cd"
    return Habit(
        complete=1 - (1 - complete) * rng.lognormvariate(0, 0.5),
        hours=hours * rng.lognormvariate(0, 0.5),
        pile=rng.choice((0, 0, 7, 14, 30)) if poor else rng.choice((0, 0, 0, 0, 7)),
        silent=silent,
        recovers=rng.uniform(0.3, 1.0),
        slips=slips * rng.lognormvariate(0, 0.6),
        weighs=min(0.95, weighs * rng.lognormvariate(0, 0.3)),
        bias=1 + (rng.gauss(0, 0.002) if not poor else rng.gauss(0.001, 0.005)),
        grain=rng.choice((0.1, 1, 1, 5, 10) if not poor else (1, 5, 10, 50, 100)),
        unit=rng.choices(("KGM", "TNE", "LBR", "DTN"), (80, 15, 2, 3))[0],
        seals=rng.uniform(0.75, 0.98) if not poor else rng.uniform(0.35, 0.85),
        knows=rng.uniform(0.9, 1.0) if not poor else rng.uniform(0.5, 0.95),
        mends=rng.uniform(0.5, 0.9) if not poor else rng.uniform(0.1, 0.5),
        loud=rng.random() < 0.3,
        opens=rng.uniform(0.02, 0.08),
    )


def sea_days(one: str, other: str) -> float:
    """Days under way between two countries, by their distance and a stop or two."""
    a, b = reference.countries()[one], reference.countries()[other]
    if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
        return 20.0
    p, q = math.radians(a.lat), math.radians(b.lat)
    half = (
        math.sin((q - p) / 2) ** 2
        + math.cos(p) * math.cos(q) * math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    )
    return 5 + 12742 * math.asin(math.sqrt(half)) * 1.45 / 560
