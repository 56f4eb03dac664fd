"""A server of a log that can be made to lie: what clients, mirrors and watches must catch.

It stands before an honest application and changes what passes: checkpoints, hash tiles, bundles.
To fork a log it goes over to another application, whose log has the same name and key.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from werkzeug.test import run_wsgi_app

from crypto.keys import PrivateKey
from crypto.notes import Signer, sign, split
from ledger.merkle import HASH_SIZE

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
    """Change one letter of a statement in every bundle of entries."""
    return _flipped(body, len(body) // 2) if path.startswith(BUNDLES) else body


def _flipped(body: bytes, at: int) -> bytes:
    if at >= len(body):
        return body
    return body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
