"""Everything derived from the log against what the log adds up to, made anew in a scratch file.

Entries and disclosures are copied there as they are read, so that the rebuild reads what was
checked and memory stays bounded. The file needs as much room as the ledger itself.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from crypto.concealing import WrappingKeys, new_wrapping_key
from ledger import databases, erased, projections, records
from ledger.audit.cells import BYTES, CHUNK, TEXT, Key, Row, merged, rows, show
from ledger.audit.faults import Say
from ledger.concealment import DATA_KEYS
from ledger.entries import decode, tag_of
from ledger.erased import ERASED
from ledger.history import SHIPMENTS, Memory
from ledger.records import DISCLOSURES, HISTORY_KEYS, Record
from ledger.store import BOOK, ENTRIES
from ledger.timeline import TIMELINE

KEY_BYTES = 32
RECENT = 2_000  # shipments kept decoded, so that memory stays bounded


Said = tuple[int, bytes, str, Record]


@contextmanager
def scratch() -> Iterator[Session]:
    """A ledger beside the ledger: what was read, and then what follows from it."""
    with tempfile.TemporaryDirectory(prefix="shield-audit-") as directory:
        passing = WrappingKeys(source=partial(str, new_wrapping_key()))  # gone with this process
        url = f"sqlite:///{Path(directory) / 'scratch.sqlite3'}"
        engine = databases.connect(url, wrapping=passing)
        try:
            with Session(engine) as session:
                connection = session.connection()
                connection.exec_driver_sql("PRAGMA journal_mode=OFF")
                connection.exec_driver_sql("PRAGMA synchronous=OFF")
                connection.exec_driver_sql("BEGIN")
                for table in (ENTRIES, DISCLOSURES, DATA_KEYS, ERASED, *projections.TABLES):
                    table.create(connection)
                yield session
        finally:
            engine.dispose()


def check(live: Session, said: Iterator[Said | None], say: Say) -> bool:
    """Make every projection anew from what was said, and compare it, each tag and each history key.

    Whether that could be done: where one statement can't be read (None), it can't.
    """
    with scratch() as made:
        try:
            if not rebuilt(made, said):
                return False
        except IntegrityError:
            say("timeline", "one statement id is used by two entries")
            return True
        for table in projections.TABLES:
            compare(live, made, table, say)
        _check_tags(live, made, say)
        _check_keys(live, made, say)
    return True


def rebuilt(made: Session, said: Iterator[Said | None]) -> bool:
    """Copied before they are projected: a fold reads back what is behind a late event."""
    memory = Memory(limit=RECENT)
    whole = True
    while chunk := list(islice(said, CHUNK)):
        read = [each for each in chunk if each is not None]
        whole = whole and len(read) == len(chunk)
        if not whole:
            continue
        entries = [{"book": BOOK, "index": index, "data": data} for index, data, _, _ in read]
        made.execute(insert(ENTRIES), entries)
        records.put(made, [(index, text) for index, _, text, _ in read])
        for record in (each for *_, each in read):
            if record.erased is not None:
                erased.note(made, record.erased)
        projections.take(made, [record for *_, record in read], memory)
    return whole


def compare(
    live: Session, made: Session, table: Table, say: Say, *which: ColumnElement[bool]
) -> None:
    """Tell of each row, of all that are stored or of some, which is not as it was made."""
    key = list(table.primary_key.columns)
    columns: list[Column[Any]] = [*key, *(c for c in table.columns if not c.primary_key)]
    there = rows(live, columns, *which)
    for at, stored, expected in merged(there, rows(made, columns), len(key)):
        if stored == expected:
            continue
        if stored is None:
            say(_place(table, at), "is missing")
        elif expected is None:
            say(_place(table, at), "does not follow from the log")
        else:
            say(_place(table, at), _difference(columns, stored, expected))


def count(session: Session, table: Table) -> int:
    """How many rows a table has."""
    return int(session.execute(select(func.count()).select_from(table)).scalar_one())


def _place(table: Table, key: Key) -> str:
    return f"{table.name} {' '.join(map(show, key))}"


def _difference(columns: list[Column[Any]], stored: Row, expected: Row) -> str:
    pairs = zip(columns, stored, expected, strict=True)
    wrong = [column.name for column, said, made in pairs if said != made]
    return f"{', '.join(wrong)}: not what the log adds up to"


def _check_tags(live: Session, made: Session, say: Say) -> None:
    """Each shipment's k-th entry carries the tag of k; other entries carry none (DESIGN §3)."""
    query = (
        select(TIMELINE.c.index, TIMELINE.c.about, TIMELINE.c.subject, TIMELINE.c.k, ENTRIES.c.data)
        .join(ENTRIES, ENTRIES.c.index == TIMELINE.c.index)
        .order_by(TIMELINE.c.index)
    )
    odd: set[str] = set()
    for chunk in made.execute(query, execution_options={"yield_per": CHUNK}).partitions():
        refs = {subject for _, about, subject, _, _ in chunk if about == "shipment"}
        keys = _keys(live, refs - odd)
        for index, about, subject, k, data in chunk:
            tag = decode(data).tag
            if about != "shipment" and tag is not None:
                say(f"entry {index}", "has a tag, and is about no shipment")
            elif about == "shipment" and subject in keys and tag != tag_of(keys[subject], k):
                say(f"history key {subject}", f"does not make the tag of entry {index}")
                odd.add(subject)
                del keys[subject]  # its other entries would say the same


def _keys(live: Session, refs: set[str]) -> dict[str, bytes]:
    columns = [HISTORY_KEYS.c.ref, HISTORY_KEYS.c.key]
    found = rows(live, columns, HISTORY_KEYS.c.ref.in_(sorted(refs)))
    return {show(ref): key for ref, (rank, key) in found if rank == BYTES}


def _check_keys(live: Session, made: Session, say: Say) -> None:
    columns = [HISTORY_KEYS.c.ref, HISTORY_KEYS.c.key]
    shipments = rows(made, [SHIPMENTS.c.ref])
    for (ref,), stored, expected in merged(rows(live, columns), shipments, 1):
        place = f"history key {show(ref)}"
        if stored is None:
            say(place, "is missing")
        elif expected is None or ref[0] != TEXT:
            say(place, "belongs to no shipment")
        elif stored[1][0] != BYTES or len(stored[1][1]) != KEY_BYTES:
            say(place, "is no key of 32 bytes")
