"""Import-side excesses in order: how much is left unexplained, and how unusual that is.

An excess scores the dollars that no explanation covers, weighted by the part of the difference that
they are, and by how unusual they are for pairs of that size and those countries: what half of all
pairs show counts nothing, what none shows counts in full. So neither a large trade that differs by
a little, nor a parcel that only one side booked, comes up before a trade in millions that one side
hardly reports.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from alerts.mirrors import USUAL, Pair, Terms
from alerts.mirrors.book import Book
from alerts.mirrors.explanations import Evidence, Tried, gather, tried
from alerts.mirrors.noise import Noise, learn, ratio

Group = tuple[int, str]  # a year and a chapter


@dataclass(frozen=True, kw_only=True, slots=True)
class Excess:
    """One pair whose importer reports more, and what became of the difference."""

    pair: Pair
    exported: int
    imported: int
    to_world: int  # what the exporter reports of the chapter to everybody
    tried: tuple[Tried, ...]
    left: int
    deviation: float
    as_unusual: float  # the share of all pairs that differ as much
    score: float

    @property
    def reported_share(self) -> float:
        """How much of what the importer reports the exporter reports."""
        return self.exported / self.imported

    @property
    def is_explained(self) -> bool:
        """Whether the explanations cover more than half of the difference."""
        return self.left < (self.imported - self.exported) / 2


@dataclass(frozen=True, kw_only=True)
class Judge:
    """What it takes to judge a pair: the evidence, and what is usual."""

    evidence: Evidence
    noise: Noise

    def excess(self, pair: Pair) -> Excess | None:
        """The excess of a pair, if its importer reports more than freight and grain explain."""
        book, terms = self.evidence.book, self.evidence.terms
        exported, imported = book.values(pair)
        if imported - exported * (1 + terms.freight) < terms.least:
            return None
        left, steps = tried(pair, self.evidence)
        apart = ratio(exported, exported * (1 + terms.freight) + left, terms)
        habit = max(0.0, self.noise.expected(pair))
        deviation = (apart - habit) / self.noise.spread(max(exported, imported))
        share = self.noise.share_as_far(deviation) if deviation > 0 else 1.0
        return Excess(
            pair=pair,
            exported=exported,
            imported=imported,
            to_world=book.exported_to_world.get((pair.year, pair.chapter, pair.exporter), 0),
            tried=steps,
            left=left,
            deviation=deviation,
            as_unusual=share,
            score=left * max(0.0, 1 - 2 * share) * left / (imported - exported),
        )

    def group(self, pairs: Iterable[Pair]) -> tuple[Excess, ...]:
        """The excesses among these pairs, the most unexplained first."""
        found = [excess for pair in pairs if (excess := self.excess(pair)) is not None]
        return tuple(sorted(found, key=_rank))


def _rank(excess: Excess) -> tuple[float, int, str, str]:
    return -excess.score, -excess.left, excess.pair.exporter, excess.pair.importer


@dataclass(frozen=True, kw_only=True)
class Reconciled:
    """Everything that was compared: the excesses of each year and chapter, in order."""

    book: Book
    terms: Terms
    judge: Judge
    compared: int
    one_side_silent: int
    groups: Mapping[Group, tuple[Excess, ...]]


def reconcile(book: Book, terms: Terms = USUAL) -> Reconciled:
    """Judge every pair whose two countries both filed; what only one filed accuses nobody."""
    judge = Judge(evidence=gather(book, terms), noise=learn(book, terms))
    comparable = book.comparable()
    by_group = by_year_and_chapter(comparable)
    return Reconciled(
        book=book,
        terms=terms,
        judge=judge,
        compared=len(comparable),
        one_side_silent=book.silent(),
        groups={group: judge.group(pairs) for group, pairs in sorted(by_group.items())},
    )


def by_year_and_chapter(pairs: Iterable[Pair]) -> Mapping[Group, Sequence[Pair]]:
    found: dict[Group, list[Pair]] = defaultdict(list)
    for pair in pairs:
        found[pair.year, pair.chapter].append(pair)
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Lasting:
    """One pair and chapter over all years in which its importer reports more."""

    chapter: str
    exporter: str
    importer: str
    excesses: tuple[Excess, ...]
    among_first: int

    @property
    def imported(self) -> int:
        return sum(each.imported for each in self.excesses)

    @property
    def exported(self) -> int:
        return sum(each.exported for each in self.excesses)

    @property
    def left(self) -> int:
        return sum(each.left for each in self.excesses)

    @property
    def score(self) -> float:
        """Its dollars, weighted by how often it is among the first: repeated beats once."""
        total = sum(each.score for each in self.excesses)
        return total * self.among_first / len(self.excesses)


def lasting(reconciled: Reconciled) -> list[Lasting]:
    """Every pair and chapter with an excess, the most unexplained over the years first."""
    first: dict[tuple[str, str, str], int] = defaultdict(int)
    found: dict[tuple[str, str, str], list[Excess]] = defaultdict(list)
    for excesses in reconciled.groups.values():
        for place, excess in enumerate(excesses):
            key = excess.pair.chapter, excess.pair.exporter, excess.pair.importer
            found[key].append(excess)
            first[key] += place < reconciled.terms.first and excess.score > 0
    made = [
        Lasting(
            chapter=key[0],
            exporter=key[1],
            importer=key[2],
            excesses=tuple(those),
            among_first=first[key],
        )
        for key, those in found.items()
    ]
    return sorted(made, key=lambda each: (-each.score, each.chapter, each.exporter, each.importer))
