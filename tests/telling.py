"""Telling the story of a shipment, one statement after another."""

from typing import Any

from ledger import folding
from ledger.folding import Stated
from ledger.shipments import Shipment
from tests.factories import HONEST, LIFE, stated, step


def said(kind: str, day: float, agency: str = "", **changes: Any) -> Stated:
    """What somebody states on a day of the journey."""
    made = step(kind, occurred_at=HONEST.at(day), **changes)
    return stated(made.body, agency or made.agency)


def fold(*events: Stated) -> Shipment:
    return folding.shipment(HONEST.ref, events)


def life(until: str) -> list[Stated]:
    """The honest life up to and with one kind."""
    return [stated(step(kind)) for kind in LIFE[: LIFE.index(until) + 1]]
