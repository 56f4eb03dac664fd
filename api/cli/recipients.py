"""`shield recipient`: where alerts are sent. Addresses stay on this node, out of the log."""

from dataclasses import asdict

import click

from alerts import channels, recipients
from alerts.recipients import Recipient
from api.cli import keys, node
from api.cli.output import answer, reporting, table
from ledger import NotFound, databases
from ledger.cases import SEVERITIES

_CHANNEL = click.option(
    "--channel", type=click.Choice(sorted(channels.channels())), default="email", show_default=True
)
_AGENCY = click.argument("agency", callback=keys.agency_id, metavar="ID")


@click.group()
def recipient() -> None:
    """Say where alerts are sent; ZZ-HUB is the hub's own duty desk."""


@recipient.command()
@_AGENCY
@click.argument("address")
@_CHANNEL
@click.option("--min-severity", type=click.Choice(SEVERITIES), default="info", show_default=True)
@reporting
def add(*, agency: str, address: str, channel: str, min_severity: str) -> None:
    """Send the alerts of an agency's country to this address, from that severity up."""
    made = Recipient(agency=agency, channel=channel, address=address, min_severity=min_severity)
    with databases.writing(node.engine()) as session:
        recipients.add(session, made)
    answer(asdict(made), f"{agency} gets alerts by {channel} at {address}.")


@recipient.command()
@_AGENCY
@click.argument("address")
@_CHANNEL
@reporting
def remove(*, agency: str, address: str, channel: str) -> None:
    """Send nothing to this address any more."""
    gone = Recipient(agency=agency, channel=channel, address=address)
    with databases.writing(node.engine()) as session:
        if not recipients.remove(session, gone):
            raise NotFound(f"{agency} has no such address")
    answer(asdict(gone), f"{agency} gets no more alerts at {address}.")


@recipient.command("list")
@reporting
def list_them() -> None:
    """List every address that alerts are sent to."""
    with databases.reading(node.engine()) as session:
        found = recipients.everyone(session)
    rows = [(each.agency, each.channel, each.address, each.min_severity) for each in found]
    heading = ("agency", "channel", "address", "from severity")
    told = table([heading, *rows], empty="Alerts are sent to nobody.")
    answer([asdict(each) for each in found], told)
