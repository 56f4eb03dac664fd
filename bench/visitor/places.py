"""The countries of the visitor's world: places, money, clocks."""

from dataclasses import dataclass
from functools import cache

from seed import reference
from seed.worlds.geography import haversine

# code sea air inland region currency per-dollar offset skill member
_TABLE = """
NL NLRTM NLAMS NLVEN EU EUR 0.92 +01:00 9 m
BE BEANR BEBRU BELGG EU EUR 0.92 +01:00 9 m
DE DEHAM DEFRA DEDUI EU EUR 0.92 +01:00 9 m
FR FRLEH FRCDG FRSXB EU EUR 0.92 +01:00 8 m
ES ESALG ESMAD ESZAZ EU EUR 0.92 +01:00 7 m
IT ITGOA ITMXP ITVRN EU EUR 0.92 +01:00 6 m
PL PLGDN PLWAW PLPOZ EU PLN 3.95 +01:00 7 m
CZ - CZPRG CZBRQ EU CZK 23.1 +01:00 8 m
HU - HUBUD HUGYO EU HUF 361 +01:00 6 m
RO ROCND ROOTP ROTSR EU RON 4.60 +02:00 5 m
GB GBFXT GBLHR GBDVR EU GBP 0.79 +00:00 9 m
TR TRMER TRIST TRANK NE TRY 36.2 +03:00 6 m
GE GEPTI GETBS GETBS CA GEL 2.74 +04:00 5 m
RU RULED RUSVO RUMOW CA RUB 92 +03:00 5 x
KZ - KZALA KZALA CA KZT 505 +05:00 4 m
UZ - UZTAS UZTAS CA UZS 12900 +05:00 3 m
KG - KGFRU KGFRU CA KGS 87 +06:00 3 x
US USHOU USJFK USLRD NA USD 1 -05:00 9 m
MX MXVER MXMEX MXMTY LA MXN 20.4 -06:00 5 x
GT GTPRQ GTGUA GTGUA LA GTQ 7.7 -06:00 3 m
PA PAMIT PAPTY PAONX LA USD 1 -05:00 5 m
CO COCTG COBOG COBOG LA COP 4150 -05:00 7 m
EC ECGYE ECUIO ECUIO LA USD 1 -05:00 5 m
PE PECLL PELIM PELIM LA PEN 3.7 -05:00 6 m
BO - BOVVI BOLPB LA BOB 6.9 -04:00 3 m
CL CLSAI CLSCL CLARI LA CLP 950 -03:00 7 m
BR BRSSZ BRGRU BRFOR LA BRL 5.8 -03:00 7 m
AR ARBUE AREZE ARMDZ LA ARS 1060 -03:00 5 m
PY - PYASU PYASU LA PYG 7900 -04:00 3 m
ZA ZADUR ZAJNB ZAJNB AF ZAR 18.4 +02:00 6 m
MZ MZBEW MZMPM MZMPM AF MZN 64 +02:00 2 m
ZM - ZMLUN ZMLUN AF ZMW 28 +02:00 3 m
ZW - ZWHRE ZWHRE AF USD 1 +02:00 3 m
TZ TZDAR TZDAR TZDOD AF TZS 2600 +03:00 4 m
KE KEMBA KENBO KENBO AF KES 129 +03:00 5 m
UG - UGEBB UGKLA AF UGX 3680 +03:00 3 m
RW - RWKGL RWKGL AF RWF 1400 +02:00 5 m
CD CDMAT CDFIH CDFIH AF USD 1 +01:00 1 x
ET - ETADD ETADD AF ETB 128 +03:00 3 m
DJ DJJIB DJJIB DJJIB AF DJF 178 +03:00 4 m
GH GHTEM GHACC GHKMS AF GHS 15.5 +00:00 4 m
CI CIABJ CIABJ CIBYK AF XOF 610 +00:00 4 m
SN SNDKR SNDKR SNDKR AF XOF 610 +00:00 4 m
NG NGAPP NGLOS NGKAN AF NGN 1540 +01:00 3 m
BF - BFOUA BFOUA AF XOF 610 +00:00 2 m
EG EGPSD EGCAI EGALY NE EGP 50.5 +02:00 5 m
MA MAPTM MACMN MACAS NE MAD 10 +01:00 6 m
JO JOAQJ JOAMM JOAMM NE JOD 0.71 +03:00 6 m
IQ IQUQR IQBGW IQEBL NE IQD 1310 +03:00 1 x
SA SADMM SARUH SARUH NE SAR 3.75 +03:00 6 m
AE AEJEA AEDXB AESHJ NE AED 3.67 +04:00 7 m
IN INNSA INBOM INDEL SA INR 86 +05:30 7 m
PK PKKHI PKISB PKLHE SA PKR 279 +05:00 4 m
AF - AFKBL AFKBL SA AFN 73 +04:30 1 x
NP - NPKTM NPKTM SA NPR 137 +05:45 3 m
BD BDCGP BDDAC BDDAC SA BDT 121 +06:00 3 m
LK LKCMB LKCMB LKCMB SA LKR 298 +05:30 5 m
CN CNSHA CNPVG CNWUH EA CNY 7.3 +08:00 6 x
KR KRPUS KRICN KRSEL EA KRW 1440 +09:00 9 m
JP JPYOK JPNRT JPOSA EA JPY 150 +09:00 9 m
TH THLCH THBKK THCNX EA THB 33.7 +07:00 6 m
LA - LAVTE LAVTE EA LAK 21600 +07:00 2 m
VN VNSGN VNHAN VNHAN EA VND 25400 +07:00 5 m
MY MYPKG MYKUL MYKUL EA MYR 4.4 +08:00 7 m
SG SGSIN SGSIN SGSIN EA SGD 1.34 +08:00 9 m
ID IDJKT IDCGK IDSUB EA IDR 16300 +07:00 5 m
PH PHMNL PHMNL PHCEB EA PHP 57.8 +08:00 5 m
AU AUMEL AUSYD AUBNE EA AUD 1.58 +10:00 9 m
"""
GATEWAYS = {
    "CZ": ("DE",), "HU": ("RO", "IT"), "KZ": ("GE",), "UZ": ("KZ", "GE"), "KG": ("KZ",),
    "BO": ("CL", "PE"), "PY": ("AR", "BR"), "ZM": ("TZ", "ZA", "MZ"), "ZW": ("MZ", "ZA"),
    "UG": ("KE", "TZ"), "RW": ("TZ", "KE"), "ET": ("DJ",), "BF": ("GH", "CI"), "AF": ("PK",),
    "NP": ("IN",), "LA": ("TH", "VN"),
}  # fmt: skip
_HUBS = {
    ("EU", "EA"): ("SG", "MY", "LK"), ("EU", "SA"): ("AE", "EG"), ("EU", "AF"): ("MA", "ES"),
    ("EU", "LA"): ("PA", "ES"), ("EU", "NE"): ("EG",), ("EA", "AF"): ("LK", "AE", "SG"),
    ("EA", "NE"): ("SG", "AE"), ("EA", "LA"): ("PA", "KR"), ("EA", "SA"): ("SG", "MY"),
    ("SA", "AF"): ("AE", "LK"), ("SA", "LA"): ("ES", "PA"), ("EA", "EU"): ("SG", "EG"),
    ("SA", "EU"): ("AE", "EG"), ("NA", "AF"): ("MA", "ES"), ("NA", "LA"): ("PA",),
    ("NE", "AF"): ("AE",), ("AF", "EU"): ("MA",), ("NE", "EA"): ("SG",), ("EA", "EA"): ("SG",),
    ("LA", "LA"): ("PA",), ("NA", "NE"): ("EG",), ("NA", "EA"): ("KR", "JP"),
}  # fmt: skip


@dataclass(frozen=True)
class Land:
    """A country as traders and carriers know it."""

    code: str
    sea: str
    air: str
    inland: str
    region: str
    money: str
    rate: float
    offset: str
    skill: int
    member: bool

    @property
    def landlocked(self) -> bool:
        return self.sea == "-"

    def place(self, mode: str) -> str:
        """Where goods of a mode come in and go out."""
        if mode == "air":
            return self.air
        return self.sea if mode == "sea" and not self.landlocked else self.inland


@cache
def lands() -> dict[str, Land]:
    """Every country by its code."""
    found = {}
    for row in _TABLE.strip().splitlines():
        code, sea, air, inland, region, money, rate, offset, skill, member = row.split()
        found[code] = Land(
            code, sea, air, inland, region, money, float(rate), offset, int(skill), member == "m"
        )
    return found


def apart(one: Land, two: Land) -> float:
    """Kilometres between two countries, as the crow flies."""
    here, there = (reference.countries()[land.code] for land in (one, two))
    return haversine(here.lat or 0, here.lon or 0, there.lat or 0, there.lon or 0)


def hubs(one: Land, two: Land) -> tuple[str, ...]:
    """Where boxes between two countries are usually moved to another ship."""
    found = _HUBS.get((one.region, two.region), ())
    return tuple(code for code in found if code not in {one.code, two.code})


def by_land(one: Land, two: Land) -> bool:
    """Whether a lorry goes there."""
    roads = {"EU", "CA", "AF", "LA", "SA", "EA", "NE"}
    return one.region == two.region and one.region in roads and apart(one, two) < 1900
