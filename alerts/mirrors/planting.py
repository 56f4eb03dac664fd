"""Whether the ranking finds what is hidden, and leaves alone what only looks like it.

Nobody knows what is hidden in published records, so some is hidden here: of pairs on which both
sides agree, the exporter's report is cut to a few per cent, one pair at a time. In one trial it is
gone from the exporter's total as well, which is a trade that one side hardly reports; in the other
the total stays, as when the exporter booked it on another partner, which is honest. A ranking worth
having brings up the first and not the second.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from alerts.mirrors import Pair
from alerts.mirrors.book import Book
from alerts.mirrors.noise import ratio
from alerts.mirrors.ranking import Judge, Reconciled, by_year_and_chapter

KEPT = 0.03  # of the exporter's report
LEAST = 1_000_000  # USD that the importer reports
AGREEING = math.log(1.5)
CROWD = 10  # pairs in the year and chapter, so that being among three says something


@dataclass(frozen=True, kw_only=True, slots=True)
class Planted:
    """How many planted trades came up, first and not explained: hidden, and merely rebooked."""

    planted: int
    hidden_found: int
    rebooked_found: int


def plant(reconciled: Reconciled, *, rng: random.Random, most: int = 200) -> Planted:
    """Hide some reports on which both sides agree, one at a time, and see where they come up."""
    book, terms = reconciled.book, reconciled.terms
    groups = by_year_and_chapter(book.comparable())
    agreed = [
        pair
        for pairs in groups.values()
        if len(pairs) >= CROWD
        for pair in pairs
        if book.values(pair)[1] >= LEAST and abs(ratio(*book.values(pair), terms)) <= AGREEING
    ]
    chosen = rng.sample(agreed, min(most, len(agreed)))
    hidden = rebooked = 0
    for pair in chosen:
        total = book.exported_to_world[pair.year, pair.chapter, pair.exporter]
        kept = round(book.exported[pair] * KEPT)
        gone = total - book.exported[pair] + kept
        group = groups[pair.year, pair.chapter]
        hidden += _comes_up(pair, book.with_report(pair, kept, to_world=gone), group, reconciled)
        rebooked += _comes_up(pair, _rebooked(pair, kept, book, total), group, reconciled)
    return Planted(planted=len(chosen), hidden_found=hidden, rebooked_found=rebooked)


def _rebooked(pair: Pair, kept: int, book: Book, total: int) -> Book:
    """The book if the rest were booked on another partner, who files and does not confirm it."""
    gone = book.exported[pair] - kept
    partners = book.traded_by[pair.year, pair.chapter, pair.exporter]
    others = [replace(pair, importer=each) for each in partners if each != pair.importer]
    filing = [other for other in others if book.both_filed(other)]
    less = book.with_report(pair, kept, to_world=total)
    for other in filing[:1]:
        return less.with_report(other, book.exported[other] + gone, to_world=total)
    return less


def _comes_up(pair: Pair, book: Book, group: Sequence[Pair], reconciled: Reconciled) -> bool:
    evidence = reconciled.judge.evidence.with_book(book, pair)
    judge = Judge(evidence=evidence, noise=reconciled.judge.noise)
    first = judge.group(group)[: reconciled.terms.first]
    return any(each.pair == pair and not each.is_explained for each in first)
