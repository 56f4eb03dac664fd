"""`shield scan`: look at everything new or due, once, and deliver what waits."""

import click

from alerts.delivery import deliver
from api import checking
from api.cli import node
from api.cli.output import answer, reporting
from api.cli.progress import bar
from api.config import clock


@click.command()
@click.option("--no-delivery", is_flag=True, help="Leave the mail to the schedule.")
@reporting
def scan(*, no_delivery: bool) -> None:
    """Look for anomalies in what is new or due, raise alerts, and deliver them."""
    opened = node.services()
    post = checking.post(opened)
    with bar("Scanning", checking.waiting(opened.engine)) as done:
        report = checking.scan_all(checking.scanner(opened), clock, done)
    delivered = {} if no_delivery else deliver(post)
    told = (
        f"{report.entries} entries read, {report.shipments} shipments judged, "
        f"{report.statements} statements made."
    )
    mailed = ", ".join(f"{count} {state}" for state, count in sorted(delivered.items()))
    answer(
        {
            "entries": report.entries,
            "shipments": report.shipments,
            "statements": report.statements,
            "messages": delivered,
        },
        f"{told}\nMessages: {mailed or 'none'}.",
    )
