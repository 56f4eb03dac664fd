"""`shield init` founds a log; `shield pin` shows what its clients must know beforehand."""

import secrets
from pathlib import Path

import click

from api import bootstrap, schema, storage
from api.cli import node
from api.cli.output import answer, reporting
from api.config import clock
from api.pins import Pin
from ledger.fields import COUNTRIES


def _founder(_: click.Context, __: click.Parameter, said: tuple[str, ...]) -> list[object]:
    founders: list[object] = []
    for each in said:
        country, equals, name = each.partition("=")
        if country not in COUNTRIES or not equals or not name.strip():
            raise click.BadParameter(f'{each!r}: say it like NL="Netherlands"')
        founders.append(bootstrap.Founder(country=country, name=name.strip()))
    return founders


@click.command()
@click.option("--origin", required=True, help="The log's name, like ledger.example.org/shield.")
@click.option(
    "--participant",
    "founders",
    multiple=True,
    metavar="CC=NAME",
    callback=_founder,
    help="A country that takes part from entry 0; its root key is made here.",
)
@click.option("--bare", is_flag=True, help="Leave out the lists of substances and reply clocks.")
@reporting
def init(origin: str, founders: list[bootstrap.Founder], bare: bool) -> None:  # noqa: FBT001 - click's
    """Start a log: make its keys, its database and its first entries.

    A start that was interrupted can be run again. Nothing is changed where a log exists.
    """
    settings = node.settings()
    bootstrap.make_home(settings, secrets.token_bytes)
    engine = storage.connect(settings)
    click.get_current_context().call_on_close(engine.dispose)
    schema.upgrade(engine)
    pin = bootstrap.found(
        settings,
        engine,
        origin=origin,
        founders=founders,
        bare=bare,
        now=clock(),
        random=secrets.token_bytes,
    )
    answer(
        {"origin": pin.origin, "vkey": pin.vkey, "url": pin.url, "home": str(settings.home)},
        f"The log {pin.origin} exists. Its keys and database are in {settings.home}.\n"
        f"Hand this pin to every client, by a way you trust:\n\n{_shown(pin)}",
    )


@click.command()
@reporting
def migrate() -> None:
    """Bring the database's schema up to date, after an upgrade of this software."""
    engine = node.database()
    before = schema.revision(engine)
    schema.upgrade(engine)
    after = schema.revision(engine)
    told = f"The schema is at {after}." if before == after else f"{before} -> {after}."
    answer({"before": before, "after": after}, told)


@click.command()
@click.option("--out", type=click.Path(path_type=Path), help="Write it to this file instead.")
@reporting
def pin(out: Path | None) -> None:
    """Show the pin of this node's log, or write it to a file for a client."""
    held = Pin.read(node.settings().home / bootstrap.PINS)
    if out is not None:
        held.write(out)
    document = {"origin": held.origin, "vkey": held.vkey, "url": held.url}
    answer(document, _shown(held) if out is None else f"The pin is in {out}.")


def _shown(pin: Pin) -> str:
    return f"  origin  {pin.origin}\n  key     {pin.vkey}\n  url     {pin.url}"
