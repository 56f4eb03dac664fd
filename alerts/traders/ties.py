"""What ties two sightings of traders together, and what keeps them apart, each in words.

Names are compared word by word (`alerts.rules.names.closeness`), in Latin letters.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from alerts.rules.names import ALIKE, closeness, dialled, differently_registered
from ledger.claims import Party, folded

SCHEMES = {
    "lei": "LEI",
    "eori": "EORI number",
    "national": "registration number",
    "duns": "D-U-N-S number",
    "vat": "VAT number",
}


class Strength(StrEnum):
    """What a tie says."""

    SAME = "same"
    RELATED = "related"


@dataclass(frozen=True, kw_only=True, slots=True)
class Tie:
    """Why two traders are the same or related. `common`: the values it rests on, by kind."""

    strength: Strength
    why: str
    common: frozenset[tuple[str, str]] = frozenset()


def values(party: Party) -> Iterator[tuple[str, str]]:
    """What a trader may share with another, as it is compared: kind and value."""
    if party.scheme and party.identifier:
        yield "identifier", party.key
    if party.phone and (digits := dialled(party.phone)):
        yield "phone", digits
    if party.email:
        yield "email", party.email.casefold()
    if party.address:
        yield "address", folded(party.address)


def tie(one: Party, other: Party, common: frozenset[tuple[str, str]] = frozenset()) -> Tie | None:
    """What ties two sightings; None for nothing. `common` are values that too many share."""
    shared = frozenset(values(one)) & frozenset(values(other)) - common
    kinds = {kind for kind, _ in shared}
    if "identifier" in kinds:
        return _same(f"by the same {SCHEMES[one.scheme or '']}", shared)
    nearness = closeness(one.name, other.name)
    if nearness >= ALIKE and not differently_registered(one, other):
        also = sorted(kinds)
        if one.country == other.country or also:
            return _same(_by_name(nearness, one, other, also), shared)
    if kinds:
        return Tie(
            strength=Strength.RELATED,
            why=f"shares {_listed(sorted(kinds))}, under another name",
            common=shared,
        )
    return None


def _same(why: str, common: frozenset[tuple[str, str]]) -> Tie:
    return Tie(strength=Strength.SAME, why=why, common=common)


def _by_name(nearness: float, one: Party, other: Party, also: list[str]) -> str:
    said = "by the same name" if nearness == 1 else f"by a name {nearness:.0%} alike"
    place = "in the same country" if one.country == other.country else "in another country"
    return f"{said} {place}" + (f" and {_listed(also)}" if also else "")


def _listed(kinds: list[str]) -> str:
    words = {"phone": "a telephone", "email": "a mailbox", "address": "an address"}
    return " and ".join(words[kind] for kind in kinds)
