"""Firms: names as they are borne in each part of the world, addresses, numbers."""

import hashlib
import random
from dataclasses import dataclass, field, replace
from datetime import date

from visitor.places import Land

_STEMS = {
    "EU": "Brenn Van-Loo Ostwald Carlier Montero Ferraris Kowal Dvorak Lindqvist Aldous Harrow "
    "Severin Tannhof Vermeer Ricard Balogh Ionescu Pemberton Calder Roussel Zaremba Moravec",
    "CA": "Altai Zarya Turan Volga Baikal Sogd Kazbek Dostyk Orda Sayram Uralkhim Tien-Shan",
    "NA": "Lakeland Brazos Monroe Piedmont Redwood Calloway Sabine Tri-State Keystone Garnet",
    "LA": "Andina Pacifico Quimsur Altiplano Cordillera Cauca Tolima Guarani Pampa Caribe Rimac "
    "Sabana Condor Atacama Yungas Itaipu Nevado Jaguar",
    "AF": "Savanna Lakeshore Baraka Umoja Zambezi Sahel Akosua Kilima Rift Tana Harambee Volta "
    "Imara Nyota Jubilee Serengeti Teranga Acacia-Hill",
    "NE": "Anatol Marmara Nile Delta Al-Noor Al-Rafid Petra Gulf-Star Atlas Maghreb Najd Cedar",
    "SA": "Shree-Ganesh Bharat Sunrise Karnavati Indus Chenab Meghna Himal Lanka Everest Deccan "
    "Ravi Padma Annapurna Sindhu Gayatri Everbright",
    "EA": "Hanil Daesung Sakura Hokuto Siam Mekong Nusantara Malaya Lotus Jinhua Haitong "
    "Golden-Bay "
    "Luzon Straits Southern-Cross Kirin Saigon Prima Merdeka",
}
_TRADES = {
    "producer": "Chemical Works|Industries|Chemicals|Nitrogen|Fine Chemicals",
    "trader": "Trading|Chem Trade|Supply|Commodities|International",
    "stockist": "Distribution|Chemical Distributors|Solvents|Agro Supply|Logistics & Chemicals",
    "user": "Pharma|Coatings|Textile Mills|Mining|Agro|Paints|Laboratories|Resins|Paper Mills",
    "carrier": "Lines|Freight|Transport|Haulage|Forwarding",
}
_FORMS = {
    "NL": "B.V.", "BE": "N.V.", "DE": "GmbH", "FR": "S.A.S.", "ES": "S.L.", "IT": "S.r.l.",
    "PL": "Sp. z o.o.", "CZ": "s.r.o.", "HU": "Kft.", "RO": "S.R.L.", "GB": "Limited",
    "TR": "A.S.", "US": "Inc.", "IN": "Private Limited", "PK": "(Private) Limited",
    "JP": "Co., Ltd.", "KR": "Co., Ltd.", "CN": "Co., Ltd.", "ID": "PT", "MY": "Sdn. Bhd.",
    "SG": "Pte. Ltd.", "BR": "Ltda.", "RU": "OOO", "KZ": "TOO", "UZ": "MChJ", "ZA": "(Pty) Ltd",
}  # fmt: skip
_BY_REGION = {"LA": "S.A.", "AF": "Ltd", "NE": "L.L.C.", "CA": "LLC", "EA": "Co. Ltd", "SA": "Ltd"}
_STREETS = {
    "EU": "Industrieweg|Hafenstrasse|Rue du Port|Via Emilia|Dock Lane|Fabryczna",
    "NA": "Industrial Blvd|Refinery Road|Commerce Drive",
    "LA": "Avenida Industrial|Calle 12|Carrera 45|Parque Industrial Sur, Lote",
    "AF": "Industrial Area, Plot|Enterprise Road|Harbour Road|Nkrumah Road|Zone Industrielle, Lot",
    "NE": "Organized Industrial Zone, Block|Port Street|Free Zone Gate",
    "SA": "GIDC Plot|SITE Area|Station Road|Mill Road",
    "EA": "Jalan Perindustrian|Moo 4, Bangna Road|Industrial Park Road|Harbour Street",
    "CA": "Promyshlennaya|Zavodskaya|Industrial Street",
}
SWAPS = (
    ("Private Limited", "Pvt. Ltd."), ("Limited", "Ltd"), ("Co., Ltd.", "Company Limited"),
    ("Chemicals", "Chemical"), ("International", "Intl"), ("Distribution", "Distrib."),
    ("GmbH", "Ges.m.b.H."), ("S.A.", "SA"), ("B.V.", "BV"), ("Trading", "Trdg."), ("-", " "),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Firm:
    """A legal person as its own letterhead has it."""

    name: str
    land: str
    role: str
    address: str
    phone: str
    email: str
    number: str
    founded: date
    uses: tuple[str, ...] = ()
    wares: tuple[str, ...] = field(default=())

    def but(self, **changes: object) -> "Firm":
        return replace(self, **changes)  # type: ignore[arg-type]


class Founder:
    """Makes firms, no two of one name; honest ones share a building now and then."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.names: set[str] = set()
        self.streets: dict[str, list[Firm]] = {}

    def found(
        self, land: Land, role: str, *, day: date | None = None, uses: tuple[str, ...] = ()
    ) -> Firm:
        """A new firm of a country."""
        name = self._name(land, role)
        self.names.add(name)
        digest = hashlib.sha256(f"{land.code}/{name}".encode()).hexdigest()
        digits = str(int(digest[:14], 16)).zfill(12)
        domain = "".join(c for c in name.lower() if c.isalpha())[:14] + "." + land.code.lower()
        made = Firm(
            name=name,
            land=land.code,
            role=role,
            address=self._address(land),
            phone=f"+{10 + int(digits[:2]) % 88} {digits[2:5]} {digits[5:11]}",
            email=f"{self.rng.choice(('sales', 'info', 'office', 'import'))}@{domain}.example",
            number=f"{land.code}{digits[:9]}",
            founded=day or date(self.rng.randint(1958, 2022), self.rng.randint(1, 12), 15),
            uses=uses,
        )
        housed = self.streets.setdefault(land.code, [])
        if housed and role in {"trader", "carrier"} and self.rng.random() < 0.12:
            made = made.but(address=self.rng.choice(housed).address)  # a business centre
        housed.append(made)
        return made

    def _name(self, land: Land, role: str) -> str:
        stems, trades = _STEMS[land.region].split(), _TRADES[role].split("|")
        form = _FORMS.get(land.code, _BY_REGION.get(land.region, "Ltd"))
        for _ in range(60):
            name = f"{self.rng.choice(stems)} {self.rng.choice(trades)}"
            if self.rng.random() < 0.3:
                name = f"{self.rng.choice(stems)} & {name}"
            name = f"PT {name}" if form == "PT" else f"{name} {form}"
            if name not in self.names:
                return name
        return f"{name} {len(self.names)}"

    def _address(self, land: Land) -> str:
        street = self.rng.choice(_STREETS[land.region].split("|"))
        return f"{street} {self.rng.randint(1, 240)}, {land.inland[2:].title()}"


def respelled(rng: random.Random, name: str) -> str:
    """A name with a slip of the keys: a letter dropped, doubled, or two in the wrong order."""
    place = rng.randrange(1, max(2, len(name) - 2))
    how = rng.random()
    if how < 0.4:
        slipped = name[:place] + name[place + 1 :]
    elif how < 0.7:
        slipped = name[:place] + name[place] + name[place:]
    else:
        slipped = name[:place] + name[place + 1] + name[place] + name[place + 2 :]
    return slipped.strip() or name


def shortened(name: str, kinds: int) -> str:
    """A name with the short forms that one office is used to."""
    for number, (long, short) in enumerate(SWAPS):
        if kinds >> number & 1:
            name = name.replace(long, short)
    return name
