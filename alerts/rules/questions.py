"""The questions that reach beyond one shipment; the scanner answers them, or a test does.

All look back from the shipment that asks, so answers depend on what happened, not on when it was
heard of. What is observed of each aggregate is named in `alerts.rules.observing`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple, Protocol, Self, TypeAlias

from alerts.rules.places import Place
from ledger.claims import Party
from ledger.folding import Stated
from ledger.shipments import Shipment
from ledger.standing import Standing

Times: TypeAlias = Mapping[str, datetime]  # when things happened to a shipment
When: TypeAlias = Callable[[Times], bool]

MOST = 400  # observations that an answer holds: the latest
CITED = 200  # shipments that mention something, in one answer: the oldest


class _Observed(NamedTuple):
    ref: str
    at: datetime
    value: Decimal
    number: float


class Observation(_Observed):
    """One value of an aggregate: from which shipment, and as of when.

    `number` is the value as statistics take it: an answer has hundreds, and rules ask again. A
    tuple, since that is made in a third of the time: whoever learns makes thirty a shipment.
    """

    __slots__ = ()

    def __new__(cls, *, ref: str, at: datetime, value: Decimal) -> Self:
        return super().__new__(cls, ref, at, value, float(value))


class Elsewhere(Protocol):
    """The questions that reach beyond one shipment."""

    def standing(self, trader: str) -> Standing:
        """What the ledger says of a trader, by `ledger.claims.Party.key`."""

    def same_as(self, trader: str) -> tuple[str, ...]:
        """The keys of traders that agencies stated to be this one, of whichever they stated it."""

    def country(self, country: str) -> Standing:
        """What a country said of itself: requirements, recognitions."""

    def licensed(self, country: str, substance: str, activity: str) -> bool:
        """Whether a country reports licences for this activity with a substance at all."""

    def imported_by(self, country: str, substance: str, year: int) -> Decimal | None:
        """What was notified towards a country in a year, in kg, up to and with this shipment."""

    def imports(
        self, country: str, substance: str, last: date, *, days: int, spans: int
    ) -> tuple[Decimal, ...]:
        """What was notified in the spans of so many days that end on `last`, the latest first."""

    def observed(
        self, what: str, before: datetime, *, since: datetime | None = None
    ) -> tuple[Observation, ...]:
        """The latest observations of an aggregate before a moment, in order; not one's own."""

    def shipments(self, refs: Iterable[str]) -> tuple[Shipment, ...]:
        """The states of other shipments, by reference."""

    def citing(self, kind: str, number: str, *, when: When | None = None) -> tuple[Shipment, ...]:
        """Other shipments that mention a `container`, `seal`, `document` or `document:<type>`.

        The oldest, not more than `CITED`; what is found by its type is a plain document, too.

        `when`: only those of whose times that is true, which spares reading all of the others.
        """

    def events_of(self, ref: str) -> tuple[Stated, ...]:
        """The timeline of another shipment, in order, annulled statements left out."""

    def refused(
        self, buyers: Collection[Party], substances: frozenset[str]
    ) -> tuple[Shipment, ...]:
        """Other shipments objected to, stopped or withdrawn that might share a buyer."""

    def notice(self, pen: str) -> Shipment | None:
        """The shipment under which a notice of this number was sent."""

    def matched(self) -> Shipment | None:
        """The shipment that is likely the other half of this one, told under its own reference."""

    def parent_of(self, ref: str) -> Shipment | None:
        """The shipment that says this one is a part of it, by a split or a re-export."""

    def place(self, code: str) -> Place | None:
        """Where a UN/LOCODE is, if that is known."""

    def pending(self, country: str, since: datetime, until: datetime) -> int:
        """How many alerts a country was told of in that time that nobody has taken up."""
