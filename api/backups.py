"""Backups: every row of every table as one logical archive, alike for SQLite and PostgreSQL.

gzipped lines of JSON: a header that says what it is, for each table its name and columns and then
its rows, and a trailer with the SHA-256 of all lines before it. One moment of the database is read,
while others go on writing. Keys are not in it: they are kept elsewhere (docs/evidence.md).
"""

import gzip
import hashlib
import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Table, func, insert, select
from sqlmodel import Session

from api import schema
from crypto import canonical
from crypto.encodings import b64_decode, b64_encode
from ledger import Conflict, Tampered, Undecided, publication, store
from ledger.databases import reading, writing

FORMAT, VERSION = "shield-backup", 1
CHUNK = 500
MAX_LINE = 64 * 1024 * 1024

Row = list[Any]
Progress = Callable[[int], Any]


@dataclass(frozen=True, kw_only=True)
class Header:
    """What a backup is of: the log, its newest checkpoint, and the schema of its tables."""

    origin: str
    size: int
    checkpoint: str
    revision: str


def tables() -> Sequence[Table]:
    """Every table, those that others refer to first."""
    return schema.METADATA.sorted_tables


def backup(engine: Engine, path: Path, *, progress: Progress = lambda _: None) -> Header:
    """Write a new file; an existing one is never overwritten, and a half-written one is removed."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as raw:
            with gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=0) as file:
                header = _write(engine, file, progress)
            raw.flush()
            os.fsync(raw.fileno())
    except BaseException:
        path.unlink()
        raise
    return header


def _write(engine: Engine, file: gzip.GzipFile, progress: Progress) -> Header:
    digest = hashlib.sha256()

    def put(value: Any) -> None:
        line = canonical.encode(value) + b"\n"
        digest.update(line)
        file.write(line)

    with reading(engine) as session:
        header = _header(session)
        put({"format": FORMAT, "version": VERSION, **vars(header)})
        for table in tables():
            put({"table": table.name, "columns": [column.name for column in table.columns]})
            for row in _rows(session, table):
                put(row)
                progress(1)
    file.write(_trailer(digest.hexdigest()))
    return header


def _header(session: Session) -> Header:
    head = store.head(session)
    note = publication.checkpoint(session).decode() if head.size else ""
    return Header(
        origin=head.origin, size=head.size, checkpoint=note, revision=schema.newest() or ""
    )


def _rows(session: Session, table: Table) -> Iterator[Row]:
    """Rows in the order of their keys, as JSON has them: bytes as base64 in an object."""
    query = select(table).order_by(*table.primary_key.columns)
    for row in session.execute(query.execution_options(yield_per=CHUNK)):
        yield [{"b64": b64_encode(bytes(v))} if isinstance(v, bytes) else v for v in row]


def count(engine: Engine) -> int:
    """How many rows a backup will have, for whoever watches."""
    with reading(engine) as session:
        counts = [select(func.count()).select_from(table) for table in tables()]
        total: int = sum(session.execute(query).scalar_one() for query in counts)
        return total


def restore(engine: Engine, path: Path, *, progress: Progress = lambda _: None) -> Header:
    """Fill an empty database of this version's schema, all of it or nothing.

    Conflict when there is anything in it; Tampered when the file is not as it was written;
    Undecided when another version of the software wrote it.
    """
    _check_whole(path)
    with gzip.open(path, "rb") as file, writing(engine) as session:
        _check_empty(session)
        lines = _lines(file)
        header = _read_header(lines)
        filling = _Filling(session)
        for value in lines:
            filling.take(value)
            progress(isinstance(value, list))
        filling.done()
    return header


def _check_whole(path: Path) -> None:
    """Whether the file is as it was written: its last line is the digest of all the others."""
    digest, last = hashlib.sha256(), b""
    try:
        with gzip.open(path, "rb") as file:
            while line := file.readline(MAX_LINE):
                digest.update(last)
                last = line
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Tampered(f"the backup can't be read: {error}") from error
    if last != _trailer(digest.hexdigest()):
        raise Tampered("the backup is cut short, or not as it was written")


def _trailer(digest: str) -> bytes:
    return canonical.encode({"sha256": digest}) + b"\n"


def _lines(file: gzip.GzipFile) -> Iterator[Any]:
    """The value of each line but the trailer."""
    last = b""
    while line := file.readline(MAX_LINE):
        if last:
            yield canonical.decode(last.removesuffix(b"\n"))
        last = line


def _read_header(lines: Iterator[Any]) -> Header:
    value = next(lines, None)
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise Tampered("not a backup of a ledger")
    if value.get("version") != VERSION or value.get("revision") != schema.newest():
        raise Undecided("another version of this software wrote the backup: restore it with that")
    names = ("origin", "size", "checkpoint", "revision")
    return Header(**{name: value[name] for name in names})


def _check_empty(session: Session) -> None:
    for table in tables():
        if session.execute(select(table).limit(1)).first() is not None:
            raise Conflict(f"the database is not empty: {table.name} has rows", code="exists")


@dataclass
class _Filling:
    """The table that is being filled, and the rows that wait to be inserted together."""

    session: Session
    table: Table | None = None
    columns: tuple[str, ...] = ()
    rows: list[dict[str, Any]] = field(default_factory=list)

    def take(self, value: Any) -> None:
        """A line: the beginning of a table, or a row of it."""
        if isinstance(value, list):
            cells = (b64_decode(cell["b64"]) if isinstance(cell, dict) else cell for cell in value)
            self.rows.append(dict(zip(self.columns, cells, strict=True)))
            if len(self.rows) == CHUNK:
                self.done()
            return
        self.done()
        self.table = schema.METADATA.tables.get(value.get("table", ""))
        self.columns = tuple(value.get("columns", ()))
        if self.table is None or set(self.columns) != set(self.table.columns.keys()):
            raise Tampered(f"{value.get('table')} is no table of this version")

    def done(self) -> None:
        if self.rows and self.table is not None:
            self.session.execute(insert(self.table), self.rows)
        self.rows = []
