"""`shield person`: who may decide for an agency, by pseudonym, as the log says it.

A person's key is made where that person sits and stays there; who enrols them gets its public half.
The console enrols people with passkeys: `shield people invite`.
"""

import secrets
from pathlib import Path
from typing import Any

import click

from api import Misconfigured, approvals, bootstrap
from api.cli import door, keys, node
from api.cli.door import Where
from api.cli.output import answer, printed, reporting, table
from api.client import sign
from api.config import clock
from crypto import canonical
from crypto.keys import Alg, PrivateKey
from ledger import databases
from ledger.events.registry import possession_of
from ledger.persons import PersonRole
from ledger.registry import Registry
from ledger.roster import HUB, root_of
from ledger.states import moment

MAX_REQUEST = 16 * 1024
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


@click.group()
def person() -> None:
    """Say in the log who may decide for an agency."""


@person.command("new-key")
@click.argument("agency", callback=keys.agency_id, metavar="AGENCY")
@click.option("--person", "known", metavar="ID", help="One who is enrolled already: a further key.")
@click.option("--origin", help="The log it is for; by default the pinned one.")
@click.option("--alg", type=click.Choice(["Ed25519", "ES256"]), default="Ed25519")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The new key file.")
@keys.password_option
@reporting
def new_key(
    *,
    agency: str,
    known: str | None,
    origin: str | None,
    alg: Alg,
    out: Path,
    password_file: Path | None,
) -> None:
    """Make a key and a pseudonym for a person, and print what enrols them.

    The pseudonym is random. Who it is, is written down nowhere in the log.
    """
    if out.exists():
        raise Misconfigured(f"{out} exists: a key file is never overwritten")
    pseudonym = known or f"{agency}/p-{''.join(secrets.choice(LETTERS) for _ in range(20))}"
    made = PrivateKey.generate(alg)
    made.save(out, keys.password(password_file, confirm=True))
    log = origin or Where(url=None, pin_file=None).pin().origin
    document = {
        "person": pseudonym,
        "credential": {
            "id": made.kid,
            "type": "key",
            "jwk": made.public.jwk,
            "possession": possession_of(log, pseudonym, made),
        },
    }
    answer(document, printed(document))


@person.command()
@click.argument("request", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([each.value for each in PersonRole]),
)
@click.option("--root-key", type=click.Path(path_type=Path), help="The country's root key file.")
@click.option("--by-hub", is_flag=True, help="As the hub, with this node's key.")
@keys.password_option
@door.posting
@reporting
def enrol(
    *,
    request: Path,
    roles: tuple[str, ...],
    root_key: Path | None,
    by_hub: bool,
    password_file: Path | None,
    where: Where,
) -> None:
    """Enrol the person whose `new-key` printed the REQUEST file; again, for other roles."""
    said = canonical.read(request.read_bytes(), max_bytes=MAX_REQUEST)
    if not isinstance(said, dict) or set(said) != {"person", "credential"}:
        raise Misconfigured(f"{request} is not what `shield person new-key` prints")
    pseudonym = str(said["person"])
    body = {
        "kind": "person.enrolled",
        "person": pseudonym,
        "agency": pseudonym.partition("/")[0],
        "roles": list(roles),
        "credentials": [said["credential"]],
    }
    signer = _signer(pseudonym, root_key, password_file, by_hub=by_hub)
    index = _state(body, signer, where)
    answer({"index": index, "person": pseudonym}, f"{pseudonym} is enrolled (entry {index}).")


@person.command()
@click.argument("pseudonym", metavar="ID")
@click.option("--credential", metavar="ID", help="This credential only.")
@click.option("--root-key", type=click.Path(path_type=Path), help="The country's root key file.")
@click.option("--by-hub", is_flag=True, help="As the hub, with this node's key.")
@keys.password_option
@door.posting
@reporting
def remove(
    *,
    pseudonym: str,
    credential: str | None,
    root_key: Path | None,
    by_hub: bool,
    password_file: Path | None,
    where: Where,
) -> None:
    """Say that a person decides no more, or that one of their credentials counts no more."""
    one = {"credential": credential} if credential else {}
    body = {"kind": "person.removed", "person": pseudonym, **one}
    signer = _signer(pseudonym, root_key, password_file, by_hub=by_hub)
    index = _state(body, signer, where)
    answer({"index": index}, f"{pseudonym} is removed (entry {index}).")


@person.command("list")
@reporting
def list_them() -> None:
    """List the people whom the log knows, and the authorities not yet under four eyes."""
    with databases.reading(node.engine()) as session:
        roster = Registry().current(session)
    people = sorted(roster.people.values(), key=lambda each: each.id)
    rows = [
        (each.id, ", ".join(sorted(each.roles)), str(len(each.credentials)), str(each.since))
        for each in people
    ]
    heading = ("person", "roles", "credentials", "since entry")
    found = approvals.authorities(roster)
    open_still = [each["authority"] for each in found if not each["four_eyes"]]
    told = table([heading, *rows], empty="Nobody is enrolled.")
    names = ", ".join(open_still) or "none"
    document = {
        "people": [
            {
                "person": each.id,
                "roles": sorted(each.roles),
                "credentials": [held.id for held in each.credentials],
                "since": each.since,
            }
            for each in people
        ],
        "authorities": found,
    }
    answer(document, f"{told}\nNot yet under four eyes (two who may approve): {names}.")


def _signer(
    pseudonym: str, root_key: Path | None, password_file: Path | None, *, by_hub: bool
) -> tuple[str, PrivateKey]:
    country = pseudonym[:2]
    if by_hub or country == HUB[:2]:
        return HUB, node.services().hub_key
    file = root_key or bootstrap.root_path(node.settings(), country)
    return root_of(country), keys.load(file, password_file)


def _state(body: dict[str, Any], signer: tuple[str, PrivateKey], where: Where) -> int:
    agency, key = signer
    now = clock()
    statement = sign(
        {**body, "occurred_at": moment(now)},
        agency=agency,
        origin=where.pin().origin,
        key=key,
        now=now,
    )
    return door.post_one(statement, where).receipt.index
