"""Grants and sharing groups as their statements add up: what is given to whom now.

They are folded in the order of the log, not of happening: a withdrawal counts from its entry on,
whatever moment it names, and nobody can date a grant behind it (DESIGN §6).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Annotated, Self

from ledger.values import Pattern

# The agency whose it is, and a name of the agency's own: nobody can take another's.
OwnedName = Annotated[
    str,
    partial(
        Pattern,
        r"[A-Z]{2}-[A-Z0-9-]{2,30}/[a-z0-9][a-z0-9-]{0,39}",
        "use your agency's id, a slash and a name of your own, like NL-CUSTOMS/acetone-7",
    ),
]
GLASS = "/glass-"  # what names of accesses have behind the agency, and no other name
AccessName = Annotated[
    str,
    partial(
        Pattern,
        r"[A-Z]{2}-[A-Z0-9-]{2,30}/glass-[a-z0-9]{8,32}",
        "use your agency's id, `/glass-` and 8 to 32 random letters and digits",
    ),
]
Grantee = Annotated[
    str,
    partial(
        Pattern,
        r"[A-Z]{2}(?:-[A-Z0-9-]{2,30}(?:/[a-z0-9][a-z0-9-]{0,39})?)?",
        "use a country, an agency or a sharing group",
    ),
]


def owner_of(name: str) -> str:
    """The agency whose grant or group this is."""
    return name.partition("/")[0]


def is_group(grantee: str) -> bool:
    return "/" in grantee


@dataclass(frozen=True, kw_only=True)
class Group:
    """A sharing group: who is in it, as its owner stated last. `version` counts from 1."""

    id: str
    members: frozenset[str] = frozenset()
    version: int = 0


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A decision that lets somebody see statements about a shipment.

    `readers` are countries and agencies: of a group, those who were in it when the grant was given
    and have been ever since. No claims named: all but the nominal one. No statements named: all.
    """

    id: str
    to: str
    shipment: str
    readers: frozenset[str] = frozenset()
    statements: frozenset[str] = frozenset()
    claims: frozenset[str] = frozenset()
    whole: bool = False
    until: datetime | None = None
    since: datetime | None = None
    opened: bool = False  # by breaking the glass: its own reader's word, and for an hour

    @property
    def by(self) -> str:
        return owner_of(self.id)

    @property
    def is_explicit(self) -> bool:
        """Whether it names what it gives, and is not just for everything there is and will be."""
        return bool(self.claims or self.statements)

    def is_for(self, names: frozenset[str], now: datetime) -> bool:
        """Whether it lets one of these see anything now."""
        begun = self.since is None or self.since <= now
        lasts = self.until is None or now < self.until
        return begun and lasts and not self.readers.isdisjoint(names)

    def within(self, other: "Grant") -> bool:
        """Whether nobody sees anything by this that they did not see by the other.

        What is named gives a marking way that a grant of everything leaves where it is, so naming
        is more; and no end is the latest end.
        """
        narrower = (
            self.shipment == other.shipment,
            self.readers <= other.readers,
            not other.statements or frozenset() < self.statements <= other.statements,
            self._claims_within(other),
            other.whole or not self.whole,
            other.is_explicit or not self.is_explicit,
            other.until is None or (self.until is not None and self.until <= other.until),
        )
        return all(narrower)

    def _claims_within(self, other: "Grant") -> bool:
        """No claims named are all but the nominal one."""
        if other.claims:
            return frozenset() < self.claims <= other.claims
        return "nominal" not in self.claims

    def covers(self, jti: str) -> bool:
        return not self.statements or jti in self.statements


@dataclass(frozen=True, kw_only=True)
class Sharing:
    """Some grants and groups, as many as one statement may touch."""

    grants: Mapping[str, Grant] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)

    def given(self, grant: Grant) -> Self:
        """With this grant in place of an older one of its name."""
        if is_group(grant.to):
            group = self.groups.get(grant.to)
            readers = group.members if group else frozenset[str]()
        else:
            readers = frozenset({grant.to})
        made = replace(grant, readers=readers)
        return replace(self, grants={**self.grants, grant.id: made})

    def withdrawn(self, grant: str) -> Self:
        left = {name: each for name, each in self.grants.items() if name != grant}
        return replace(self, grants=left)

    def declared(self, name: str, members: frozenset[str]) -> Self:
        """With a new version of a group: who leaves loses at once, who joins gains nothing old."""
        before = self.groups.get(name) or Group(id=name)
        group = Group(id=name, members=members, version=before.version + 1)
        grants = {
            each.id: replace(each, readers=each.readers & members) if each.to == name else each
            for each in self.grants.values()
        }
        return replace(self, grants=grants, groups={**self.groups, name: group})
