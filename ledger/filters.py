"""What a search for shipments asks for, twice: as a query over the columns, and of one view.

The two must agree on a shipment of which nothing is hidden; a test holds that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import select

from ledger.claims import folded
from ledger.history import MENTIONS, SHIPMENTS
from ledger.identifiers import normal
from ledger.mentions import Mention, normal_number
from ledger.shipments import Shipment
from ledger.store import micros

EXACT_KINDS = ("name", "phone", "email", "address")


@dataclass(frozen=True, kw_only=True)
class View:
    """A shipment as it stands for one viewer, with what its visible events mention."""

    state: Shipment
    first_occurred: datetime
    last_occurred: datetime
    mentions: frozenset[Mention] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Conditions that must all hold; None asks nothing. Times are those of any event's happening.

    `q` is what somebody types: the beginning of a reference or of a trader's name, or any
    identifier as a whole.
    """

    q: str | None = None
    trader: str | None = None
    container: str | None = None
    seal: str | None = None
    document: str | None = None
    substance: str | None = None
    exporting: str | None = None
    importing: str | None = None
    status: str | None = None
    occurred_from: datetime | None = None
    occurred_to: datetime | None = None

    def mentioned(self) -> list[ColumnElement[bool]]:
        """What holds of every shipment that matches, whatever of it is hidden."""
        conditions = [_mentions(alternatives) for alternatives in self._alternatives()]
        if self.q is not None:
            conditions.append(or_(*self._typed_conditions()))
        return conditions

    def columns(self) -> list[ColumnElement[bool]]:
        """What holds of a matching shipment of which nothing is hidden."""
        row = SHIPMENTS.c
        conditions = [
            getattr(row, name) == wanted
            for name in ("exporting", "importing", "status")
            if (wanted := getattr(self, name)) is not None
        ]
        if self.occurred_from is not None:
            conditions.append(row.last_occurred >= micros(self.occurred_from))
        if self.occurred_to is not None:
            conditions.append(row.first_occurred < micros(self.occurred_to))
        return conditions

    def match(self, view: View) -> bool:
        """Whether a shipment matches by what is in this view of it."""
        route = view.state.route
        said = {
            "exporting": route.exporting if route else None,
            "importing": route.importing if route else None,
            "status": view.state.status,
        }
        return (
            all(getattr(self, name) in {None, value} for name, value in said.items())
            and not (self.occurred_from and view.last_occurred < self.occurred_from)
            and not (self.occurred_to and view.first_occurred >= self.occurred_to)
            and all(not view.mentions.isdisjoint(each) for each in self._alternatives())
            and self._match_typed(view)
        )

    @property
    def _ref(self) -> str:
        return (self.q or "").strip().upper()

    @property
    def _name(self) -> str:
        return folded(self.q or "")

    @property
    def _typed(self) -> frozenset[Mention]:
        """What the typed words may be the whole of."""
        q = (self.q or "").strip()
        named = {(kind, self._name) for kind in EXACT_KINDS if self._name}
        identifiers = {(kind, normal(kind, q)) for kind in ("container", "seal")}
        return frozenset(
            {("document", normal_number(q)), ("trader", q), ("substance", q.lower())}
            | named
            | identifiers
        )

    def _typed_conditions(self) -> Iterator[ColumnElement[bool]]:
        yield SHIPMENTS.c.ref.startswith(self._ref, autoescape=True)
        yield _mentions(self._typed)
        if self._name:
            begins = MENTIONS.c.value.startswith(self._name, autoescape=True)
            named = select(MENTIONS.c.ref).where(MENTIONS.c.kind == "name", begins)
            yield SHIPMENTS.c.ref.in_(named)

    def _match_typed(self, view: View) -> bool:
        if self.q is None:
            return True
        names = [value for kind, value in view.mentions if kind == "name"]
        return (
            view.state.ref.startswith(self._ref)
            or not view.mentions.isdisjoint(self._typed)
            or bool(self._name and any(name.startswith(self._name) for name in names))
        )

    def _alternatives(self) -> Iterator[frozenset[Mention]]:
        """For each filter on mentions, what it may be spelled as."""
        if self.trader is not None:
            yield frozenset({("trader", self.trader), ("name", folded(self.trader))})
        if self.container is not None:
            yield frozenset({("container", normal("container", self.container))})
        if self.seal is not None:
            yield frozenset({("seal", normal("seal", self.seal))})
        if self.document is not None:
            yield frozenset({("document", normal_number(self.document))})
        if self.substance is not None:
            yield frozenset({("substance", self.substance)})


def _mentions(alternatives: frozenset[Mention]) -> ColumnElement[bool]:
    """That a shipment mentions one of these."""
    each = [
        and_(MENTIONS.c.kind == kind, MENTIONS.c.value == value)
        for kind, value in sorted(alternatives)
    ]
    found: ColumnElement[bool] = SHIPMENTS.c.ref.in_(select(MENTIONS.c.ref).where(or_(*each)))
    return found
