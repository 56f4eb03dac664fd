"""`shield key`: make a key, show its public half, and prove to an enroller that one holds it.

A password is never an argument: it comes from a file or is asked for.
"""

import secrets
import sys
from pathlib import Path

import click
from marshmallow import ValidationError

from api import Misconfigured, storage
from api.bootstrap import claims_of
from api.cli import node
from api.cli.output import answer, printed, reporting
from crypto.keys import Alg, PrivateKey
from ledger import databases
from ledger.concealment import vault_of
from ledger.fields import AgencyId
from ledger.schemas import field_of

MIN_PASSWORD = 16

password_option = click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The file with the key's password; else SHIELD_KEY_PASSWORD_FILE, else it is asked for.",
)


def password(file: Path | None, *, confirm: bool = False) -> bytes:
    """The password of a key file: from a file where one is named, else from the keyboard."""
    path = file or node.settings().key_password_file
    if path is not None and path.is_file():
        held = path.read_bytes().strip()
    elif sys.stdin.isatty():
        typed: str = click.prompt(
            "Password of the key", hide_input=True, confirmation_prompt=confirm, err=True
        )
        held = typed.encode()
    else:
        raise Misconfigured("there is no password: name a file with --password-file")
    if len(held) < MIN_PASSWORD:
        raise Misconfigured(f"a key's password has at least {MIN_PASSWORD} characters")
    return held


def load(path: Path, password_file: Path | None) -> PrivateKey:
    if not path.is_file():
        raise Misconfigured(f"there is no key file {path}")
    return PrivateKey.load(path, password(password_file))


def agency_id(_: click.Context, __: click.Parameter, said: str | None) -> str | None:
    """An agency's id as an argument or option; wrong usage when it is none."""
    try:
        if said is not None:
            field_of(AgencyId).deserialize(said)
    except ValidationError as error:
        raise click.BadParameter("use an agency id like NL-CUSTOMS") from error
    return said


@click.group()
def key() -> None:
    """Make, show and prove keys."""


@key.command()
@click.option("--alg", type=click.Choice(["Ed25519", "ES256"]), default="Ed25519")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The new key file.")
@password_option
@reporting
def new(alg: Alg, out: Path, password_file: Path | None) -> None:
    """Make a private key in a new file, encrypted and for its owner's eyes only."""
    if out.exists():
        raise Misconfigured(f"{out} exists: a key file is never overwritten")
    made = PrivateKey.generate(alg)
    made.save(out, password(password_file, confirm=True))
    answer(_public(made), f"The key {made.kid} is in {out}.")


@key.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@password_option
@reporting
def show(file: Path, password_file: Path | None) -> None:
    """Show the public key in a file and its id."""
    held = load(file, password_file)
    answer(_public(held), f"{held.alg} key {held.kid}\n{printed(held.public.jwk)}")


@key.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--holder", required=True, callback=agency_id, help="The agency it is for.")
@click.option("--origin", required=True, help="The log it is for.")
@password_option
@reporting
def prove(file: Path, holder: str, origin: str, password_file: Path | None) -> None:
    """Print what a focal point needs to enrol this key: its public half and a proof of possession.

    The private key stays where it is. Give the output to `shield enrol … --request`.
    """
    document = claims_of(load(file, password_file), holder=holder, origin=origin)
    answer(document, printed(document))


@key.command("rotate-wrapping")
@click.option("--only-rewrap", is_flag=True, help="Make no key: wrap under the first one there is.")
@click.option("--drop-older", is_flag=True, help="Forget older keys: older backups stay shut.")
@reporting
def rotate_wrapping(*, only_rewrap: bool, drop_older: bool) -> None:
    """Change the key that wraps the data keys, while the node goes on.

    Nothing concealed is touched. With several machines: put the new key first in every one's file,
    and then run this once with --only-rewrap.
    """
    engine = node.engine()
    settings = node.settings()
    if not only_rewrap:
        storage.put_first(settings, secrets.token_bytes)
    with databases.writing(engine) as session:
        rewrapped = vault_of(session).rewrap(session)
    dropped = storage.drop_older(settings) if drop_older else 0
    current = storage.wrapping(settings).current()
    answer(
        {"current": current, "rewrapped": rewrapped, "dropped": dropped},
        f"{rewrapped} data keys are now under the wrapping key {current}. Keep a copy of "
        f"{storage.key_file(settings)} away from the database: without it nothing opens.",
    )


def _public(held: PrivateKey) -> dict[str, object]:
    return {"alg": held.alg, "kid": held.kid, "key": held.public.jwk}
