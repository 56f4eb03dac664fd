"""What a witness has seen: one SQLite file, which moves by compare-and-swap and is synced to disk.

Whoever read an older state and lost the race is told the size that won. Nothing is ever set back:
there is no statement here that makes a size smaller.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api import Misconfigured
from crypto.notes import Scheme, Verifier
from ledger import Conflict, Invalid, Overtaken
from ledger.checkpoints import Checkpoint
from ledger.witnessing import Trusted, monitored

MAX_EVIDENCE = 100  # of one log: whoever can sign for a log cannot fill the witness's disk

_TABLES = """
CREATE TABLE identity (name TEXT PRIMARY KEY, vkeys TEXT NOT NULL) STRICT;
CREATE TABLE log (origin TEXT NOT NULL, vkey TEXT NOT NULL, PRIMARY KEY (origin, vkey)) STRICT;
CREATE TABLE seen (origin TEXT PRIMARY KEY, place TEXT NOT NULL UNIQUE, size INTEGER NOT NULL,
    root BLOB NOT NULL, note BLOB NOT NULL, time INTEGER NOT NULL) STRICT;
CREATE TABLE evidence (id INTEGER PRIMARY KEY, origin TEXT NOT NULL, time INTEGER NOT NULL,
    note BLOB NOT NULL, UNIQUE (origin, note)) STRICT;
"""
_INSERT = "INSERT OR IGNORE INTO seen VALUES (:origin, :place, :size, :root, :note, :time)"
_ADVANCE = """
UPDATE seen SET size = :size, root = :root, note = :note, time = :time
WHERE origin = :origin AND size = :old_size AND root = :old_root AND size <= :size
"""
_KEEP = """
INSERT OR IGNORE INTO evidence (origin, time, note) SELECT :origin, :time, :note
WHERE (SELECT count(*) FROM evidence WHERE origin = :origin) < :most
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """The checkpoint of a log that was cosigned last, its note with our lines, and when."""

    checkpoint: Checkpoint
    note: bytes
    time: int


@dataclass(frozen=True)
class State:
    """The file; each piece of work opens it for itself."""

    path: Path

    def create(self, name: str, vkeys: Sequence[str]) -> None:
        """Begin a witness's memory, once: Conflict when it exists."""
        if self.path.exists():
            raise Conflict(f"{self.path} exists: it is what this witness has seen", code="exists")
        self.path.touch(mode=0o600)
        with self._open() as connection:
            connection.executescript(_TABLES)
            connection.execute("INSERT INTO identity VALUES (?, ?)", (name, "\n".join(vkeys)))

    def identity(self) -> tuple[str, list[str]]:
        """The witness's name and vkeys: the only ones that may sign over this memory."""
        row = self._one("SELECT name, vkeys FROM identity")
        if row is None:
            raise Misconfigured(f"{self.path} is no witness's memory")
        return row[0], row[1].split("\n")

    def watch(self, vkeys: Sequence[Verifier]) -> str:
        """Trust a log by its keys, which bear its origin as their name; more may follow."""
        origins = {each.name for each in vkeys}
        if len(origins) != 1 or any(each.scheme is Scheme.COSIGNATURE for each in vkeys):
            raise Invalid("a log's keys have one name, its origin, and sign as a log does")
        (origin,) = origins
        with self._writing() as connection:
            rows = [(origin, each.vkey) for each in vkeys]
            connection.executemany("INSERT OR IGNORE INTO log VALUES (?, ?)", rows)
        return origin

    def trusted(self) -> Trusted:
        found: dict[str, list[Verifier]] = {}
        with self._open() as connection:
            for origin, vkey in connection.execute("SELECT origin, vkey FROM log ORDER BY 1, 2"):
                found.setdefault(origin, []).append(Verifier.parse(vkey))
        return found

    def seen(self, origin: str) -> Seen | None:
        row = self._one("SELECT size, root, note, time FROM seen WHERE origin = ?", origin)
        if row is None:
            return None
        checkpoint = Checkpoint(origin=origin, size=row[0], root=row[1])
        return Seen(checkpoint=checkpoint, note=row[2], time=row[3])

    def shown(self, place: str) -> bytes | None:
        """The newest note of the log that this monitoring path stands for."""
        row = self._one("SELECT note FROM seen WHERE place = ?", place)
        return None if row is None else bytes(row[0])

    def advance(self, before: Seen | None, after: Seen) -> None:
        """Move to what was judged against `before`; Overtaken when that is no longer the newest.

        On return it is on disk, so that only now a cosignature may leave the house.
        """
        new = after.checkpoint
        values = {
            "origin": new.origin,
            "place": monitored(new.origin),
            "size": new.size,
            "root": new.root,
            "note": after.note,
            "time": after.time,
        }
        with self._writing() as connection:
            if before is None:
                moved = connection.execute(_INSERT, values)
            else:
                old = {"old_size": before.checkpoint.size, "old_root": before.checkpoint.root}
                moved = connection.execute(_ADVANCE, values | old)
            if moved.rowcount == 1:
                return
        newest = self.seen(new.origin)
        raise Overtaken(newest.checkpoint.size if newest else 0)

    def keep_evidence(self, origin: str, note: bytes, time: int) -> None:
        """Keep a checkpoint that a log signed and that does not continue what we cosigned.

        With the one we cosigned it proves a fork, or an innocent log will show how it continues.
        """
        values = {"origin": origin, "time": time, "note": note, "most": MAX_EVIDENCE}
        with self._writing() as connection:
            connection.execute(_KEEP, values)

    def evidence(self, origin: str) -> list[bytes]:
        query = "SELECT note FROM evidence WHERE origin = ? ORDER BY id"
        with self._open() as connection:
            return [bytes(row[0]) for row in connection.execute(query, (origin,))]

    def _one(self, query: str, *values: str) -> Any:
        with self._open() as connection:
            return connection.execute(query, values).fetchone()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        if not self.path.is_file():
            raise Misconfigured(f"there is no {self.path}: what this witness has seen is lost")
        connection = sqlite3.connect(self.path, isolation_level=None, timeout=30)
        try:
            # Synced even through a power failure just behind a commit: the directory too.
            connection.execute("PRAGMA synchronous = EXTRA")
            yield connection
        finally:
            connection.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
