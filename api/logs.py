"""Logging: one line a decision on stderr, for whatever collects the output of processes."""

import logging

LINE = "%(asctime)s [%(process)d] %(levelname)s %(name)s %(message)s"


def to_stderr(level: int = logging.INFO) -> None:
    """Tell what this process does; call it once, where the process begins."""
    logging.basicConfig(level=level, format=LINE)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
