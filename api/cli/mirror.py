"""`shield mirror`: a full, verified copy of a log in this home's database, and its server."""

import secrets
from pathlib import Path

import click

from api import Misconfigured, logs, schema, storage
from api.cli import following, node
from api.cli.door import Signing, signing
from api.cli.output import answer, reporting
from api.cli.progress import bar
from api.client import Client
from api.config import Settings, clock
from api.mirror import disclosures, serving
from api.mirror.copying import Mirror
from api.services import LOG_KEY
from ledger.reads.purposes import Purpose

# Whoever keeps a copy may check what was said; who then looks at it is the copy's to record.
COPYING = Purpose(sort="audit")


@click.command()
@following.followed
@signing
@click.option("--again", is_flag=True, help="Ask for the disclosures of all entries once more.")
@click.option("--serve", is_flag=True, help="Serve the copy, read-only, while it is kept up.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8081, show_default=True, type=click.IntRange(1, 65535))
@click.option("--attached", is_flag=True, hidden=True, help="End when the parent process does.")
@reporting
def mirror(
    *,
    url: str,
    pin_file: Path | None,
    once: bool,
    every: float,
    signer: Signing,
    again: bool,
    serve: bool,
    host: str,
    port: int,
    attached: bool,
) -> None:
    """Copy the log at URL, verifying everything before it is stored, and keep the copy up to date.

    With --agency and --key also the disclosures that this agency may see. A fork, a rollback,
    another key or a false proof ends it with exit code 3 and the alarm's code.
    """
    settings = node.settings(SHIELD_PUBLIC_URL=f"http://{host}:{port}")
    copied = _opened(settings, url, pin_file)
    if serve:
        copier = _copier(url, pin_file, every, signer)
        copied.engine.dispose()
        serving.serve(settings, host=host, port=port, copier=copier)
        return
    if attached:
        following.end_with_parent()
        logs.to_stderr()
    reader = _reader(copied, signer) if signer.key_file else None
    asked_again = [again]  # once is enough: later rounds ask for what is new

    def look() -> None:
        _round(copied, reader, again=asked_again.pop() if asked_again else False)

    following.rounds(look, once=once, every=every)


def _opened(settings: Settings, url: str, pin_file: Path | None) -> Mirror:
    """The mirror in this home, begun if it is new; never in the home of a log itself."""
    if settings.key_path(LOG_KEY).exists():
        raise Misconfigured(f"{settings.home} is a log's own home: give a mirror another")
    log, seen = following.log_at(url, pin_file), following.last_seen()
    storage.make(settings, secrets.token_bytes)
    engine = storage.connect(settings)
    click.get_current_context().call_on_close(engine.dispose)
    schema.upgrade(engine)
    copied = Mirror(engine=engine, log=log, seen=seen)
    copied.begin()
    return copied


def _reader(copied: Mirror, signer: Signing) -> Client:
    return Client(pin=copied.log.pin, clock=clock, caller=signer.caller(COPYING))


def _round(copied: Mirror, reader: Client | None, *, again: bool) -> None:
    newest = copied.newest()
    length = newest.checkpoint.size - copied.position().size
    with bar("Copying", length) as done:
        caught = copied.catch_up(newest, done)
    asked = 0
    if reader is not None:
        with bar("Disclosures", caught.size if again else length) as done:
            asked = disclosures.pull(copied.engine, reader, again=again, progress=done)
    new = caught.size - caught.before
    if new or asked or click.get_current_context().params["once"]:
        answer(
            {"entries": caught.size, "new": new, "disclosures_asked": asked},
            f"{caught.size} entries, {new} of them new; asked for the disclosures of {asked}.",
        )


def _copier(url: str, pin_file: Path | None, every: float, signer: Signing) -> list[str]:
    """The arguments of the process that copies while this one serves."""
    arguments = ["mirror", url, "--every", str(every), "--attached"]
    for name, value in (
        ("--pin", pin_file),
        ("--agency", signer.agency),
        ("--key", signer.key_file),
        ("--password-file", signer.password_file),
    ):
        arguments += [name, str(value)] if value is not None else []
    return arguments
