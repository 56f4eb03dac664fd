"""What may honestly make an importer report more than an exporter, each in figures.

Every explanation says how many dollars it *could* cover; of that its credit is believed. They are
tried in order on what the ones before have left, so nothing is explained twice.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from alerts.mirrors import Pair, Terms
from alerts.mirrors.book import Book
from alerts.mirrors.unconfirmed import Unconfirmed, unconfirmed

_HOME_LEAST = 3  # years, and chapters, that one side names and the other never


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """One explanation: what it could cover in USD, and what it was believed to."""

    name: str
    could: int
    covers: int


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """The book and what takes long to gather from it: who never books whom as foreign."""

    book: Book
    terms: Terms
    never_foreign: frozenset[tuple[str, str]]
    unconfirmed: Unconfirmed

    def with_book(self, book: Book, pair: Pair) -> "Evidence":
        """The same for a book in which the exporter of this pair reports otherwise that year."""
        key = pair.year, pair.chapter, pair.exporter
        return replace(self, book=book, unconfirmed=self.unconfirmed.with_book(book, key))

    def surplus(self, pair: Pair) -> float:
        return self.unconfirmed.surplus(pair)


def gather(book: Book, terms: Terms) -> Evidence:
    """The evidence for all pairs."""
    seen: dict[tuple[str, str], set[tuple[int, str]]] = defaultdict(set)
    for pair in book.imported:
        if book.both_filed(pair):
            seen[pair.exporter, pair.importer].add((pair.year, pair.chapter))
    named = {(pair.exporter, pair.importer) for pair in book.exported}
    never = frozenset(
        ends
        for ends, both in seen.items()
        if ends not in named
        and len({year for year, _ in both}) >= _HOME_LEAST
        and len({chapter for _, chapter in both}) >= _HOME_LEAST
    )
    return Evidence(
        book=book, terms=terms, never_foreign=never, unconfirmed=unconfirmed(book, terms)
    )


def tried(pair: Pair, evidence: Evidence) -> tuple[int, tuple[Tried, ...]]:
    """What is left of an excess after freight and every explanation; and each of them."""
    exported, imported = evidence.book.values(pair)
    freight = round(exported * evidence.terms.freight)
    left = max(0, imported - exported - freight)
    steps = [Tried(name="freight", could=freight, covers=freight)]
    for name, credit in _credits(evidence.terms):
        could = min(left, round(_EXPLANATIONS[name](pair, evidence)))
        covers = round(could * credit)
        steps.append(Tried(name=name, could=could, covers=covers))
        left -= covers
    return left, tuple(steps)


def _credits(terms: Terms) -> Iterator[tuple[str, float]]:
    yield "home", terms.home_credit
    yield "other partner", terms.credit
    yield "hub", terms.credit
    yield "other year", terms.credit
    yield "other chapter", terms.chapter_credit


def _home(pair: Pair, evidence: Evidence) -> float:
    """The exporter never reports this partner: a customs union, or no foreign country to it."""
    is_home = (pair.exporter, pair.importer) in evidence.never_foreign
    return evidence.book.imported.get(pair, 0) if is_home else 0


def _other_partner(pair: Pair, evidence: Evidence) -> float:
    """The exporter booked it on another partner, who does not confirm it."""
    return evidence.unconfirmed.open_to(pair)


def _hub(pair: Pair, evidence: Evidence) -> float:
    """A third country re-exported it: what hubs sent here that the importer books on no hub."""
    found = 0.0
    for hub in evidence.book.hubs.get((pair.year, pair.chapter, pair.importer), ()):
        if hub != pair.exporter:
            through = replace(pair, exporter=hub)
            most = evidence.book.re_exported[through] * (1 + evidence.terms.freight)
            found += min(evidence.surplus(through), most)
    return found


def _other_year(pair: Pair, evidence: Evidence) -> float:
    """It left in the year before, or was booked in the year after (fiscal years, late papers)."""
    beside = [replace(pair, year=year) for year in (pair.year - 1, pair.year + 1)]
    return sum(
        min(
            evidence.surplus(other),
            evidence.book.exported.get(other, 0) * evidence.terms.turn_of_year,
        )
        for other in beside
    )


def _other_chapter(pair: Pair, evidence: Evidence) -> float:
    """It was classified otherwise: what the exporter reports beyond the importer elsewhere."""
    return sum(
        evidence.surplus(replace(pair, chapter=other))
        for other in evidence.book.chapters
        if other != pair.chapter
    )


_EXPLANATIONS: Mapping[str, Callable[[Pair, Evidence], float]] = {
    "home": _home,
    "other partner": _other_partner,
    "hub": _hub,
    "other year": _other_year,
    "other chapter": _other_chapter,
}
