"""The questions that rules ask beyond one shipment, answered from the ledger's projections.

Every answer is bounded: a number that thousands of shipments cite says nothing about one of them.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import bindparam, func
from sqlmodel import select

from alerts.elsewhere.book import Book
from alerts.rules.places import Place
from alerts.rules.questions import Observation, When
from alerts.shelf import Shelf
from ledger.casebook import CASE_COUNTRIES, CASES
from ledger.claims import Party
from ledger.folding import Stated
from ledger.identifiers import normal
from ledger.mentions import normal_number
from ledger.shipments import Shipment
from ledger.standing import Standing
from ledger.store import micros

Places = Callable[[str], Place | None]


# Asked of every notice that ran out, so it is put together once.
_PENDING = (
    select(func.count())
    .select_from(CASES)
    .join(CASE_COUNTRIES, CASE_COUNTRIES.c.alert == CASES.c.alert)
    .where(
        CASE_COUNTRIES.c.country == bindparam("country"),
        CASES.c.status == "open",
        CASES.c.raised >= bindparam("since"),
        CASES.c.raised < bindparam("until"),
    )
)


def nowhere(code: str) -> Place | None:
    """Nothing is known of places."""
    del code
    return None


@dataclass(frozen=True, kw_only=True)
class Answers:
    """`alerts.rules.Elsewhere` for one shipment, from one moment of the database."""

    ref: str
    book: Book
    places: Places = nowhere

    @property
    def shelf(self) -> Shelf:
        return self.book.shelf

    def standing(self, trader: str) -> Standing:
        return self.book.standing("trader", trader)

    def same_as(self, trader: str) -> tuple[str, ...]:
        return self.book.same_as(trader)

    def country(self, country: str) -> Standing:
        return self.book.standing("country", country)

    def licensed(self, country: str, substance: str, activity: str) -> bool:
        return self.book.licensed(country, substance, activity)

    def imported_by(self, country: str, substance: str, year: int) -> Decimal | None:
        return self.book.amounts.imported_by((country, substance, year), self.ref)

    def imports(
        self, country: str, substance: str, last: date, *, days: int, spans: int
    ) -> tuple[Decimal, ...]:
        return self.book.amounts.spans(country, substance, last=last, days=days, spans=spans)

    def observed(
        self, what: str, before: datetime, *, since: datetime | None = None
    ) -> tuple[Observation, ...]:
        return self.book.windows.observed(what, before, since=since, but=self.ref)

    def shipments(self, refs: Iterable[str]) -> tuple[Shipment, ...]:
        return tuple(self.shelf.shipments(refs).values())

    def matched(self) -> Shipment | None:
        other = self.book.other_half(self.ref)
        return None if other is None else self.shelf.shipments([other]).get(other)

    def parent_of(self, ref: str) -> Shipment | None:
        said = self._mentioning("part", ref)
        parents = (s for s in said if any(part.shipment == ref for part in s.children))
        return next(parents, None)

    def place(self, code: str) -> Place | None:
        return self.places(code)

    def pending(self, country: str, since: datetime, until: datetime) -> int:
        asked = {"country": country, "since": micros(since), "until": micros(until)}
        return int(self.shelf.session.connection().execute(_PENDING, asked).scalar_one())

    def citing(self, kind: str, number: str, *, when: When | None = None) -> tuple[Shipment, ...]:
        return tuple(self._mentioning(kind, number, but=self.ref, when=when))

    def events_of(self, ref: str) -> tuple[Stated, ...]:
        return self.shelf.timeline(ref)

    def refused(
        self, buyers: Collection[Party], substances: frozenset[str]
    ) -> tuple[Shipment, ...]:
        refs = self.book.refused_like(buyers, substances, but=self.ref)
        return tuple(self.shelf.shipments(refs).values())

    def notice(self, pen: str) -> Shipment | None:
        number = normal_number(pen)
        for each in self._mentioning("document", pen):
            if each.reply is not None and normal_number(each.reply.notice) == number:
                return each
        return None

    def _mentioning(
        self, kind: str, number: str, *, but: str = "", when: When | None = None
    ) -> list[Shipment]:
        """The shipments that mention it, the oldest first: who sends a notice is the first."""
        refs = [ref for ref in self.book.mentioning(kind, _spelled(kind, number)) if ref != but]
        if not refs:
            return []
        if when is not None:
            refs = self.book.glanced(refs, when)
        states = self.shelf.shipments(refs) if refs else {}
        return [states[ref] for ref in refs if ref in states]


def _spelled(kind: str, said: str) -> str:
    """As mentions have it: identifiers in their normal form, references as they are."""
    if kind in {"container", "seal"}:
        return normal(kind, said)
    return said if kind == "part" else normal_number(said)
