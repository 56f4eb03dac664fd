"""Which shipments may be the other half of one, from what one viewer may see of both.

Halves are made of what the viewer may see, and numbers are counted among the shipments that it may
see, so a match says nothing of anything else: two viewers may see two weights.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlmodel import Session, select

from alerts.matching import halfbook
from alerts.matching.chances import LIKELY
from alerts.matching.halfbook import around, arrivals
from alerts.matching.halves import ARRIVED, DEPARTED, WHOLE, Half, half_of
from alerts.matching.pairs import Pair, chosen, possible
from alerts.rules import Dossier
from alerts.rules.questions import Elsewhere
from api.schemas import Object, Str
from ledger import folding, search, views
from ledger.history import MENTIONS, SHIPMENTS
from ledger.roster import Roster
from ledger.shipments import Shipment
from ledger.visibility import Viewer

Json = dict[str, Any]
_MOST = 20  # arrivals that one answer weighs
SAID = {
    DEPARTED: "announced or sent, and not seen to arrive under this reference",
    ARRIVED: "seen to arrive, and not announced or sent under this reference",
    WHOLE: "sent and seen to arrive under this reference: it needs no other half",
    "none": "neither sent nor seen to arrive yet",
}


@dataclass(frozen=True, kw_only=True)
class MatchesAnswer:
    """The shipments that may be the other half of this one, by what the caller may see of both.

    `half`: which end this one tells of: `departed`, `arrived`, `whole` or `none`, and `why` in
    words. Each match has the odds that the two are one shipment in bits (6 are 64 to 1), `level`
    `likely` or `possible`, whether it is `assigned` (each end goes with one other at most), and
    what speaks for and against it.
    """

    ref: Str
    half: Str
    why: Str
    matches: tuple[Object, ...]


@dataclass(frozen=True, kw_only=True)
class _Parts:
    """Whose part a shipment is, as far as one viewer sees it: all that `half_of` asks."""

    session: Session
    viewer: Viewer
    now: datetime

    def parent_of(self, ref: str) -> Shipment | None:
        rows = self.session.execute(
            select(MENTIONS.c.ref)
            .where(MENTIONS.c.kind == "part", MENTIONS.c.value == ref)
            .order_by(MENTIONS.c.ref)
            .limit(_MOST)
        )
        seen = search.viewed(self.session, set(rows.scalars()), self.viewer, now=self.now)
        parents = (view.state for view in seen.values())
        return next((s for s in parents if any(p.shipment == ref for p in s.children)), None)


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """What shipments show to one viewer."""

    parts: _Parts

    def half(self, ref: str) -> Half | None:
        """NotFound where the viewer sees nothing of it."""
        parts = self.parts
        told = search.shipment_history(parts.session, ref, parts.viewer, now=parts.now)
        stated = [record.stated for record in views.whole(told)]
        gone = folding.annulled(stated)
        kept = tuple(each for each in folding.in_order(stated) if each.by.jti not in gone)
        return half_of(
            Dossier(
                shipment=folding.shipment(ref, stated),
                timeline=kept,
                now=parts.now,
                roster=Roster(),
                elsewhere=cast(Elsewhere, parts),
            )
        )

    def known(self, refs: Collection[str]) -> Mapping[str, Half]:
        """As kept where nothing is hidden from the viewer; else made of what it sees."""
        session, viewer = self.parts.session, self.parts.viewer
        if viewer.is_hub:
            return halfbook.halves(session, refs)
        seen = search.viewed(session, refs, viewer, now=self.parts.now)
        plain = self._plain(seen.keys())
        open_ = {ref for ref in plain if viewer.country in seen[ref].state.concerned}
        made = {ref: self.half(ref) for ref in sorted(seen.keys() - open_)}
        found = {ref: half for ref, half in made.items() if half is not None}
        return {**halfbook.halves(session, open_), **found}

    def _plain(self, refs: Collection[str]) -> set[str]:
        """Those of which no statement is marked."""
        rows = self.parts.session.execute(
            select(SHIPMENTS.c.ref).where(
                SHIPMENTS.c.ref.in_(sorted(refs)), SHIPMENTS.c.restricted.is_(False)
            )
        )
        return set(rows.scalars())


def answer(
    session: Session, ref: str, viewer: Viewer, *, roster: Roster, now: datetime
) -> tuple[Json, list[str]]:
    """The answer, and the shipments that it tells of; NotFound where the viewer sees nothing."""
    seen = _Seen(parts=_Parts(session=session, viewer=viewer, now=now))
    mine = seen.half(ref)
    side = mine.side if mine is not None else "none"
    found = list(_matches(session, mine, seen)) if mine is not None else []
    others = [each["ref"] for each in found]
    why = SAID[side] + (_nobody(mine, roster) if mine is not None else "")
    return {"ref": ref, "half": side, "why": why, "matches": found}, [ref, *others]


def _nobody(mine: Half, roster: Roster) -> str:
    """That nobody could tell of the other half, where its country takes no part."""
    countries = {DEPARTED: mine.importing, ARRIVED: mine.exporting}
    country = countries.get(mine.side)
    if country is None or country in roster.participants:
        return ""
    return f"; {country} takes no part, so nobody there tells of the other half"


def _matches(session: Session, mine: Half, seen: _Seen) -> Iterator[Json]:
    pairs = [
        pair
        for came in _arrivals(session, mine, seen)
        for pair in possible(came, around(session, came, seen.known))
    ]
    taken = chosen({(each.departed, each.arrived): each.bits for each in pairs})
    ours = [each for each in pairs if mine.ref in {each.departed, each.arrived}]
    for each in sorted(ours, key=lambda each: (-each.bits, each.departed, each.arrived)):
        yield _shown(each, mine.ref, assigned=(each.departed, each.arrived) in taken)


def _arrivals(session: Session, mine: Half, seen: _Seen) -> list[Half]:
    """The arrivals among which it is decided who goes with this one: its own, and its rivals."""
    if mine.side == DEPARTED:
        return arrivals(session, mine, seen.known)[:_MOST]
    if mine.side != ARRIVED:
        return []
    rivals = {
        came.ref: came
        for left in around(session, mine, seen.known).departures
        for came in arrivals(session, left, seen.known)
    }
    rivals.pop(mine.ref, None)
    return [mine, *(rivals[ref] for ref in sorted(rivals)[: _MOST - 1])]


def _tenths(bits: float) -> str:
    return f"{bits:.1f}"  # numbers that are no integers are text in our answers


def _shown(pair: Pair, ref: str, *, assigned: bool) -> Json:
    other = pair.arrived if pair.departed == ref else pair.departed
    return {
        "ref": other,
        "bits": _tenths(pair.bits),
        "level": "likely" if assigned and pair.bits >= LIKELY else "possible",
        "assigned": assigned,
        "weights": [
            {"about": each.about, "bits": _tenths(each.bits), "words": each.words}
            for each in pair.weights
        ],
    }
