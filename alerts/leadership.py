"""Who runs the schedule: one process at a time, and a standby that takes over when it goes.

SQLite has a lock file beside the database; PostgreSQL an advisory lock on a connection of its own.
Both are gone with the process that held them. Jobs are harmless when two run them (they compare and
swap, or claim); this only spares the work, so the short moment in which a leader has not noticed
that it lost its connection does no harm.
"""

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

_LOCK = 0x5348_4C44  # "SHLD": the number of our advisory lock
Held = Callable[[], bool]


@contextmanager
def leadership(
    engine: Engine, stop: threading.Event, *, poll: float = 2.0
) -> Iterator[Held | None]:
    """Wait to be the one; yields a question "is it still me?", or None when told to stop first."""
    lead = _by_file if engine.dialect.name == "sqlite" else _by_lock
    with lead(engine, stop, poll) as held:
        yield held


@contextmanager
def _by_file(engine: Engine, stop: threading.Event, poll: float) -> Iterator[Held | None]:
    path = Path(f"{engine.url.database}.schedule.lock")
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield (lambda: True) if _waited(lambda: _locked(file), stop, poll) else None
    finally:
        os.close(file)


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _by_lock(engine: Engine, stop: threading.Event, poll: float) -> Iterator[Held | None]:
    # Its own connection, outside any transaction, so that nothing of ours waits on it.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        try:
            got = _waited(lambda: _taken(connection), stop, poll)
            yield (lambda: _alive(connection)) if got else None
        finally:
            connection.invalidate()  # closing the connection frees the lock, whatever happened


def _taken(connection: Connection) -> bool:
    return bool(connection.execute(text(f"SELECT pg_try_advisory_lock({_LOCK})")).scalar())


def _alive(connection: Connection) -> bool:
    try:
        connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def _waited(take: Callable[[], bool], stop: threading.Event, poll: float) -> bool:
    while not stop.is_set():
        if take():
            return True
        stop.wait(poll)
    return False
