"""Who watches the log: the independent parties whose cosignatures count (DESIGN §3)."""

from crypto import Malformed
from crypto.notes import Scheme, Verifier
from ledger import Conflict, Invalid
from ledger.fields import Count, Country, Text
from ledger.persons import always
from ledger.roster import Role, Roster, Signer, Witness, by_hub
from ledger.vocabulary import RegistryEvent, event


def verifier(vkey: str, scheme: Scheme, pointer: str) -> Verifier:
    """The key of a note, checked, and that it signs what it is registered to sign."""
    try:
        made = Verifier.parse(vkey)
    except Malformed as error:
        raise Invalid(f"{pointer}: {error}", pointer=pointer, code="bad-key") from error
    if made.scheme != scheme:
        raise Invalid(f"{pointer}: signs other things", pointer=pointer, code="bad-key")
    return made


def watched(roster: Roster, vkey: str, country: str | None, *, pointer: str) -> Roster:
    name = verifier(vkey, Scheme.COSIGNATURE, pointer).name
    if name in roster.witnesses:
        raise Conflict(f"{name} is a witness already", code="exists")
    made = Witness(name=name, vkey=vkey, country=country)
    return roster.but(witnesses={**roster.witnesses, name: made})


def quorate(roster: Roster, quorum: int | None) -> Roster:
    wanted = roster.quorum if quorum is None else quorum
    if wanted > len(roster.witnesses):
        raise Invalid(
            "/quorum: more than there are witnesses", pointer="/quorum", code="inconsistent"
        )
    return roster.but(quorum=wanted)


@event("witness.added", by=(Role.HUB,))
class WitnessAdded(RegistryEvent):
    """An independent party whose cosignatures count from now on."""

    vkey: Text
    country: Country | None = None
    quorum: Count | None = None

    needs_four_eyes = always

    def apply(self, roster: Roster, by: Signer) -> Roster:
        by_hub(by)
        roster = watched(roster, self.vkey, self.country, pointer="/vkey")
        return quorate(roster, self.quorum)


@event("witness.removed", by=(Role.HUB,))
class WitnessRemoved(RegistryEvent):
    """A witness whose cosignatures count no longer."""

    name: Text
    quorum: Count | None = None

    needs_four_eyes = always

    def apply(self, roster: Roster, by: Signer) -> Roster:
        by_hub(by)
        if self.name not in roster.witnesses:
            raise Invalid("/name: no such witness", pointer="/name", code="unknown-witness")
        left = {k: v for k, v in roster.witnesses.items() if k != self.name}
        return quorate(roster.but(witnesses=left), self.quorum)
