"""Whether an access may be opened or reviewed: by whom, with their own proof, and once."""

from collections.abc import Sequence

from ledger import Conflict, Invalid, NotPermitted
from ledger.decisions import check_proof
from ledger.events.access import OPENERS, AccessEvent, AccessOpened, AccessReviewed, opening
from ledger.persons import Person
from ledger.roster import Roster
from ledger.vocabulary import Event


def check(
    event: AccessEvent, before: Sequence[Event], roster: Roster, *, agency: str, jti: str
) -> None:
    """Refuse an access that no person proves, or that is not theirs; `before` is about the same."""
    person = roster.people.get(event.proof.person)
    if person is None:
        raise _unproven("no such person is enrolled")
    if isinstance(event, AccessOpened):
        _check_opening(before, person, agency)
    elif isinstance(event, AccessReviewed):
        _check_review(event, before, person)
    check_proof(event.proof, person, event.decided(roster.origin, jti))


def _check_opening(before: Sequence[Event], person: Person, agency: str) -> None:
    if before:
        raise Conflict("an access of this name was opened before: name it anew", code="exists")
    if person.agency != agency:
        raise _unproven("the person is not of the agency that states it")
    if person.roles.isdisjoint(OPENERS):
        raise NotPermitted("only an investigator may open it", code="not-approver")


def _check_review(event: AccessReviewed, before: Sequence[Event], person: Person) -> None:
    opened = opening(before)
    if opened is None:
        raise Invalid("/access: no such access", pointer="/access", code="unknown-target")
    if any(isinstance(each, AccessReviewed) for each in before):
        raise Conflict("the access was reviewed already", code="exists")
    if person.id == opened.proof.person:
        raise NotPermitted("who opened it can't review it", code="self-approval")
    if person.country != event.access[:2] or not person.has_eyes:
        raise NotPermitted(
            f"only an approver or focal point of {event.access[:2]} may review it",
            code="not-approver",
        )


def _unproven(why: str) -> NotPermitted:
    return NotPermitted(f"/proof/person: {why}", pointer="/proof/person", code="person-unproven")
