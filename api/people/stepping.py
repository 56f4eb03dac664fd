"""Stepping up: a fresh assertion by a verified user, bound to the very thing that is done.

The challenge is the hash of what is decided, as a page showed it. The form then brings the
assertion along, and the server forms the same decision again from what was sent: another field,
another address or another session, and it does not fit.
"""

from collections.abc import Mapping

from flask import request

from api.current import moment, node
from api.people import attempts, ceremonies, counters
from api.people.attempts import BOOK
from api.people.guard import Signed
from api.people.site import site_of
from api.problems import Refused
from crypto import CryptoError, Malformed, canonical, passkeys
from crypto.canonical import Json
from crypto.encodings import b64u_encode
from ledger import databases
from ledger.persons import Passkey, Person

WHAT = "step-up"
FIELDS = frozenset({"csrf", "ceremony", "assertion"})
DECISION = frozenset({"log", "decision", "request", "statement", "person"})


def held(person: Person, credential: str | None = None) -> tuple[Passkey, ...]:
    """A person's passkeys: those of this site, or the one that is named."""
    rp_id = site_of(node().settings).rp_id
    return tuple(
        each
        for each in person.credentials
        if isinstance(each, Passkey) and each.rp == rp_id and credential in {None, each.id}
    )


def begin(signed: Signed, decision: Json) -> dict[str, Json]:
    """Ask a person's authenticator to sign this decision, within five minutes.

    A decision for the ledger is signed as it stands, so that strangers can check it (it names its
    request, so it serves for nothing else); any other with this session and a number used once.
    """
    asked = canonical.encode(decision).decode()
    random = node().sequencer.desk.random
    about = canonical.encode([signed.session.token, b64u_encode(random(16)), asked]).decode()
    challenge = passkeys.challenge_of(decision if is_ledgers(decision) else about)
    with databases.writing(node().engine, BOOK) as session:
        token = ceremonies.begin(
            session, WHAT, about, now=moment(), random=random, challenge=challenge
        )
    known = tuple(each.id for each in held(signed.person))
    rp_id = site_of(node().settings).rp_id
    options = passkeys.request_options(rp_id=rp_id, challenge=challenge, allowed=known)
    return {"ceremony": token, "publicKey": options}


def is_ledgers(decision: Json) -> bool:
    """Whether this is a decision that goes into the log (`ledger.decisions`)."""
    return isinstance(decision, Mapping) and decision.keys() == DECISION


def check(signed: Signed) -> None:
    """Refuse (403) the form at hand unless its person has just signed for exactly it."""
    fields = {name: said for name, said in request.form.lists() if name not in FIELDS}
    decided(signed, {"action": request.path, "fields": fields})


def decided(signed: Signed, decision: Json) -> Mapping[str, Json]:
    """The assertion that the form brings, by which its person signed this very decision."""
    with databases.writing(node().engine, BOOK) as session:
        taken = ceremonies.take(session, request.form.get("ceremony", ""), WHAT, now=moment())
    try:
        said = canonical.read(request.form.get("assertion", "").encode(), max_bytes=16_384)
        owner, _, asked = canonical.read(taken.about.encode(), max_bytes=65_536)
    except Malformed as error:
        raise refused() from error
    ours = owner == signed.session.token and asked == canonical.encode(decision).decode()
    if not (ours and isinstance(said, Mapping)):
        raise refused()
    proven(said, signed.person, taken.challenge)
    return said


def proven(said: Mapping[str, Json], person: Person, challenge: bytes) -> Passkey:
    """The passkey of this person with which the challenge was signed by a verified user."""
    credential = said.get("id")
    found = held(person, credential) if isinstance(credential, str) else ()
    if not found:
        raise refused()
    attempts.by(found[0].id)
    site = site_of(node().settings)
    with databases.writing(node().engine, BOOK) as session:
        try:
            asserted = passkeys.verify_assertion(
                said,
                public_key=found[0].public_key,
                challenge=challenge,
                rp_id=site.rp_id,
                origin=site.origin,
                sign_count=counters.of(session, found[0].id),
            )
        except CryptoError as error:
            raise refused() from error
        counters.note(session, asserted.credential, asserted.sign_count)
    return found[0]


def refused() -> Refused:
    return Refused("passkey-refused", "the passkey was not accepted for this")
