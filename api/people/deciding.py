"""Requests and answers from the console: a person's proof, carried into the log by the hub.

The hub only carries the word; that it is the person's, everybody can check by the passkey's
assertion, whose challenge is the hash of the decision (`ledger.decisions`).
"""

from collections.abc import Mapping

from api import approvals
from api.current import moment, node
from api.people import awaiting, enlisting, stepping
from api.people.attempts import BOOK
from api.people.awaiting import Awaiting
from api.people.guard import Signed
from crypto import sdjwt
from crypto.canonical import Json
from crypto.uuid7 import uuid7
from ledger import databases
from ledger.decisions import decision, of_assertion
from ledger.persons import Request
from ledger.roster import HUB
from ledger.states import moment as spelt

WORDS = {"approve": "action.approved", "decline": "action.declined"}


def fresh_id() -> str:
    """The id of a request in the making: it is part of what is signed, so it comes first."""
    return uuid7(moment(), node().sequencer.desk.random)


def to_sign(signed: Signed, word: str, request: str, statement: str) -> Json:
    """What this person signs, exactly as the log will have it."""
    return decision(
        log=node().origin,
        decision=word,
        request=request,
        statement=statement,
        person=signed.person.id,
    )


def ask(signed: Signed, waiting: Awaiting, request: str) -> None:
    """Ask for a statement that waits for it; it gets its place once another approves."""
    decided = to_sign(signed, "request", request, waiting.digest)
    body = {
        "kind": "action.requested",
        "statement": waiting.digest,
        "target": sdjwt.split(waiting.statement).jti,
        "action": waiting.kind,
    }
    said = _said(body, stepping.decided(signed, decided), signed)
    approvals.ask(node(), waiting.statement, _carried(said, request))
    with databases.writing(node().engine, BOOK) as session:
        awaiting.drop(session, waiting.digest)


def reply(signed: Signed, asked: Request, word: str) -> None:
    """Approve or decline what somebody asked for."""
    decided = to_sign(signed, word, asked.id, asked.statement)
    body = {"kind": WORDS[word], "request": asked.id}
    said = _said(body, stepping.decided(signed, decided), signed)
    enlisting.submit(_carried(said, fresh_id()))


def _said(
    body: Mapping[str, Json], assertion: Mapping[str, Json], signed: Signed
) -> dict[str, Json]:
    proof = of_assertion(assertion, person=signed.person.id)
    return {**body, "occurred_at": spelt(moment()), "proof": proof}


def _carried(body: Mapping[str, Json], jti: str) -> bytes:
    public = {"iss": HUB, "aud": node().origin, "iat": int(moment().timestamp()), "jti": jti}
    random = node().sequencer.desk.random
    return sdjwt.wrap({}, public={**body, **public}, key=node().hub_key, salt=random)
