"""SQLite or PostgreSQL: how to reach one, read one moment of it, and write alone.

These are the only lines that know which database it is. Edges open transactions here; the middle
takes `session`; nothing else commits.
"""

import fcntl
import functools
import os
import re
import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlmodel import Session, SQLModel

from crypto.concealing import Wrapping
from ledger import Undecided, store
from ledger.concealment import OPTION, Vault

_SQLITE_PRAGMAS = (
    "PRAGMA busy_timeout=30000",
    "PRAGMA page_size=8192",  # of a file that is made now: five statements fill one, two half of it
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA cache_size=-32768",  # KiB: all pages that a batch touches, or they are written twice
)
PATIENCE, _LOOKS = 10, 20  # seconds that others may still write, and how often each we look
_HELD = threading.local()  # the databases whose queue this thread is at the head of


def connect(url: str, *, wrapping: Wrapping | None = None) -> Engine:
    """An engine for `sqlite:///path` or `postgresql+psycopg://…`, set up to be durable.

    Without the key that wraps its data keys, the log can be read and shown, but no disclosure.
    """
    parsed = make_url(url)
    vault = Vault(wrapping=wrapping, random=secrets.token_bytes) if wrapping else None
    options = {OPTION: vault}
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True, execution_options=options)
    engine = create_engine(
        parsed, connect_args={"check_same_thread": False}, execution_options=options
    )
    event.listen(engine, "connect", functools.partial(_set_up_sqlite, engine))
    return engine


def _set_up_sqlite(engine: Engine, connection: Any, _: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, and mean it
    for pragma in _SQLITE_PRAGMAS:
        connection.execute(pragma)
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    if mode != "wal":  # kept in the file: once. Two who switch at a time lock each other out.
        with _queued(engine):
            connection.execute("PRAGMA journal_mode=WAL")


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """One moment of the database: a proof and the root it leads to never come from two."""
    if engine.dialect.name == "sqlite":
        with Session(engine) as session:
            session.connection().exec_driver_sql("BEGIN")
            yield session
            session.rollback()
        return
    with Session(engine.execution_options(isolation_level="REPEATABLE READ")) as session:
        session.connection().exec_driver_sql("SET TRANSACTION READ ONLY")
        yield session
        session.rollback()


def export(session: Session) -> str | None:
    """What lets another process join this session's moment; None where there is no such thing."""
    if session.get_bind().dialect.name == "sqlite":
        return None
    return str(session.execute(text("SELECT pg_export_snapshot()")).scalar_one())


def joining(engine: Engine, snapshot: str | None) -> Session:
    """A session for reading as of an exported moment, as long as its exporter is inside.

    On SQLite it is this moment: who joins reads only what has never changed since.
    """
    if snapshot is None:
        session = Session(engine)
        session.connection().exec_driver_sql("BEGIN")
        return session
    session = Session(engine.execution_options(isolation_level="REPEATABLE READ"))
    session.connection().exec_driver_sql("SET TRANSACTION READ ONLY")
    session.connection().exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
    return session


@contextmanager
def writing(engine: Engine, book: str = store.BOOK) -> Iterator[Session]:
    """The pen of a book: whoever is inside is alone, and leaving without an error commits.

    SQLite's own lock has no queue and starves whoever waits, so a lock file comes first. PostgreSQL
    appends under READ COMMITTED, since a snapshot would be older than the lock it waited for.
    """
    if engine.dialect.name == "sqlite":
        with _queued(engine), Session(engine) as session:
            session.connection().exec_driver_sql("BEGIN IMMEDIATE")
            yield session
            session.commit()
        return
    with Session(engine.execution_options(isolation_level="READ COMMITTED")) as session:
        session.execute(store.HEADS.select().where(store.HEADS.c.book == book).with_for_update())
        yield session
        session.commit()


@contextmanager
def _queued(engine: Engine) -> Iterator[None]:
    database = engine.url.database
    if database in (None, "", ":memory:"):
        raise ValueError("a ledger needs a file: sqlite:///path")
    held = _HELD.__dict__.setdefault("databases", set())
    if database in held:
        yield
        return
    lock = os.open(Path(f"{database}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        held.add(database)
        yield
    finally:
        held.discard(database)
        os.close(lock)


def scrub(engine: Engine, tables: Sequence[str], *, patience: int = PATIENCE) -> None:
    """Leave nothing of deleted rows in the database's files; nobody may be inside meanwhile.

    SQLite overwrites what is deleted (`secure_delete`); old pages go with VACUUM, and the
    write-ahead log is emptied. PostgreSQL's plain VACUUM leaves old bytes in its pages, so these
    tables are written anew, which locks each as long as that takes. Undecided when a reader of an
    older moment made either keep old rows, or on PostgreSQL somebody who writes longer than
    `patience` (seconds), in whichever database of the server: scrub again once they are gone.
    """
    if engine.dialect.name == "sqlite":
        with _queued(engine), engine.connect() as connection:
            connection.exec_driver_sql("VACUUM")
            busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    else:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            _wait_for_writers(connection, patience)
            kept = [_kept_old_rows(connection, table) for table in tables]
        busy = any(kept)
    if busy:
        raise Undecided("others were at work: old bytes may be left, scrub again")


def _wait_for_writers(connection: Connection, patience: int) -> None:
    """Give all who write on the server now the time to end.

    VACUUM keeps rows that died since the oldest transaction of its own snapshot began, and a
    snapshot counts those of all databases: a CREATE DATABASE next door is enough.
    """
    moment = "SELECT pg_snapshot_{}(pg_current_snapshot())::text::bigint"
    reached = connection.exec_driver_sql(moment.format("xmax")).scalar_one()
    for _ in range(patience * _LOOKS):
        if connection.exec_driver_sql(moment.format("xmin")).scalar_one() >= reached:
            return
        connection.exec_driver_sql("SELECT pg_sleep(%s)", (1 / _LOOKS,))


def _kept_old_rows(connection: Connection, table: str) -> bool:
    """Write a PostgreSQL table anew; whether it had to take rows along that are dead already.

    Only its notice tells: the number of them begins the detail, in whatever language.
    """
    details: list[str] = []
    driver: Any = connection.connection.driver_connection

    def hear(notice: Any) -> None:
        details.append(notice.message_detail or "")

    driver.add_notice_handler(hear)
    try:
        connection.exec_driver_sql(f'VACUUM (FULL, ANALYZE, VERBOSE) "{table}"')
    finally:
        driver.remove_notice_handler(hear)
    counted = [found[0] for detail in details if (found := re.match(r"\d+", detail))]
    return not counted or any(int(number) for number in counted)


def create_tables(engine: Engine) -> None:
    """Make what is missing. In production Alembic does this; the result is the same."""
    SQLModel.metadata.create_all(engine)


_FROZEN_SQLITE = """
CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb} ON {table} {when}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_FROZEN_POSTGRESQL = """
CREATE OR REPLACE FUNCTION {table}_{verb}_refused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{table} is append-only'; END $$;
CREATE OR REPLACE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
FOR EACH ROW {when} EXECUTE FUNCTION {table}_{verb}_refused();
"""
# A tile may grow: its new bytes must begin with the old ones.
_GROWN_SQLITE = "WHEN substr(NEW.data, 1, length(OLD.data)) IS NOT OLD.data"
_GROWN_POSTGRESQL = (
    "WHEN (substring(NEW.data FROM 1 FOR length(OLD.data)) IS DISTINCT FROM OLD.data)"
)


def triggers(dialect: str) -> list[str]:
    """The statements that make entries, checkpoints and tiles append-only."""
    frozen = _FROZEN_SQLITE if dialect == "sqlite" else _FROZEN_POSTGRESQL
    grown = _GROWN_SQLITE if dialect == "sqlite" else _GROWN_POSTGRESQL
    made = [
        frozen.format(table=table, verb=verb, when="")
        for table in ("entry", "checkpoint")
        for verb in ("UPDATE", "DELETE")
    ]
    made.append(frozen.format(table="tile", verb="DELETE", when=""))
    made.append(frozen.format(table="tile", verb="UPDATE", when=grown))
    return made


def _guard(_: Any, connection: Any, **__: Any) -> None:
    for statement in triggers(connection.dialect.name):
        connection.exec_driver_sql(statement)


event.listen(SQLModel.metadata, "after_create", _guard)
