"""Who a trader is, from what one viewer may see: its names and keys, its licences, who is near it.

Candidates come from the mentions by index: the same key, telephone, mailbox or address, and names
that sound alike in the country. So a question costs what it finds, not what the ledger holds. Only
shipments that the viewer sees whole answer, by the one function that decides that.
"""

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from alerts.risk.gathering import risk
from alerts.traders.clusters import Resolved, Said, resolve
from alerts.traders.ties import SCHEMES
from api.risks import scored
from api.schemas import Object, Str
from ledger import NotFound, folding, search, spellings, standings, states, timeline, views
from ledger.claims import PARTY_ROLES, Party, folded
from ledger.events.traders import ONE
from ledger.history import MENTIONS
from ledger.mentions import Mention, trader_id
from ledger.shipments import Shipment
from ledger.standing import Standing
from ledger.visibility import Viewer

_MOST = 200  # shipments that one value leads to: what is more common says nothing of one trader
_ROUNDS = 2  # from the trader to who is like it, and to who is like these
_ID = re.compile("[0-9a-f]{32}")
_SCORED = 10  # of its latest shipments are scored: each takes a dozen questions


@dataclass(frozen=True, kw_only=True)
class OneTrader:
    """One key of a trader: its names, and why it belongs here."""

    trader: Str
    id: Str
    names: tuple[Str, ...]
    why: Str


@dataclass(frozen=True, kw_only=True)
class TraderAnswer:
    """A trader by what the caller may see.

    `id` is SHA-256 of its key, 32 hexadecimal digits. `same` are its other keys, `related` other
    firms that share something with it, each with why; what is `too_common` tied nobody.
    `licences`, `trusts` and `evaluations` are those whose statements the caller may see, each with
    the key it was stated of. `risk`: its latest ten shipments, the highest score first.
    """

    trader: Str
    id: Str
    names: tuple[Str, ...]
    shipments: tuple[Str, ...]
    same: tuple[OneTrader, ...]
    related: tuple[OneTrader, ...]
    too_common: tuple[Str, ...]
    licences: tuple[Object, ...]
    trusts: tuple[Object, ...]
    evaluations: tuple[Object, ...]
    risk: tuple[Object, ...]


@dataclass(kw_only=True)
class _Found:
    """What was gathered: parties by the shipments they are named in."""

    shipments: dict[str, set[Party]] = field(default_factory=lambda: defaultdict(set))
    last: dict[str, datetime] = field(default_factory=dict)

    @property
    def parties(self) -> set[Party]:
        return {party for those in self.shipments.values() for party in those}


def may_be_asked(asked: str) -> bool:
    """Whether an address may hold this: an id or a registered identifier, and never a name."""
    scheme, colon, number = asked.partition(":")
    if colon:
        return scheme in SCHEMES and bool(number)
    return _ID.fullmatch(asked) is not None


def answer(
    session: Session, asked: str, viewer: Viewer, *, now: datetime
) -> tuple[dict[str, Any], list[str]]:
    """A trader, by key or id, as a document, and the shipments it rests on.

    NotFound where none that the viewer sees names it.
    """
    found = _Found()
    done: set[Mention] = set()
    wanted: set[Mention] = {("trader", asked), ("trader-id", asked)}
    for _ in range(_ROUNDS + 1):
        _gather(session, wanted - done, found, viewer, now)
        done |= wanted
        wanted = {mention for party in found.parties for mention in _leads(party)}
        wanted |= _said_to_be(session, found)
    keys = {party.key for party in found.parties}
    key = next((each for each in sorted(keys) if asked in {each, trader_id(each)}), None)
    if key is None:
        raise NotFound("there is no such trader")
    known = _standings(session, keys, viewer, now)
    resolved = resolve(found.parties, _said(known))
    members = resolved.members(key)
    refs = sorted(
        ref for ref, those in found.shipments.items() if {p.key for p in those} & {*members}
    )
    latest = sorted(refs, key=lambda ref: (found.last[ref], ref))[-_SCORED:]
    return {
        **_document(key, resolved, refs),
        **_standing(known[each] for each in members),
        "risk": _risks(session, latest, viewer, now),
    }, refs


def _said_to_be(session: Session, found: _Found) -> set[Mention]:
    """Where to look for whom somebody said to be one of these; what is seen there decides."""
    told = functools.partial(standings.standing, session)
    keys = {party.key for party in found.parties}
    return {("trader", other) for key in keys for other in standings.same_as(told, key)}


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
        found.last[ref] = view.last_occurred


def _parties(state: Shipment) -> Iterator[Party]:
    for role in PARTY_ROLES if state.parties else ():
        said = getattr(state.parties, role)
        yield from said if isinstance(said, tuple) else filter(None, (said,))


def _standings(
    session: Session, keys: Iterable[str], viewer: Viewer, now: datetime
) -> dict[str, Standing]:
    """What was stated of these traders, as far as the viewer may see it."""
    made = {key: Standing(subject=key) for key in keys}
    for key, told in timeline.histories(session, "trader", keys).items():
        shown = views.seen(told, concerned=frozenset(), viewer=viewer, now=now)
        made[key] = folding.standing(key, (record.stated for record in views.whole(shown)))
    return made


def _said(known: Mapping[str, Standing]) -> Said:
    """What agencies said of who is who; the last word holds."""
    one: set[frozenset[str]] = set()
    apart: set[frozenset[str]] = set()
    for key, standing in known.items():
        for about, words in standing.identities.items():
            pair = frozenset({key, about.partition("/")[2]})
            (one if words[-1] == ONE else apart).add(pair)
    return Said(one=frozenset(one - apart), apart=frozenset(apart))


def _standing(those: Iterable[Standing]) -> dict[str, Any]:
    """Licences, certificates and visits, each with the key that it was stated of."""
    made: dict[str, list[Any]] = {"licences": [], "trusts": [], "evaluations": []}
    for each in those:
        listed: dict[str, Iterable[Any]] = {
            "licences": [each.licences[name] for name in sorted(each.licences)],
            "trusts": [each.trusts[name] for name in sorted(each.trusts)],
            "evaluations": each.evaluations,
        }
        for name, facts in listed.items():
            made[name] += [{"trader": each.subject, **states.jsonable(fact)} for fact in facts]
    return made


def _risks(
    session: Session, refs: Iterable[str], viewer: Viewer, now: datetime
) -> list[dict[str, Any]]:
    """How its latest shipments score by all that is known now, the highest first."""
    made = [{"ref": ref, **scored(risk(session, ref, viewer, now=now).now)} for ref in refs]
    return sorted(made, key=lambda each: (-each["score"], each["ref"]))


def _document(key: str, resolved: Resolved, refs: list[str]) -> dict[str, Any]:
    members = resolved.members(key)
    return {
        "trader": key,
        "id": trader_id(key),
        "names": _names(resolved.sightings, members),
        "shipments": refs,
        "same": [_one(resolved, other, why) for other, why in _ties(resolved, members)],
        "related": [
            _one(resolved, other, tie.why)
            for pair, tie in sorted(resolved.related.items(), key=lambda item: sorted(item[0]))
            for other in sorted(pair - {*members})
            if len(pair & {*members}) == 1
        ],
        "too_common": sorted({kind for kind, _ in resolved.common}),
    }


def _one(resolved: Resolved, key: str, why: str) -> dict[str, Any]:
    names = _names(resolved.sightings, (key,))
    return {"trader": key, "id": trader_id(key), "names": names, "why": why}


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
