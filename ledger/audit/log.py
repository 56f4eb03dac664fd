"""The log itself: every entry, link, signature and digest, the tree, its tiles and checkpoints.

Workers check ranges by themselves; the walk joins what they found in order to one chain and one
tree. What a worker left, the walk goes over entry by entry.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement
from sqlmodel import Session

from crypto.notes import Verifier
from ledger.audit import statements
from ledger.audit.beside import Beside
from ledger.audit.cells import Cell, Row, merged, rows, show
from ledger.audit.chain import Chain
from ledger.audit.faults import Faults
from ledger.audit.ranges import Checker, Found
from ledger.audit.speakers import Speakers, Walk
from ledger.audit.workers import Staff, ranges
from ledger.projections import Progress
from ledger.records import DISCLOSURES
from ledger.store import BOOK, ENTRIES


@dataclass(kw_only=True)
class Log:
    """The walk; `readable` while all of it can be read back.

    `walked` are the blocks that were not just joined, by their first entry: what they state passed
    the whole door once more. What was joined is yet to be read.
    """

    session: Session
    beside: Beside
    chain: Chain
    faults: Faults
    rosters: Walk
    progress: Progress
    readable: bool = True
    walked: set[int] = field(default_factory=set)

    def check(self, speakers: Speakers, staff: Staff, count: int) -> None:
        """Check the first `count` entries with this staff; whatever lies elsewhere is walked."""
        if speakers.roster.hub_key:
            self.chain.checkpoints.verifier = Verifier.parse(speakers.roster.hub_key)
        own = Checker(self.session, speakers.voices())
        self._walk(None, 0)
        for found in staff.done(ranges(count), own.check):
            self._join(found)
        self._walk(count, None)
        self.chain.finish(speakers.roster.origin)

    def _join(self, found: Found) -> None:
        self.chain.checkpoints.opened = found.opened
        for (start, end), block in found.blocks:
            if block is not None and self.chain.join(block):
                self.progress(end - start)
            else:
                self._walk(start, end)
                self.walked.add(start)

    def _walk(self, start: int | None, end: int | None) -> None:
        """Entries and disclosures side by side, whatever lies at these places."""
        ours = rows(
            self.session,
            [ENTRIES.c.index, ENTRIES.c.data],
            ENTRIES.c.book == BOOK,
            *_between(ENTRIES.c.index, start, end),
        )
        beside = self.beside.rows(*_between(DISCLOSURES.c.index, start, end))
        for (index,), entry, disclosed in merged(ours, beside, 1):
            self._take(index, entry, disclosed)
            self.progress(1)

    def _take(self, index: Cell, row: Row | None, disclosed: Row | None) -> None:
        if row is None:
            self.faults.add(f"disclosure {show(index)}", "belongs to no entry")
            return
        entry = self.chain.take(index, row[1])
        said = disclosed[1] if disclosed else None
        reads = entry is not None and statements.check(
            entry,
            said,
            self.rosters.at(index[1]),
            self.faults.add,
            erasing=self.beside.erased.get(index[1]),
        )
        self.readable = self.readable and reads and self.chain.whole
        self.chain.close()


def _between(
    column: ColumnElement[int], start: int | None, end: int | None
) -> Iterator[ColumnElement[bool]]:
    if start is not None:
        yield column >= start
    if end is not None:
        yield column < end
