"""A survey: what one step of the scan reads of the ledger and concludes, before it writes.

All of it comes from one moment. What the step's shipments add to what is normal is known before any
of them is judged, so each is judged once with everything there is, however many come at a time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session

from alerts import duelist
from alerts.cursor import Cursor, cursor
from alerts.elsewhere.book import Book
from alerts.elsewhere.observations import Changes
from alerts.evaluation import Bench, Judged, judge
from alerts.neighbours import Neighbours, neighbours
from alerts.rules import Dossier, observing
from ledger import records, store
from ledger.records import Record
from ledger.timeline import TIMELINE


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What one step read and concluded. `new`: what was stated of anything but a shipment."""

    before: Cursor
    after: Cursor
    new: Sequence[Record]
    heard_of: frozenset[str]
    judged: Mapping[str, Judged]
    learnt: Changes
    near: Neighbours

    @property
    def is_idle(self) -> bool:
        return self.before == self.after and not self.judged


def survey(session: Session, bench: Bench, *, rule_set: str, limit: int) -> Survey:
    """Look at no more than `limit` entries and `limit` due shipments."""
    before = cursor(session)
    end = min(store.head(session).size, before.watermark + limit)
    heard_of, others = _subjects(session, before.watermark, end)
    due = duelist.due(session, bench.now, limit)
    after = before.after(end, rule_set)
    if end == before.watermark and not due and before.rules in {after.rules, ""}:
        after = before
    refs = sorted({*heard_of, *due})
    bench.book.prepare(refs)
    dossiers = {ref: bench.dossier(ref) for ref in refs}
    learnt = _learnt(bench.book, dossiers)
    new = records.read(session, others)
    return Survey(
        before=before,
        after=after,
        new=new,
        heard_of=heard_of,
        judged={ref: judge(each, bench) for ref, each in dossiers.items()},
        learnt=learnt,
        near=neighbours(bench.book, sorted(heard_of), new, bench.roster),
    )


def _subjects(session: Session, start: int, end: int) -> tuple[frozenset[str], list[int]]:
    """The shipments that these entries are about, and the entries that are about anything else."""
    row = TIMELINE.c
    rows = session.execute(
        select(row.index, row.about, row.subject).where(row.index >= start, row.index < end)
    ).all()
    heard_of = frozenset(subject for _, about, subject in rows if about == "shipment")
    return heard_of, [index for index, about, _ in rows if about != "shipment"]


def _learnt(book: Book, dossiers: Mapping[str, Dossier]) -> Changes:
    """What these shipments add to what is normal, before any of them is judged by it.

    What some add rests on what others do (whether a buyer is new), so those are asked once more.
    """
    facts = {ref: observing.facts(each) for ref, each in dossiers.items()}
    unsure = book.windows.asked_by & facts.keys()
    learnt = book.learn(facts)
    if unsure:
        facts |= {ref: observing.facts(dossiers[ref]) for ref in unsure}
        learnt = book.learn(facts)
    return learnt
