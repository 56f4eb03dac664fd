"""Requests and approvals as documents, and asking with the statement at hand: for every surface.

Who is of the authority reads what is asked for, as far as the statement's own marking lets them;
for anybody else there is no such request.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from api.services import Services
from api.shown import Shown
from crypto import sdjwt
from crypto.envelope import PUBLIC
from ledger import (
    Invalid,
    NotFound,
    NotPermitted,
    databases,
    entries,
    grantbook,
    pending,
    records,
    states,
    store,
    timeline,
)
from ledger.admission import Admission
from ledger.decisions import digest_of
from ledger.events.approvals import ActionRequested
from ledger.events.people import PeopleEvent
from ledger.intake import opened
from ledger.persons import WINDOW, Request, eyes
from ledger.records import body_of
from ledger.roster import HUB, Roster, Urgent
from ledger.shipments import Origin
from ledger.visibility import Viewer, visible_claims
from ledger.vocabulary import CaseEvent, Event, parse

SHOWN = 200  # requests in a list: the newest ones


def ask(services: Services, statement: bytes, request: bytes) -> Admission:
    """Put a request into the log, and keep the statement for whoever is to approve it.

    Both must belong together and be signed; whether the statement may be made is seen once it is
    approved, when it gets its place.
    """
    asked = _asked(request)
    with databases.reading(services.engine) as session:
        roster = services.sequencer.desk.registry.current(session)
        size = store.head(session).size
    prepared = opened(statement, roster, size=size, now=services.clock())
    wanted = prepared.verified
    if (digest_of(wanted.jwt), wanted.jti) != (asked.statement, asked.target):
        said = "/statement: is not the one that the request names"
        raise Invalid(said, pointer="/statement", code="inconsistent")
    if not _may_ask_for(asked.proof.person[:2], wanted.issuer, prepared.record.event):
        raise NotPermitted("its two people are another authority's", pointer="/statement")
    (outcome,) = services.sequencer.submit([request])
    if not isinstance(outcome, Admission):
        raise outcome
    with databases.writing(services.engine) as session:
        (record,) = records.read(session, [outcome.receipt.index])
        open_still = not timeline.known(session, [wanted.jti])
        if open_still and services.clock() <= record.time + WINDOW:
            pending.keep(session, record, statement, wanted.jti)
    return outcome


def _asked(request: bytes) -> ActionRequested:
    event = parse(body_of(sdjwt.split(request)))
    if not isinstance(event, ActionRequested):
        said = "/request: must be an action.requested"
        raise Invalid(said, pointer="/request", code="wrong-form")
    return event


def _may_ask_for(country: str, issuer: str, event: Event) -> bool:
    """People ask for their own authority's statements; the hub's for lost ones of a root, too.

    What the hub states of a person is that person's authority's.
    """
    own = event.country if isinstance(event, PeopleEvent) else issuer[:2]
    return country in {own, HUB[:2]}


def listed(session: Session, roster: Roster, viewer: Viewer, *, now: datetime) -> Shown:
    """The requests of the viewer's authority, newest first, and what waits to be confirmed."""
    own = [each for each in roster.requests.values() if _is_for(viewer, each.country)]
    newest = sorted(own, key=lambda each: each.index, reverse=True)[:SHOWN]
    made = _made(session, newest)
    urgent = [each for each in roster.urgent.values() if _is_for(viewer, each.country)]
    return {
        "requests": [_shown(each, made, now) for each in newest],
        "unconfirmed": [_unconfirmed(each, now) for each in urgent],
        "unreviewed": [] if viewer.auditor else _unreviewed(session, viewer.country, now),
    }


def one(session: Session, roster: Roster, request: str, viewer: Viewer, *, now: datetime) -> Shown:
    """One request of the viewer's authority, with what it asks for."""
    asked = roster.requests.get(request)
    if asked is None or not _is_for(viewer, asked.country):
        raise NotFound("there is no such request")
    made = _made(session, [asked])
    return {**_shown(asked, made, now), **_content(session, asked, made, viewer, now)}


def _is_for(viewer: Viewer, country: str) -> bool:
    return viewer.country == country and not viewer.auditor


def _made(session: Session, asked: list[Request]) -> dict[str, int]:
    """The entries of the statements that were made, by the request for them."""
    places = timeline.places(session, [each.target for each in asked])
    made = {}
    for each in asked:
        if each.target in places:
            index = places[each.target][0]
            jwt = entries.decode(store.entry(session, index)).jwt
            if digest_of(jwt) == each.statement:
                made[each.id] = index
    return made


def _shown(asked: Request, made: dict[str, int], now: datetime) -> Shown:
    answer = asked.answer
    told: dict[str, Any] = {
        "request": asked.id,
        "statement": asked.statement,
        "target": asked.target,
        "person": asked.person,
        "index": asked.index,
        "requested_at": states.moment(asked.time),
        "until": states.moment(asked.until),
        "stage": asked.stage(now),
        "made": made.get(asked.id),
        "action": asked.action,
        "reason": asked.reason,
        "answered_by": answer.person if answer else None,
        "answer": answer.index if answer else None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _unreviewed(session: Session, country: str, now: datetime) -> list[Shown]:
    """The accesses of a country that another person has yet to review."""
    told = []
    for index, access in grantbook.accesses(session, country):
        ended = access.until or now
        due = ended + WINDOW
        told.append(
            {
                "access": access.id,
                "index": index,
                "ends": states.moment(ended),
                "due": states.moment(due),
                "overdue": now > due,
            }
        )
    return told


def _unconfirmed(waiting: Urgent, now: datetime) -> Shown:
    due = waiting.time + WINDOW
    return {
        "statement": waiting.statement,
        "kind": waiting.kind,
        "index": waiting.index,
        "due": states.moment(due),
        "overdue": now > due,
    }


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """The statement that is asked for, wherever it lies now."""

    statement: bytes
    parsed: sdjwt.Parsed


def _content(
    session: Session, asked: Request, made: dict[str, int], viewer: Viewer, now: datetime
) -> Shown:
    """What is asked for, as far as the viewer may see it; nothing where the hub has it not."""
    found = _found(session, asked, made)
    if found is None:
        return {}
    parsed = found.parsed
    told = {"agency": parsed.issuer}
    if "_sd" not in parsed.payload:
        claims = {name: said for name, said in parsed.payload.items() if name not in PUBLIC}
        return {**told, "claims": claims, "text": found.statement.decode("ascii")}
    seen = _visible(parsed, viewer, now)
    text = sdjwt.disclose(found.statement, seen).decode("ascii")
    claims = {name: said for name, said in parsed.claims.items() if name in seen}
    return {**told, "claims": claims, "text": text}


def _found(session: Session, asked: Request, made: dict[str, int]) -> _Asked | None:
    if asked.id in made:
        (record,) = records.read(session, [made[asked.id]])
        return _Asked(statement=record.statement, parsed=record.parsed)
    held = pending.find(session, [asked.id]).get(asked.id)
    return None if held is None else _Asked(statement=held, parsed=sdjwt.split(held))


def _visible(parsed: sdjwt.Parsed, viewer: Viewer, now: datetime) -> frozenset[str]:
    """The one entitlement function, before there is a shipment or alert to be concerned by."""
    if not parsed.claims:
        return frozenset()
    event = parse(body_of(parsed)) if len(parsed.claims) == len(parsed.payload["_sd"]) else None
    if not isinstance(event, CaseEvent):
        return frozenset()
    by = Origin(
        agency=parsed.issuer,
        country=parsed.issuer[:2],
        jti=parsed.jti,
        issued_at=parsed.issued_at,
        occurred_at=event.occurred_at,
    )
    return visible_claims(
        parsed.claims,
        marking=event.marking,
        by=by,
        concerned=frozenset({by.country}),
        viewer=viewer,
        now=now,
    )


def authorities(roster: Roster) -> list[Shown]:
    """Every authority with how many may approve, and whether four eyes bind it yet."""
    names = sorted({HUB[:2], *roster.participants})
    return [
        {
            "authority": name,
            "approvers": len(eyes(roster.people, name)),
            "four_eyes": roster.is_bound(name),
        }
        for name in names
    ]
