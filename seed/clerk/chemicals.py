"""A chemical as a notification names it, with its CAS numbers, to a substance on a list."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from ledger import identifiers
from seed import reference
from seed.clerk.reading import Reading, fold

MEMBER_OF_GROUP = re.compile(r".* belongs to the group (?P<group>.+)", re.DOTALL)
INCLUDING = re.compile(r",? including .*", re.DOTALL)

# A spreadsheet takes 8018-01-7 for the 7th of January 8018 and shows 8018-01-07 00:00:00.
CAS = re.compile(
    r"0*(?P<head>[0-9]{2,7})-(?P<middle>[0-9]{2})-0?(?P<check>[0-9])(?P<time> 00:00:00)?"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Chemical:
    """A listed substance, and the CAS numbers by which this row means it."""

    substance: str
    name: str
    cas: tuple[str, ...]


def read_chemical(raw: str, cas: str = "") -> Reading[Chemical]:
    """The name decides which substance it is; the CAS numbers say which form, and are checked."""
    listing = _names().get(_key(raw))
    if listing is None:
        return Reading(None, (f"chemical {raw!r} is not on the list",))
    stated = read_cas(cas)
    numbers, remarks = _own(listing, stated.value or ())
    chemical = Chemical(substance=listing.substance, name=listing.name, cas=numbers)
    return Reading(chemical, (*stated.remarks, *remarks))


def read_cas(raw: str) -> Reading[tuple[str, ...]]:
    """Every CAS number in the field whose check digit holds; what was repaired is remarked."""
    found: list[str] = []
    remarks: list[str] = []
    for part in (part.strip() for part in re.split(r"[/;,|]", raw)):
        match = CAS.fullmatch(part)
        number = "{head}-{middle}-{check}".format_map(match.groupdict()) if match else part
        if match and identifiers.complaint("cas", number) is None:
            found.append(number)
            if number != part:
                remarks.append(f"CAS {part!r} was read as {number}")
        elif part:
            remarks.append(f"{part!r} is not a CAS number")
    return Reading(tuple(found) or None, tuple(remarks))


def _own(listing: reference.Listing, stated: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """Of several numbers in one field, those of this substance; of none, the listed ones."""
    own = tuple(number for number in stated if number in listing.cas)
    others = [number for number in stated if number not in listing.cas]
    remarks = [f"CAS {number} is stated too, and is not {listing.name}" for number in others]
    if own:
        return own, remarks
    if len(listing.cas) == 1:
        remarks.append(f"CAS {listing.cas[0]} is the list's: the row does not state it")
        return listing.cas, remarks
    remarks.append(f"no CAS number of {listing.name} is stated")
    return (), remarks


def _key(name: str) -> str:
    """`X belongs to the group Y, including Z` is Y."""
    member = MEMBER_OF_GROUP.fullmatch(name.strip())
    group = member["group"] if member else name
    return fold(INCLUDING.sub("", group))


@cache
def _names() -> Mapping[str, reference.Listing]:
    found: dict[str, reference.Listing] = {}
    for listing in reference.pic_substances():
        for name in (listing.name, *listing.synonyms):
            found.setdefault(_key(name), listing)
    return MappingProxyType(found)
