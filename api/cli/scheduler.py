"""`shield scheduler`: what runs by itself. `shield serve` starts one too."""

import os
import signal
import threading

import click

from alerts import schedule
from api import checking, logs
from api.cli import node
from api.gathering import Gatherer
from api.workers import spare_collector

WATCH_SECONDS = 1.0


@click.command()
@click.option("--attached", is_flag=True, hidden=True, help="End when the parent process does.")
def scheduler(*, attached: bool) -> None:
    """Run the schedule alone: scans, deliveries, deadlines and witnesses, until SIGTERM or Ctrl-C.

    A second one waits, and takes over when the first one ends.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if attached:
        threading.Thread(target=_watch, args=(os.getppid(), stop), daemon=True).start()
    logs.to_stderr()
    opened = node.services()
    settings = opened.settings
    beats = {"scan": settings.scan_seconds, "deliver": settings.deliver_seconds}
    spare_collector(None)  # a step's histories are all in use, as a worker's batch is
    gathering = threading.Thread(target=Gatherer.of(opened).run, args=(stop,), daemon=True)
    gathering.start()
    schedule.run(checking.works(opened), stop, every=beats)
    gathering.join()


def _watch(parent: int, stop: threading.Event) -> None:
    while os.getppid() == parent:
        if stop.wait(WATCH_SECONDS):
            return
    stop.set()
