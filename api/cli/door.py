"""Where statements go and answers come from: this node's own ledger, or a server by its pin."""

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from api import Misconfigured
from api.bootstrap import LAST_SEEN, PINS
from api.cli import keys, node
from api.cli.output import answer
from api.client import MAX_BATCH_LINES, Caller, Client, Posted
from api.config import clock
from api.pins import Pin
from ledger.admission import Outcome
from ledger.reads.purposes import Purpose


@dataclass(frozen=True, kw_only=True)
class Where:
    """What the command's options say: a server, or with neither of them this node."""

    url: str | None
    pin_file: Path | None
    unposted: Path | None = None

    @property
    def is_remote(self) -> bool:
        return self.url is not None or self.pin_file is not None

    def pin(self) -> Pin:
        """The pin to check the server by: it is never asked of the server itself."""
        held = Pin.read(self.pin_file or node.settings().home / PINS)
        return held.at(self.url) if self.url is not None else held

    def client(self, caller: Caller | None = None) -> Client:
        pin = self.pin()
        beside = (self.pin_file or node.settings().home / PINS).with_name(LAST_SEEN)
        return Client(pin=pin, clock=clock, caller=caller, last_seen=beside)


@dataclass(frozen=True, kw_only=True)
class Signing:
    """Who signs, with the key in which file."""

    agency: str | None
    key_file: Path | None
    password_file: Path | None

    def caller(self, purpose: Purpose | None = None) -> Caller:
        """Who signs; reading needs a purpose too."""
        if self.agency is None or self.key_file is None:
            raise Misconfigured("name the agency and its key: --agency NL-CUSTOMS --key FILE")
        key = keys.load(self.key_file, self.password_file)
        return Caller(agency=self.agency, key=key, purpose=purpose)


def remote(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `where`, from --url and --pin."""

    @functools.wraps(command)
    def run(*, url: str | None, pin_file: Path | None, **others: Any) -> Any:
        return command(where=Where(url=url, pin_file=pin_file), **others)

    pin = click.option(
        "--pin",
        "pin_file",
        type=click.Path(dir_okay=False, path_type=Path),
        help="The server's pin, as it was handed over at enrolment.",
    )
    return pin(_URL(run))


def posting(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `where`, from --url and --pin, and a file for what must be approved first."""

    @functools.wraps(command)
    def run(*, where: Where, unposted: Path | None, **others: Any) -> Any:
        return command(where=replace(where, unposted=unposted), **others)

    return _UNPOSTED(remote(run))


def signing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `signer`, from --agency, --key and --password-file."""

    @functools.wraps(command)
    def run(
        *, agency: str | None, key_file: Path | None, password_file: Path | None, **others: Any
    ) -> Any:
        signer = Signing(agency=agency, key_file=key_file, password_file=password_file)
        return command(signer=signer, **others)

    return _AGENCY(_KEY(keys.password_option(run)))


_UNPOSTED = click.option(
    "--unposted",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the signed statement to this file and post nothing: for `shield request`.",
)
_URL = click.option("--url", help="Ask this server, instead of this node's own database.")
_AGENCY = click.option(
    "--agency", callback=keys.agency_id, metavar="ID", help="The agency that signs or asks."
)
_KEY = click.option(
    "--key", "key_file", type=click.Path(path_type=Path), help="The agency's key file."
)


def post(statements: Sequence[bytes], where: Where) -> Iterator[Posted | Exception]:
    """Each statement's receipt, or the reason why it was refused, in order."""
    if where.is_remote:
        yield from where.client().post_many(statements)
        return
    opened = node.services()
    for start in range(0, len(statements), MAX_BATCH_LINES):
        batch = statements[start : start + MAX_BATCH_LINES]
        yield from map(_posted, opened.sequencer.submit(batch))


def post_one(statement: bytes, where: Where) -> Posted:
    """The receipt of one statement; raises what it was refused for."""
    if where.unposted is not None:
        where.unposted.write_bytes(statement + b"\n")
        answer({"statement": statement.decode("ascii")}, f"Signed, not posted: {where.unposted}.")
        click.get_current_context().exit(0)
    if where.is_remote:
        return where.client().post(statement)
    (outcome,) = post([statement], where)
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def _posted(outcome: Outcome) -> Posted | Exception:
    if isinstance(outcome, Exception):
        return outcome
    warnings = tuple({"pointer": pointer, "detail": said} for pointer, said in outcome.warnings)
    return Posted(receipt=outcome.receipt, created=outcome.created, warnings=warnings)
