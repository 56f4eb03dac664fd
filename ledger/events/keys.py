"""Keys that come and go: a second one during a rotation, one for some scopes only, and its end."""

from typing import Annotated

from crypto import UnknownKey
from ledger import Invalid
from ledger.events.registry import Jwk, enrolled
from ledger.fields import AgencyId, Moment, Number, Text, choice
from ledger.persons import always
from ledger.roster import Roster, Signer, by_root_of, root_of
from ledger.scopes import SCOPES
from ledger.vocabulary import RegistryEvent, event

Scope = Annotated[str, choice(*SCOPES)]


@event("key.added", by=())
class KeyAdded(RegistryEvent):
    """A participant's root key adds a key to an agency: two may be valid during a rotation.

    A root key is followed by another one in the same way; when it is lost, the hub adds the next.
    With `scopes` the key is good for these only; a root key has all.
    """

    agency: AgencyId
    key: Jwk
    possession: Text
    scopes: tuple[Scope, ...] = ()

    needs_four_eyes = always

    def apply(self, roster: Roster, by: Signer) -> Roster:
        country = self.agency[:2]
        is_root = self.agency == root_of(country) and country in roster.participants
        if not (is_root and by.is_hub):
            by_root_of(country, by)
        if not is_root and self.agency not in roster.agencies:
            raise Invalid("/agency: no such agency", pointer="/agency", code="unknown-agency")
        if is_root and self.scopes:
            said = "/scopes: a root key can't be limited"
            raise Invalid(said, pointer="/scopes", code="invalid-field")
        roster = enrolled(roster, self.agency, self.key, self.possession, at=by.index, pointer="/")
        if not self.scopes:
            return roster
        kid = self.key.public("/key").kid
        return roster.but(scopes={**roster.scopes, kid: frozenset(self.scopes)})


@event("key.revoked", by=())
class KeyRevoked(RegistryEvent):
    """A key ends. `compromised_since` marks earlier entries, and never removes them.

    A compromised key ends at once, and two people confirm it within 72 hours; any other takes them
    before it ends.
    """

    kid: Number
    reason: Annotated[str, choice("superseded", "compromised", "retired", "agency_closed")]
    compromised_since: Moment | None = None

    @property
    def is_urgent(self) -> bool:
        return self.reason == "compromised"

    def needs_four_eyes(self, before: Roster) -> bool:
        del before
        return not self.is_urgent

    def apply(self, roster: Roster, by: Signer) -> Roster:
        try:
            holder = roster.keyring.find(self.kid, by.index).holder
        except UnknownKey as error:
            raise Invalid("/kid: no such valid key", pointer="/kid", code="unknown-key") from error
        if not by.is_hub:
            by_root_of(holder[:2], by)
        if self.is_urgent:
            roster = roster.hurried(self.kind, by)
        keyring = roster.keyring.revoke(self.kid, by.index, self.compromised_since)
        return roster.but(keyring=keyring)
