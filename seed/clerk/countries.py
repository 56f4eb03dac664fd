"""A country as somebody wrote it, in whatever language, to its ISO 3166-1 code."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType

from seed import reference
from seed.clerk.reading import Reading, fold

ARTICLE = re.compile(r"\s*\((?:the|le|la|les|l'|el|los|las)\)\s*$")


def read_country(raw: str) -> Reading[str]:
    """ISO 3166-1 alpha-2 of a name in English, French, Spanish and the other UN languages."""
    spellings = _spellings()
    for spelling in _variants(raw):
        if code := spellings.get(spelling):
            return Reading(code)
    return Reading(None, (f"country {raw!r} is not known",) if raw.strip() else ())


def _variants(name: str) -> Iterator[str]:
    """The name; without its article; turned round at the comma; without what is in brackets."""
    plain = ARTICLE.sub("", name)
    yield fold(plain)
    if "," in plain:
        short, _, rest = plain.partition(",")
        yield fold(f"{rest} {short}")
        yield fold(f"{short} {rest}")
    yield fold(re.sub(r"\([^)]*\)", "", plain))


@cache
def _spellings() -> Mapping[str, str]:
    """Official names win over short forms, and those over the spellings met in practice."""
    found: dict[str, str] = {}
    for country in reference.countries().values():
        for name in (country.iso2, country.iso3, *country.names):
            found.setdefault(fold(ARTICLE.sub("", name)), country.iso2)
    for country in reference.countries().values():
        for name in country.names:
            for spelling in _variants(name):
                found.setdefault(spelling, country.iso2)
    for row in reference.read_table("country_spellings.csv"):
        found.setdefault(fold(row["spelling"]), row["iso2"])
    return MappingProxyType(found)
