"""`shield demo`: the whole programme on one machine, on records that nobody here wrote."""

import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from api.cli.output import answer, reporting
from api.cli.progress import bar
from api.demo import reporting as reports
from api.demo.mailbox import Mailbox, check_free
from api.demo.place import Place, claimed
from api.demo.running import Result, Wanted, run
from api.demo.telling import told


@click.command()
@click.option(
    "--directory",
    default="shield-demo",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Made anew each time; one that holds something else is refused.",
)
@click.option("--once", is_flag=True, help="End instead of serving.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(1, 65535))
@click.option("--seed", default=2024, show_default=True, help="Another seed stages other trade.")
@click.option(
    "--share",
    default=0.2,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="For how many of the notices a journey is simulated.",
)
@click.option(
    "--times",
    default=2,
    show_default=True,
    type=click.IntRange(0, 20),
    help="How often each diversion is staged.",
)
@click.option("--rows", type=click.IntRange(1), help="Read only so many rows, for a quick look.")
@reporting
def demo(
    *,
    directory: Path,
    once: bool,
    port: int,
    seed: int,
    share: float,
    times: int,
    rows: int | None,
) -> None:
    """Fill a new ledger with the EU's export notifications of 2024 and staged trade.

    Every row is posted as its country's authority, or reported with the reason why not. For a share
    of them replies and journeys are made up, marked as simulated, some of them diversions; then the
    checker runs and its alerts are mailed to a mail server of the demonstration's own.
    """
    if not once:
        check_free(port)
    place = claimed(directory)
    wanted = Wanted(seed=seed, share=share, times=times, rows=rows)
    with Mailbox(place.mail) as mailbox:
        variables = place.variables(port=port, smtp_port=mailbox.port)
        settings = place.settings(port=port, smtp_port=mailbox.port)
        result = run(settings, wanted, secrets.token_bytes(32), bar)
        document = {**_kept(place, result), "directory": str(place.root)}
        answer(document, told(place, result, document, port=port, once=once))
        if not once:
            click.get_current_context().exit(_served(variables, port))


def _kept(place: Place, result: Result) -> dict[str, Any]:
    """Write the reports; the summary."""
    reports.write(place.report, reports.ROW_COLUMNS, reports.rows(result))
    reports.write(place.diversions, reports.DIVERSION_COLUMNS, reports.diversions(result))
    document = reports.summary(result)
    place.summary.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return document


def _served(variables: Mapping[str, str], port: int) -> int:
    """Serve from a process of its own until Ctrl-C; the mail server stays here beside it."""
    environment = {**os.environ, **variables}  # noqa: TID251 - a child's environment is ours to make
    command = [sys.executable, "-m", "api.cli", "serve", "--port", str(port)]
    child = subprocess.Popen(command, env=environment)  # noqa: S603 - our own command
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: child.terminate())
    return child.wait()
