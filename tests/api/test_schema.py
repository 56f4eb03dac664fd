"""Migrations make the very schema that the modules declare, with its guards."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from api import schema
from ledger import databases
from tests import vaults
from tests.world import World, founded


def guards(engine: Engine) -> set[str]:
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if engine.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with engine.connect() as connection:
        return set(connection.execute(text(query)).scalars())


def test_the_migrated_schema_is_the_declared_one(blank_engine: Engine):
    schema.upgrade(blank_engine)
    with blank_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.METADATA) == []


def test_the_guards_come_with_the_migration(blank_engine: Engine):
    schema.upgrade(blank_engine)
    assert {name.lower() for name in guards(blank_engine)} == {
        f"{table}_no_{verb}"
        for table in ("entry", "checkpoint", "tile")
        for verb in ("update", "delete")
    }


def test_a_second_upgrade_changes_nothing(blank_engine: Engine):
    assert schema.revision(blank_engine) is None
    schema.upgrade(blank_engine)
    before = inspect(blank_engine).get_table_names()
    schema.upgrade(blank_engine)
    assert inspect(blank_engine).get_table_names() == before
    assert schema.revision(blank_engine) == schema.newest()


def test_a_migrated_database_takes_a_ledger_and_guards_it(blank_engine: Engine):
    schema.upgrade(blank_engine)
    founded(blank_engine)
    world = World.on(blank_engine)
    assert world.live()[-1].created
    with (
        databases.writing(blank_engine) as session,
        pytest.raises(DBAPIError, match="append-only"),
        session.begin_nested(),
    ):
        session.execute(text("DELETE FROM entry"))


def test_a_migration_that_fails_leaves_nothing(blank_engine: Engine):
    """All of it or nothing: half a schema would be neither the old software's nor the new one's."""
    with blank_engine.begin() as connection:
        connection.execute(text("CREATE TABLE timeline (old INTEGER)"))
    with pytest.raises(DBAPIError):
        schema.upgrade(blank_engine)
    assert inspect(blank_engine).get_table_names() == ["timeline"]


def test_processes_that_migrate_at_once_wait_for_each_other(blank_engine: Engine):
    url = blank_engine.url.render_as_string(hide_password=False)
    engines = [vaults.connect(url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(schema.upgrade, engines))
    assert {schema.revision(engine) for engine in engines} == {schema.newest()}
    for engine in engines:
        engine.dispose()
