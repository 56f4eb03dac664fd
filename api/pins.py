"""What a client knows beforehand and what it remembers: never learnt from the server it checks.

A pin names the log, its key, its address and the witnesses to ask for, and is handed over at
enrolment (DESIGN §4). The last checkpoint seen is kept in a file beside it, and whatever the log
shows next must continue it.
"""

import fcntl
import json
import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from api import Misconfigured
from api.continuity import Hashes, check_continues, check_not_behind
from crypto import Malformed, canonical
from crypto.encodings import b64_decode, b64_encode
from crypto.notes import Verifier
from ledger import policies
from ledger.checkpoints import Checkpoint
from ledger.policies import Policy

MAX_FILE = 64 * 1024
_URL = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9./_-]*)?")


@dataclass(frozen=True, kw_only=True)
class Pin:
    """A log's name, the key it signs checkpoints with, and where it answers.

    `policy` is a C2SP tlog-policy: which witnesses must have cosigned a checkpoint; empty, none.
    """

    origin: str
    vkey: str
    url: str
    policy: str = ""

    def __post_init__(self) -> None:
        if not _URL.fullmatch(self.url) or self.url.endswith("/"):
            raise Misconfigured(f"{self.url!r} is no http or https address to reach a ledger at")
        if self.verifier.name != self.origin:
            raise Misconfigured("the pinned key is not named as the pinned log is")
        _ = self.rule

    @property
    def rule(self) -> Policy:
        if not self.policy:
            return Policy()
        try:
            return policies.parse(self.policy.encode())
        except Malformed as error:
            raise Misconfigured(f"the pinned policy: {error}") from error

    @property
    def keys(self) -> tuple[Verifier, ...]:
        """Every key the log signs with, as far as it is pinned: the one that must sign is first."""
        more = (each for each in self.rule.logs if each.name == self.origin)
        return (self.verifier, *(each for each in more if each != self.verifier))

    @property
    def verifier(self) -> Verifier:
        try:
            return Verifier.parse(self.vkey)
        except Malformed as error:
            raise Misconfigured(f"the pinned key: {error}") from error

    def at(self, url: str) -> "Pin":
        """The same log behind another address."""
        return replace(self, url=url.rstrip("/"))

    @classmethod
    def read(cls, path: Path) -> "Pin":
        """The pin in this file; Misconfigured when there is none."""
        members = read(path)
        if set(members) | {"policy"} != {"origin", "vkey", "url", "policy"}:
            raise Misconfigured(f"{path}: a pin has origin, vkey and url, and may have policy")
        if not all(isinstance(value, str) for value in members.values()):
            raise Misconfigured(f"{path}: a pin's members are text")
        return cls(**members)

    @property
    def members(self) -> dict[str, str]:
        """The pin as its file has it."""
        policy = {"policy": self.policy} if self.policy else {}
        return {"origin": self.origin, "vkey": self.vkey, "url": self.url, **policy}

    def write(self, path: Path) -> None:
        write(path, self.members)


@dataclass(frozen=True, kw_only=True)
class LastSeen:
    """The newest checkpoint a client has seen, in a file of its own."""

    path: Path

    def find(self) -> Checkpoint | None:
        if not self.path.exists():
            return None
        members = read(self.path)
        try:
            return Checkpoint(
                origin=members["origin"],
                size=members["size"],
                root=b64_decode(members["root"]),
            )
        except (KeyError, TypeError, AttributeError, Malformed) as error:
            raise Misconfigured(f"{self.path} does not hold a checkpoint") from error

    def meet(self, checkpoint: Checkpoint, hashes: Hashes) -> None:
        """Take in a checkpoint that may be old: a receipt comes with the one it was born with.

        The smaller of it and the last one seen must be a beginning of the larger.
        """
        last = self.find()
        if last is not None:
            older, newer = sorted((last, checkpoint), key=lambda each: each.size)
            check_continues(older, newer, hashes)
        if not self._move(last, checkpoint):
            # Somebody moved it meanwhile, to what we have not compared with yet.
            self.meet(checkpoint, hashes)

    def follow(self, checkpoint: Checkpoint, hashes: Hashes, *, since: Checkpoint | None) -> None:
        """Take in what is said to be the newest checkpoint: it must continue the last one seen.

        `since` is what `find` gave before the log was asked: what others saw meanwhile may be newer
        than its answer, and is no rollback.
        """
        if since is not None:
            check_not_behind(since, checkpoint)
        self.meet(checkpoint, hashes)

    def _move(self, last: Checkpoint | None, checkpoint: Checkpoint) -> bool:
        """Compare and swap: False when the file holds another checkpoint than `last`."""
        if last is not None and checkpoint.size <= last.size:
            return True
        with _alone(self.path):
            if self.find() != last:
                return False
            members = {
                "origin": checkpoint.origin,
                "size": checkpoint.size,
                "root": b64_encode(checkpoint.root),
            }
            write(self.path, members)
        return True


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    lock = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def write(path: Path, members: Mapping[str, Any]) -> None:
    """Replace a small file in one step, so that a crash leaves the old one or the new one."""
    data = json.dumps(members, indent=2, sort_keys=True).encode() + b"\n"
    beside = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def read(path: Path) -> dict[str, Any]:
    """The members of such a file; Misconfigured when it is missing or spoiled."""
    try:
        value = canonical.read(path.read_bytes(), max_bytes=MAX_FILE)
    except FileNotFoundError as error:
        raise Misconfigured(f"there is no file {path}: name the pin you were given") from error
    except Malformed as error:
        raise Misconfigured(f"{path}: {error}") from error
    if not isinstance(value, dict):
        raise Misconfigured(f"{path} does not hold an object")
    return value
