"""Under which HS code a country declares a substance: tariffs and those who read them differ.

A code that no list has for a substance says little where a country has declared it so before. What
is remembered is only where the two ends of a trade gave different codes: that is seldom, and what
all shipments shared would have half of them looked at again whenever one is told of late.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from alerts.rules import Dossier, Said
from alerts.rules.aggregates import ASKS
from alerts.rules.columns import Column, goods_of, lines_stated
from alerts.rules.declared import six_digits
from alerts.rules.remembered import once
from ledger.claims import Line
from ledger.events.movements import ExportReleased
from ledger.events.receptions import ImportCleared
from ledger.roster import Listing
from ledger.vocabulary import ShipmentEvent

FEW = 2  # loads declared so before, that make it a country's own way


def listed_for(listings: Iterable[Listing], line: Line) -> frozenset[str]:
    """The HS codes listed for a line's substance, of its edition or of all where it states none."""
    return frozenset(
        six_digits(code)
        for item in listings
        if line.hs_edition in {None, item.hs_edition}
        for code in (*item.hs, *item.hs_screened)
    )


def heading_of(country: str, substance: str) -> str:
    """The HS codes, as numbers, under which a country declares what others declare otherwise."""
    return f"heading/{country}/{substance}"


def observed_headings(dossier: Dossier) -> Iterator[tuple[str, datetime, Decimal]]:
    """What this shipment adds to that, and what it asks about."""
    for (country, substance), at in _spoken(dossier).items():
        yield heading_of(country, substance), at, ASKS
    for each in (*dossier.stated(ExportReleased)[:1], *dossier.stated(ImportCleared)[:1]):
        for substance, code in _declared(goods_of(each.event)):
            if (each.by.country, substance) in _spoken(dossier):
                yield heading_of(each.by.country, substance), each.by.occurred_at, Decimal(code)


def usual_there(
    dossier: Dossier, substance: str, code: str, said: Iterable[Said[ShipmentEvent]]
) -> str:
    """`2 of 3 loads that XX declared otherwise before`, if all who said it are such countries.

    Half of those loads or more, and at least two, make it a country's way.
    """
    told = ""
    for country in sorted({each.by.country for each in said}):
        since = _spoken(dossier).get((country, substance))
        if since is None:
            return ""  # it says what the others say
        before = dossier.elsewhere.observed(heading_of(country, substance), since)
        known = [seen.value for seen in before]
        like = known.count(Decimal(code)) if code.isdigit() else 0
        if like < FEW or 2 * like < len(known):
            return ""
        told = f"{like} of {len(known)} loads that {country} declared otherwise before"
    return told


def at_home(dossier: Dossier, declared: Column, substance: str) -> bool:
    """Whether each code of a declaration is listed for the substance or is its country's way."""
    listings = dossier.roster.listed(substance)
    return all(
        six_digits(line.hs) in listed_for(listings, line)
        or usual_there(dossier, substance, six_digits(line.hs), declared.said)
        for line in declared.of(substance)
        if line.hs
    )


@once
def _spoken(dossier: Dossier) -> dict[tuple[str, str], datetime]:
    """When each country first said a code of a substance that another country has otherwise.

    Its habit is what it did before that.
    """
    first: dict[tuple[str, str], datetime] = {}
    codes: dict[tuple[str, str], set[str]] = {}
    for line, each in lines_stated(dossier):
        if line.hs:
            key, at = (each.by.country, line.substance), each.by.occurred_at
            first[key] = min(at, first.get(key, at))
            codes.setdefault(key, set()).add(six_digits(line.hs))
    return {
        key: at
        for key, at in first.items()
        if any(key[1] == other[1] and codes[key].isdisjoint(codes[other]) for other in codes)
    }


def _declared(lines: Iterable[Line]) -> Iterator[tuple[str, str]]:
    """The last code of each substance; a declaration seldom has two."""
    codes = {line.substance: six_digits(line.hs) for line in lines if line.hs}
    yield from ((substance, code) for substance, code in sorted(codes.items()) if code.isdigit())
