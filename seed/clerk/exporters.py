"""An exporter as registered here and there, to the firm it belongs to, and where it sits."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from seed import reference
from seed.clerk.countries import read_country
from seed.clerk.reading import Reading, fold, tidy

LEGAL_FORMS = frozenset(
    {"ag", "bv", "bvba", "co", "gmbh", "inc", "kg", "kgaa", "llc", "ltd", "nv", "plc", "sa"}
    | {"sarl", "sas", "sau", "se", "sl", "slu", "spa", "sprl", "srl"}
)
BRANCH_WORDS = frozenset(
    {"belgium", "benelux", "bulgaria", "deutschland", "espana", "espanola", "europe", "france"}
    | {"hispania", "iberica", "site", "sp", "spain"}
)
COUNTRY_CODE_AT_END = re.compile(r"\s(?P<code>[A-Z]{2})\s*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Exporter:
    """`name` as stated; `firm` is the group it is merged into; `country` of its address."""

    name: str
    firm: str
    address: str
    country: str


def read_exporter(name: str, address: str, authority: str) -> Reading[Exporter]:
    """`authority` is the ISO code of the country that received the notification."""
    if not name.strip():
        return Reading(None, ("the exporter is not disclosed",))
    firm = read_firm(name)
    country = read_address_country(address)
    exporter = Exporter(
        name=tidy(name),
        firm=firm.value or tidy(name),
        address=tidy(address),
        country=country.value or authority,
    )
    assumed = (f"the exporter's country is taken to be that of the authority, {authority}",)
    return Reading(exporter, firm.remarks + (() if country.value else assumed))


def read_firm(name: str) -> Reading[str]:
    """A known stem of the name; else the name without legal form, country and site."""
    words = fold(name).split()
    for length in range(len(words), 0, -1):
        if known := _stems().get(" ".join(words[:length])):
            firm, why = known
            remark = f"{tidy(name)} is counted under {firm}: {why}"
            return Reading(firm, () if why == "same name" else (remark,))
    return Reading(_without_forms(tidy(name)) or tidy(name))


def read_address_country(address: str) -> Reading[str]:
    """The ISO code, or the name of a country, at the end of an address."""
    text = tidy(address)
    found = COUNTRY_CODE_AT_END.search(text, max(0, len(text) - 3))
    if found and found["code"] in reference.countries():
        return Reading(found["code"])
    return Reading(read_country(text.rpartition(",")[2]).value)


def _without_forms(name: str) -> str:
    words = re.split(r"[\s,/&()]+", name.strip())
    while len(words) > 1 and (not words[-1] or fold(words[-1]) in LEGAL_FORMS | BRANCH_WORDS):
        words.pop()
    return " ".join(word for word in words if word)


@cache
def _stems() -> Mapping[str, tuple[str, str]]:
    rows = reference.read_table("firms.csv")
    return MappingProxyType({fold(row["stem"]): (row["firm"], row["why"]) for row in rows})
