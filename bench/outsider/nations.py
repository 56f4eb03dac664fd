"""Countries: where they trade, and what their offices are like when it comes to paperwork."""

import math
import random
from dataclasses import dataclass, field

from seed import reference

# country: its ports, its part in trade (weights as seller and as buyer), UTC offset, currency.
_TABLE = """
CN CNQIN,CNNSA 10 2 +08:00 CNY
IN INNSA,INMUN 9 5 +05:30 INR
DE DEHAM,DEBRV 8 4 +01:00 EUR
NL NLRTM 5 2 +01:00 EUR
BE BEANR 4 2 +01:00 EUR
US USHOU,USNYC 6 3 -05:00 USD
KR KRPUS 4 3 +09:00 KRW
JP JPYOK 3 2 +09:00 JPY
FR FRLEH 3 2 +01:00 EUR
IT ITGOA 2 2 +01:00 EUR
ES ESBCN,ESVLC 2 2 +01:00 EUR
GB GBFXT 2 2 +00:00 GBP
PL PLGDN 2 2 +01:00 PLN
TR TRMER,TRIST 2 4 +03:00 TRY
SG SGSIN 2 1 +08:00 SGD
MY MYPKG 1 2 +08:00 MYR
AE AEJEA 2 3 +04:00 AED
PA PAONX,PACTB 0 1 -05:00 USD
BR BRSSZ 1 4 -03:00 BRL
AR ARBUE 1 3 -03:00 ARS
CL CLVAP 1 2 -04:00 CLP
PE PECLL 0 3 -05:00 PEN
CO COCTG,COBUN 0 4 -05:00 COP
MX MXVER,MXZLO 1 5 -06:00 MXN
GT GTPRQ 0 1 -06:00 GTQ
EC ECGYE 0 2 -05:00 USD
EG EGALY 1 3 +02:00 EGP
MA MACAS 0 2 +01:00 MAD
NG NGAPP,NGLOS 0 4 +01:00 NGN
GH GHTEM 0 2 +00:00 GHS
KE KEMBA 0 3 +03:00 KES
TZ TZDAR 0 2 +03:00 TZS
ZA ZADUR 1 3 +02:00 ZAR
PK PKKHI 1 4 +05:00 PKR
LK LKCMB 0 1 +05:30 LKR
BD BDCGP 0 2 +06:00 BDT
TH THLCH 1 3 +07:00 THB
VN VNSGN,VNHPH 1 3 +07:00 VND
ID IDJKT 1 3 +07:00 IDR
PH PHMNL 0 2 +08:00 PHP
SA SAJED 1 2 +03:00 SAR
JO JOAQJ 0 1 +02:00 JOD
"""
HUBS = ("SG", "MY", "AE", "PA", "NL", "BE", "ES", "EG", "LK", "MA")
# How an office works: share of steps told, days until told, batch (days), slips, self-correction.
_MATURITY = {
    "window": (0.985, 0.25, 0, 0.009, 0.85),
    "desk": (0.94, 2.0, 0, 0.02, 0.6),
    "batch": (0.91, 2.0, 7, 0.024, 0.5),
    "monthly": (0.86, 5.0, 30, 0.032, 0.35),
    "paper": (0.74, 11.0, 0, 0.05, 0.25),
}
_RICH, _POOR = (7, 4, 2, 0, 0.3), (1.5, 3, 2.5, 1.2, 2)


@dataclass(frozen=True, kw_only=True)
class Office:
    """The habits of one agency."""

    tells: float
    delay: float
    batch: int
    slips: float
    repairs: float
    unit: str
    step_kg: float  # to what it rounds a weight; 0 when it writes what the scale says
    scale: float  # the bias of its weighbridge, as a share
    weighs: float  # share of cargo it weighs itself; it copies the papers of the rest
    twice: float  # share of reports that its system sends twice
    strike: tuple[int, int]  # first and last day of the year on which nothing is told
    capitals: bool
    short: bool  # abbreviates the form of a firm
    numbers: bool  # quotes registration numbers
    strength: bool  # states concentrations
    litres: bool  # counts liquids in litres
    local: bool  # states values in its own currency
    silent: frozenset[str]  # kinds that it never reports


@dataclass(frozen=True, kw_only=True)
class Nation:
    """A country as a trading place."""

    code: str
    ports: tuple[str, ...]
    sells: float
    buys: float
    offset: str
    currency: str
    member: bool  # takes part in the programme
    hub: bool
    lat: float
    lon: float
    cna: Office = field(repr=False)
    customs: Office = field(repr=False)
    wait: int  # days in which it must answer a notice
    answers: float  # share of the notices that it answers in time
    strict: bool  # asks for import permits
    hears: str  # which of its offices hears of deliveries
    own_files: float  # share of imports that it files under references of its own
    reference: int  # which of several styles its references have

    def office(self, name: str) -> Office:
        return self.cna if name == "CNA" else self.customs


def nations(rng: random.Random) -> dict[str, Nation]:
    """About thirty of the countries in the table; some buyers stay outside the programme."""
    rows = [line.split() for line in _TABLE.strip().splitlines()]
    big = [row for row in rows if int(row[2]) >= 2]
    small = [row for row in rows if int(row[2]) < 2]
    chosen = big + rng.sample(small, rng.randint(14, 20))
    return {row[0]: _nation(rng, row) for row in sorted(chosen)}


def _nation(rng: random.Random, row: list[str]) -> Nation:
    code, ports, sells, buys, offset, currency = row
    rich = int(sells) >= 2
    place = reference.countries()[code]
    return Nation(
        code=code,
        ports=tuple(ports.split(",")),
        sells=int(sells),
        buys=int(buys),
        offset=offset,
        currency=currency,
        member=rng.random() > (0.04 if rich else 0.16),
        hub=code in HUBS,
        lat=place.lat or 0.0,
        lon=place.lon or 0.0,
        cna=_office(rng, code, rich=rich),
        customs=_office(rng, code, rich=rich),
        wait=rng.choice((10, 15, 15, 20, 21)),
        answers=rng.choice((0.97, 0.93, 0.85)) if rich else rng.choice((0.95, 0.85, 0.7, 0.4)),
        strict=rng.random() < 0.45,
        hears=rng.choice(("CNA", "CUSTOMS")),
        own_files=rng.choice((0.2, 0.05, *(0.0,) * 12)),
        reference=rng.randrange(4),
    )


_QUIET = (  # what an office of a small administration may never send
    frozenset({"notice.acknowledged", "use.reported", "shipment.closed"}),
    frozenset({"notice.acknowledged", "shipment.delivered", "shipment.closed", "use.reported"}),
    frozenset({"receipt.confirmed", "use.reported", "shipment.closed", "import.authorised"}),
    frozenset({"shipment.delivered", "transit.entered", "transit.exited", "risk.assessed"}),
    frozenset({"shipment.arrived", "shipment.delivered", "receipt.confirmed", "use.reported"}),
)


def _office(rng: random.Random, code: str, *, rich: bool) -> Office:
    kind = rng.choices(tuple(_MATURITY), _RICH if rich else _POOR)[0]
    tells, delay, batch, slips, repairs = _MATURITY[kind]
    units = ("LBR", "KGM") if code == "US" else ("KGM", "KGM", "KGM", "TNE", "DTN")
    off = rng.randint(0, 330)
    quiet = frozenset[str]() if rng.random() < (0.7 if rich else 0.35) else rng.choice(_QUIET)
    return Office(
        tells=min(0.995, tells * rng.uniform(0.96, 1.01)),
        delay=delay * rng.lognormvariate(0, 0.4),
        batch=batch,
        slips=slips * rng.lognormvariate(0, 0.4),
        repairs=repairs,
        unit=rng.choice(units),
        step_kg=rng.choice((0, 0, 0.5, 1, 1, 5, 10)),
        scale=rng.gauss(0, 0.0015),
        weighs=rng.choice((0.15, 0.4, 0.75, 0.95)),
        twice=rng.choice((0, 0, 0.003, 0.02)),
        strike=(off, off + rng.choice((0, 0, 0, 9, 16, 24))),
        capitals=rng.random() < 0.35,
        short=rng.random() < 0.4,
        numbers=rng.random() < (0.85 if rich else 0.5),
        strength=rng.random() < (0.85 if rich else 0.55),
        litres=rng.random() < 0.05,
        local=rng.random() < 0.35,
        silent=quiet | ({"risk.assessed"} if rng.random() < 0.7 else frozenset()),
    )


def distance(one: Nation, other: Nation) -> float:
    """Kilometres along the great circle."""
    a, b = math.radians(one.lat), math.radians(other.lat)
    turn = math.radians(other.lon - one.lon)
    part = math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(turn)
    return 6371 * math.acos(max(-1.0, min(1.0, part)))


RATES = {  # of one dollar
    "EUR": 0.92, "GBP": 0.79, "CNY": 7.2, "INR": 84.0, "JPY": 150.0, "KRW": 1380.0, "BRL": 5.6,
    "MXN": 18.5, "TRY": 36.0, "PLN": 3.9, "ZAR": 18.2, "THB": 34.5, "AED": 3.67, "USD": 1.0,
}  # fmt: skip
LAND = (  # neighbours between which lorries run
    frozenset({"DE", "NL", "BE", "FR", "IT", "ES", "PL", "GB"}),
    frozenset({"BR", "AR", "CL", "PE", "EC", "CO"}),
    frozenset({"KE", "TZ"}),
    frozenset({"TH", "MY", "SG", "VN"}),
    frozenset({"SA", "AE", "JO"}),
    frozenset({"US", "MX", "GT"}),
    frozenset({"NG", "GH"}),
)


def by_land(one: str, other: str) -> bool:
    return any({one, other} <= group for group in LAND)
