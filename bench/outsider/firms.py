"""Firms: makers, dealers, users, carriers; with addresses that honest neighbours may share."""

import hashlib
import random
from dataclasses import dataclass, replace
from datetime import datetime

from outsider.nations import Nation

_HEADS = """Alta Borea Calder Danube Estrel Ferron Galena Harrow Indus Juno Kestrel Lumen Meridian
Norvik Orient Pacific Quarry Rhone Sable Tigris Ultra Vesper Westgate Xenon Yarra Zenith Amber Brisk
Cobalt Delta Eastern Forge Granite Helix Ionia Jasper Krona Lotus Monsoon Nile Opal Prime Quantum
Ridge Summit Terra Union Vega Willow Aster Basalt Cedar Dorado Ember Fjord Gulf Horizon Iris Jade
Karst Lagoon Mistral Nova Osprey Pampas Raven Savanna Tundra Umber Valley Wadi Zephyr Andes Baltic
Coral Dune Equator Flint Gobi Highland Ivory Jura Khyber Levant Malabar Nordic Olympus
Punjab Riviera Sahel Taurus Ural Volta Yukon Zagros""".split()  # noqa: SIM905
_TAILS = {
    "pharmaceutical": ("Pharma", "Laboratories", "Therapeutics"),
    "coating": ("Paints", "Coatings", "Surface Systems"),
    "fertiliser": ("Agro", "Crop Nutrition", "Fertilizers"),
    "mining": ("Blasting Services", "Quarries", "Mining Supply"),
    "water": ("Water Works", "Aqua Treatment"),
    "metal": ("Metal Finishing", "Galvanics", "Steel"),
    "fragrance": ("Aromas", "Flavours & Fragrances"),
    "dye": ("Dyestuffs", "Colour Chemicals"),
    "maker": ("Chemicals", "Chemie", "Industries", "Petrochem", "Organics"),
    "dealer": ("Trading", "Chem Distribution", "Commerce", "Impex", "Supplies"),
    "carrier": ("Shipping", "Lines", "Logistics", "Freight", "Transport"),
}
_FORMS = {
    "DE": "GmbH", "NL": "B.V.", "BE": "N.V.", "FR": "S.A.", "IT": "S.p.A.", "ES": "S.L.",
    "US": "Inc", "GB": "Limited", "PL": "Sp. z o.o.", "BR": "Ltda", "MX": "S.A. de C.V.",
    "JP": "Co., Ltd.", "CN": "Co., Ltd.", "KR": "Co., Ltd.", "TR": "A.S.", "IN": "Private Limited",
    "PK": "Private Limited", "MY": "Sdn Bhd", "AE": "LLC", "AR": "S.R.L.", "CO": "S.A.S.",
}  # fmt: skip
_STREETS = ("Harbour Road", "Industrial Estate", "Free Zone Plot", "Mill Lane", "Station Road",
            "Canal Street", "Chemical Park", "Airport Avenue", "Market Square")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Firm:
    """A legal person as its own letterhead has it."""

    name: str
    country: str
    address: str
    phone: str
    email: str
    number: str
    sector: str
    since: datetime | None = None  # when it was founded, where that is recent
    licensed: bool = True
    alias: tuple[str, ...] = ()  # other spellings in use

    def at(self, **changed: str) -> "Firm":
        return replace(self, **changed)  # type: ignore[arg-type]


def firm(rng: random.Random, nation: Nation, sector: str, near: Firm | None = None) -> Firm:
    """A firm of this trade; `near` shares its building, as many honest ones do."""
    head = rng.choice(_HEADS) + ("" if rng.random() < 0.5 else f" {rng.choice(_HEADS)}")
    tail = rng.choice(_TAILS.get(sector, ("Manufacturing", "Products", "Works")))
    form = _FORMS.get(nation.code, "Ltd")
    number = f"{nation.code}{rng.randrange(10**8, 10**9)}"
    domain = hashlib.sha256(f"{head}{tail}{number}".encode()).hexdigest()[:6]
    street = (
        f"{rng.randint(1, 240)} {rng.choice(_STREETS)}, {nation.ports[0][2:]} {rng.randint(10, 99)}"
    )
    return Firm(
        name=f"{head} {tail} {form}",
        country=nation.code,
        address=near.address if near else street,
        phone=f"+{rng.randint(20, 98)} {rng.randint(10, 99)} {rng.randint(10**6, 10**7 - 1)}",
        email=f"orders@{head.split()[0].lower()}-{domain}.example",
        number=number,
        sector=sector,
        alias=(f"{head} {tail}", f"{head.replace('r', 'rr', 1)} {tail} {form}"),
    )


def slipped(rng: random.Random, name: str) -> str:
    """A name as a tired clerk types it."""
    place = rng.randrange(1, max(2, len(name) - 2))
    how = rng.randrange(3)
    if how == 0:
        return name[:place] + name[place + 1 :]
    if how == 1:
        return name[:place] + name[place + 1 : place + 2] + name[place] + name[place + 2 :]
    return name[:place] + name[place] + name[place:]
