"""What the programme watches: substances on lists, and how long each jurisdiction waits."""

from typing import Annotated

from ledger import Invalid
from ledger.fields import (
    Cas,
    Code,
    Count,
    Day,
    HsCode,
    Jurisdiction,
    LongText,
    Text,
    UnNumber,
    choice,
)
from ledger.roster import Listing, Policy, Role, Roster, Signer, by_hub
from ledger.vocabulary import RegistryEvent, event


@event("substance.listed", by=(Role.HUB,))
class SubstanceListed(RegistryEvent):
    """A substance is put on a list, or its entry there is stated anew."""

    list: Code
    substance: Code
    name: Text
    valid_from: Day
    cas: tuple[Cas, ...] = ()
    hs: tuple[HsCode, ...] = ()
    hs_screened: tuple[HsCode, ...] = ()
    hs_edition: Annotated[str, choice("2012", "2017", "2022", "2028")] = "2022"
    un: tuple[UnNumber, ...] = ()
    jurisdiction: Jurisdiction = "*"
    valid_to: Day | None = None
    limits: LongText | None = None

    def apply(self, roster: Roster, by: Signer) -> Roster:
        by_hub(by)
        made = Listing(
            list=self.list,
            substance=self.substance,
            name=self.name,
            cas=self.cas,
            hs=self.hs,
            hs_screened=self.hs_screened,
            hs_edition=self.hs_edition,
            un=self.un,
            jurisdiction=self.jurisdiction,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
        )
        key = (self.list, self.substance)
        return roster.but(listings={**roster.listings, key: made})


@event("policy.declared", by=(Role.HUB,))
class PolicyDeclared(RegistryEvent):
    """How long a jurisdiction waits for an answer to a notice, and what silence means there."""

    jurisdiction: Jurisdiction
    clock: Annotated[str, choice("working_days", "calendar_days")]
    days: Count
    silence: Annotated[str, choice("may_proceed", "barred", "none")]
    holidays: tuple[Day, ...] = ()
    basis: LongText | None = None

    def apply(self, roster: Roster, by: Signer) -> Roster:
        by_hub(by)
        if not 1 <= self.days <= 366:
            raise Invalid("/days: from 1 to 366", pointer="/days", code="invalid-field")
        made = Policy(
            jurisdiction=self.jurisdiction,
            clock=self.clock,
            days=self.days,
            silence=self.silence,
            holidays=self.holidays,
        )
        return roster.but(policies={**roster.policies, self.jurisdiction: made})
