"""Traders: sellers, buyers and carriers under made-up names, with what registers know of them.

Some honest firms share an office building, a switchboard or a group's mail domain, and some names
lie close to each other: being near a bad firm is no crime.
"""

import random
from dataclasses import dataclass, field
from datetime import datetime

from seed.world import Body

_HEADS = (
    "Alvor",
    "Brenta",
    "Corvin",
    "Dalmar",
    "Estrel",
    "Fenwick",
    "Galdar",
    "Hestia",
    "Imbros",
    "Jutana",
    "Kelvar",
    "Lormont",
    "Mirano",
    "Norvik",
    "Ostara",
    "Pelion",
    "Quanta",
    "Rostan",
    "Selmar",
    "Tarvis",
    "Ulmont",
    "Vestra",
    "Wexley",
    "Xandor",
    "Ybarra",
    "Zephra",
    "Ardent",
    "Bellis",
    "Cobalt",
    "Drava",
    "Elmira",
    "Fortis",
    "Granit",
    "Helix",
    "Indus",
    "Jade",
    "Koral",
    "Lumen",
    "Meridian",
    "Nexo",
)
_TAILS = {
    "chemical": "Chemicals",
    "pharma": "Pharmaceuticals",
    "coatings": "Coatings",
    "laboratory": "Laboratories",
    "agro": "Agro Inputs",
    "mining": "Mining Supply",
    "water": "Water Services",
    "carrier": "Forwarding",
    "seller": "Chem Trading",
}
_FORMS = {"DE": "GmbH", "NL": "BV", "AT": "GmbH", "CH": "AG", "FR": "SAS", "ES": "SL", "IT": "Srl"}
_FORMS |= {"MX": "SA de CV", "BR": "Ltda", "PL": "Sp. z o.o.", "TR": "A.S.", "JP": "KK"}
_FORMS |= {"MY": "Sdn Bhd", "SG": "Pte Ltd", "US": "Inc", "CO": "SAS", "AR": "SA", "CL": "SA"}
_STREETS = ("Harbour Road", "Station Street", "Industrial Avenue", "Mill Lane", "Canal Street")


@dataclass(kw_only=True)
class Licence:
    """A licence or registration as its country granted it, with what became of it."""

    number: str
    granted: datetime
    ends: datetime
    renewed: datetime | None = None  # when a renewal was granted, perhaps after the end
    revoked: datetime | None = None
    limit: float | None = None  # kilograms a year


@dataclass(kw_only=True)
class Firm:
    """One trader."""

    name: str
    country: str
    sector: str
    address: str
    phone: str
    email: str
    identifier: str | None
    founded: datetime
    licence: Licence | None = None
    depot: str | None = None  # a second premises to which goods go
    depot_on_licence: bool = True
    substances: set[str] = field(default_factory=set)
    visited: tuple[datetime, str] | None = None  # when officers came, and with which result
    suspected: datetime | None = None
    moved: datetime | None = None  # when it took another name or address; the former are below
    former: Body = field(default_factory=dict)
    sells: bool = False
    carries: bool = False

    def claims(self, at: datetime | None = None) -> Body:
        """As the firm's own papers name it, on a day."""
        past = self.former if self.moved and at and at < self.moved else {}
        number = {"scheme": "national", "identifier": self.identifier} if self.identifier else {}
        return {
            "name": self.name,
            "country": self.country,
            "address": self.address,
            "phone": self.phone,
            "email": self.email,
            **number,
            **past,
        }


def firm(rng: random.Random, country: str, sector: str, founded: datetime) -> Firm:
    """A firm with a name, an address and numbers of its own."""
    head = rng.choice(_HEADS)
    middle = f" {rng.choice(_HEADS)}" if rng.random() < 0.35 else ""
    tail = _TAILS.get(sector, f"{sector.title()} Works")
    legal = _FORMS.get(country, "Ltd")
    number = f"{rng.randrange(10**8):08d}"
    domain = f"{head}{middle}".lower().replace(" ", "-")
    return Firm(
        name=f"{head}{middle} {tail} {legal}",
        country=country,
        sector=sector,
        address=f"{rng.randint(1, 240)} {rng.choice(_STREETS)}, {country} {rng.randint(100, 999)}",
        phone=f"+{sum(map(ord, country))} {rng.randint(2000000, 9999999)}",
        email=f"{rng.choice(('office', 'sales', 'import'))}@{domain}-{country.lower()}.example",
        identifier=f"{country}{number}" if rng.random() < 0.93 else None,
        founded=founded,
        sells=sector == "seller",
        carries=sector == "carrier",
    )


def neighbours(rng: random.Random, firms: list[Firm]) -> None:
    """Let some honest firms of a country share a building, a switchboard or a mail domain."""
    by_country: dict[str, list[Firm]] = {}
    for each in firms:
        by_country.setdefault(each.country, []).append(each)
    for there in by_country.values():
        for each in there:
            other = rng.choice(there)
            if other is each:
                continue
            draw = rng.random()
            if draw < 0.12:
                each.address = f"{other.address}, suite {rng.randint(2, 30)}"
            elif draw < 0.19:
                each.phone = other.phone
            elif draw < 0.23:
                each.email = f"trade@{other.email.partition('@')[2]}"
