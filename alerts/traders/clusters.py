"""Sightings of traders brought together: who is one, why, and who is only related.

The order in which sightings came does not matter. Ties between the same two traders, rare values
only, are joined by union-find; what people said comes first, and nothing joins what they keep
apart, not even by way of a third.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

from alerts.traders.ties import Strength, Tie, tie, values
from ledger.claims import Party

MOST_SHARING = 8  # traders that share a value: more, and it is a business centre's or a forwarder's
Pair: TypeAlias = frozenset[str]  # two keys


@dataclass(frozen=True, kw_only=True)
class Said:
    """What people said of pairs of traders, by key: that they are one, that they are not."""

    one: frozenset[Pair] = frozenset()
    apart: frozenset[Pair] = frozenset()


NOTHING = Said()


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """Who is who. `same` and `related` hold why, by the two keys."""

    sightings: Mapping[str, tuple[Party, ...]]
    group_of: Mapping[str, str]
    same: Mapping[Pair, Tie]
    related: Mapping[Pair, Tie]
    common: frozenset[tuple[str, str]]

    def members(self, key: str) -> tuple[str, ...]:
        """All keys of the trader that has this one, itself first."""
        group = self.group_of.get(key)
        others = sorted(each for each, its in self.group_of.items() if its == group)
        return (key, *(each for each in others if each != key))


def resolve(parties: Iterable[Party], said: Said = NOTHING) -> Resolved:
    """Bring together the sightings of each trader."""
    sightings = _by_key(parties)
    common = _common(sightings)
    same: dict[Pair, Tie] = {}
    related: dict[Pair, Tie] = {}
    for one, other in combinations(sightings, 2):
        found = _strongest(sightings[one], sightings[other], common)
        if found is not None:
            kept = same if found.strength is Strength.SAME else related
            kept[frozenset({one, other})] = found
    for pair in said.one:
        if pair <= sightings.keys():
            same[pair] = Tie(strength=Strength.SAME, why="an agency stated it")
    same = {pair: why for pair, why in same.items() if pair not in said.apart}
    return Resolved(
        sightings=sightings,
        group_of=_joined(sightings, same, said),
        same=same,
        related=related,
        common=common,
    )


def _by_key(parties: Iterable[Party]) -> dict[str, tuple[Party, ...]]:
    found: dict[str, set[Party]] = defaultdict(set)
    for party in parties:
        found[party.key].add(party)
    return {key: tuple(sorted(found[key], key=repr)) for key in sorted(found)}


def _common(sightings: Mapping[str, tuple[Party, ...]]) -> frozenset[tuple[str, str]]:
    """What more traders share than firms that belong together would; never an identifier."""
    having: dict[tuple[str, str], set[str]] = defaultdict(set)
    for key, those in sightings.items():
        for party in those:
            for value in values(party):
                having[value].add(key)
    return frozenset(
        value
        for value, keys in having.items()
        if len(keys) > MOST_SHARING and value[0] != "identifier"
    )


def _strongest(
    mine: tuple[Party, ...], theirs: tuple[Party, ...], common: frozenset[tuple[str, str]]
) -> Tie | None:
    found = [why for one in mine for other in theirs if (why := tie(one, other, common))]
    return min(found, key=lambda why: (why.strength is Strength.RELATED, why.why), default=None)


def _joined(
    sightings: Mapping[str, tuple[Party, ...]], same: Mapping[Pair, Tie], said: Said
) -> dict[str, str]:
    """The group of each key: the least of its keys."""
    groups = {key: {key} for key in sightings}
    # What people said first; then the rest in an order of its own, whatever came when.
    for pair in sorted(same, key=lambda pair: (pair not in said.one, sorted(pair))):
        one, other = sorted(pair)
        merged = groups[one] | groups[other]
        if any(kept <= merged for kept in said.apart):
            continue
        for key in merged:
            groups[key] = merged
    return {key: min(group) for key, group in groups.items()}
