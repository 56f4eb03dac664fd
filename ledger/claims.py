"""The claims of an event: the composite values that several kinds share, as frozen dataclasses.

Each is one top-level property of a statement's body, disclosed or withheld as a whole (DESIGN §3).
"""

import functools
import re
import unicodedata
from dataclasses import dataclass, fields
from typing import Annotated

from ledger.fields import (
    Amount,
    Cas,
    Code,
    Container,
    Count,
    Country,
    Currency,
    Day,
    Degrees,
    Flag,
    HsCode,
    Imo,
    Locode,
    Moment,
    Number,
    PackageType,
    Percent,
    Recipient,
    Seal,
    Sha256,
    ShipmentRef,
    Text,
    Unit,
    UnNumber,
    choice,
)


@functools.lru_cache(maxsize=65_536)
def folded(name: str) -> str:
    """A name without accents, case, punctuation and spacing: how equal spellings are found."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", letters))


@dataclass(frozen=True, kw_only=True)
class Measure:
    """An exact amount with its unit (UNECE Recommendation 20)."""

    amount: Amount
    unit: Unit


@dataclass(frozen=True, kw_only=True)
class Money:
    """A value in one currency (ISO 4217)."""

    amount: Amount
    currency: Currency


@dataclass(frozen=True, kw_only=True)
class Concentration:
    """How much of the goods is the substance: equal bounds when known exactly."""

    low: Percent
    high: Percent
    basis: Annotated[str, choice("w/w", "w/v", "v/v")] = "w/w"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of goods: what it is, how much of it, and how it was declared."""

    substance: Code
    declared_name: Text
    quantity: Measure
    trade_name: Text | None = None
    cas: Cas | None = None
    hs: HsCode | None = None
    hs_edition: Annotated[str, choice("2012", "2017", "2022", "2028")] | None = None
    gross_mass: Measure | None = None
    concentration: Concentration | None = None
    form: Annotated[str, choice("solid", "liquid", "gas", "powder", "granules", "paste")] | None = (
        None
    )
    package_type: PackageType | None = None
    package_count: Count | None = None
    batch: Number | None = None
    un_number: UnNumber | None = None
    packing_group: Annotated[str, choice("I", "II", "III")] | None = None
    value: Money | None = None
    origin: Country | None = None


@dataclass(frozen=True, kw_only=True)
class Party:
    """A trader as one agency named it; a legal person, never a private one (those are nominal)."""

    name: Text
    country: Country
    address: Text | None = None
    phone: Text | None = None
    email: Text | None = None
    scheme: Annotated[str, choice("lei", "eori", "national", "duns", "vat")] | None = None
    identifier: Number | None = None

    @property
    def key(self) -> str:
        """What this trader is known by: its registered identifier, else country and folded name."""
        if self.scheme and self.identifier:
            return f"{self.scheme}:{self.identifier.upper()}"
        return f"{self.country}:{folded(self.name)}"


@dataclass(frozen=True, kw_only=True)
class Parties:
    """Who takes part in a shipment, by role."""

    exporter: Party | None = None
    importer: Party | None = None
    consignee: Party | None = None
    end_user: Party | None = None
    receiver: Party | None = None
    declarant: Party | None = None
    carrier: Party | None = None
    intermediaries: tuple[Party, ...] = ()


PARTY_ROLES = tuple(item.name for item in fields(Parties))


@dataclass(frozen=True, kw_only=True)
class Route:
    """The countries and places of a journey as planned; the countries named here are concerned."""

    exporting: Country
    importing: Country
    transit: tuple[Country, ...] = ()
    end_use: Country | None = None
    exit_point: Locode | None = None
    entry_point: Locode | None = None
    itinerary: tuple[Locode, ...] = ()

    @property
    def countries(self) -> frozenset[str]:
        last = {self.end_use} if self.end_use else set()
        return frozenset({self.exporting, self.importing, *self.transit, *last})

    def held_by(self, role: str) -> tuple[str | None, ...]:
        """The countries in one of the roles `exporting`, `importing` and `transit`."""
        ends = {"exporting": (self.exporting,), "importing": (self.importing, self.end_use)}
        return self.transit if role == "transit" else ends[role]


@dataclass(frozen=True, kw_only=True)
class Equipment:
    """A container (ISO 6346) with the seals on it (ISO 17712)."""

    container: Container
    seals: tuple[Seal, ...] = ()
    size_type: Number | None = None


@dataclass(frozen=True, kw_only=True)
class Transport:
    """How the goods travel: mode (UNECE Recommendation 19, as words), means and containers."""

    mode: Annotated[
        str, choice("sea", "rail", "road", "air", "mail", "multimodal", "fixed", "inland_water")
    ]
    means: Text | None = None
    imo: Imo | None = None
    voyage: Number | None = None
    equipment: tuple[Equipment, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Document:
    """A paper that a shipment travels on, by type and number."""

    type: Annotated[
        str,
        choice(
            "pen",
            "export_authorisation",
            "import_authorisation",
            "licence",
            "invoice",
            "contract",
            "bill_of_lading",
            "air_waybill",
            "consignment_note",
            "mrn",
            "transit",
            "manifest",
            "ucr",
            "certificate",
            "report",
            "other",
        ),
    ]
    number: Number
    country: Country | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    reusable: Flag = False
    sha256: Sha256 | None = None


@dataclass(frozen=True, kw_only=True)
class Observed:
    """What an officer saw at a place and time: a sighting, not a plan."""

    place: Locode | None = None
    latitude: Degrees | None = None
    longitude: Degrees | None = None
    office: Text | None = None
    equipment: tuple[Equipment, ...] = ()
    seals_intact: Flag | None = None
    gross_mass: Measure | None = None
    packages: Count | None = None
    means: Text | None = None
    photos: tuple[Sha256, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Marking:
    """How far a statement may travel: TLP 2.0, handling codes, named recipients, a time."""

    tlp: Annotated[str, choice("RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR")] = "AMBER"
    handling: tuple[Annotated[str, choice("H0", "H1", "H2", "H3")], ...] = ()
    releasable_to: tuple[Recipient, ...] = ()
    visible_after: Moment | None = None
    originator_controlled: Flag = False


@dataclass(frozen=True, kw_only=True)
class Child:
    """A part of a shipment that goes on under a name of its own."""

    shipment: ShipmentRef
    goods: tuple[Line, ...]
