"""What ties two sightings of traders together, and what keeps them apart, each in words.

A name is compared word by word, so that words may change places: each finds its nearest partner by
Jaro-Winkler (`alerts.rules.names`), and what has none counts against. A number in a name must be
the same number.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from alerts.rules.names import jaro_winkler, one_slip
from ledger.claims import Party, folded
from ledger.spellings import latin

ALIKE = 0.85  # of two names: the same firm, if something else fits
_WORD = 0.88  # of two words: the same word, as in the rules' own threshold for names
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


def dialled(phone: str) -> str:
    """A number as dialled abroad: without signs, blanks and the zeros that open a trunk."""
    return "".join(c for c in phone if c.isdigit()).lstrip("0")


def alike(one: str, other: str) -> float:
    """How alike two names are, from 0 to 1: the share of their letters that find a partner."""
    mine, theirs = sorted((latin(one), latin(other)), key=lambda words: (len(words), words))
    if "".join(mine) == "".join(theirs):
        return 1.0
    if _numbers(mine) != _numbers(theirs):
        return 0.0
    left = list(theirs)
    found = 0.0
    for word in sorted(mine, key=lambda word: (-len(word), word)):
        near = max(left, key=lambda each: (jaro_winkler(word, each), each), default="")
        closeness = jaro_winkler(word, near) if near else 0.0
        if closeness >= _WORD:
            left.remove(near)
            found += closeness * (len(word) + len(near))
    return found / sum(map(len, (*mine, *theirs)))


def tie(one: Party, other: Party, common: frozenset[tuple[str, str]] = frozenset()) -> Tie | None:
    """What ties two sightings; None for nothing. `common` are values that too many share."""
    shared = frozenset(values(one)) & frozenset(values(other)) - common
    kinds = {kind for kind, _ in shared}
    if "identifier" in kinds:
        return _same(f"by the same {SCHEMES[one.scheme or '']}", shared)
    closeness = alike(one.name, other.name)
    if closeness >= ALIKE and not _differently_registered(one, other):
        also = sorted(kinds)
        if one.country == other.country or also:
            return _same(_by_name(closeness, one, other, also), shared)
    if kinds:
        return Tie(
            strength=Strength.RELATED,
            why=f"shares {_listed(sorted(kinds))}, under another name",
            common=shared,
        )
    return None


def _same(why: str, common: frozenset[tuple[str, str]]) -> Tie:
    return Tie(strength=Strength.SAME, why=why, common=common)


def _by_name(closeness: float, one: Party, other: Party, also: list[str]) -> str:
    said = "by the same name" if closeness == 1 else f"by a name {closeness:.0%} alike"
    place = "in the same country" if one.country == other.country else "in another country"
    return f"{said} {place}" + (f" and {_listed(also)}" if also else "")


def _listed(kinds: list[str]) -> str:
    words = {"phone": "a telephone", "email": "a mailbox", "address": "an address"}
    return " and ".join(words[kind] for kind in kinds)


def _differently_registered(one: Party, other: Party) -> bool:
    """Two numbers of one register are two firms, unless one is the other with a slip in it."""
    both = one.scheme is not None and one.scheme == other.scheme
    if not both or not one.identifier or not other.identifier:
        return False
    mine, theirs = one.identifier.upper(), other.identifier.upper()
    return mine != theirs and not one_slip(mine, theirs)


def _numbers(words: tuple[str, ...]) -> list[str]:
    return sorted(word for word in words if word.isdigit())
