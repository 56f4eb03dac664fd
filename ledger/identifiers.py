"""Identifiers: what is wrong with one, and the form in which all its spellings are found.

A complaint is a sentence for a person. It never bars a statement: what is written on the papers is
evidence, also when it cannot be right, so the vocabulary warns of it and a rule reports it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import iso3166

Check = Callable[[str], str | None]

_SEPARATORS = str.maketrans("", "", " .-")
# Beside ISO 3166-1: Northern Ireland and Kosovo at the customs, installations at sea as places.
_CUSTOMS_COUNTRIES = iso3166.countries_by_alpha2.keys() | {"XI", "XK"}
_LOCODE_COUNTRIES = iso3166.countries_by_alpha2.keys() | {"XZ"}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How a sort of identifier is checked (in normal form, or as written), and its prefix."""

    check: Check
    prefix: str = ""
    as_written: bool = False


@lru_cache(maxsize=65_536)
def complaint(kind: str, value: str) -> str | None:
    """What is wrong with this identifier, in a sentence, or None. KINDS has the kinds."""
    known = KINDS[kind]
    # Upper-casing must not turn a look-alike such as the long s into the letter it resembles.
    if not value.isascii():
        return "It has a character that is neither a plain letter, a digit nor a sign."
    return known.check(value.upper() if known.as_written else normal(kind, value))


@lru_cache(maxsize=65_536)
def normal(kind: str, value: str) -> str:
    """The form to search by: upper case, without spaces, dots, dashes and the kind's own prefix."""
    compact = value.upper().translate(_SEPARATORS)
    return compact.removeprefix(KINDS[kind].prefix) if kind in KINDS else compact


def _form(pattern: str, sentence: str) -> Check:
    compiled = re.compile(pattern)
    return lambda value: None if compiled.fullmatch(value) else sentence


def _container(value: str) -> str | None:
    """ISO 6346: letters from 10 without multiples of 11, weights double, modulo 11, then 10."""
    if not re.fullmatch(r"[A-Z]{3}[UJZ][0-9]{7}", value):
        return "A container number is three letters, then U, J or Z, then seven digits (ISO 6346)."
    letters = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", _container_letters(), strict=True))
    total = sum((letters.get(c) or int(c)) << place for place, c in enumerate(value[:10]))
    return _digit_complaint("container number", value, total % 11 % 10)


def _container_letters() -> list[int]:
    return [number for number in range(10, 39) if number % 11]


def _cas(value: str) -> str | None:
    """CAS registry numbers: digits weighted by their place from the right, modulo 10."""
    if not re.fullmatch(r"[0-9]{5,10}", value):
        return "A CAS number is two to seven digits, two digits and a check digit."
    total = sum(place * int(c) for place, c in enumerate(value[-2::-1], 1))
    return _digit_complaint("CAS number", value, total % 10)


def _imo(value: str) -> str | None:
    """IMO ship numbers: six digits weighted 7 to 2, modulo 10."""
    if not re.fullmatch(r"[0-9]{7}", value):
        return "An IMO number is seven digits."
    total = sum(weight * int(c) for weight, c in zip(range(7, 1, -1), value[:6], strict=True))
    return _digit_complaint("IMO number", value, total % 10)


def _lei(value: str) -> str | None:
    """ISO 17442: all twenty characters, letters from A = 10, leave 1 modulo 97 (ISO 7064)."""
    if not re.fullmatch(r"[A-Z0-9]{18}[0-9]{2}", value):
        return "An LEI is eighteen letters and digits and two check digits (ISO 17442)."
    if int("".join(str(int(c, 36)) for c in value)) % 97 != 1:
        return "The LEI's check digits do not fit: one of its characters is wrong."
    return None


def _locode(value: str) -> str | None:
    if not re.fullmatch(r"[A-Z]{2}[A-Z2-9]{3}", value):
        return "A UN/LOCODE is a country of two letters and a place of three letters or digits."
    return _country_complaint(value[:2], _LOCODE_COUNTRIES)


def _mrn(value: str) -> str | None:
    if not re.fullmatch(r"[0-9]{2}[A-Z]{2}[A-Z0-9]{13}[0-9]", value):
        return "An MRN is eighteen characters: year, country, thirteen characters, check digit."
    return _country_complaint(value[2:4], _CUSTOMS_COUNTRIES)


def _eori(value: str) -> str | None:
    if not re.fullmatch(r"[A-Z]{2}[A-Z0-9]{1,15}", value):
        return "An EORI number is a country of two letters and up to fifteen letters and digits."
    return _country_complaint(value[:2], _CUSTOMS_COUNTRIES)


def _digit_complaint(name: str, value: str, expected: int) -> str | None:
    if int(value[-1]) == expected:
        return None
    return f"The {name}'s check digit is {value[-1]} and should be {expected}: one digit is wrong."


def _country_complaint(country: str, countries: set[str]) -> str | None:
    return None if country in countries else f"There is no country {country} (ISO 3166-1)."


KINDS: dict[str, Kind] = {
    "container": Kind(check=_container),
    "cas": Kind(check=_cas, prefix="CAS"),
    "imo": Kind(check=_imo, prefix="IMO"),
    "locode": Kind(check=_locode),
    "lei": Kind(check=_lei),
    "mrn": Kind(check=_mrn),
    "ucr": Kind(
        check=_form(
            r"[A-Z0-9()/-]{1,35}",
            "A UCR is at most 35 letters, digits, brackets, slashes and dashes.",
        ),
        as_written=True,
    ),
    "eori": Kind(check=_eori),
    "hs": Kind(check=_form(r"[0-9]{6}", "A code of the Harmonized System is six digits.")),
    "un_number": Kind(check=_form(r"[0-9]{4}", "A UN number is four digits."), prefix="UN"),
}
