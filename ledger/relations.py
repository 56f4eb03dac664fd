"""What the door refuses because of what is in the log already: what a statement relates to.

What one country may not state in another's place, what only a statement's own agency may say of it,
and what takes two people where they have not agreed.
"""

from collections.abc import Iterable, Mapping

from sqlmodel import Session

from ledger import NotPermitted, accesses, foureyes, timeline
from ledger.decisions import digest_of
from ledger.events.access import AccessEvent
from ledger.events.amendments import EventCorrected
from ledger.events.erasure import ErasureRequested, check_target
from ledger.history import Held
from ledger.records import Record
from ledger.roster import Roster
from ledger.vocabulary import Event, RegistryEvent, ShipmentEvent

Stated = Mapping[str, tuple[int, str, str, str]]  # by jti: index, agency, what it is about


def check(record: Record, stated: Stated, held: Mapping[str, Held]) -> None:
    """Refuse what one country on the route may not state in another's place.

    A stranger to the route is let in and changes nothing: a refusal would tell it that there is
    such a shipment.
    """
    event, by = record.event, record.by
    if isinstance(event, ErasureRequested):
        target = stated.get(event.target)
        check_target(event, by.agency, target[1:3] if target else None)
    if not isinstance(event, ShipmentEvent):
        return
    if isinstance(event, EventCorrected):
        author = stated.get(event.corrects)
        if (
            author is not None and author[1] != by.agency
        ):  # another country disputes, it does not correct (DESIGN §5, 4)
            raise NotPermitted("only its own agency may correct it", pointer="/corrects")
    state = held[event.shipment].state
    if event.of and not state.within(event.of, by.country) and by.country in state.concerned:
        places = " or ".join(event.of)
        raise NotPermitted(
            f"only the {places} country of this shipment may post {event.kind}",
            code="kind-not-permitted",
        )


def check_eyes(
    session: Session, record: Record, roster: Roster, beside: Iterable[Record] = ()
) -> None:
    """Refuse a statement about a case that takes two people, and whose two have not agreed.

    And an access that no person proves.

    `beside` are the statements that get their places with it and before it.
    """
    event = record.event
    if isinstance(event, RegistryEvent) or not foureyes.is_watched(event):
        return
    if isinstance(event, AccessEvent):
        before = earlier(session, record, beside)
        by = {"agency": record.by.agency, "jti": record.by.jti}
        accesses.check(event, before, roster, **by)
        return
    if roster.is_bound(record.by.country):
        foureyes.check(
            event,
            earlier(session, record, beside),
            roster,
            country=record.by.country,
            statement=digest_of(record.parsed.jwt),
            now=record.time,
        )


def earlier(session: Session, record: Record, beside: Iterable[Record] = ()) -> list[Event]:
    """What was stated before it about what it rests on, in order of the log."""
    subjects = record.event.rests_on
    told = [each for about in subjects for each in timeline.history(session, *about)]
    ahead = [each for each in beside if each.event.subject in subjects]
    before = sorted({each.index: each for each in told}.values(), key=lambda each: each.index)
    return [each.event for each in (*before, *ahead) if each.index < record.index]
