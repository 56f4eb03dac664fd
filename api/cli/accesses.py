"""`shield access`: break the glass for an hour, and review that somebody did."""

import secrets
from typing import Any

import click

from api.cli import door, keys
from api.cli.approvals import Hand, by_hand
from api.cli.door import Where
from api.cli.output import answer, reporting
from api.client import sign
from api.config import clock
from crypto.uuid7 import uuid7
from ledger.decisions import prove
from ledger.events.access import AccessEvent
from ledger.states import moment
from ledger.vocabulary import parse

LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
FINDINGS = ("justified", "not_justified", "unclear")


@click.group()
def access() -> None:
    """Open what is withheld of a shipment, for an hour at most; review that somebody did."""


@access.command("open")
@click.argument("ref")
@click.option("--reason", required=True, help="Why it can't wait for a grant.")
@click.option("--case", required=True, help="Your own reference of the case.")
@click.option("--minutes", type=click.IntRange(1, 60), default=60, show_default=True)
@by_hand
@door.remote
@reporting
def open_it(*, ref: str, reason: str, case: str, minutes: int, hand: Hand, where: Where) -> None:
    """Open what markings withhold of the shipment REF: its originators are told at once."""
    name = f"{hand.signer.agency}/glass-{''.join(secrets.choice(LETTERS) for _ in range(20))}"
    body = {"kind": "access.opened", "access": name, "shipment": ref, "reason": reason}
    index = _state({**body, "case": case, "minutes": minutes}, hand, where)
    answer(
        {"access": name, "index": index},
        f"Open for {minutes} minutes (entry {index}). Another person reviews it within 72 hours:"
        f" shield access review {name}",
    )


@access.command()
@click.argument("name", metavar="ACCESS")
@click.option("--finding", required=True, type=click.Choice(FINDINGS))
@click.option("--explanation", required=True)
@by_hand
@door.remote
@reporting
def review(*, name: str, finding: str, explanation: str, hand: Hand, where: Where) -> None:
    """Say whether the access was right; it ends with that, if it has not ended yet."""
    body = {"kind": "access.reviewed", "access": name, "finding": finding}
    index = _state({**body, "explanation": explanation}, hand, where)
    answer({"access": name, "index": index}, f"Reviewed as entry {index}.")


def _state(body: dict[str, Any], hand: Hand, where: Where) -> int:
    """Post a statement with this person's proof over all that it says."""
    caller, now = hand.signer.caller(), clock()
    origin, jti = where.pin().origin, uuid7(now, secrets.token_bytes)
    key = keys.load(hand.key_file, hand.signer.password_file)
    said = {**body, "occurred_at": moment(now)}
    unproven = {"person": hand.person, "credential": key.kid, "type": "key"}
    event = parse({**said, "proof": unproven})
    if not isinstance(event, AccessEvent):
        raise TypeError("this kind is an access")
    proof = prove(event.decided(origin, jti), person=hand.person, key=key)
    statement = sign(
        {**said, "proof": proof},
        agency=caller.agency,
        origin=origin,
        key=caller.key,
        now=now,
        jti=jti,
    )
    return door.post_one(statement, where).receipt.index
