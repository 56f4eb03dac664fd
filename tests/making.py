"""What every factory of bodies shares: a journey, plain JSON, and nothing random."""

import copy
from collections.abc import Callable
from typing import Any

from factory.base import DictFactory
from factory.declarations import LazyAttribute

from tests.journeys import Journey

HONEST = Journey()
AGENCY_NAMES = {
    "competent_authority": "AUTHORITY",
    "customs": "CUSTOMS",
    "licensing_authority": "LICENSING",
    "police": "POLICE",
    "laboratory": "LAB",
}


def of(read: Callable[[Journey], Any]) -> Any:
    """A property that follows from the journey; made anew for each body, so none is shared."""
    declared: Any = LazyAttribute
    return declared(lambda body: copy.deepcopy(read(body.journey)))


def on(days: float) -> Any:
    """The moment so many days after the notice."""
    return of(lambda journey: journey.at(days))


def day(days: float) -> Any:
    return of(lambda journey: journey.day(days))


class Body(DictFactory):
    """A statement's body as plain JSON; `journey=` says whose."""

    class Params:
        journey = HONEST

    occurred_at = on(0)


class ShipmentBody(Body):
    """A body about the journey's shipment."""

    shipment = of(lambda journey: journey.ref)
