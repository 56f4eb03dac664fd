"""What an agency lets others hear of its records: whether there is a hit, and whose it is."""

from typing import Annotated

from ledger import Invalid, NotPermitted
from ledger.fields import AgencyId, choice
from ledger.roster import Roster, Signer, root_of
from ledger.vocabulary import RegistryEvent, event

ANSWERS = ("yes", "yes_without_name", "no")


@event("hits.declared", by=())
class HitsDeclared(RegistryEvent):
    """How an agency's records answer when others ask whether an identifier is known.

    A yes with the country's name, a yes without it, or a no, which counts until something else is
    stated. The agency itself states it, or its country's root key.
    """

    agency: AgencyId
    answer: Annotated[str, choice(*ANSWERS)]

    def apply(self, roster: Roster, by: Signer) -> Roster:
        if by.agency not in {self.agency, root_of(self.agency[:2])}:
            raise NotPermitted(
                "only the agency or its country's root key may state this",
                code="kind-not-permitted",
            )
        if self.agency not in roster.agencies:
            raise Invalid("/agency: no such agency", pointer="/agency", code="unknown-agency")
        return roster.but(hits={**roster.hits, self.agency: self.answer})
