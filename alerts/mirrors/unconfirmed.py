"""What an exporter says it exported that no importer confirms: where else a trade may be booked.

Importers report the country of origin and exporters the last destination they know, so goods that
go through a third country are booked on it. Where that country files, what it does not confirm
counts; where it does not, the share that usually goes unconfirmed; and all that is booked on areas
not specified.

A large exporter has much that nobody confirms, every year. That can explain what its partner
reports too much every year. It can't explain a trade that fell silent this year, unless more than
usual is unconfirmed this year: so both are held against the other years.
"""

import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from alerts.mirrors import Pair, Terms
from alerts.mirrors.book import Book

Key = tuple[int, str, str]  # year, chapter, exporter
_KNOWN = 3  # other years, for what is usual to mean anything


@dataclass(frozen=True, kw_only=True)
class Unconfirmed:
    """The book, and for each year, chapter and exporter what nobody confirms."""

    book: Book
    freight: float
    rate: float  # the share of an export that its importer usually confirms
    totals: Mapping[Key, float]
    years: Mapping[tuple[str, str], tuple[int, ...]]  # in which an exporter reports a chapter

    def with_book(self, book: Book, key: Key) -> "Unconfirmed":
        """The same for a book that differs for one exporter, chapter and year."""
        return replace(self, book=book, totals={**self.totals, key: _total(book, key, self)})

    def surplus(self, pair: Pair) -> float:
        """What the exporter reports beyond the importer, where the importer filed."""
        if not self.book.both_filed(pair):
            return 0
        exported, imported = self.book.values(pair)
        return max(0, exported * (1 + self.freight) - imported)

    def open_to(self, pair: Pair) -> float:
        """The part of it that may be this pair's trade, booked on somebody else."""
        apart = self._apart(pair)
        others = [replace(pair, year=year) for year in self._other_years(pair)]
        shares = [self._apart(other) / max(1, self.book.world(other)) for other in others]
        if len(shares) < _KNOWN:
            return apart
        more_than_usual = apart - statistics.median(shares) * self.book.world(pair)
        return min(apart, max(0, more_than_usual) + self._usual_gap(pair, others))

    def _apart(self, pair: Pair) -> float:
        """What is unconfirmed, this pair's own part left out."""
        key = pair.year, pair.chapter, pair.exporter
        total = self.totals.get(key)
        if total is None:
            return self.book.world(pair) * (1 - self.rate)
        return total - (_part(self.book, pair, self) if pair in self.book.exported else 0)

    def _usual_gap(self, pair: Pair, others: list[Pair]) -> float:
        """What the importer reports too much in other years, as a share of what it reports."""
        shares = []
        for other in others:
            exported, imported = self.book.values(other)
            if imported and self.book.both_filed(other):
                shares.append(max(0.0, 1 - exported * (1 + self.freight) / imported))
        imported = self.book.imported.get(pair, 0)
        return imported * statistics.median(shares) if len(shares) >= _KNOWN else imported

    def _other_years(self, pair: Pair) -> Iterator[int]:
        years = self.years.get((pair.chapter, pair.exporter), ())
        return (year for year in years if year != pair.year)


def unconfirmed(book: Book, terms: Terms) -> Unconfirmed:
    """Everything exported that no importer confirms."""
    years: dict[tuple[str, str], list[int]] = defaultdict(list)
    for year, chapter, exporter in sorted(book.exported_to_world):
        years[chapter, exporter].append(year)
    made = Unconfirmed(
        book=book,
        freight=terms.freight,
        rate=_rate(book, terms),
        totals={},
        years={key: tuple(those) for key, those in years.items()},
    )
    return replace(
        made, totals={key: _total(book, key, made) for key in sorted(book.exported_to_world)}
    )


def _rate(book: Book, terms: Terms) -> float:
    """How much of an export its importer usually reports as well: the mean over pairs."""
    shares = [
        min(1.0, book.imported.get(pair, 0) / exported)
        for pair, exported in book.exported.items()
        if exported >= terms.grain and book.both_filed(pair)
    ]
    return statistics.fmean(shares) if shares else 0.0


def _total(book: Book, key: Key, of: Unconfirmed) -> float:
    year, chapter, exporter = key
    unnamed: float = book.exported_to_world[key]
    found = 0.0
    for partner in book.traded_by.get(key, ()):
        pair = Pair(year=year, chapter=chapter, exporter=exporter, importer=partner)
        unnamed -= book.exported[pair]
        found += _part(book, pair, of)
    return found + max(0, unnamed)


def _part(book: Book, pair: Pair, of: Unconfirmed) -> float:
    exported = book.exported[pair]
    if not book.both_filed(pair):
        return exported * (1 - of.rate)
    return max(0, exported * (1 + of.freight) - book.imported.get(pair, 0))
