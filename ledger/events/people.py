"""Registry statements about people: who may decide for an agency, by a pseudonym and credentials.

All of it is public, so that whoever checks the log can check what they put their hand to. No name,
address or number of a person belongs here; the pseudonym is random.
"""

from dataclasses import dataclass
from typing import Annotated

from crypto import Malformed, passkeys
from crypto.encodings import b64u_decode
from ledger import Conflict, Invalid, NotPermitted
from ledger.decisions import B64u, CredentialType
from ledger.events.registry import Jwk, check_possession
from ledger.fields import AgencyId, Text, choice
from ledger.persons import Credential, OwnKey, Passkey, Person, PersonId, PersonRole
from ledger.roster import HUB, Role, Roster, Signer, root_of
from ledger.vocabulary import RegistryEvent, event

RoleName = Annotated[str, choice(*PersonRole)]
HUBS_OWN = frozenset({PersonRole.DUTY_OFFICER, PersonRole.OPERATOR})


@dataclass(frozen=True, kw_only=True)
class CredentialClaim:
    """A person's credential: a passkey with the site it is for, or a key with proof of holding."""

    id: B64u
    type: CredentialType
    public_key: B64u | None = None
    rp: Text | None = None
    origin: Text | None = None
    jwk: Jwk | None = None
    possession: B64u | None = None

    def read(self, log: str, person: str, pointer: str) -> Credential:
        """The credential, checked: a key that anybody could sign for is refused."""
        try:
            return self._passkey() if self.type == "passkey" else self._key(log, person, pointer)
        except Malformed as error:
            raise Invalid(f"{pointer}: {error}", pointer=pointer, code="bad-key") from error

    def _passkey(self) -> Passkey:
        if self.public_key is None or self.rp is None or self.origin is None:
            raise Malformed("a passkey has public_key, rp and origin")
        public_key = b64u_decode(self.public_key)
        passkeys.check_public_key(public_key)
        b64u_decode(self.id)
        return Passkey(id=self.id, public_key=public_key, rp=self.rp, origin=self.origin)

    def _key(self, log: str, person: str, pointer: str) -> OwnKey:
        if self.jwk is None or self.possession is None:
            raise Malformed("a key has jwk and possession")
        key = self.jwk.public(f"{pointer}/jwk")
        if key.kid != self.id:
            raise Malformed("its id must be its thumbprint (RFC 7638)")
        check_possession(log, person, key, self.possession, pointer=f"{pointer}/possession")
        return OwnKey(key=key)


@dataclass(frozen=True, kw_only=True)
class PeopleEvent(RegistryEvent):
    """A statement about one person: the hub's or the root's of that person's country."""

    person: PersonId

    @property
    def country(self) -> str:
        return self.person[:2]

    def authorities(self, by: Signer) -> tuple[str, ...]:
        """The person's own authority; or two at the hub, where its root signs: for lost people."""
        if by.is_root and self.country != HUB[:2]:
            return self.country, HUB[:2]
        return (self.country,)

    def check_by(self, by: Signer) -> None:
        if not by.is_hub and by.agency != root_of(self.country):
            raise NotPermitted(
                f"only the hub or the root key of {self.country} may state this",
                code="kind-not-permitted",
            )


@event("person.enrolled", by=(Role.HUB,))
class PersonEnrolled(PeopleEvent):
    """Somebody may decide for an agency, in these roles: for a new person, or one who is known.

    Stated again it sets the roles anew and adds credentials. It takes two people where the person
    may approve, before or after.
    """

    agency: AgencyId
    roles: tuple[RoleName, ...]
    credentials: tuple[CredentialClaim, ...] = ()

    def needs_four_eyes(self, before: Roster) -> bool:
        known = before.people.get(self.person)
        return self._made(()).has_eyes or (known is not None and known.has_eyes)

    def _made(self, credentials: tuple[Credential, ...], since: int = 0) -> Person:
        return Person(
            id=self.person,
            agency=self.agency,
            roles=frozenset(self.roles),
            credentials=credentials,
            since=since,
        )

    def apply(self, roster: Roster, by: Signer) -> Roster:
        self.check_by(by)
        self._check(roster)
        known = roster.people.get(self.person)
        held = known.credentials if known else ()
        fresh = self._fresh(roster, {each.id: each for each in held})
        if not (held or fresh):
            said = "/credentials: a person has at least one"
            raise Invalid(said, pointer="/credentials", code="missing-field")
        made = self._made((*held, *fresh), known.since if known else by.index)
        return roster.but(
            people={**roster.people, self.person: made},
            credentials={**roster.credentials, **{each.id: self.person for each in fresh}},
        )

    def _check(self, roster: Roster) -> None:
        if not self.person.startswith(f"{self.agency}/"):
            said = "/person: begins with the id of their agency"
            raise Invalid(said, pointer="/person", code="inconsistent")
        is_root = self.agency == root_of(self.country) and self.country in roster.participants
        if not is_root and self.agency not in roster.agencies:
            raise Invalid("/agency: no such agency", pointer="/agency", code="unknown-agency")
        if not self.roles:
            raise Invalid("/roles: name at least one", pointer="/roles", code="missing-field")
        if self.agency != HUB and not HUBS_OWN.isdisjoint(self.roles):
            raise Invalid("/roles: one of them is the hub's own", pointer="/roles")

    def _fresh(self, roster: Roster, held: dict[str, Credential]) -> tuple[Credential, ...]:
        """The credentials that are new to this person: never another's, nor an agency's key."""
        fresh: dict[str, Credential] = {}
        for place, claim in enumerate(self.credentials):
            pointer = f"/credentials/{place}"
            made = claim.read(roster.origin, self.person, pointer)
            is_others = roster.credentials.get(made.id, self.person) != self.person
            if is_others or made.id in roster.keyring or held.get(made.id, made) != made:
                said = f"{pointer}: was enrolled for another"
                raise Invalid(said, pointer=pointer, code="key-reused")
            if made.id not in held:
                fresh[made.id] = made
        return tuple(fresh.values())


@event("person.removed", by=(Role.HUB,))
class PersonRemoved(PeopleEvent):
    """Somebody decides no more for their agency, or one of their credentials counts no more.

    It takes two people where fewer than two would be left to approve.
    """

    credential: B64u | None = None

    def needs_four_eyes(self, before: Roster) -> bool:
        return self._removes(before) and not self._without(before).is_bound(self.country)

    def apply(self, roster: Roster, by: Signer) -> Roster:
        self.check_by(by)
        known = roster.people.get(self.person)
        if known is None:
            raise Invalid("/person: no such person", pointer="/person", code="unknown-person")
        if self.credential is None:
            return self._without(roster)
        left = tuple(each for each in known.credentials if each.id != self.credential)
        if left == known.credentials:
            said = "/credential: no such credential"
            raise Invalid(said, pointer="/credential", code="unknown-person")
        if not left:
            raise Conflict("the last credential: remove the person", code="inconsistent")
        changed = Person(
            id=known.id,
            agency=known.agency,
            roles=known.roles,
            credentials=left,
            since=known.since,
        )
        return roster.but(people={**roster.people, self.person: changed})

    def _removes(self, roster: Roster) -> bool:
        known = roster.people.get(self.person)
        return self.credential is None and known is not None and known.has_eyes

    def _without(self, roster: Roster) -> Roster:
        left = {name: each for name, each in roster.people.items() if name != self.person}
        return roster.but(people=left)
