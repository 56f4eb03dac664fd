"""Registry statements: who takes part and who signs with which key.

All of it is public: whoever checks the log must know whose signature counted when (DESIGN §4).
"""

from dataclasses import dataclass
from typing import Annotated

from crypto import BadSignature, Malformed
from crypto.encodings import b64u_decode, b64u_encode
from crypto.keys import PrivateKey, PublicKey
from crypto.notes import Scheme
from ledger import Conflict, Invalid, NotPermitted
from ledger.events.witnesses import quorate, verifier, watched
from ledger.fields import (
    AgencyId,
    Count,
    Country,
    Jurisdiction,
    LongText,
    Number,
    Text,
    choice,
)
from ledger.persons import always
from ledger.roster import (
    HUB,
    Agency,
    Participant,
    Role,
    Roster,
    Signer,
    by_hub,
    by_root_of,
    root_of,
)
from ledger.vocabulary import RegistryEvent, event

AgencyRole = Annotated[str, choice(*(role for role in Role if role is not Role.HUB))]


@dataclass(frozen=True, kw_only=True)
class Jwk:
    """A public key as RFC 7517 writes it: Ed25519 or P-256."""

    kty: Annotated[str, choice("OKP", "EC")]
    crv: Annotated[str, choice("Ed25519", "P-256")]
    x: Number
    y: Number | None = None

    def public(self, pointer: str) -> PublicKey:
        """The key, checked: one of small order or in an odd spelling is refused (DESIGN §4)."""
        members = {"kty": self.kty, "crv": self.crv, "x": self.x}
        try:
            return PublicKey.from_jwk(members if self.y is None else members | {"y": self.y})
        except Malformed as error:
            raise Invalid(f"{pointer}: {error}", pointer=pointer, code="bad-key") from error


@dataclass(frozen=True, kw_only=True)
class Root:
    """A participant with the root key that enrols its agencies."""

    country: Country
    name: Text
    key: Jwk
    possession: Text
    jurisdictions: tuple[Jurisdiction, ...] = ()


def possession_of(origin: str, holder: str, key: PrivateKey) -> str:
    """Proof that whoever enrols a key holds it: its signature over log, holder and key id."""
    return b64u_encode(key.sign(_possession(origin, holder, key.kid)))


def _possession(origin: str, holder: str, kid: str) -> bytes:
    return b"\x00".join([b"shield/possession", origin.encode(), holder.encode(), kid.encode()])


def enrolled(
    roster: Roster, holder: str, jwk: Jwk, possession: str, *, at: int, pointer: str
) -> Roster:
    """The roster with one more key, once its holder has shown that it holds it."""
    key = jwk.public(f"{pointer}key")
    if key.kid in roster.keyring or key.kid in roster.credentials:
        where = f"{pointer}key"
        raise Invalid(f"{where}: was enrolled before", pointer=where, code="key-reused")
    check_possession(roster.origin, holder, key, possession, pointer=f"{pointer}possession")
    return roster.but(keyring=roster.keyring.enrol(holder, key, at))


def check_possession(
    origin: str, holder: str, key: PublicKey, possession: str, *, pointer: str
) -> None:
    """Refuse a key whose holder has not shown that they hold it, for this log."""
    try:
        key.check(b64u_decode(possession), _possession(origin, holder, key.kid))
    except (BadSignature, Malformed) as error:
        raise Invalid(f"{pointer}: {error}", pointer=pointer, code="no-possession") from error


def admitted(roster: Roster, root: Root, *, at: int, pointer: str) -> Roster:
    if root.country in roster.participants:
        raise Conflict(f"{root.country} takes part already", code="exists")
    roster = enrolled(
        roster, root_of(root.country), root.key, root.possession, at=at, pointer=pointer
    )
    joined = Participant(
        country=root.country, name=root.name, jurisdictions=root.jurisdictions, since=at
    )
    return roster.but(participants={**roster.participants, root.country: joined})


@event("log.created", by=(Role.HUB,))
class LogCreated(RegistryEvent):
    """Entry 0: the log's name, the hub's key, the first participants and witnesses.

    Published checkpoints are signed by the quantum key too (ML-DSA-44), where there is one.
    """

    origin: Text
    key: Jwk
    checkpoint_key: Text
    quantum_checkpoint_key: LongText | None = None
    participants: tuple[Root, ...] = ()
    witnesses: tuple[Text, ...] = ()
    quorum: Count = 0

    def apply(self, roster: Roster, by: Signer) -> Roster:
        if by.index != 0 or not by.is_hub:
            raise NotPermitted("a log is created once", code="kind-not-permitted")
        self._check_own(self.checkpoint_key, Scheme.NOTE, "/checkpoint_key")
        quantum = self.quantum_checkpoint_key or ""
        if quantum:
            self._check_own(quantum, Scheme.TREE_COSIGNATURE, "/quantum_checkpoint_key")
        key = self.key.public("/key")
        if key.kid != by.kid:
            raise NotPermitted("the hub signs its own key in", pointer="/key")
        keyring = roster.keyring.enrol(HUB, key, -1)  # valid for the entry that states it
        roster = roster.but(
            origin=self.origin, hub_key=self.checkpoint_key, quantum_key=quantum, keyring=keyring
        )
        hub = Agency(id=HUB, name="Hub", roles=frozenset({Role.HUB}))
        roster = roster.but(agencies={HUB: hub})
        for place, root in enumerate(self.participants):
            roster = admitted(roster, root, at=0, pointer=f"/participants/{place}/")
        for place, vkey in enumerate(self.witnesses):
            roster = watched(roster, vkey, None, pointer=f"/witnesses/{place}")
        return quorate(roster, self.quorum)

    def _check_own(self, vkey: str, scheme: Scheme, pointer: str) -> None:
        if verifier(vkey, scheme, pointer).name != self.origin:
            raise Invalid(
                f"{pointer}: must be named as the log is", pointer=pointer, code="bad-key"
            )


@event("participant.added", by=(Role.HUB,))
class ParticipantAdded(RegistryEvent):
    """The hub admits a country, with the root key of its focal point."""

    participant: Root

    def apply(self, roster: Roster, by: Signer) -> Roster:
        by_hub(by)
        return admitted(roster, self.participant, at=by.index, pointer="/participant/")


@event("agency.enrolled", by=())
class AgencyEnrolled(RegistryEvent):
    """A participant's root key enrols an agency: its name, roles and first key."""

    agency: AgencyId
    name: Text
    roles: tuple[AgencyRole, ...]
    key: Jwk
    possession: Text

    needs_four_eyes = always

    def apply(self, roster: Roster, by: Signer) -> Roster:
        by_root_of(self.agency[:2], by)
        if self.agency in roster.agencies or self.agency == by.agency:
            raise Conflict(f"{self.agency} is enrolled already", code="exists")
        if not self.roles:
            raise Invalid("/roles: name at least one", pointer="/roles", code="missing-field")
        if Role.AUDITOR in self.roles and len(set(self.roles)) > 1:
            said = "/roles: an auditor is nothing else"
            raise Invalid(said, pointer="/roles", code="invalid-field")
        roster = enrolled(roster, self.agency, self.key, self.possession, at=by.index, pointer="/")
        made = Agency(id=self.agency, name=self.name, roles=frozenset(self.roles), since=by.index)
        return roster.but(agencies={**roster.agencies, self.agency: made})
