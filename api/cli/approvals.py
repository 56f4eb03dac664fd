"""`shield request`, `requests`, `approve`, `decline`: what takes two people, from the command line.

A person signs with a key of their own (`shield person new-key`); the agency's key carries their
word. What is approved is read first, and its hash is checked here, not taken from the server.
"""

import functools
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from api import approvals
from api.cli import door, keys, node
from api.cli.asking import Asking, asking
from api.cli.door import Signing, Where
from api.cli.output import answer, printed, reporting, table
from api.client import Posted, sign
from api.config import clock
from crypto import sdjwt
from crypto.uuid7 import uuid7
from ledger import Tampered, databases
from ledger.decisions import decision, digest_of, prove
from ledger.records import body_of
from ledger.registry import Registry
from ledger.states import moment
from ledger.visibility import viewer_of
from ledger.vocabulary import RegistryEvent, parse

Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Hand:
    """The person who decides, the key that shows it, and the agency that carries their word."""

    person: str
    key_file: Path
    signer: Signing

    def state(self, word: str, body: Document, asked: tuple[str, str], where: Where) -> bytes:
        """A statement with this person's proof over (request, hash of the statement)."""
        request, digest = asked
        origin, caller, now = where.pin().origin, self.signer.caller(), clock()
        key = keys.load(self.key_file, self.signer.password_file)
        decided = decision(
            log=origin, decision=word, request=request, statement=digest, person=self.person
        )
        said = {**body, "proof": prove(decided, person=self.person, key=key)}
        return sign(
            {**said, "occurred_at": moment(now)},
            agency=caller.agency,
            origin=origin,
            key=caller.key,
            now=now,
            jti=request if word == "request" else None,
        )


def by_hand(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `hand`, from --person, --person-key and the options of an agency's key."""

    @functools.wraps(command)
    def run(*, person: str, person_key: Path, signer: Signing, **others: Any) -> Any:
        return command(hand=Hand(person=person, key_file=person_key, signer=signer), **others)

    person = click.option("--person", required=True, metavar="ID", help="Like NL-CNA/p-….")
    key = click.option(
        "--person-key", required=True, type=click.Path(path_type=Path), help="That person's key."
    )
    return person(key(door.signing(run)))


@click.command()
@click.argument("file", type=click.File("rb"), default="-")
@click.option("--reason", help="Public: say nothing of a case or of anybody.")
@by_hand
@door.remote
@reporting
def request(*, file: Any, reason: str | None, hand: Hand, where: Where) -> None:
    """Ask for the signed statement in FILE (- for stdin): it counts once another approves it.

    `shield event sign` makes one, and so does --unposted of the commands that post.
    """
    statement = file.read().strip()
    parsed = sdjwt.split(statement)
    digest, jti = digest_of(parsed.jwt), uuid7(clock(), secrets.token_bytes)
    event = parse(body_of(parsed))
    body: Document = {"kind": "action.requested", "statement": digest, "target": parsed.jti}
    if isinstance(event, RegistryEvent):
        body["action"] = event.kind
    if reason:
        body["reason"] = reason
    made = hand.state("request", body, (jti, digest), where)
    posted = _asked(statement, made, where)
    answer(
        {"request": jti, "index": posted.receipt.index},
        f"Requested as {jti} (entry {posted.receipt.index}). Another person approves it within"
        f" 72 hours: shield approve {jti}",
    )


def _asked(statement: bytes, request: bytes, where: Where) -> Posted:
    if where.is_remote:
        return where.client().request(statement, request)
    admitted = approvals.ask(node.services(), statement, request)
    return Posted(receipt=admitted.receipt, created=admitted.created)


@click.command()
@click.argument("which", metavar="[ID]", required=False)
@asking
@door.signing
@door.remote
@reporting
def requests(*, which: str | None, why: Asking, signer: Signing, where: Where) -> None:
    """List what people of your authority asked for, or show the request ID with its statement."""
    document = _read(which, why.seen_by, why, signer, where)
    answer(document, _listed(document) if which is None else _told(document))


@click.command()
@click.argument("which", metavar="ID")
@click.option("--yes", is_flag=True, help="Do not ask again.")
@by_hand
@asking
@door.remote
@reporting
def approve(*, which: str, yes: bool, hand: Hand, why: Asking, where: Where) -> None:
    """Approve the request ID, once you have read what it asks for."""
    document = _read(which, hand.person.partition("/")[0], why, hand.signer, where)
    _check_text(document)
    if not yes:
        click.echo(_told(document), err=True)
        click.confirm("Approve it?", abort=True, err=True)
    posted = _answer("approve", document, hand, where)
    after = _read(which, hand.person.partition("/")[0], why, hand.signer, where)
    done = f"; made as entry {after['made']}" if "made" in after else "; it is not made yet"
    answer(
        {"index": posted.receipt.index, "made": after.get("made")},
        f"Approved as entry {posted.receipt.index}{done}.",
    )


@click.command()
@click.argument("which", metavar="ID")
@by_hand
@asking
@door.remote
@reporting
def decline(*, which: str, hand: Hand, why: Asking, where: Where) -> None:
    """Decline the request ID, or take back one of your own."""
    document = _read(which, hand.person.partition("/")[0], why, hand.signer, where)
    posted = _answer("decline", document, hand, where)
    answer({"index": posted.receipt.index}, f"Declined as entry {posted.receipt.index}.")


def _answer(word: str, document: Document, hand: Hand, where: Where) -> Posted:
    kind = {"approve": "action.approved", "decline": "action.declined"}[word]
    body = {"kind": kind, "request": document["request"]}
    asked = (document["request"], document["statement"])
    return door.post_one(hand.state(word, body, asked, where), where)


def _read(
    which: str | None, seen_by: str | None, why: Asking, signer: Signing, where: Where
) -> Document:
    """From the server, or from this node's database as that agency, once the read is recorded."""
    if where.is_remote:
        client = where.client(signer.caller(why.purpose))
        path = "/v1/requests" if which is None else f"/v1/requests/{quote(which, safe='')}"
        return dict(client.get(path))
    engine, as_whom = node.engine(), Asking(seen_by=seen_by, purpose=why.purpose)
    with databases.reading(engine) as session:
        roster = Registry().current(session)
        viewer = viewer_of(seen_by, roster) if seen_by else as_whom.viewer(roster)
        if which is None:
            document = approvals.listed(session, roster, viewer, now=clock())
        else:
            document = approvals.one(session, roster, which, viewer, now=clock())
    found = document["requests"] if which is None else [document]
    read = [("entry", str(each["index"])) for each in found]
    as_whom.record(engine, "requests", read, {} if which is None else {"request": which})
    return document


def _check_text(document: Document) -> None:
    """What is shown must be of the very statement whose hash is about to be signed."""
    if "text" not in document:
        raise click.UsageError("the statement is not there to be read: ask who made the request")
    parsed = sdjwt.split(document["text"].encode("ascii"), complete=False)
    shown = dict(parsed.claims) if "_sd" in parsed.payload else body_of(parsed)
    if digest_of(parsed.jwt) != document["statement"] or shown != document["claims"]:
        raise Tampered("what is shown is not what the request names")


def _listed(document: Document) -> str:
    rows = [
        (each["request"], each["stage"], each.get("action", "-"), each["person"], each["until"])
        for each in document["requests"]
    ]
    heading = ("request", "stage", "action", "asked by", "until")
    told = table([heading, *rows], empty="Nothing was requested.")
    late = [
        f"Entry {each['index']} ({each['kind']}) took effect at once and is to be confirmed by"
        f" {each['due']}{': OVERDUE' if each['overdue'] else ''}."
        for each in document["unconfirmed"]
    ]
    late += [
        f"The access {each['access']} (entry {each['index']}) is to be reviewed by"
        f" {each['due']}{': OVERDUE' if each['overdue'] else ''}."
        for each in document["unreviewed"]
    ]
    return "\n".join([told, *late])


def _told(document: Document) -> str:
    lines = [
        f"{document['request']} [{document['stage']}]",
        f"  asked by   {document['person']}, entry {document['index']}",
        f"  until      {document['until']}",
        f"  answered   {document.get('answered_by', 'by nobody yet')}",
        f"  made       {document.get('made', 'not yet')}",
        f"  stated by  {document.get('agency', '?')}",
    ]
    return "\n".join([*lines, printed(document.get("claims", "the statement is not here"))])
