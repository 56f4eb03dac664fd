"""How early alerts come: before the goods arrive, and before what came of them. Pure.

Only alerts about a shipment count. A lead is negative where the alert came too late.
"""

import statistics
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ledger.cases import Case
from ledger.shipments import Shipment

OUTCOMES = ("seized", "stopped", "diverted")
HOUR = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Lead:
    """Of so many alerts with such a moment, so many came before it; the median lead in hours."""

    alerts: int
    before: int
    median_hours: int | None


def before_arrival(cases: Iterable[Case], shipments: Mapping[str, Shipment]) -> Lead:
    """Against the moment at which the goods arrived, where they have."""
    return _lead(_pairs(cases, shipments, arrived=True))


def before_outcome(cases: Iterable[Case], shipments: Mapping[str, Shipment]) -> Lead:
    """Against the first seizure, stop, finding of diversion or result of the alert."""
    return _lead(_pairs(cases, shipments, arrived=False))


def _pairs(
    cases: Iterable[Case], shipments: Mapping[str, Shipment], *, arrived: bool
) -> Iterator[timedelta]:
    for case in cases:
        about, subject = case.about
        state = shipments.get(subject) if about == "shipment" else None
        moment = _arrival(state) if arrived else _outcome(case, state)
        if moment is not None and case.raised_at is not None:
            yield moment - case.raised_at


def _arrival(state: Shipment | None) -> datetime | None:
    return state.times.get("arrived") if state else None


def _outcome(case: Case, state: Shipment | None) -> datetime | None:
    stated = (state.times.get(name) for name in OUTCOMES) if state else ()
    came = [result.at for result in case.results if result.seized or result.arrests]
    return min([*came, *(moment for moment in stated if moment)], default=None)


def _lead(leads: Iterable[timedelta]) -> Lead:
    known = sorted(leads)
    return Lead(
        alerts=len(known),
        before=sum(lead > timedelta(0) for lead in known),
        median_hours=statistics.median_low(known) // HOUR if known else None,
    )
