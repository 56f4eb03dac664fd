"""Copying a log: every stretch is proved, stored in one transaction, and gone on from.

The order survives a crash. First the newest checkpoint is remembered in a file beside the database,
so that whatever the log shows after a crash must continue it; then stretch after stretch becomes
durable with its tiles and the head; the checkpoint comes with the last of them. What is served is
the newest checkpoint in the database, so it never speaks of entries that are not there yet.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine, insert
from sqlmodel import Session

from api import Misconfigured
from api.following import Log, Position, Shown, Stretch, follow
from api.pins import LastSeen
from ledger import NotFound, databases, entries, store, tilebook
from ledger.bulk import insert_new
from ledger.store import BOOK, CHECKPOINTS, ENTRIES, EPOCH, Head


@dataclass(frozen=True, kw_only=True)
class Caught:
    """What one round added: the size before it and after it."""

    before: int
    size: int


def nothing(_: int) -> None:
    """Tell nobody how far it is."""


@dataclass(frozen=True, kw_only=True)
class Mirror:
    """The copy in a database of a log that is believed by its pin."""

    engine: Engine
    log: Log
    seen: LastSeen

    def begin(self) -> None:
        """Open an empty copy, or find the one that is there; Misconfigured for another log's."""
        origin = self.log.pin.origin
        with databases.writing(self.engine) as session:
            try:
                held = store.head(session).origin
            except NotFound:
                store.begin(session, origin)
                return
        if held != origin:
            raise Misconfigured(f"this database holds the log {held}, and the pin is of {origin}")

    def newest(self) -> Shown:
        """What there is to copy: remembered, so that nothing else can be shown hereafter."""
        return follow(self.log, self.seen)

    def catch_up(self, shown: Shown, progress: Callable[[int], None] = nothing) -> Caught:
        """Copy all that is new; an alarm of `api.continuity` when it does not continue the copy."""
        before = self.position()
        for stretch in self.log.read_on(before, shown.checkpoint):
            with databases.writing(self.engine) as session:
                _keep(session, stretch, shown)
            progress(len(stretch.entries))
        return Caught(before=before.size, size=shown.checkpoint.size)

    def position(self) -> Position:
        """How far the copy reaches."""
        with databases.reading(self.engine) as session:
            head = store.head(session)
        return Position(frontier=head.frontier, last=head.last)


def _keep(session: Session, stretch: Stretch, shown: Shown) -> None:
    """Add a proved stretch; Conflict when another process was first."""
    origin = shown.checkpoint.origin
    last = entries.decode(stretch.entries[-1]).time
    before = Head(
        origin=origin,
        size=stretch.before.size,
        frontier=stretch.before.frontier,
        last=stretch.before.last,
        time=EPOCH,
    )
    after = Head(
        origin=origin,
        size=stretch.after.size,
        frontier=stretch.after.frontier,
        last=stretch.after.last,
        time=last,
    )
    store.advance(session, before, after)
    rows = [
        {"book": BOOK, "index": index, "data": data}
        for index, data in enumerate(stretch.entries, stretch.before.size)
    ]
    session.execute(insert(ENTRIES), rows)
    tilebook.grow(session, stretch.growths)
    if after.size == shown.checkpoint.size:
        row = {"book": BOOK, "size": after.size, "note": shown.note}
        insert_new(session, CHECKPOINTS, [row])
