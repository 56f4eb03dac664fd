"""A ledger to tamper with: small, its guards taken away; each test puts back what it changes."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests import postgres, vaults
from tests.tampering import disarm, small_world


@pytest.fixture(scope="module")
def sqlite_disarmed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    path = tmp_path_factory.mktemp("audit") / "shield.sqlite3"
    engine = vaults.connect(f"sqlite:///{path}")
    small_world(engine)
    disarm(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def postgresql_disarmed(postgresql: postgres.Server) -> Iterator[Engine]:
    with postgresql.copy("template0") as engine:
        small_world(engine)
        disarm(engine)
        yield engine


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def disarmed(request: pytest.FixtureRequest) -> Engine:
    made: Engine = request.getfixturevalue(f"{request.param}_disarmed")
    return made
