"""`shield watch`: follow a log, check that it only grows, and tell what is said in one's name."""

import json
from pathlib import Path

import click

from api.cli import following, keys, node
from api.cli.output import reporting, wants_json
from api.watch import Sighting, Watch
from ledger.states import moment
from ledger.store import instant


@click.command()
@following.followed
@click.option(
    "--agency",
    required=True,
    callback=keys.agency_id,
    metavar="ID",
    help="Tell of statements in this agency's name, and of registry statements about it.",
)
@reporting
def watch(*, url: str, pin_file: Path | None, once: bool, every: float, agency: str) -> None:
    """Follow the log at URL from its first entry, and tell of each statement in an agency's name.

    A fork, a rollback, another key or a false proof ends it with exit code 3 and the alarm's code.
    With --json each statement is one document on one line.
    """
    watched = Watch(
        log=following.log_at(url, pin_file),
        seen=following.last_seen(f"watch-{agency}-last-seen.json"),
        memory=node.settings().home / f"watch-{agency}.json",
        agency=agency,
    )

    def look() -> None:
        for sighting in watched.look():
            click.echo(_line(sighting) if wants_json() else _told(sighting))
        if once:
            click.echo(f"{watched.position().size} entries, and it only grew.", err=True)

    following.rounds(look, once=once, every=every)


def _line(sighting: Sighting) -> str:
    told = {
        "index": sighting.index,
        "jti": sighting.jti,
        "iss": sighting.issuer,
        "iat": sighting.issued_at,
        "recorded_at": moment(sighting.recorded_at),
        "kid": sighting.kid,
        "kind": sighting.kind,
    }
    return json.dumps(told, ensure_ascii=False)


def _told(sighting: Sighting) -> str:
    stated = moment(instant(sighting.issued_at * 1_000_000))
    kind = f" ({sighting.kind})" if sighting.kind else ""
    return f"{sighting.index}  {stated}  {sighting.issuer}  {sighting.jti}{kind}"
