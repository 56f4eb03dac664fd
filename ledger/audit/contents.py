"""What the statements say, and all that is derived from them, share by share on every core.

Whether it all follows, and no more: who is told no goes over it in order, which finds the places.
The shares cover everything: each entry is in the share that its own content names, each row that is
made is stored, and there are no more rows than were made.
"""

from collections.abc import Iterator

from sqlalchemy import Table, func
from sqlmodel import Session, select

from ledger import Undecided
from ledger.audit.derived import count
from ledger.audit.shares import SUMMED, Odd, Sharer, shares
from ledger.audit.shipmentrows import Sums
from ledger.audit.speakers import Speakers
from ledger.audit.workers import Staff
from ledger.projections import TABLES, Progress
from ledger.records import HISTORY_KEYS
from ledger.refusalbook import EXPORTERS
from ledger.tallies import ACTIVITY
from ledger.timeline import TIMELINE
from ledger.volumes import IMPORT_DAYS

Whole = list[tuple[object, ...]]


def agrees(
    session: Session, staff: Staff, speakers: Speakers, size: int, progress: Progress
) -> bool:
    """Whether every statement passes the door again and every derived row follows from them."""
    try:
        return _agrees(session, staff, speakers, size, progress)
    except Undecided:
        raise
    except Exception:  # noqa: BLE001 - whatever is stored there: the audit in order tells of it
        return False


def _agrees(
    session: Session, staff: Staff, speakers: Speakers, size: int, progress: Progress
) -> bool:
    own = Sharer(session, speakers)
    total = Sums()
    tasks = list(shares(session, size))
    for share, found in zip(tasks, staff.done(tasks, own.check), strict=True):
        # A worker that reads a later moment than ours (on SQLite) leaves its shares to us.
        sums = own.check(share) if isinstance(found, Odd) and found.elsewhen else found
        if isinstance(sums, Odd):
            return False
        total.add(sums)
        progress(sums.entries)
    return total.entries == size and _fits(session, total)


def _fits(session: Session, total: Sums) -> bool:
    counted = (each for each in (*TABLES, HISTORY_KEYS) if each not in SUMMED)
    if any(count(session, table) != total.rows[table.name] for table in counted):
        return False
    if any(_stored(session, table) != made for table, made in _summed(total)):
        return False
    # Each share saw only its own: an id that is used twice would be in two of them.
    return count(session, TIMELINE) == _ids(session)


def _summed(total: Sums) -> Iterator[tuple[Table, Whole]]:
    yield ACTIVITY, sorted((*key, number) for key, number in total.activity.items())
    days = total.importing
    yield IMPORT_DAYS, sorted((*key, total.imported[key], days[key]) for key in days)
    yield EXPORTERS, sorted(total.exporters)


def _stored(session: Session, table: Table) -> Whole:
    """All rows of a table that is short, whatever the ledger's size."""
    return sorted(tuple(row) for row in session.execute(select(*table.columns)))


def _ids(session: Session) -> int:
    return int(session.execute(select(func.count(TIMELINE.c.jti.distinct()))).scalar_one())
