"""Bodies about people and what they decide: real keys, and proofs over a request of the journey."""

from ledger.decisions import decision, prove
from ledger.events.registry import possession_of
from tests.enrolling import ORIGIN, key_for
from tests.journeys import Journey
from tests.making import Body, of

REQUEST = "0198c0de-0000-7000-8000-000000000021"
STATEMENT = "ab" * 32


def person_of(journey: Journey, name: str = "p-amsterdam") -> str:
    return f"{journey.exporting}-CUSTOMS/{name}"


def credential(person: str, name: str = "") -> dict[str, object]:
    """A person's own key with proof that they hold it; its seed is the person's name."""
    key = key_for(name or person)
    return {
        "id": key.kid,
        "type": "key",
        "jwk": key.public.jwk,
        "possession": possession_of(ORIGIN, person, key),
    }


def proof(word: str, person: str) -> dict[str, object]:
    decided = decision(
        log=ORIGIN, decision=word, request=REQUEST, statement=STATEMENT, person=person
    )
    return prove(decided, person=person, key=key_for(person))


class PersonEnrolledFactory(Body):
    kind = "person.enrolled"
    person = of(person_of)
    agency = of(lambda journey: f"{journey.exporting}-CUSTOMS")
    roles = of(lambda _: ["approver"])
    credentials = of(lambda journey: [credential(person_of(journey))])


class PersonRemovedFactory(Body):
    kind = "person.removed"
    person = of(person_of)


class ActionRequestedFactory(Body):
    kind = "action.requested"
    statement = STATEMENT
    target = "0198c0de-0000-7000-8000-000000000022"
    proof = of(lambda journey: proof("request", person_of(journey)))


class ActionApprovedFactory(Body):
    kind = "action.approved"
    request = REQUEST
    proof = of(lambda journey: proof("approve", person_of(journey, "p-rotterdam")))


class ActionDeclinedFactory(Body):
    kind = "action.declined"
    request = REQUEST
    proof = of(lambda journey: proof("decline", person_of(journey, "p-rotterdam")))


class AccessOpenedFactory(Body):
    kind = "access.opened"
    access = of(lambda journey: f"{journey.importing}-AUTHORITY/glass-abcdefgh")
    shipment = of(lambda journey: journey.ref)
    reason = "A threat to life"
    case = "KE-2026-17"
    minutes = 30
    proof = of(lambda journey: proof("opened", f"{journey.importing}-AUTHORITY/p-nairobi1"))


class AccessReviewedFactory(Body):
    kind = "access.reviewed"
    access = of(lambda journey: f"{journey.importing}-AUTHORITY/glass-abcdefgh")
    finding = "justified"
    explanation = "The lorry was found with what it was said to hold."
    proof = of(lambda journey: proof("reviewed", f"{journey.importing}-AUTHORITY/p-nairobi2"))
