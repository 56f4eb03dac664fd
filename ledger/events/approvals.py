"""Requests and approvals: two people of one authority, each with a proof that anybody can check.

A request names one statement by the hash of its signed part. What it says stays with its authority
until it is in the log; these statements are public, and must say nothing of a case.
"""

from dataclasses import dataclass, replace

from ledger import Conflict, Invalid, NotPermitted
from ledger.decisions import Proof, check_proof, decision
from ledger.fields import Code, Sha256, Text, Uuid
from ledger.persons import Answer, Person, Request
from ledger.roster import Role, Roster, Signer
from ledger.vocabulary import RegistryEvent, event

ALL = tuple(sorted(set(Role) - {Role.AUDITOR}))


@dataclass(frozen=True, kw_only=True)
class DecidedEvent(RegistryEvent):
    """What a person decided. Whoever signs the statement only carries it: the proof is theirs."""

    proof: Proof

    def decider(self, roster: Roster, by: Signer) -> Person:
        """The person, of the authority whose agency, root or hub carries their word."""
        found = roster.people.get(self.proof.person)
        if found is None:
            said = "/proof/person: no such person is enrolled"
            raise NotPermitted(said, pointer="/proof/person", code="person-unproven")
        if not by.is_hub and (by.country != found.country or roster.is_auditor(by.agency)):
            raise NotPermitted(
                f"only the hub or an agency of {found.country} may carry it",
                code="kind-not-permitted",
            )
        return found


@event("action.requested", by=ALL)
class ActionRequested(DecidedEvent):
    """A person asks that one statement may be made, for which it takes another's agreement.

    `statement` is the SHA-256 of its signed part, `target` its jti. `action` and `reason` are
    public: say them of what is public itself, and never of a case.
    """

    statement: Sha256
    target: Uuid
    action: Code | None = None
    reason: Text | None = None

    def apply(self, roster: Roster, by: Signer) -> Roster:
        person = self.decider(roster, by)
        if not person.may_ask:
            raise NotPermitted("only who decides something may ask for it", code="not-approver")
        decided = decision(
            log=roster.origin,
            decision="request",
            request=by.jti,
            statement=self.statement,
            person=person.id,
        )
        check_proof(self.proof, person, decided)
        made = Request(
            id=by.jti,
            statement=self.statement,
            target=self.target,
            person=person.id,
            index=by.index,
            time=by.time,
            action=self.action,
            reason=self.reason,
        )
        return roster.but(requests={**roster.requests, by.jti: made})


@dataclass(frozen=True, kw_only=True)
class AnswerEvent(DecidedEvent):
    """What another person of the same authority says to a request."""

    request: Uuid

    def asked(self, roster: Roster, by: Signer) -> Request:
        """The request, which must still be open."""
        found = roster.requests.get(self.request)
        if found is None:
            raise Invalid("/request: no such request", pointer="/request", code="unknown-target")
        if found.answer is not None:
            raise Conflict("the request was answered already", code="exists")
        if by.time > found.until:
            raise Conflict("the request has run out: it held for 72 hours", code="request-expired")
        return found

    def answered(self, roster: Roster, by: Signer, asked: Request, word: str) -> Roster:
        person = self.decider(roster, by)
        takes_back = word == "decline" and person.id == asked.person
        if not takes_back and (person.country != asked.country or not person.has_eyes):
            raise NotPermitted(
                f"only an approver or focal point of {asked.country} may answer",
                code="not-approver",
            )
        decided = decision(
            log=roster.origin,
            decision=word,
            request=asked.id,
            statement=asked.statement,
            person=person.id,
        )
        check_proof(self.proof, person, decided)
        said = Answer(
            person=person.id,
            approved=word == "approve",
            credential=self.proof.credential,
            index=by.index,
            jti=by.jti,
        )
        return roster.but(requests={**roster.requests, asked.id: replace(asked, answer=said)})


@event("action.approved", by=ALL)
class ActionApproved(AnswerEvent):
    """Another person agrees: the statement may be made until the request runs out.

    Another person, and not another key of the same one. Where it was made already, because it could
    not wait, this confirms it.
    """

    def apply(self, roster: Roster, by: Signer) -> Roster:
        asked = self.asked(roster, by)
        if self.proof.person == asked.person:
            raise NotPermitted("who asks can't approve it", code="self-approval")
        roster = self.answered(roster, by, asked, "approve")
        return roster.confirmed(asked)


@event("action.declined", by=ALL)
class ActionDeclined(AnswerEvent):
    """Another person does not agree, or who asked takes it back: the statement may not be made."""

    def apply(self, roster: Roster, by: Signer) -> Roster:
        asked = self.asked(roster, by)
        return self.answered(roster, by, asked, "decline")
