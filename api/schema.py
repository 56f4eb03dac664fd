"""The database's schema: brought up to date by migrations, and known to be so.

Every module with tables is imported here, so that `METADATA` is whole. A new table or column gets a
revision of its own in `migrations/versions`; a test compares what the revisions make with what the
modules declare, on both databases.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlmodel import SQLModel

from alerts import clocks, cursor, duelist, findings, likeness, outbox, rates, recipients, runs
from alerts.elsewhere import observations
from alerts.matching import book as pairs
from alerts.matching import halfbook
from api import allowances, auth
from api.people import (
    awaiting,
    ceremonies,
    counters,
    invitations,
    names,
    oidc,
    sessions,
)
from ledger import concealment, cosignatures, erased, pending, projections, records, store, tilebook
from ledger.reads import book as reads

METADATA = SQLModel.metadata
OWNERS = (  # whose import declares the tables
    *(tilebook, store, records, concealment, erased, pending, projections, cosignatures),
    *(auth, allowances, reads),
    *(cursor, duelist, likeness, findings, outbox, rates, recipients, clocks, runs),
    *(observations, halfbook, pairs),
    *(awaiting, ceremonies, counters, invitations, names, oidc, sessions),
)

_LOCK = 0x5348_4945_4C44  # any number, so that two processes do not migrate at once


def upgrade(engine: Engine) -> None:
    """Bring the schema to the newest revision, all of it or nothing; another process waits."""
    config = _config()
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def revision(engine: Engine) -> str | None:
    """The revision that the database is at; None where no migration ever ran."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The revision that this software wants."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
