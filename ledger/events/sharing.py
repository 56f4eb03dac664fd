"""Who lets whom see what: grants and sharing groups, signed like everything else (DESIGN §6)."""

from collections.abc import Sequence
from dataclasses import dataclass

from ledger import Invalid, NotPermitted
from ledger.fields import Code, Flag, LongText, Moment, Recipient, ShipmentRef, Text, Uuid
from ledger.grants import GLASS, Grant, Grantee, OwnedName, Sharing, is_group, owner_of
from ledger.roster import Role
from ledger.vocabulary import CaseEvent, Event, event

GIVERS = (Role.AUTHORITY, Role.CUSTOMS, Role.LICENSING, Role.POLICE, Role.LABORATORY, Role.HUB)


@dataclass(frozen=True, kw_only=True)
class SharingEvent(CaseEvent):
    """A decision about who may see what. Its subject is no shipment, so its entry has no tag."""

    @property
    def name(self) -> str:
        """The grant or group it is about; its owner's id comes first."""
        raise NotImplementedError

    @property
    def subject(self) -> tuple[str, str]:
        return (self.kind.partition(".")[0], self.name)

    def check_poster(self, agency: str, roles: frozenset[str]) -> None:
        del roles
        if GLASS in self.name and not self.kind.startswith("access."):
            raise NotPermitted("such a name is an access's", code="kind-not-permitted")
        if owner_of(self.name) != agency:
            raise NotPermitted(
                "its name begins with another agency's id: only that one may state it",
                code="kind-not-permitted",
            )

    def apply(self, sharing: Sharing) -> Sharing:
        raise NotImplementedError

    def widens(self, before: Sharing) -> bool:
        """Whether somebody sees more by it than before."""
        del before
        return False

    def needs_four_eyes(self, before: Sequence[Event]) -> bool:
        sharing = Sharing()
        for each in before:
            if isinstance(each, SharingEvent):
                sharing = each.apply(sharing)
        return self.widens(sharing)


@event("grant.given", by=GIVERS)
class GrantGiven(SharingEvent):
    """An agency lets a country, an agency or a group see what it stated about a shipment.

    With `whole`, an authority of the opening country lets them see what others stated too, as far
    as it may see that itself and their markings let it travel.
    """

    grant: OwnedName
    to: Grantee
    shipment: ShipmentRef
    statements: tuple[Uuid, ...] = ()
    claims: tuple[Code, ...] = ()
    whole: Flag = False
    until: Moment | None = None
    reason: LongText

    @property
    def name(self) -> str:
        return self.grant

    @property
    def rests_on(self) -> tuple[tuple[str, str], ...]:
        return (self.subject, ("group", self.to)) if is_group(self.to) else (self.subject,)

    def check_poster(self, agency: str, roles: frozenset[str]) -> None:
        super().check_poster(agency, roles)
        if self.whole and (Role.AUTHORITY not in roles or agency[:2] != self.shipment[:2]):
            raise NotPermitted(
                "only an authority of the country that opened it may share the whole of it",
                pointer="/whole",
            )
        if "nominal" in self.claims and (self.whole or is_group(self.to) or "-" not in self.to):
            raise Invalid(
                "/claims: personal data goes to one agency by its name, from its originator",
                pointer="/claims",
                code="invalid-field",
            )

    def widens(self, before: Sharing) -> bool:
        old = before.grants.get(self.grant)
        return old is None or not self.apply(before).grants[self.grant].within(old)

    def apply(self, sharing: Sharing) -> Sharing:
        return sharing.given(
            Grant(
                id=self.grant,
                to=self.to,
                shipment=self.shipment,
                statements=frozenset(self.statements),
                claims=frozenset(self.claims),
                whole=self.whole,
                until=self.until,
            )
        )


@event("grant.withdrawn", by=GIVERS)
class GrantWithdrawn(SharingEvent):
    """Whoever gave a grant takes it back, at once."""

    grant: OwnedName
    reason: LongText

    @property
    def name(self) -> str:
        return self.grant

    def apply(self, sharing: Sharing) -> Sharing:
        return sharing.withdrawn(self.grant)


@event("group.declared", by=GIVERS)
class GroupDeclared(SharingEvent):
    """An agency says who is in its sharing group; this version replaces the one before."""

    group: OwnedName
    members: tuple[Recipient, ...]
    purpose: Text

    @property
    def name(self) -> str:
        return self.group

    def widens(self, before: Sharing) -> bool:
        old = before.groups.get(self.group)
        return not frozenset(self.members) <= (old.members if old else frozenset())

    def apply(self, sharing: Sharing) -> Sharing:
        return sharing.declared(self.group, frozenset(self.members))
