"""What `shield mirror` and `shield watch` share: whom to follow, and rounds without end."""

import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from api import Unreachable
from api.bootstrap import LAST_SEEN
from api.cli import node
from api.cli.door import Where
from api.following import Log, over_http
from api.pins import LastSeen
from ledger import Undecided

WATCH_SECONDS = 1.0

F_ = TypeVar("F_", bound=Callable[..., Any])

_LOG = logging.getLogger("shield.following")


def followed(command: F_) -> F_:
    """Give a command `url`, `pin_file`, `once` and `every`."""
    for option in (
        click.option(
            "--every",
            type=click.FloatRange(min=0.1),
            default=5.0,
            show_default=True,
            metavar="SECONDS",
            help="How often to look.",
        ),
        click.option("--once", is_flag=True, help="Look once and end."),
        click.option(
            "--pin",
            "pin_file",
            type=click.Path(dir_okay=False, path_type=Path),
            help="The log's pin, as it was handed over at enrolment.",
        ),
        click.argument("url"),
    ):
        command = option(command)
    return command


def log_at(url: str, pin_file: Path | None) -> Log:
    """The log behind an address, believed by the pin alone."""
    pin = Where(url=url, pin_file=pin_file).pin()
    return Log(pin=pin, get=over_http(pin.url))


def last_seen(name: str = LAST_SEEN) -> LastSeen:
    """The last checkpoint that was seen from this home, in a file."""
    home = node.settings().home
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return LastSeen(path=home / name)


def rounds(look: Callable[[], None], *, once: bool, every: float) -> None:
    """Look again and again. Who is away may come back; an alarm ends it."""
    while True:
        try:
            look()
        except (Unreachable, Undecided) as error:
            if once:
                raise
            _LOG.warning("not now: %s", error)
        if once:
            return
        time.sleep(every)


def end_with_parent() -> None:
    """End this process when the one that started it is gone: nobody else would stop it."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(WATCH_SECONDS)
        os._exit(0)  # from a thread; whatever was not committed is copied again

    threading.Thread(target=watch, daemon=True).start()
