"""The other half of a shipment that tells of one end only, for rules that would miss that end.

An importer may tell of an arrival under a reference of its own (`alerts.matching`). Where the other
half is likely known, what it says counts: goods that came in there did arrive, and an import that
was announced there was announced. Only a shipment with one end missing asks.
"""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from alerts.rules import Dossier, columns
from alerts.rules.columns import Column
from ledger.masses import weigh
from ledger.shipments import Shipment

_CAME = frozenset({"arrived", "cleared", "delivered", "received"})
_OUTWARD = frozenset({"released", "departed"})
_LEFT = frozenset({*_OUTWARD, "notified"})
_CLOSED = frozenset({"received", "in_use", "consumed", "closed"})
_OFF = frozenset({"objected", "stopped", "withdrawn"})


def arrived_elsewhere(dossier: Dossier) -> Shipment | None:
    """The shipment as which these goods likely came in, in the country that they were sent to."""
    shipment = dossier.shipment
    if shipment.route is None or not _CAME.isdisjoint(shipment.times):
        return None
    other = dossier.elsewhere.matched()
    if other is None or other.opener != shipment.route.importing:
        return None
    return None if _CAME.isdisjoint(other.times) else other


def announced_elsewhere(dossier: Dossier) -> Shipment | None:
    """The shipment as which these goods were likely announced, unless that was called off."""
    shipment = dossier.shipment
    if not _LEFT.isdisjoint(shipment.times) or _CAME.isdisjoint(shipment.times):
        return None
    other = dossier.elsewhere.matched()
    if other is None or other.status == "cancelled" or not _OFF.isdisjoint(other.flags):
        return None
    return None if _LEFT.isdisjoint(other.times) else other


def closed_elsewhere(dossier: Dossier) -> bool:
    """Whether the receipt of these goods was likely confirmed under the other reference."""
    other = announced_elsewhere(dossier)
    return other is not None and (other.status in _CLOSED or "received" in other.times)


def column(dossier: Dossier, step: str) -> Column | None:
    """What was stated at a step: here, or of the way out by the other half.

    A strength that one half leaves out is the other's: both are weighed with all that is known.
    """
    own = columns.column(dossier, step)
    there = _there(dossier)
    if there is None:
        return own
    found = columns.column(there, step) if own is None and step in _OUTWARD else own
    if found is None:
        return None
    strengths = {**there.shipment.concentrations, **dossier.shipment.concentrations}
    return replace(found, masses=weigh(found.lines, strengths))


def accounted_for(dossier: Dossier, key: str, since: datetime) -> Decimal:
    """How much went another way by somebody's word since then, under either reference."""
    gone = columns.accounted_for(dossier, key, since)
    there = _there(dossier)
    return gone if there is None else gone + columns.accounted_for(there, key, since)


def _there(dossier: Dossier) -> Dossier | None:
    """The half that tells of the way out, as a dossier."""
    other = announced_elsewhere(dossier)
    if other is None:
        return None
    timeline = dossier.elsewhere.events_of(other.ref)
    return replace(dossier, shipment=other, timeline=timeline)


def told(dossier: Dossier) -> frozenset[str] | None:
    """Who may hear of both halves; None, as findings have it, where there is no other half."""
    other = announced_elsewhere(dossier)
    return None if other is None else dossier.shipment.concerned & other.concerned
