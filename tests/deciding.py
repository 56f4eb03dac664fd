"""People who ask and approve: enrolled in a world, with keys of their own or a passkey."""

from dataclasses import dataclass
from typing import Any

from crypto import passkeys
from crypto.encodings import b64u_encode
from crypto.keys import PrivateKey
from ledger import vocabulary
from ledger.decisions import decision, digest_of, of_assertion, prove
from ledger.events.access import AccessEvent
from ledger.roster import HUB, root_of
from tests import factories
from tests.authenticators import Authenticator
from tests.bodies_people import credential
from tests.enrolling import key_for
from tests.world import World, jti_of

ACCESS = "KE-CUSTOMS/glass-abcdefgh"
SITE = {"rp": "ledger.example", "origin": "https://ledger.example"}


@dataclass(frozen=True, kw_only=True)
class Someone:
    """A person with a key or a passkey; `carrier` signs the statements that carry their word."""

    id: str
    carrier: str
    passkey: Authenticator | None = None
    key: PrivateKey | None = None

    @property
    def agency(self) -> str:
        return self.id.partition("/")[0]

    def proof(self, world: World, word: str, request: str, statement: str) -> dict[str, Any]:
        decided = decision(
            log=world.origin, decision=word, request=request, statement=statement, person=self.id
        )
        if self.passkey is not None:
            assertion = self.passkey.assertion(passkeys.challenge_of(decided))
            return of_assertion(assertion, person=self.id)
        return prove(decided, person=self.id, key=self.key or key_for(self.id))


def passkey_claim(passkey: Authenticator) -> dict[str, Any]:
    return {
        "id": passkey.id,
        "type": "passkey",
        "public_key": b64u_encode(passkey.cose),
        **SITE,
    }


def enrolment(
    person: str, *roles: str, credentials: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    return factories.body(
        "person.enrolled",
        person=person,
        agency=person.partition("/")[0],
        roles=list(roles) or ["approver"],
        credentials=[credential(person)] if credentials is None else credentials,
    )


def enrol(world: World, person: str, *roles: str, by: str | None = None) -> Someone:
    """A person with a key of their own, enrolled by their country's root or the hub."""
    agency = person.partition("/")[0]
    poster = by or (HUB if agency == HUB else root_of(agency[:2]))
    world.post(enrolment(person, *roles), poster)
    return Someone(id=person, carrier=agency)


def two(world: World, agency: str = "NL-CNA") -> tuple[Someone, Someone]:
    """Two approvers of an agency: from now on its country is under four eyes."""
    return enrol(world, f"{agency}/p-amsterdam"), enrol(world, f"{agency}/p-rotterdam")


def hash_of(statement: bytes) -> str:
    return digest_of(statement.partition(b"~")[0].decode("ascii"))


def target_of(world: World, body: dict[str, Any], agency: str) -> str:
    return jti_of(body, agency, int(world.clock.now.timestamp()))


def asking(
    world: World, someone: Someone, statement: bytes, target: str, jti: str | None = None
) -> tuple[str, bytes]:
    """A signed request for a statement, and its id."""
    digest = hash_of(statement)
    body = factories.body("action.requested", statement=digest, target=target, proof={})
    milliseconds = int(world.clock.now.timestamp() * 1000)
    request = jti or factories.uuid7(milliseconds, int(digest[:15], 16))
    body["proof"] = someone.proof(world, "request", request, digest)
    return request, world.statement(body, someone.carrier, jti=request)


def requested(
    world: World, someone: Someone, statement: bytes, target: str, jti: str | None = None
) -> str:
    """Ask for a statement, which waits nowhere but with its maker; the request's id."""
    request, said = asking(world, someone, statement, target, jti)
    world.admitted([said])
    return request


def answered(
    world: World, someone: Someone, request: str, word: str = "approve", **changes: Any
) -> None:
    asked = world.roster().requests[request]
    kind = {"approve": "action.approved", "decline": "action.declined"}[word]
    proof = someone.proof(world, word, request, asked.statement)
    body = factories.body(kind, request=request, proof={**proof, **changes})
    world.post(body, someone.carrier)


def agreed(
    world: World, people: tuple[Someone, Someone], body: dict[str, Any], agency: str
) -> bytes:
    """A statement that two people agreed to; not posted yet."""
    statement = world.statement(body, agency)
    first, second = people
    request = requested(world, first, statement, target_of(world, body, agency))
    answered(world, second, request)
    return statement


def accessed(world: World, someone: Someone, kind: str, **changes: Any) -> None:
    """Post a step of an access with the person's proof over all of it."""
    now = world.clock.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    body = factories.body(kind, **{"access": ACCESS, "occurred_at": now, **changes})
    jti = factories.uuid7(int(world.clock.now.timestamp() * 1000), len(kind))
    body["proof"] = {"person": someone.id, "credential": "abcd", "type": "key"}
    event = vocabulary.parse(body)
    assert isinstance(event, AccessEvent)
    decided: Any = event.decided(world.origin, jti)
    body["proof"] = someone.proof(world, decided["decision"], jti, decided["statement"])
    world.post(body, someone.carrier, jti=jti)
