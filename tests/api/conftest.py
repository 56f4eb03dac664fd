"""An application on a world's ledger, and agencies that call it as their back offices would."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from api.application import create_app
from api.config import Settings
from api.services import Services
from crypto import tokens
from crypto.keys import PrivateKey
from ledger import databases
from tests import factories, vaults
from tests.world import World

BASE = "http://ledger.test"
NUMBERS = count()
PURPOSE = 'investigation; case="KE-2026-17"'


@dataclass(frozen=True, kw_only=True)
class Caller:
    """One agency with its key; every request gets a token of its own."""

    app: Flask
    world: World
    agency: str
    key: PrivateKey

    def get(self, path: str, **changes: Any) -> TestResponse:
        """Ask for a path with a token made for it; `changes` spoil the token or add headers."""
        headers = {"Shield-Purpose": PURPOSE, **changes.pop("headers", {})}
        headers["Authorization"] = f"Bearer {self.token(path, **changes)}"
        return self.app.test_client().get(path, headers=headers)

    def post(self, path: str, body: bytes, **changes: Any) -> TestResponse:
        """Send a JSON body with a token made for it."""
        headers = {"Shield-Purpose": PURPOSE, **changes.pop("headers", {})}
        token = self.token(path, method="POST", body=body, **changes)
        headers["Authorization"] = f"Bearer {token}"
        client = self.app.test_client()
        return client.post(path, data=body, headers=headers, content_type="application/json")

    def token(self, path: str, **changes: Any) -> str:
        made = {
            "issuer": self.agency,
            "audience": self.world.origin,
            "method": "GET",
            "url": BASE + path,
            "body": b"",
            "key": self.key,
            "now": self.world.clock(),
            "jti": f"call-{next(NUMBERS)}",
            "purpose": PURPOSE,
        }
        return tokens.issue(**{**made, **changes})


@pytest.fixture
def other_world(sqlite_template: Path, tmp_path: Path) -> Iterator[World]:
    """The same log on another database, from where it can go another way: SQLite."""
    path = tmp_path / "other.sqlite3"
    shutil.copy(sqlite_template, path)
    engine = vaults.connect(f"sqlite:///{path}")
    yield World.on(engine)
    engine.dispose()


def served(world: World) -> Flask:
    """The application of a node on this world's ledger."""
    databases.create_tables(world.engine)
    settings = Settings(home=Path("unused"), database_url=str(world.engine.url), public_url=BASE)
    return create_app(
        Services(
            settings=settings,
            engine=world.engine,
            origin=world.origin,
            hub_key=world.hub_key,
            sequencer=world.sequencer,
            clock=world.clock,
        )
    )


def callers(app: Flask, world: World) -> Callable[..., Caller]:
    def caller(agency: str, key: PrivateKey | None = None) -> Caller:
        return Caller(app=app, world=world, agency=agency, key=key or factories.key_for(agency))

    return caller


@pytest.fixture
def app(world: World) -> Flask:
    """On each database in turn."""
    return served(world)


@pytest.fixture
def agency(app: Flask, world: World) -> Callable[..., Caller]:
    return callers(app, world)


@pytest.fixture
def sqlite_app(sqlite_world: World) -> Flask:
    return served(sqlite_world)


@pytest.fixture
def sqlite_agency(sqlite_app: Flask, sqlite_world: World) -> Callable[..., Caller]:
    return callers(sqlite_app, sqlite_world)
