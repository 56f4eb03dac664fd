"""How much of a substance goes to a country, day by day: read once a year's imports and step."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any

from sqlalchemy import BigInteger, bindparam, func, select
from sqlmodel import Session

from alerts.shelf import pieces
from ledger.volumes import DAY, EPOCH, IMPORT_DAYS, IMPORTS, KG, Group

EVER = 10**9  # days
SEVERAL = 20  # shipments for which whole years are worth reading
NEAR = 100  # days that are read with one that is asked about

_days = IMPORT_DAYS.c
_OF_YEARS = (
    select(_days.year, _days.day, _days.milligrams)
    .where(
        _days.country == bindparam("country"),
        _days.substance == bindparam("substance"),
        _days.year >= bindparam("first"),
        _days.year <= bindparam("last"),
    )
    .order_by(_days.year, _days.day)
)
_SPAN = (bindparam("end", type_=BigInteger) - _days.day) // bindparam("days", type_=BigInteger)
_BY_SPAN = (
    select(_SPAN.label("span"), _days.milligrams)
    .where(
        _days.country == bindparam("country"),
        _days.substance == bindparam("substance"),
        _days.year >= bindparam("first"),
        _days.year <= bindparam("last"),
        _days.day <= bindparam("end"),
        _days.day > bindparam("begin"),
    )
    .subquery()
)
_SPANS = select(_BY_SPAN.c.span, func.sum(_BY_SPAN.c.milligrams)).group_by(_BY_SPAN.c.span)
_UNTIL = select(func.sum(_days.milligrams)).where(
    _days.country == bindparam("country"),
    _days.substance == bindparam("substance"),
    _days.year == bindparam("year"),
    _days.day < bindparam("day"),
)


_imports = IMPORTS.c
_OWN = select(
    _imports.ref, _imports.country, _imports.substance, _imports.year, _imports.began
).where(_imports.ref.in_(bindparam("refs", expanding=True)))
_OF_DAY = select(_imports.began, _imports.ref, _imports.milligrams).where(
    _imports.country == bindparam("country"),
    _imports.substance == bindparam("substance"),
    _imports.year == bindparam("year"),
    _imports.began >= bindparam("since"),
    _imports.began < bindparam("before"),
)
_MINE = _OWN.where(
    _imports.country == bindparam("country"),
    _imports.substance == bindparam("substance"),
    _imports.year == bindparam("year"),
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
    _years: dict[Group, _Year] = field(default_factory=dict)
    _began: dict[tuple[str, Group], int] = field(default_factory=dict)
    _known: frozenset[str] = frozenset()
    _asked_of: dict[Group, set[int]] = field(default_factory=dict)
    _days: dict[tuple[Group, int], list[tuple[int, str, int]]] = field(default_factory=dict)

    def prepare(self, refs: Sequence[str]) -> None:
        """Learn where these shipments count."""
        for some in pieces(refs):
            self._learn(self.session.connection().execute(_OWN, {"refs": some}).all())
        self._known |= frozenset(refs)

    def imported_by(self, group: Group, ref: str) -> Decimal | None:
        """As `ledger.volumes.imported_by`: the kilograms of a year up to and with a shipment."""
        if ref not in self._known:
            self._learn(self.session.connection().execute(_MINE, {"refs": [ref], **_named(group)}))
        began = self._began.get((ref, group))
        if began is None:
            return None
        day = began // DAY
        earlier = self._until(group, day)
        today = sum(mg for at, other, mg in self._day(group, day) if (at, other) <= (began, ref))
        return Decimal(earlier + today) / KG

    def _learn(self, rows: Iterable[Any]) -> None:
        for ref, country, substance, year, began in rows:
            group = country, substance, year
            self._began[ref, group] = began
            self._asked_of.setdefault(group, set()).add(began // DAY)

    def _day(self, group: Group, day: int) -> list[tuple[int, str, int]]:
        """The imports that began on a day; read with those of the prepared shipments' days."""
        if (group, day) not in self._days:
            mine = self._asked_of.get(group, set())
            near = sorted(each for each in mine | {day} if abs(each - day) <= NEAR)
            asked = {**_named(group), "since": near[0] * DAY, "before": (near[-1] + 1) * DAY}
            self._days.update({(group, each): [] for each in near})
            for began, ref, mg in self.session.connection().execute(_OF_DAY, asked).all():
                if began // DAY in mine | {day}:
                    self._days[group, began // DAY].append((began, ref, mg))
        return self._days[group, day]

    def spans(
        self, country: str, substance: str, *, last: date, days: int, spans: int
    ) -> tuple[Decimal, ...]:
        """As `ledger.volumes.spans`: of so many days each, the latest first."""
        end, first = (last - EPOCH).days, (last - timedelta(days=days * spans)).year - 1
        if len(self._known) < SEVERAL:
            of = {"country": country, "substance": substance, "first": first, "last": last.year + 1}
            asked = {**of, "end": end, "begin": end - days * spans, "days": days}
            rows = self.session.connection().execute(_SPANS, asked)
            sums = {span: int(milligrams) for span, milligrams in rows}
            return tuple(Decimal(sums.get(n, 0)) / KG for n in range(spans))
        known = self._of_years(country, substance, range(first, last.year + 2))
        years = [each for each in known if each.days]
        return tuple(
            Decimal(sum(y.between(end - days * (n + 1) + 1, end - days * n) for y in years)) / KG
            for n in range(spans)
        )

    def _until(self, group: Group, day: int) -> int:
        """The milligrams of a year before a day."""
        if len(self._known) >= SEVERAL:
            return self._year(*group).between(-EVER, day - 1)
        asked = {**_named(group), "day": day}
        return int(self.session.connection().execute(_UNTIL, asked).scalar_one() or 0)

    def _year(self, country: str, substance: str, year: int) -> _Year:
        return self._of_years(country, substance, range(year, year + 1))[0]

    def _of_years(self, country: str, substance: str, years: Sequence[int]) -> list[_Year]:
        missing = [year for year in years if (country, substance, year) not in self._years]
        if missing:
            asked = {"first": missing[0], "last": missing[-1]}
            asked_of = {"country": country, "substance": substance, **asked}
            found: dict[int, list[tuple[int, int]]] = {year: [] for year in missing}
            for year, day, mg in self.session.connection().execute(_OF_YEARS, asked_of).all():
                found.setdefault(year, []).append((day, mg))
            for year, rows in found.items():
                sums = tuple(accumulate((mg for _, mg in rows), initial=0))
                self._years[country, substance, year] = _Year(tuple(day for day, _ in rows), sums)
        return [self._years[country, substance, year] for year in years]


def _named(group: Group) -> dict[str, Any]:
    return dict(zip(("country", "substance", "year"), group, strict=True))
