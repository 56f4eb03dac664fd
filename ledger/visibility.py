"""What a viewer may see: asked by every surface, answered here alone (DESIGN §6).

Deny by default. What may not be seen does not exist: the same 404, no counts, no hints. The rules
in a table, with the markings and handling codes, are in docs/visibility.md.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from ledger.claims import Marking
from ledger.grants import Grant
from ledger.roster import HUB, Role, Roster
from ledger.shipments import Origin

TLP = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")
NEVER_DERIVED = frozenset({"nominal"})
# What every grant lets be seen with what it names: without them the rest means nothing, and who
# reads it must know how far it may travel.
FRAME = frozenset({"kind", "shipment", "occurred_at", "marking"})


class Why(StrEnum):
    """Why a claim is seen or not: a closed list, explained to originators by `SENTENCES`."""

    OWN = "own"
    CONCERNED = "concerned"
    HUB = "hub"
    GRANTED = "granted"
    AUDITOR = "auditor"
    STRANGER = "stranger"
    WITHHELD = "withheld"
    RED = "red"
    CONTROLLED = "originator_controlled"
    STRICT = "amber_strict"
    RESTRICTED = "handling_h3"
    NOMINAL = "nominal"


SENTENCES = {
    Why.OWN: "It stated this itself.",
    Why.CONCERNED: "Its country is concerned, and the marking lets it see this.",
    Why.HUB: "The hub's duty desk sees what the checker needs.",
    Why.GRANTED: "A grant in force lets it see this.",
    Why.AUDITOR: "An auditor sees that things happened, not what.",
    Why.STRANGER: "Its country is not concerned, and no grant in force names this claim.",
    Why.WITHHELD: "The marking withholds this until a time that has not come.",
    Why.RED: "The marking is RED and does not name it.",
    Why.CONTROLLED: "Its originator controls who sees this, and the marking does not name it.",
    Why.STRICT: "The marking is AMBER+STRICT and names others only.",
    Why.RESTRICTED: "Handling code H3 restricts this to those whom the marking names.",
    Why.NOMINAL: "Personal data is for its originator, and whom a grant names it to.",
}
SEEN = frozenset({Why.OWN, Why.CONCERNED, Why.HUB, Why.GRANTED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Viewer:
    """Who asks: an agency of a country. The hub's duty desk is an agency like any other."""

    agency: str
    country: str
    auditor: bool = False

    @property
    def is_hub(self) -> bool:
        return self.agency == HUB

    @property
    def names(self) -> frozenset[str]:
        """What an audience may know it by; an auditor belongs to none, its country's neither."""
        return frozenset() if self.auditor else frozenset({self.agency, self.country})


def viewer_of(agency: str, roster: Roster) -> Viewer:
    """An agency as a viewer, with what its enrolment says of it."""
    enrolled = roster.agencies.get(agency)
    auditor = enrolled is not None and Role.AUDITOR in enrolled.roles
    return Viewer(agency=agency, country=agency[:2], auditor=auditor)


def held(marking: Marking, viewer: Viewer, now: datetime) -> Why | None:
    """What in a marking keeps a country from it that is otherwise concerned; None lets it go."""
    if marking.visible_after is not None and now < marking.visible_after:
        return Why.WITHHELD
    if not viewer.names.isdisjoint(marking.releasable_to):
        return None
    barriers = (
        (marking.tlp == "RED", Why.RED),
        (marking.originator_controlled, Why.CONTROLLED),
        ("H3" in marking.handling, Why.RESTRICTED),
        (marking.tlp == "AMBER+STRICT" and bool(marking.releasable_to), Why.STRICT),
    )
    return next((why for stands, why in barriers if stands), None)


def released(marking: Marking, by: Origin, viewer: Viewer, now: datetime) -> bool:
    """Whether a marking lets a country that is otherwise concerned see the statement yet."""
    if viewer.agency == by.agency or viewer.is_hub:
        return True
    return not viewer.auditor and held(marking, viewer, now) is None


def travels(marking: Marking, now: datetime) -> bool:
    """Whether others than its originator may pass a statement on: TLP 2.0, and H2, H3."""
    if marking.visible_after is not None and now < marking.visible_after:
        return False
    strict = marking.tlp in {"RED", "AMBER+STRICT"} or marking.originator_controlled
    return not strict and frozenset(marking.handling).isdisjoint({"H2", "H3"})


def strictest(stated: Sequence[tuple[Marking, str]]) -> Marking:
    """How far what was made from several statements may travel: no further than any of them.

    `stated` has each one's marking and its originator, who may always see what was made of it.
    """
    names = [
        frozenset({*marking.releasable_to, agency})
        for marking, agency in stated
        if marking.releasable_to
        or marking.tlp == "RED"
        or marking.originator_controlled
        or "H3" in marking.handling
    ]
    times = [marking.visible_after for marking, _ in stated if marking.visible_after]
    return Marking(
        tlp=max((marking.tlp for marking, _ in stated), key=TLP.index, default="AMBER"),
        handling=tuple(sorted({code for marking, _ in stated for code in marking.handling})),
        releasable_to=tuple(sorted(names[0].intersection(*names[1:]))) if names else (),
        visible_after=max(times, default=None),
        originator_controlled=any(marking.originator_controlled for marking, _ in stated)
        or len(names) > 1,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """A statement and who would see it: what every decision is made from."""

    marking: Marking
    by: Origin
    concerned: frozenset[str]
    viewer: Viewer
    now: datetime

    @property
    def standing(self) -> Why:
        """How the viewer stands to the statement before any grant."""
        viewer = self.viewer
        if viewer.agency == self.by.agency:
            return Why.OWN
        if viewer.is_hub:
            return Why.HUB
        if viewer.auditor:
            return Why.AUDITOR
        if viewer.names.isdisjoint(self.concerned):
            return Why.STRANGER
        return self.held or Why.CONCERNED

    @property
    def held(self) -> Why | None:
        return held(self.marking, self.viewer, self.now)

    def seen(self, claims: frozenset[str], grants: Collection[Grant]) -> frozenset[str]:
        why = self.standing
        if why is Why.OWN:
            return claims
        seen = claims - NEVER_DERIVED if why in SEEN else frozenset()
        for grant in grants:
            if grant.is_for(self.viewer.names, self.now) and grant.covers(self.by.jti):
                seen |= claims & self._granted(grant, claims)
        return seen

    def _granted(self, grant: Grant, claims: frozenset[str]) -> frozenset[str]:
        """What one grant adds.

        Its giver's own markings give way where it names claims or statements; no one else's ever.
        """
        if grant.opened:
            return self._broken(claims)
        named = grant.claims | FRAME if grant.claims else claims - NEVER_DERIVED
        if grant.by == self.by.agency:
            if not grant.is_explicit and self.held is not None:
                return frozenset()
            return named if grant.to == self.viewer.agency else named - NEVER_DERIVED
        giver = replace(self, viewer=Viewer(agency=grant.by, country=grant.by[:2]))
        if not grant.whole or giver.standing not in SEEN:
            return frozenset()
        named_to = not self.viewer.names.isdisjoint(self.marking.releasable_to)
        onward = travels(self.marking, self.now) or (named_to and self.held is None)
        return named - NEVER_DERIVED if onward else frozenset()

    def _broken(self, claims: frozenset[str]) -> frozenset[str]:
        """What breaking the glass adds, for a country concerned: what a marking withholds.

        Never what its originator controls: who shares on that word would share no more.
        """
        if self.viewer.names.isdisjoint(self.concerned) or self.marking.originator_controlled:
            return frozenset()
        return claims - NEVER_DERIVED


def visible_claims(
    claims: Collection[str],
    *,
    marking: Marking,
    by: Origin,
    concerned: frozenset[str],
    viewer: Viewer,
    now: datetime,
    grants: Collection[Grant] = (),
) -> frozenset[str]:
    """The claims of one statement that the viewer may see; empty when it may see none.

    Originator: all of its own. A country concerned: all but the nominal claim, once the marking
    lets it. The hub: what the checker needs, so no nominal claim either. Anybody else: nothing but
    what the `grants` on its subject let it see. An auditor: nothing.
    """
    asked = _Asked(marking=marking, by=by, concerned=concerned, viewer=viewer, now=now)
    return asked.seen(frozenset(claims), grants)


def explained(
    claims: Collection[str],
    *,
    marking: Marking,
    by: Origin,
    concerned: frozenset[str],
    viewer: Viewer,
    now: datetime,
    grants: Collection[Grant] = (),
) -> dict[str, Why]:
    """For each claim, why the viewer sees it or not: the same decision, with its reason."""
    asked = _Asked(marking=marking, by=by, concerned=concerned, viewer=viewer, now=now)
    seen, why = asked.seen(frozenset(claims), grants), asked.standing
    told = {}
    for name in sorted(claims):
        if name in seen:
            by_standing = why is Why.OWN or (why in SEEN and name not in NEVER_DERIVED)
            told[name] = why if by_standing else Why.GRANTED
        else:
            told[name] = Why.NOMINAL if why in SEEN else why
    return told
