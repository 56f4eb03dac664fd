"""What a client knows beforehand and what it remembers: never learnt from the server it checks.

A pin names the log, its key and its address, and is handed over at enrolment (DESIGN §4). The last
checkpoint seen is kept in a file beside it: a log that shows an older one, or another of the same
size, has been cut short or forked.
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api import Misconfigured
from crypto import Malformed, canonical
from crypto.encodings import b64_decode, b64_encode
from crypto.notes import Verifier
from ledger import Tampered
from ledger.checkpoints import Checkpoint

MAX_FILE = 64 * 1024
_URL = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9./_-]*)?")


@dataclass(frozen=True, kw_only=True)
class Pin:
    """A log's name, the key it signs checkpoints with, and where it answers."""

    origin: str
    vkey: str
    url: str

    def __post_init__(self) -> None:
        if not _URL.fullmatch(self.url) or self.url.endswith("/"):
            raise Misconfigured(f"{self.url!r} is no http or https address to reach a ledger at")
        if self.verifier.name != self.origin:
            raise Misconfigured("the pinned key is not named as the pinned log is")

    @property
    def verifier(self) -> Verifier:
        try:
            return Verifier.parse(self.vkey)
        except Malformed as error:
            raise Misconfigured(f"the pinned key: {error}") from error

    def at(self, url: str) -> "Pin":
        """The same log behind another address."""
        return Pin(origin=self.origin, vkey=self.vkey, url=url.rstrip("/"))

    @classmethod
    def read(cls, path: Path) -> "Pin":
        """The pin in this file; Misconfigured when there is none."""
        members = _read(path)
        if set(members) != {"origin", "vkey", "url"}:
            raise Misconfigured(f"{path}: a pin has origin, vkey and url")
        if not all(isinstance(value, str) for value in members.values()):
            raise Misconfigured(f"{path}: a pin's members are text")
        return cls(**members)

    def write(self, path: Path) -> None:
        write(path, {"origin": self.origin, "vkey": self.vkey, "url": self.url})


@dataclass(frozen=True, kw_only=True)
class LastSeen:
    """The newest checkpoint a client has seen, in a file of its own."""

    path: Path

    def find(self) -> Checkpoint | None:
        if not self.path.exists():
            return None
        members = _read(self.path)
        try:
            return Checkpoint(
                origin=members["origin"],
                size=members["size"],
                root=b64_decode(members["root"]),
            )
        except (KeyError, TypeError, AttributeError, Malformed) as error:
            raise Misconfigured(f"{self.path} does not hold a checkpoint") from error

    def meet(self, checkpoint: Checkpoint) -> None:
        """Take in a checkpoint that may be old: a receipt comes with the one it was born with."""
        last = self.find()
        if last is not None and last.size == checkpoint.size and last.root != checkpoint.root:
            raise Tampered(
                f"the log shows two roots at size {last.size}: it was forked", pointer="/checkpoint"
            )
        if last is None or checkpoint.size > last.size:
            members = {
                "origin": checkpoint.origin,
                "size": checkpoint.size,
                "root": b64_encode(checkpoint.root),
            }
            write(self.path, members)

    def follow(self, checkpoint: Checkpoint) -> None:
        """Take in what is said to be the newest checkpoint; it may not lie behind the last."""
        last = self.find()
        if last is not None and checkpoint.size < last.size:
            raise Tampered(
                f"the log shows {checkpoint.size} entries where it had {last.size}",
                pointer="/checkpoint",
            )
        self.meet(checkpoint)


def write(path: Path, members: Mapping[str, Any]) -> None:
    """Replace a small file in one step, so that a crash leaves the old one or the new one."""
    data = json.dumps(members, indent=2, sort_keys=True).encode() + b"\n"
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _read(path: Path) -> dict[str, Any]:
    try:
        value = canonical.read(path.read_bytes(), max_bytes=MAX_FILE)
    except FileNotFoundError as error:
        raise Misconfigured(f"there is no file {path}: name the pin you were given") from error
    except Malformed as error:
        raise Misconfigured(f"{path}: {error}") from error
    if not isinstance(value, dict):
        raise Misconfigured(f"{path} does not hold an object")
    return value
