"""What a viewer may see: asked by every surface, answered here alone (DESIGN §6).

Deny by default. What may not be seen does not exist: the same 404, no counts, no hints.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from ledger.claims import Marking
from ledger.roster import HUB
from ledger.shipments import Origin

NEVER_DERIVED = frozenset({"nominal"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Viewer:
    """Who asks: an agency of a country. The hub's duty desk is an agency like any other."""

    agency: str
    country: str

    @property
    def is_hub(self) -> bool:
        return self.agency == HUB


def released(marking: Marking, by: Origin, viewer: Viewer, now: datetime) -> bool:
    """Whether a marking lets a country that is otherwise concerned see the statement yet."""
    if viewer.agency == by.agency or viewer.is_hub:
        return True
    if marking.visible_after is not None and now < marking.visible_after:
        return False
    named = viewer.country in marking.releasable_to or viewer.agency in marking.releasable_to
    if marking.tlp == "RED" or marking.originator_controlled:
        return named
    if marking.tlp == "AMBER+STRICT":
        return named or not marking.releasable_to
    return True


def visible_claims(
    claims: Collection[str],
    *,
    marking: Marking,
    by: Origin,
    concerned: frozenset[str],
    viewer: Viewer,
    now: datetime,
) -> frozenset[str]:
    """The claims of one statement that the viewer may see; empty when it may see none.

    Originator: all of its own. A country concerned: all but the nominal claim, once the marking
    lets it. The hub: what the checker needs, so no nominal claim either. Anybody else: nothing.
    """
    if viewer.agency == by.agency:
        return frozenset(claims)
    if not (viewer.is_hub or viewer.country in concerned):
        return frozenset()
    if not released(marking, by, viewer, now):
        return frozenset()
    return frozenset(claims) - NEVER_DERIVED
