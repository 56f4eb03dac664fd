"""`shield init` founds a log; `shield pin` shows what its clients must know beforehand."""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from api import bootstrap, handover, schema, storage
from api.cli import node
from api.cli.output import answer, reporting
from api.config import clock
from api.pins import Pin
from crypto.notes import Scheme
from ledger.demands import Demand
from ledger.fields import COUNTRIES

F_ = TypeVar("F_", bound=Callable[..., Any])

_KINDS = {Scheme.NOTE: "Ed25519", Scheme.TREE_COSIGNATURE: "ML-DSA-44"}


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
        {**pin.members, "home": str(settings.home)},
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


def demanding(command: F_) -> F_:
    """Give a command `demand`: which kinds of signature a client asks for."""
    option = click.option(
        "--demand",
        type=click.Choice([each.value for each in Demand]),
        default=Demand.EITHER.value,
        show_default=True,
        callback=lambda _, __, said: Demand(said),
        help="Signatures that the log and its witnesses must have made.",
    )
    return option(command)


@click.command()
@click.option("--out", type=click.Path(path_type=Path), help="Write it to this file instead.")
@demanding
@reporting
def pin(*, out: Path | None, demand: Demand) -> None:
    """Show the pin of this node's log, or write it to a file for a client.

    The log's keys, and how many of the witnesses that are registered now must have seen what a
    client believes: hand out a new pin when that changes.
    """
    settings = node.settings()
    made = Pin.read(settings.home / bootstrap.PINS)
    if node.has_ledger():
        made = handover.pin(made, settings, node.engine(), demand)
    if out is not None:
        made.write(out)
    answer(made.members, _shown(made) if out is None else f"The pin is in {out}.")


def _shown(pin: Pin) -> str:
    rule = pin.rule
    names = sorted({each.name for each in rule.witnesses.values()} - {pin.origin})
    kinds = " and ".join(sorted({_KINDS[key.scheme] for key in pin.keys}))
    asked = "none is asked for"
    if rule.asks_for_witnesses:
        named = ", ".join(names) or "none but the log's own ML-DSA-44 key"
        asked = f"{named}; the rule is in the policy, by --json and --out"
    return (
        f"  origin     {pin.origin}\n  key        {pin.vkey}\n  url        {pin.url}\n"
        f"  signs      {kinds}\n  witnesses  {asked}"
    )
