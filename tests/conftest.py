"""Databases and worlds for tests: each test has its own, copied from one prepared per worker."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests import postgres, softhsm, vaults
from tests.world import World, founded

DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgresql(testrun_uid: str, worker_id: str) -> postgres.Server:
    """The server on which this worker's databases are made."""
    return postgres.server(testrun_uid, worker_id)


@pytest.fixture(scope="session")
def device(tmp_path_factory: pytest.TempPathFactory) -> softhsm.Token:
    """A token of SoftHSM, which stands for a device; one a process, as it reads its settings once.

    Tests that need it skip where it is not installed (Debian: softhsm2).
    """
    if not softhsm.is_installed():
        pytest.skip("SoftHSM is not installed")
    return softhsm.token(tmp_path_factory.mktemp("softhsm"))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A founded ledger in a file."""
    path = tmp_path_factory.mktemp("template") / "shield.sqlite3"
    engine = vaults.connect(f"sqlite:///{path}")
    founded(engine)
    engine.dispose()  # the last connection empties the write-ahead log into the file
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgresql: postgres.Server) -> str:
    """A founded ledger as a template database."""
    url = postgresql.fresh()
    engine = vaults.connect(url.render_as_string(hide_password=False))
    founded(engine)
    engine.dispose()
    return str(url.database)


@pytest.fixture
def sqlite_engine(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    """A founded ledger (genesis and every agency) on SQLite."""
    path = tmp_path / "shield.sqlite3"
    shutil.copy(sqlite_template, path)
    engine = vaults.connect(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture
def postgresql_engine(postgresql: postgres.Server, postgresql_template: str) -> Iterator[Engine]:
    """A founded ledger on PostgreSQL."""
    with postgresql.copy(postgresql_template) as engine:
        yield engine


@pytest.fixture(params=DATABASES)
def engine(request: pytest.FixtureRequest) -> Engine:
    """A founded ledger, on each database in turn."""
    made: Engine = request.getfixturevalue(f"{request.param}_engine")
    return made


@pytest.fixture
def world(engine: Engine) -> World:
    return World.on(engine)


@pytest.fixture
def sqlite_world(sqlite_engine: Engine) -> World:
    return World.on(sqlite_engine)


@pytest.fixture(params=DATABASES)
def blank_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without a single table, on each in turn."""
    if request.param == "sqlite":
        made = vaults.connect(f"sqlite:///{tmp_path / 'blank.sqlite3'}")
        yield made
        made.dispose()
    else:
        server: postgres.Server = request.getfixturevalue("postgresql")
        with server.copy("template0") as made:
            yield made
