"""As whom case data is read, and what for: the options that every command which reads it takes.

The purpose may come from SHIELD_PURPOSE and SHIELD_CASE, so that a desk says it once. There is no
default: what nobody said would be worth nothing in the log of reads.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click
from sqlalchemy import Engine

from api.cli import keys, node
from ledger import Invalid
from ledger.reads.purposes import CLASSES, Purpose
from ledger.reads.records import Read, Subject
from ledger.roster import HUB, Roster
from ledger.visibility import Viewer, viewer_of

CHANNEL = "cli"


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Who looks, when it is not the hub, and why."""

    seen_by: str | None
    purpose: Purpose

    def viewer(self, roster: Roster) -> Viewer:
        return viewer_of(self.seen_by or HUB, roster)

    def record(
        self, engine: Engine, operation: str, shown: Sequence[Subject], asked: Mapping[str, str]
    ) -> None:
        """Write to the log of reads what the hub is about to see here; Unrecorded shows nothing."""
        read = Read(
            agency=HUB,
            purpose=self.purpose,
            channel=CHANNEL,
            operation=operation,
            shown=shown,
            asked=asked if self.seen_by is None else {**asked, "as": self.seen_by},
        )
        node.recorder(engine).record(read)


def asking(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `why`, from --as, --purpose and --case."""

    @functools.wraps(command)
    def run(*, seen_by: str | None, purpose: str, case: str | None, **others: Any) -> Any:
        try:
            said = Purpose(sort=purpose, case=case)
        except Invalid as error:
            raise click.UsageError(str(error)) from error
        return command(why=Asking(seen_by=seen_by, purpose=said), **others)

    return _AS(_PURPOSE(_CASE(run)))


_AS = click.option(
    "--as", "seen_by", metavar="ID", callback=keys.agency_id, help="As this agency may see it."
)
_PURPOSE = click.option(
    "--purpose",
    type=click.Choice(CLASSES),
    required=True,
    envvar="SHIELD_PURPOSE",
    help="What it is read for; the log of reads keeps it.  [SHIELD_PURPOSE]",
)
_CASE = click.option(
    "--case", envvar="SHIELD_CASE", help="Your own reference of the case.  [SHIELD_CASE]"
)
