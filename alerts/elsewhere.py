"""The questions that rules ask beyond one shipment, answered from the ledger's projections.

Every answer is bounded: a number that thousands of shipments cite says nothing about one of them.
"""

from dataclasses import dataclass
from decimal import Decimal

from sqlmodel import select

from alerts import likeness
from alerts.rules import Counted
from alerts.shelf import Shelf
from ledger import standings
from ledger.claims import Parties
from ledger.folding import Stated
from ledger.history import MENTIONS, SHIPMENTS
from ledger.identifiers import normal
from ledger.mentions import normal_number
from ledger.shipments import Shipment
from ledger.standing import Standing
from ledger.store import instant
from ledger.volumes import IMPORTS, KG

MOST = 200


@dataclass(frozen=True, kw_only=True)
class Answers:
    """`alerts.rules.Elsewhere` for one shipment, from one moment of the database."""

    ref: str
    shelf: Shelf

    def standing(self, trader: str) -> Standing:
        return standings.standing(self.shelf.session, "trader", trader)

    def country(self, country: str) -> Standing:
        return standings.standing(self.shelf.session, "country", country)

    def licensed(self, country: str, substance: str) -> bool:
        return standings.licensed(self.shelf.session, country, substance)

    def imported(self, country: str, substance: str, year: int) -> tuple[Counted, ...]:
        rows = self.shelf.session.execute(
            select(IMPORTS.c.ref, IMPORTS.c.milligrams, SHIPMENTS.c.first_occurred)
            .join(SHIPMENTS, SHIPMENTS.c.ref == IMPORTS.c.ref)
            .where(
                IMPORTS.c.country == country,
                IMPORTS.c.substance == substance,
                IMPORTS.c.year == year,
            )
        )
        counted = (
            Counted(ref=ref, kg=Decimal(milligrams) / KG, order=(instant(first), 0, ref))
            for ref, milligrams, first in rows
        )
        return tuple(sorted(counted, key=lambda each: each.order))

    def citing(self, kind: str, number: str) -> tuple[Shipment, ...]:
        return tuple(each for each in self._mentioning(kind, number) if each.ref != self.ref)

    def events_of(self, ref: str) -> tuple[Stated, ...]:
        return self.shelf.timeline(ref)

    def refused(self, parties: Parties, substances: frozenset[str]) -> tuple[Shipment, ...]:
        refs = likeness.refused_like(self.shelf.session, parties, substances, but=self.ref)
        return tuple(self.shelf.shipments(refs).values())

    def notice(self, pen: str) -> Shipment | None:
        number = normal_number(pen)
        for each in self._mentioning("document", pen):
            if each.reply is not None and normal_number(each.reply.notice) == number:
                return each
        return None

    def _mentioning(self, kind: str, number: str) -> list[Shipment]:
        """The shipments that mention it, the oldest first: who sends a notice is the first."""
        spelled = normal(kind, number) if kind in {"container", "seal"} else normal_number(number)
        rows = self.shelf.session.execute(
            select(MENTIONS.c.ref)
            .join(SHIPMENTS, SHIPMENTS.c.ref == MENTIONS.c.ref)
            .where(MENTIONS.c.kind == kind, MENTIONS.c.value == spelled)
            .order_by(SHIPMENTS.c.first_occurred, MENTIONS.c.ref)
            .limit(MOST)
        )
        refs = list(rows.scalars())
        states = self.shelf.shipments(refs)
        return [states[ref] for ref in refs if ref in states]
