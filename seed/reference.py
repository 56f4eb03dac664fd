"""Reference data the demo rests on: lists of substances, countries, ports, units and reply clocks.

Everything is read from the files packaged in `seed/data`, whose sources and licences are in
`seed/data/SOURCES.md`. Lists and limits are data with dates and jurisdictions: a new programme
list is new rows, not new code.
"""

import csv
import gzip
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Literal, cast

EVERYWHERE = "*"
HS_EDITION = "2022"

PIC_LIST = "eu-pic-2024"
PIC_VALID_FROM = "2024-01-01"  # the year for which the notifications were made


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """One substance on one list. `hs` classifies it; `hs_screened` are codes it hides under."""

    list: str
    substance: str
    name: str
    cas: tuple[str, ...]
    hs: tuple[str, ...]
    hs_screened: tuple[str, ...]
    hs_edition: str
    un: tuple[str, ...]
    jurisdiction: str
    valid_from: str
    valid_from_precision: Literal["day", "year", "default"]
    limits: tuple[str, ...]
    synonyms: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Country:
    """A country with its names in every language the sources give; the first is the short name."""

    iso2: str
    iso3: str
    names: tuple[str, ...]
    lat: float | None
    lon: float | None
    entrepot: bool

    @property
    def name(self) -> str:
        return self.names[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class Port:
    """A sea port by its UN/LOCODE."""

    locode: str
    name: str
    lat: float | None
    lon: float | None

    @property
    def country(self) -> str:
        return self.locode[:2]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplyPolicy:
    """How long a notice may wait for a reply, and what a jurisdiction lets silence do.

    `silence` is what that jurisdiction's law says; in the ledger an unanswered notice is
    `expired_no_reply` all the same, because silence is never consent.
    """

    jurisdiction: str
    clock: Literal["working_days", "calendar_days"]
    days: int
    silence: Literal["may_proceed", "barred", "none"]
    basis: str
    certainty: str


@cache
def substances() -> tuple[Listing, ...]:
    """The 1988 Convention's tables, Programme Global Shield and Regulation (EU) 2019/1148."""
    return tuple(
        Listing(
            list=row["list"],
            substance=row["substance"],
            name=row["name"],
            cas=_several(row["cas"]),
            hs=_several(row["hs"]),
            hs_screened=_several(row["hs_screened"]),
            hs_edition=HS_EDITION,
            un=_several(row["un"]),
            jurisdiction=row["jurisdiction"],
            valid_from=row["valid_from"],
            valid_from_precision=cast(
                "Literal['day', 'year', 'default']", row["valid_from_precision"]
            ),
            limits=_several(row["limits"]),
            synonyms=_several(row["synonyms"]),
        )
        for row in read_table("listings.csv")
    )


@cache
def pic_substances() -> tuple[Listing, ...]:
    """The chemicals of the 2024 export notifications: a programme list like any other.

    Their HS codes depend on the preparation and are not in the notifications, so none are given.
    """
    return tuple(
        Listing(
            list=PIC_LIST,
            substance=row["substance"],
            name=row["name"],
            cas=_several(row["cas"]),
            hs=(),
            hs_screened=(),
            hs_edition=HS_EDITION,
            un=(),
            jurisdiction="EU",
            valid_from=PIC_VALID_FROM,
            valid_from_precision="default",
            limits=(),
            synonyms=_several(row["synonyms"]),
        )
        for row in read_table("eu_pic_substances.csv")
    )


@cache
def countries() -> Mapping[str, Country]:
    return MappingProxyType(
        {
            row["iso2"]: Country(
                iso2=row["iso2"],
                iso3=row["iso3"],
                names=_several(row["names"]),
                lat=_degrees(row["lat"]),
                lon=_degrees(row["lon"]),
                entrepot=bool(row["entrepot"]),
            )
            for row in read_table("countries.csv")
        }
    )


@cache
def eu_members() -> frozenset[str]:
    return frozenset(row["iso2"] for row in read_table("countries.csv") if row["eu"])


@cache
def ports() -> tuple[Port, ...]:
    """Sea ports: the UN/LOCODE places whose function includes 1."""
    return tuple(
        Port(
            locode=row["locode"],
            name=row["name"],
            lat=_degrees(row["lat"]),
            lon=_degrees(row["lon"]),
        )
        for row in read_table("ports.csv.gz")
    )


@cache
def units() -> Mapping[str, str]:
    """UNECE Rec 20 codes in use for goods, with their names; `ledger.quantities` converts them."""
    return MappingProxyType({row["code"]: row["name"] for row in read_table("units.csv")})


@cache
def reply_policies() -> tuple[ReplyPolicy, ...]:
    """One policy per jurisdiction; `*` is the fallback for those not named."""
    return tuple(
        ReplyPolicy(
            jurisdiction=row["jurisdiction"],
            clock=cast("Literal['working_days', 'calendar_days']", row["clock"]),
            days=int(row["days"]),
            silence=cast("Literal['may_proceed', 'barred', 'none']", row["silence"]),
            basis=row["basis"],
            certainty=row["certainty"],
        )
        for row in read_table("reply_policies.csv")
    )


def read_table(name: str) -> Iterator[dict[str, str]]:
    """The rows of one packaged CSV file; a name that ends in .gz is unpacked."""
    data = resources.files("seed").joinpath("data", name).read_bytes()
    if name.endswith(".gz"):
        data = gzip.decompress(data)
    yield from csv.DictReader(io.StringIO(data.decode("utf-8"), newline=""))


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)


def _degrees(cell: str) -> float | None:
    return float(cell) if cell else None
