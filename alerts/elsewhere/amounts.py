"""How much of a substance goes to a country, day by day: read once a year's imports and step."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate

from sqlalchemy import bindparam, select
from sqlmodel import Session

from ledger.volumes import EPOCH, IMPORT_DAYS, KG

_days = IMPORT_DAYS.c
_OF_YEAR = (
    select(_days.day, _days.milligrams)
    .where(
        _days.country == bindparam("country"),
        _days.substance == bindparam("substance"),
        _days.year == bindparam("year"),
    )
    .order_by(_days.day)
)


@dataclass(frozen=True, slots=True)
class _Year:
    """The days of a year's imports, and the sums up to each."""

    days: tuple[int, ...]
    sums: tuple[int, ...]  # one more than there are days: nothing before the first

    def between(self, first: int, last: int) -> int:
        """The milligrams of the days from `first` to `last`."""
        return self.sums[bisect_right(self.days, last)] - self.sums[bisect_left(self.days, first)]


@dataclass
class Amounts:
    """What was notified towards countries."""

    session: Session
    _years: dict[tuple[str, str, int], _Year] = field(default_factory=dict)

    def spans(
        self, country: str, substance: str, *, last: date, days: int, spans: int
    ) -> tuple[Decimal, ...]:
        """As `ledger.volumes.spans`: of so many days each, the latest first."""
        end = (last - EPOCH).days
        years = [
            self._year(country, substance, year)
            for year in range((last - timedelta(days=days * spans)).year - 1, last.year + 2)
        ]
        return tuple(
            Decimal(sum(y.between(end - days * (n + 1) + 1, end - days * n) for y in years)) / KG
            for n in range(spans)
        )

    def _year(self, country: str, substance: str, year: int) -> _Year:
        key = country, substance, year
        if key not in self._years:
            asked = {"country": country, "substance": substance, "year": year}
            rows = self.session.connection().execute(_OF_YEAR, asked).all()
            sums = tuple(accumulate((row[1] for row in rows), initial=0))
            self._years[key] = _Year(tuple(row[0] for row in rows), sums)
        return self._years[key]
