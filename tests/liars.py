"""A server of a log that can be made to lie: what clients, mirrors and watches must catch.

It stands before an honest application and changes what passes: checkpoints, hash tiles, bundles.
To fork a log it goes over to another application, whose log has the same name and key.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import run_wsgi_app

from api.application import create_app
from api.config import Settings
from api.following import Log, over_http
from api.pins import Pin
from api.services import Services
from crypto.keys import PrivateKey
from crypto.notes import Scheme, Signer, sign, split
from ledger import databases, publication
from ledger.merkle import HASH_SIZE
from tests import factories
from tests.enrolling import vkey_for
from tests.factories import Journey
from tests.growing import served
from tests.world import World

Lie = Callable[[str, bytes], bytes]  # the resource's path, and its honest bytes

CHECKPOINT = "/log/checkpoint"
BUNDLES = "/log/tile/entries/"


def honestly(_: str, body: bytes) -> bytes:
    return body


@dataclass
class Liar:
    """A WSGI application that answers as another does, and lies about some of it."""

    app: Any
    lie: Lie = honestly
    asked: list[str] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start: Callable[..., object]) -> Iterator[bytes]:
        path = environ["PATH_INFO"]
        self.asked.append(path)
        told, status, headers = run_wsgi_app(self.app, environ, buffered=True)
        body = b"".join(told)
        if status.startswith("200"):
            body = self.lie(path, body)
            headers["Content-Length"] = str(len(body))
        start(status, list(headers.items()))
        yield body


@dataclass
class Stage:
    """A world's log behind a liar on a real socket, and what its followers were given as a pin."""

    world: World
    url: str
    liar: Liar
    count: int = 0

    @property
    def pin(self) -> Pin:
        vkey = vkey_for(self.world.origin, Scheme.NOTE)
        return Pin(origin=self.world.origin, vkey=vkey, url=self.url)

    @property
    def log(self) -> Log:
        return Log(pin=self.pin, get=over_http(self.url))

    @property
    def note(self) -> bytes:
        """The newest checkpoint, as it was truly signed."""
        with databases.reading(self.world.engine) as session:
            return publication.checkpoint(session)

    def grows(self, count: int) -> None:
        grow(self.world, count, f"S{self.count}")
        self.count += count

    def forks_to(self, other: World) -> None:
        """Show the log of another world from now on."""
        self.liar.app = app_at(other, self.url)


@contextmanager
def staged(world: World) -> Iterator[Stage]:
    liar = Liar(app=None)
    with served(liar) as url:
        liar.app = app_at(world, url)
        yield Stage(world=world, url=url, liar=liar)


def app_at(world: World, url: str) -> Flask:
    """The application of a node on this world's ledger, which knows its address."""
    databases.create_tables(world.engine)
    return create_app(
        Services(
            settings=Settings(home=Path("unused"), database_url="unused", public_url=url),
            engine=world.engine,
            origin=world.origin,
            hub_key=world.hub_key,
            sequencer=world.sequencer,
            clock=world.clock,
        )
    )


def grow(world: World, count: int, name: str) -> None:
    """So many departures of shipments of their own, in one batch."""
    bodies = [
        factories.body("shipment.departed", Journey(ref=f"NL-{name}-{n}")) for n in range(count)
    ]
    world.admitted([world.statement(body, "NL-CUSTOMS") for body in bodies])


def rolling_back_to(note: bytes) -> Lie:
    """Show a checkpoint that the log truly signed once."""
    return lambda path, body: note if path == CHECKPOINT else body


def signing_with(key: PrivateKey, name: str) -> Lie:
    """Sign the checkpoint under the log's name with another key."""

    def lie(path: str, body: bytes) -> bytes:
        return sign(split(body)[0], Signer(name=name, key=key)) if path == CHECKPOINT else body

    return lie


def spoiling_hash(at: int) -> Lie:
    """Change one bit of the hash at this place of every hash tile that reaches so far."""

    def lie(path: str, body: bytes) -> bytes:
        is_hashes = path.startswith("/log/tile/") and not path.startswith(BUNDLES)
        return _flipped(body, at * HASH_SIZE + 16) if is_hashes else body

    return lie


def spoiling_entry(path: str, body: bytes) -> bytes:
    """Change one letter of the last statement in every bundle of entries."""
    return _flipped(body, len(body) - 300) if path.startswith(BUNDLES) else body


def _flipped(body: bytes, at: int) -> bytes:
    if at >= len(body):
        return body
    return body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
