"""Which of the programme's totals any participant may see: those that give no other's away. Pure.

A cell is published where it stands for at least LEAST_FACTS facts of at least LEAST_COUNTRIES
countries, and where no country, knowing its own part, comes within P_PERCENT of what another
contributed (the p-percent rule of statistical disclosure control). What is left out of a table must
pass that together, or the smallest published cells are left out with it: then no sum of the table
that somebody knows from elsewhere gives a cell away. Figures are for whole quarters that ended a
while ago, and rounded, so that a late statement can't be read from two answers.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal
from itertools import combinations
from typing import TypeVar

from ledger.statistics import Period

LEAST_FACTS = 5
LEAST_COUNTRIES = 3
P_PERCENT = 15
STEP = 5  # counts are rounded to it
DIGITS = Context(prec=2)  # of amounts
SETTLED = timedelta(days=30)  # after a quarter's end

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """One fact of a cell: the countries that know it as their own affair, and how much it is."""

    countries: frozenset[str]
    amount: int = 1


def safe(cell: Iterable[Share]) -> bool:
    """Whether a cell may be told."""
    shares = list(cell)
    countries = frozenset[str]().union(*(share.countries for share in shares))
    if len(shares) < LEAST_FACTS or len(countries) < LEAST_COUNTRIES:
        return False
    own = {each: sum(s.amount for s in shares if each in s.countries) for each in countries}
    # Who contributed most is the target, and who comes next the one who can guess it best; with
    # facts that are several countries' affair the order may differ a little, so we try some more.
    largest = sorted(countries, key=lambda each: (-own[each], each))[:6]
    return all(
        _hides(shares, target, asker)
        for pair in combinations(largest, 2)
        for target, asker in (pair, pair[::-1])
    )


def _hides(shares: Iterable[Share], target: str, asker: str) -> bool:
    """Whether what neither knows is large enough to hide what the target contributed."""
    known = theirs = 0
    for share in shares:
        if asker in share.countries:
            continue
        if target in share.countries:
            theirs += share.amount
        else:
            known += share.amount
    return known * 100 >= P_PERCENT * theirs and known > 0


def publishable(table: Mapping[K, list[Share]]) -> dict[K, list[Share]]:
    """The cells that may be told, so that what is left out can't be worked out either."""
    told = {key: cell for key, cell in table.items() if safe(cell)}
    kept_back = [share for key, cell in table.items() if key not in told for share in cell]
    for key in sorted(told, key=lambda each: (len(told[each]), str(each))):
        if not kept_back or safe(kept_back):
            break
        kept_back += told.pop(key)
    return told


def rounded(count: int) -> int:
    """A count as it is published."""
    return (count + STEP // 2) // STEP * STEP


def rough(amount: Decimal) -> Decimal:
    """An amount as it is published: to two digits."""
    return DIGITS.plus(amount)


def quarters(period: Period, today: date) -> list[Period]:
    """The quarters that lie in a period as a whole and ended long enough ago."""
    found: list[Period] = []
    year, quarter = period.first.year, (period.first.month - 1) // 3
    while True:
        first = date(year, 3 * quarter + 1, 1)
        year, quarter = year + (quarter == 3), (quarter + 1) % 4
        last = date(year, 3 * quarter + 1, 1) - timedelta(days=1)
        if last > period.last or last + SETTLED >= today:
            return found
        if first >= period.first:
            found.append(Period(first=first, last=last))
