"""Differences that an authority recorded, explained and settled."""

from alerts.rules import Dossier
from ledger.events.controls import DiscrepancyRecorded

OF_GOODS = frozenset({"quantity", "packages", "concentration"})


def settled_by(dossier: Dossier) -> str | None:
    """The country whose authority looked into a difference of the goods and settled it.

    A word in a file does not bring goods back, so what it explains still adds to what else is
    found. One that says no reason settles nothing.
    """
    return next(
        (
            each.by.country
            for each in reversed(dossier.stated(DiscrepancyRecorded))
            if each.event.resolved and each.event.explanation and each.event.about in OF_GOODS
        ),
        None,
    )
