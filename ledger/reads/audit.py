"""The audit of the log of reads, the most sensitive book: who looked at what.

It goes over its chain, tree, tiles, head and checkpoints, each record's own signature, and the
index, made anew from the records. It trusts nothing but the key it is given, and goes on after a
fault.
"""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Engine, func, select
from sqlmodel import Session

from crypto import CryptoError
from crypto.keys import PublicKey
from crypto.notes import Verifier
from ledger import databases
from ledger.audit.cells import TEXT, Row, Unreadable, merged, rows, show
from ledger.audit.chain import Chain
from ledger.audit.faults import Fault, Faults, Report
from ledger.reads import BOOK, name_of
from ledger.reads.book import READ_OF
from ledger.reads.records import unwrap
from ledger.store import CHECKPOINTS, ENTRIES, HEADS
from ledger.tilebook import TILES

__all__ = ["Fault", "Report", "audit"]

Progress = Callable[[int], Any]


def audit(
    engine: Engine, origin: str, key: PublicKey, *, progress: Progress = lambda _: None
) -> Report:
    """Check the whole log of reads of the ledger named `origin`, under the log's public key."""
    faults = Faults()
    with databases.reading(engine) as session:
        chain = Chain(session, BOOK, faults.add)
        chain.checkpoints.verifier = Verifier(name=name_of(origin), key=key)
        try:
            _check_index(session, _walked(session, chain, key, faults, progress), faults)
            if _is_there(session):
                chain.finish(name_of(origin))
        except Unreadable as error:
            faults.add("database", f"can't be read: {error}")
    return Report(
        size=chain.size,
        root=chain.frontier.root(),
        checkpoints=chain.checkpoints.count,
        derived=not faults.count,
        faults=tuple(faults.kept),
        count=faults.count,
    )


def _walked(
    session: Session, chain: Chain, key: PublicKey, faults: Faults, progress: Progress
) -> Iterator[Row]:
    """Walk over the entries; gives the rows that the index must have for them."""
    for index, data in rows(session, [ENTRIES.c.index, ENTRIES.c.data], ENTRIES.c.book == BOOK):
        entry = chain.take(index, data)
        chain.close()
        progress(1)
        if entry is None:
            continue
        try:
            shown = unwrap(entry.jwt, key).shown
        except CryptoError as error:
            faults.add(f"entry {show(index)}", str(error))
            continue
        cells = [((TEXT, about.encode()), (TEXT, each.encode())) for about, each in shown]
        yield from ((index, *pair) for pair in sorted(cells))


def _check_index(session: Session, made: Iterator[Row], faults: Faults) -> None:
    columns = [READ_OF.c.index, READ_OF.c.about, READ_OF.c.subject]
    for key, ours, stored in merged(made, rows(session, columns), 3):
        place = f"index of reads {'/'.join(map(show, key))}"
        if stored is None:
            faults.add(place, "is missing")
        elif ours is None:
            faults.add(place, "no record tells of it")


def _is_there(session: Session) -> bool:
    """Whether anything of the book is stored: before the first read there is nothing to hold."""
    tables = (HEADS, ENTRIES, TILES, CHECKPOINTS)
    counts = (select(func.count()).select_from(t).where(t.c.book == BOOK) for t in tables)
    return any(session.execute(count).scalar_one() for count in counts)
