"""`shield scan`: look at everything new or due, once, and deliver what waits."""

import click
from sqlalchemy import Engine

from alerts.cursor import cursor
from alerts.delivery import deliver
from alerts.scan import Ended, Report, Scanner, step
from api import checking
from api.cli import node
from api.cli.output import answer, reporting
from api.cli.progress import bar
from api.config import clock
from ledger import databases, store


@click.command()
@click.option("--no-delivery", is_flag=True, help="Leave the mail to the schedule.")
@reporting
def scan(*, no_delivery: bool) -> None:
    """Look for anomalies in what is new or due, raise alerts, and deliver them."""
    opened = node.services()
    post = checking.post(opened)
    report = _scanned(checking.scanner(opened))
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


def _scanned(scanner: Scanner) -> Report:
    report = Report(ended=Ended.IDLE)
    with bar("Scanning", _waiting(scanner.engine)) as done:
        while True:
            taken = step(scanner, now=clock())
            report = report.plus(taken)
            done(taken.entries)
            if taken.ended is Ended.IDLE:
                return report


def _waiting(engine: Engine) -> int:
    with databases.reading(engine) as session:
        return store.head(session).size - cursor(session).watermark
