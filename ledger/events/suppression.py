"""Keeping a rule quiet about one subject for a time, and letting it speak again (DESIGN §7).

What is suppressed goes on being found and kept; only nobody is alerted. A country keeps quiet what
it would be told itself; the hub, what anybody would.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from ledger import Invalid
from ledger.cases import Case, Suppression
from ledger.events.alerts import is_red
from ledger.fields import LongText, Moment, Number, Text, Uuid, choice
from ledger.roster import HUB, Role
from ledger.shipments import Origin
from ledger.vocabulary import OFFICES, AlertEvent, Event, event

LONGEST = timedelta(days=90)


@event("alert.suppressed", by=(*OFFICES, Role.HUB))
class AlertSuppressed(AlertEvent):
    """Until a day, no more alerts of this alert's rule about a shipment, trader or corridor.

    A corridor is written `NL>KE`: from the exporting to the importing country.
    """

    rule: Number
    about: Annotated[str, choice("shipment", "trader", "country", "corridor")]
    about_id: Text
    until: Moment
    reason: LongText

    def check_signer(self, country: str) -> None:
        del country
        if not self.occurred_at < self.until <= self.occurred_at + LONGEST:
            raise Invalid(
                f"/until: within {LONGEST.days} days from now", pointer="/until", code="bad-date"
            )

    def needs_four_eyes(self, before: Sequence[Event]) -> bool:
        """Where the alert was ever RED or critical, as for closing it."""
        return any(map(is_red, before))

    def apply(self, case: Case, by: Origin) -> Case:
        if not case.within(by.agency) or self.rule != case.rule:
            return case
        made = Suppression(
            jti=by.jti,
            by=by.agency,
            about=(self.about, self.about_id),
            until=self.until,
            reason=self.reason,
        )
        return case.but(suppressions=(*case.suppressions, made))


@event("alert.resumed", by=(*OFFICES, Role.HUB))
class AlertResumed(AlertEvent):
    """Whoever suppressed something, another agency of its country or the hub ends that early."""

    suppression: Uuid
    reason: LongText

    def apply(self, case: Case, by: Origin) -> Case:
        return case.but(
            suppressions=tuple(
                each.ended(by.occurred_at)
                if each.jti == self.suppression and by.agency[:2] in {each.by[:2], HUB[:2]}
                else each
                for each in case.suppressions
            )
        )
