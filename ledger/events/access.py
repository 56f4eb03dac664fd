"""Breaking the glass: an investigator sees for an hour what markings withhold, and is asked why.

Nothing is given for good, nobody can do it unseen: the originators are told, every read is marked,
and another person has to say afterwards whether it was right (issue 4).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Annotated

from crypto import canonical
from crypto.canonical import Json
from ledger import NotPermitted
from ledger.decisions import Proof, decision
from ledger.events.sharing import GIVERS, SharingEvent
from ledger.fields import LongText, ShipmentRef, Text, choice
from ledger.grants import AccessName, Grant, Sharing, owner_of
from ledger.persons import PersonRole
from ledger.roster import Role
from ledger.states import moment
from ledger.values import Whole
from ledger.vocabulary import Event, event

OPENERS = frozenset({PersonRole.INVESTIGATOR, PersonRole.APPROVER, PersonRole.FOCAL_POINT})
AGENCIES = tuple(role for role in GIVERS if role is not Role.HUB)
Minutes = Annotated[int, partial(Whole, 1, 60)]


@dataclass(frozen=True, kw_only=True)
class AccessEvent(SharingEvent):
    """A step in one access; it is kept with the grants, since it lets somebody see something."""

    access: AccessName
    proof: Proof

    @property
    def name(self) -> str:
        return self.access

    @property
    def subject(self) -> tuple[str, str]:
        return ("grant", self.access)

    def essence(self) -> dict[str, Json]:
        """What the person signs for, beside the access itself."""
        raise NotImplementedError

    def decided(self, log: str, jti: str) -> Json:
        """What the proof is over: the statement's own id, and the hash of what it says."""
        said = {"access": self.access, "occurred_at": moment(self.occurred_at), **self.essence()}
        return decision(
            log=log,
            decision=self.kind.partition(".")[2],
            request=jti,
            statement=hashlib.sha256(canonical.encode(said)).hexdigest(),
            person=self.proof.person,
        )


@event("access.opened", by=AGENCIES)
class AccessOpened(AccessEvent):
    """An investigator of a country concerned opens what is withheld of a shipment, at most an hour.

    Never personal data, and nothing that its originator controls. The originators are told at once,
    and another person reviews it within 72 hours.
    """

    shipment: ShipmentRef
    reason: LongText
    case: Text
    minutes: Minutes

    def essence(self) -> dict[str, Json]:
        return {
            "shipment": self.shipment,
            "reason": self.reason,
            "case": self.case,
            "minutes": self.minutes,
        }

    def apply(self, sharing: Sharing) -> Sharing:
        return sharing.given(
            Grant(
                id=self.access,
                to=owner_of(self.access),
                shipment=self.shipment,
                since=self.occurred_at,
                until=self.occurred_at + timedelta(minutes=self.minutes),
                opened=True,
            )
        )


@event("access.reviewed", by=AGENCIES)
class AccessReviewed(AccessEvent):
    """Another person of that country says whether an access was right; it ends with that."""

    finding: Annotated[str, choice("justified", "not_justified", "unclear")]
    explanation: LongText

    def essence(self) -> dict[str, Json]:
        return {"finding": self.finding, "explanation": self.explanation}

    def check_poster(self, agency: str, roles: frozenset[str]) -> None:
        del roles
        if owner_of(self.access)[:2] != agency[:2]:
            raise NotPermitted(
                "only an agency of that country may review it", code="kind-not-permitted"
            )

    def apply(self, sharing: Sharing) -> Sharing:
        return sharing.withdrawn(self.access)


def opening(before: Sequence[Event]) -> AccessOpened | None:
    """The opening among the statements about one access."""
    return next((each for each in before if isinstance(each, AccessOpened)), None)
