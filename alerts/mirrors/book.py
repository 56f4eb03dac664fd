"""The records by pair, and what may be asked of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from alerts.mirrors import Pair
from alerts.mirrors.flows import WORLD, Flow

Values: TypeAlias = Mapping[Pair, int]
Totals: TypeAlias = Mapping[tuple[int, str, str], int]  # year, chapter, country
_ISO3 = 3


@dataclass(frozen=True, kw_only=True)
class Book:
    """What each side reported. `filed_…`: who reported anything at all in a year."""

    exported: Values
    imported: Values
    re_exported: Values
    exported_to_world: Totals
    filed_exports: frozenset[tuple[int, str]]
    filed_imports: frozenset[tuple[int, str]]
    traded_by: Mapping[tuple[int, str, str], tuple[str, ...]]  # the partners an exporter names
    hubs: Mapping[tuple[int, str, str], tuple[str, ...]]  # who re-exports to an importer
    chapters: tuple[str, ...]

    def comparable(self) -> list[Pair]:
        """Every pair that one side names, and both countries filed something that year."""
        return [pair for pair in self.named() if self.both_filed(pair)]

    def named(self) -> list[Pair]:
        """Every pair that one side names, in order."""
        found = self.exported.keys() | self.imported.keys()
        return sorted(
            (pair for pair in found if pair.exporter != pair.importer),
            key=lambda p: (p.year, p.chapter, p.exporter, p.importer),
        )

    def silent(self) -> int:
        """How many pairs of countries that do file can't be compared: one filed nothing then."""
        files = {country for _, country in self.filed_exports | self.filed_imports}
        among = [p for p in self.named() if p.exporter in files and p.importer in files]
        return sum(not self.both_filed(pair) for pair in among)

    def both_filed(self, pair: Pair) -> bool:
        return (pair.year, pair.exporter) in self.filed_exports and (
            pair.year,
            pair.importer,
        ) in self.filed_imports

    def values(self, pair: Pair) -> tuple[int, int]:
        """What the exporter and what the importer reported; nothing is nought."""
        return self.exported.get(pair, 0), self.imported.get(pair, 0)

    def world(self, pair: Pair) -> int:
        """What the exporter reports to the whole world.

        Where it reports nothing of the chapter to anybody that year, its report may be missing as a
        whole: then the greater of the years beside it stands for it.
        """
        around = (pair.year, pair.year - 1, pair.year + 1)
        totals = [
            self.exported_to_world.get((year, pair.chapter, pair.exporter), 0) for year in around
        ]
        return totals[0] or max(totals)

    def with_report(self, pair: Pair, usd: int, *, to_world: int) -> "Book":
        """The book if the exporter had reported so much of this trade, and so much in all."""
        key = pair.year, pair.chapter, pair.exporter
        totals = {**self.exported_to_world, key: to_world}
        return replace(self, exported={**self.exported, pair: usd}, exported_to_world=totals)


def book(flows: Iterable[Flow]) -> Book:
    """Sort the flows by pair. What is reported twice counts once: the greater."""
    values: dict[str, dict[Pair, int]] = defaultdict(dict)
    totals: dict[tuple[int, str, str], int] = {}
    filed: dict[str, set[tuple[int, str]]] = defaultdict(set)
    for flow in flows:
        filed[flow.direction].add((flow.year, flow.reporter))
        if flow.partner == WORLD and flow.direction == "export":
            totals[flow.year, flow.chapter, flow.reporter] = flow.usd
        if len(flow.partner) == _ISO3 and flow.partner.isalpha():
            pair = _pair(flow)
            mine = values[flow.direction]
            mine[pair] = max(flow.usd, mine.get(pair, 0))
    return Book(
        exported=values["export"],
        imported=values["import"],
        re_exported=values["re-export"],
        exported_to_world=_whole(totals, values["export"]),
        filed_exports=frozenset(filed["export"]),
        filed_imports=frozenset(filed["import"]),
        traded_by=_grouped((p.year, p.chapter, p.exporter, p.importer) for p in values["export"]),
        hubs=_grouped((p.year, p.chapter, p.importer, p.exporter) for p in values["re-export"]),
        chapters=tuple(sorted({pair.chapter for each in values.values() for pair in each})),
    )


def _pair(flow: Flow) -> Pair:
    outward = flow.direction in {"export", "re-export"}
    ends = (flow.reporter, flow.partner) if outward else (flow.partner, flow.reporter)
    return Pair(year=flow.year, chapter=flow.chapter, exporter=ends[0], importer=ends[1])


def _whole(stated: Totals, exported: Values) -> dict[tuple[int, str, str], int]:
    """The totals as stated, or the sum of the partners where that is more."""
    sums: dict[tuple[int, str, str], int] = defaultdict(int)
    for pair, usd in exported.items():
        sums[pair.year, pair.chapter, pair.exporter] += usd
    return {key: max(stated.get(key, 0), sums.get(key, 0)) for key in stated.keys() | sums.keys()}


def _grouped(
    keys: Iterable[tuple[int, str, str, str]],
) -> dict[tuple[int, str, str], tuple[str, ...]]:
    found: dict[tuple[int, str, str], list[str]] = defaultdict(list)
    for year, chapter, one, other in sorted(keys):
        found[year, chapter, one].append(other)
    return {key: tuple(those) for key, those in found.items()}
