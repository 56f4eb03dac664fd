"""`shield serve`: the API, with the schedule in a process beside it."""

import click

from api import serving
from api.cli import node


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8080, show_default=True, type=click.IntRange(1, 65535))
@click.option("--no-scheduler", is_flag=True, help="Answer requests only.")
def serve(*, host: str, port: int, no_scheduler: bool) -> None:
    """Serve the API and run the schedule, until SIGTERM or Ctrl-C.

    Put a TLS proxy in front and name its address in SHIELD_PUBLIC_URL: clients' tokens are for it.
    """
    opened = node.services()  # a wrong password or a missing key is said here, once and plainly
    opened.engine.dispose()
    settings = node.settings(SHIELD_PUBLIC_URL=f"http://{host}:{port}")
    serving.serve(settings, host=host, port=port, with_scheduler=not no_scheduler)
