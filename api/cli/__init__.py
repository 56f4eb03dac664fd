"""The command `shield`: one module a topic, imported only when its command is used.

The table below is all that `shield --help` reads, so that help and small commands start at once.
"""

import importlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass

import click

EXITS = """\b
Exit codes:
   0  done
   1  unexpected: a fault of this program
   2  wrong usage
   3  tampered: something does not match its hashes or signatures
   4  refused by the ledger; the problem says how to mend it
   5  not found, or not for you to see
   6  misconfigured, or not initialised
   7  the server or database can't be reached; try the same again
  10  can't tell: something needed is missing or too new
"""


@dataclass(frozen=True)
class Topic:
    """Where a command lives, and the line that help shows for it."""

    place: str
    help: str


TOPICS: Mapping[str, Topic] = {
    "init": Topic("api.cli.init:init", "Start a log: keys, database and entry 0."),
    "pin": Topic("api.cli.init:pin", "Show the pin that clients must keep."),
    "migrate": Topic("api.cli.init:migrate", "Bring the database up to date after an upgrade."),
    "key": Topic("api.cli.keys:key", "Make, show and prove keys."),
    "enrol": Topic("api.cli.enrol:enrol", "Enrol participants, agencies and keys."),
    "person": Topic("api.cli.persons:person", "Say in the log who may decide for an agency."),
    "request": Topic("api.cli.approvals:request", "Ask for what takes two people."),
    "requests": Topic("api.cli.approvals:requests", "List what was asked for, or read one."),
    "approve": Topic("api.cli.approvals:approve", "Approve what another asked for."),
    "decline": Topic("api.cli.approvals:decline", "Decline what another asked for."),
    "access": Topic("api.cli.accesses:access", "Break the glass for an hour, and review it."),
    "event": Topic("api.cli.events:event", "Write, sign, post and read statements."),
    "shipment": Topic("api.cli.shipments:shipment", "Find shipments and read their history."),
    "trader": Topic("api.cli.traders:trader", "Know a trader under all its names."),
    "people": Topic("api.cli.people:people", "Invite people to the console."),
    "grant": Topic("api.cli.sharing:grant", "Let others see statements; take it back."),
    "preview": Topic("api.cli.sharing:preview", "Show what somebody would see of a shipment."),
    "explain": Topic("api.cli.sharing:explain", "Say why somebody sees your statements or not."),
    "alert": Topic("api.cli.alerts:alert", "List, take up and judge alerts."),
    "recipient": Topic("api.cli.recipients:recipient", "Say where alerts are sent."),
    "erase": Topic("api.cli.erase:erase", "Carry out erasures that were approved."),
    "report": Topic("api.cli.report:report", "Count what the programme achieved in a period."),
    "risk": Topic("api.cli.risk:risk", "Score a shipment, and say why and what to do."),
    "rules": Topic("api.cli.rules:rules", "List and explain what the checker looks for."),
    "scan": Topic("api.cli.scan:scan", "Look for anomalies and deliver alerts, once, now."),
    "serve": Topic("api.cli.serve:serve", "Serve the API and run the schedule."),
    "scheduler": Topic("api.cli.scheduler:scheduler", "Run the schedule alone."),
    "witness": Topic("api.cli.witness:witness", "Be a witness of logs, or gather from one's own."),
    "mirror": Topic("api.cli.mirror:mirror", "Keep a full, verified copy of a log."),
    "watch": Topic("api.cli.watch:watch", "Follow a log; tell what is said in an agency's name."),
    "evidence": Topic("api.cli.evidence:evidence", "Make and check evidence bundles."),
    "backup": Topic("api.cli.backup:backup", "Write the whole database to one file."),
    "restore": Topic("api.cli.backup:restore", "Fill an empty database from a backup."),
    "verify": Topic("api.cli.verify:verify", "Check the whole ledger against its own hashes."),
    "audit": Topic("api.cli.audit:audit", "Check the log of reads: who looked at what."),
    "rebuild": Topic("api.cli.verify:rebuild", "Make every derived table again from the log."),
    "demo": Topic("api.cli.demo:demo", "Fill a new ledger with a year of staged trade."),
}


class Front(click.Group):
    """Finds commands when they are asked for, and turns expected errors into exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return [name for name, topic in TOPICS.items() if _exists(topic)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        topic = TOPICS.get(cmd_name)
        if topic is None or not _exists(topic):
            return super().get_command(ctx, cmd_name)
        module, _, name = topic.place.partition(":")
        command = getattr(importlib.import_module(module), name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{topic.place} is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, TOPICS[name].help) for name in self.list_commands(ctx)])

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            # Loaded only now: what it needs to tell errors apart would slow every command.
            failures = importlib.import_module("api.cli.failures")
            expected = failures.failure_of(error)
            if expected is None:
                raise
            click.echo(expected.text, err=True)
            ctx.exit(expected.exit_code)


def _exists(topic: Topic) -> bool:
    return importlib.util.find_spec(topic.place.partition(":")[0]) is not None


@click.group(cls=Front, epilog=EXITS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="shield-ledger", prog_name="shield")
def main() -> None:
    """Shield Ledger: signed statements on precursor shipments, and the alerts they give rise to.

    SHIELD_HOME says where this node keeps its keys and database. Each command takes --json.
    """
