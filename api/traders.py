"""Who a trader is, from what one viewer may see: its other names and keys, and who is near it.

Candidates come from the mentions by index: the same key, telephone, mailbox or address, and names
that sound alike in the country. So a question costs what it finds, not what the ledger holds. Only
shipments that the viewer sees whole answer, by the one function that decides that.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from alerts.traders.clusters import Resolved, Said, resolve
from ledger import NotFound, folding, search, spellings, timeline, views
from ledger.claims import PARTY_ROLES, Party, folded
from ledger.events.traders import ONE
from ledger.history import MENTIONS
from ledger.mentions import Mention
from ledger.shipments import Shipment
from ledger.visibility import Viewer

_MOST = 200  # shipments that one value leads to: what is more common says nothing of one trader
_ROUNDS = 2  # from the trader to who is like it, and to who is like these


@dataclass(kw_only=True)
class _Found:
    """What was gathered: parties by the shipments they are named in."""

    shipments: dict[str, set[Party]] = field(default_factory=lambda: defaultdict(set))

    @property
    def parties(self) -> set[Party]:
        return {party for those in self.shipments.values() for party in those}


def answer(
    session: Session, key: str, viewer: Viewer, *, now: datetime
) -> tuple[dict[str, Any], list[str]]:
    """A trader as a document, and the shipments it rests on; NotFound where none names it."""
    found = _Found()
    asked: set[Mention] = set()
    wanted: set[Mention] = {("trader", key)}
    for _ in range(_ROUNDS + 1):
        _gather(session, wanted - asked, found, viewer, now)
        asked |= wanted
        wanted = {mention for party in found.parties for mention in _leads(party)}
    parties = found.parties
    if key not in {party.key for party in parties}:
        raise NotFound("there is no such trader")
    resolved = resolve(parties, _said(session, {party.key for party in parties}, viewer, now))
    members = resolved.members(key)
    refs = sorted(
        ref for ref, those in found.shipments.items() if {p.key for p in those} & {*members}
    )
    return _document(key, resolved, refs), refs


def _leads(party: Party) -> Iterator[Mention]:
    yield "trader", party.key
    for sound in spellings.sounds(party.name):
        yield "sound", f"{party.country} {sound}"
    for kind in ("phone", "email", "address"):
        if said := getattr(party, kind):
            yield kind, folded(said)


def _gather(
    session: Session, wanted: set[Mention], found: _Found, viewer: Viewer, now: datetime
) -> None:
    refs: set[str] = set()
    for kind, value in sorted(wanted):
        rows = session.execute(
            select(MENTIONS.c.ref)
            .where(MENTIONS.c.kind == kind, MENTIONS.c.value == value)
            .order_by(MENTIONS.c.ref.desc())
            .limit(_MOST)
        )
        refs.update(rows.scalars())
    fresh = refs - found.shipments.keys()
    for ref, view in search.viewed(session, fresh, viewer, now=now).items():
        found.shipments[ref].update(_parties(view.state))


def _parties(state: Shipment) -> Iterator[Party]:
    for role in PARTY_ROLES if state.parties else ():
        said = getattr(state.parties, role)
        yield from said if isinstance(said, tuple) else filter(None, (said,))


def _said(session: Session, keys: Iterable[str], viewer: Viewer, now: datetime) -> Said:
    """What agencies said of these traders, as far as the viewer may see it; the last word holds."""
    one: set[frozenset[str]] = set()
    apart: set[frozenset[str]] = set()
    for key, told in timeline.histories(session, "trader", keys).items():
        shown = views.seen(told, concerned=frozenset(), viewer=viewer, now=now)
        standing = folding.standing(key, (record.stated for record in views.whole(shown)))
        for about, words in standing.identities.items():
            pair = frozenset({key, about.partition("/")[2]})
            (one if words[-1] == ONE else apart).add(pair)
    return Said(one=frozenset(one - apart), apart=frozenset(apart))


def _document(key: str, resolved: Resolved, refs: list[str]) -> dict[str, Any]:
    members = resolved.members(key)
    return {
        "trader": key,
        "names": _names(resolved.sightings, members),
        "shipments": refs,
        "same": [
            {"trader": other, "names": _names(resolved.sightings, (other,)), "why": why}
            for other, why in _ties(resolved, members)
        ],
        "related": [
            {"trader": other, "names": _names(resolved.sightings, (other,)), "why": tie.why}
            for pair, tie in sorted(resolved.related.items(), key=lambda item: sorted(item[0]))
            for other in sorted(pair - {*members})
            if len(pair & {*members}) == 1
        ],
        "too_common": sorted({kind for kind, _ in resolved.common}),
    }


def _ties(resolved: Resolved, members: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each other key with why it belongs: by the first key of the trader that it is tied to."""
    for other in members[1:]:
        tied = (
            (each, resolved.same[frozenset({each, other})])
            for each in members
            if frozenset({each, other}) in resolved.same
        )
        by, tie = next(tied)
        yield other, tie.why if by == members[0] else f"{tie.why}, through {by}"


def _names(sightings: Mapping[str, tuple[Party, ...]], keys: Iterable[str]) -> list[str]:
    return sorted({party.name for key in keys for party in sightings[key]})
