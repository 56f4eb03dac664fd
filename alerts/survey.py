"""A survey: what one step of the scan reads of the ledger and concludes, before it writes.

All of it comes from one moment. What the step's shipments add to what is normal is known before any
of them is judged, so each is judged once with everything there is, however many come at a time.

Whoever is far behind does not take entry after entry: a shipment that was heard of ten times would
be judged ten times, and again for each that comes after it and changes what is normal. It passes
over them and notes which shipments they are about; it learns from these, those that began first,
and judges them some way behind, when little that comes can change what they are judged by. Each of
that is a step like any other, and what still changes has them looked at again.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, select
from sqlmodel import Session

from alerts import duelist, findings
from alerts.company import Bar, in_company
from alerts.cursor import Cursor, cursor
from alerts.elsewhere.book import Book
from alerts.elsewhere.observations import Changes
from alerts.evaluation import Bench, Judged, judge
from alerts.found import Found
from alerts.matching.halves import Half, half_of
from alerts.neighbours import Neighbours, neighbours
from alerts.rules import Dossier, observing
from alerts.rules.sightings import own_sightings
from ledger import records, store
from ledger.claims import Party
from ledger.records import Record
from ledger.shipments import Shipment
from ledger.timeline import TIMELINE

FAR = 4  # so many steps' entries behind, they are passed over first
SHARE = 5  # so many times fewer due shipments than entries: who has news does not wait for them
AHEAD = 3  # so many steps' shipments are learnt from before the first of them is judged
_told = TIMELINE.c
_BETWEEN = select(_told.index, _told.about, _told.subject).where(
    _told.index >= bindparam("start"), _told.index < bindparam("end")
)
REACH = 100  # times as many entries are passed over as are looked at in one step


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What others are judged by: a shipment's state, its buyers, and what it shows of a half."""

    shipment: Shipment
    buyers: frozenset[Party]  # in every way in which they were written down
    half: Half | None


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What one step read and concluded. `new`: what was stated of anything but a shipment.

    `known`: the shipments that it learnt from; those it did not judge as well are judged next.
    `weighed`: what stands on others, as it weighs now.
    """

    before: Cursor
    after: Cursor
    passed: bool = False
    new: Sequence[Record] = ()
    heard_of: frozenset[str] = frozenset()
    known: Mapping[str, Known] = field(default_factory=dict)
    judged: Mapping[str, Judged] = field(default_factory=dict)
    weighed: Mapping[str, Mapping[str, Found]] = field(default_factory=dict)
    learnt: Changes = field(default_factory=Changes)
    near: Neighbours = field(default_factory=Neighbours)

    @property
    def is_idle(self) -> bool:
        return self.before == self.after and not self.known

    @property
    def put_off(self) -> frozenset[str]:
        """The shipments that it learnt from and did not judge."""
        return frozenset(self.known.keys() - self.judged.keys())


def survey(session: Session, bench: Bench, *, rule_set: str, limit: int) -> Survey:
    """Look at no more than `limit` entries, and at some of the shipments that are due."""
    before = cursor(session)
    bench.stretches.open(before.step)
    size = store.head(session).size
    if size - before.watermark > FAR * limit:
        end = min(size, before.watermark + REACH * limit)
        return _passed(session, bench, before, before.after(end, rule_set))
    here = before.after(before.watermark, rule_set)
    waiting, ready = duelist.behind(session, limit, AHEAD * limit)
    if waiting and len(ready) < AHEAD * limit:
        return _taught(bench, before, here, waiting)
    if ready:
        return _judged(session, bench, before, here, ready[:limit])
    end = min(size, before.watermark + limit)
    due = duelist.due(session, bench.now, max(1, limit // SHARE))
    after = before.after(end, rule_set)
    if due or end > before.watermark or before.rules not in {after.rules, ""}:
        return _judged(session, bench, before, after, due)
    # Last of all: what is found still on the way here would have to be weighed with it again.
    weigh = duelist.to_weigh(session, limit)
    weighed = _weighed(session, weigh, bench.bar)
    return Survey(before=before, after=after if weigh else before, weighed=weighed)


def _passed(session: Session, bench: Bench, before: Cursor, after: Cursor) -> Survey:
    """Look at what was stated of anything but shipments; these are noted to be learnt from."""
    _, others = _subjects(session, before.watermark, after.watermark)
    new = records.read(session, others)
    near = neighbours(bench.book, (), new, bench.roster)
    return Survey(before=before, after=after, passed=True, new=new, near=near)


def _taught(bench: Bench, before: Cursor, after: Cursor, refs: Sequence[str]) -> Survey:
    """Learn from shipments that were passed over, and judge none."""
    bench.book.prepare(refs)
    dossiers = {ref: bench.dossier(ref) for ref in refs}
    return Survey(
        before=before,
        after=after,
        heard_of=frozenset(refs),
        known=_known(dossiers),
        learnt=_learnt(bench.book, dossiers),
        near=neighbours(bench.book, refs, (), bench.roster),
    )


def _judged(
    session: Session, bench: Bench, before: Cursor, after: Cursor, due: Sequence[str]
) -> Survey:
    heard_of, others = _subjects(session, before.watermark, after.watermark)
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
        known=_known(dossiers),
        judged=judge(dossiers, bench),
        learnt=learnt,
        near=neighbours(bench.book, sorted(heard_of), new, bench.roster),
    )


def _weighed(session: Session, refs: Collection[str], bar: Bar) -> dict[str, dict[str, Found]]:
    """What stands on these shipments, by the bar as it is now: no rule has anything new to say."""
    if not refs:
        return {}
    standing: dict[str, dict[str, Found]] = {ref: {} for ref in refs}
    for each in findings.on(session, refs):
        standing[each.ref][each.alert] = each
    return {ref: in_company(mine, bar) for ref, mine in standing.items()}


def _known(dossiers: Mapping[str, Dossier]) -> dict[str, Known]:
    return {
        ref: Known(
            shipment=each.shipment,
            buyers=frozenset(s.party for s in own_sightings(each)),
            half=half_of(each),
        )
        for ref, each in dossiers.items()
    }


def _subjects(session: Session, start: int, end: int) -> tuple[frozenset[str], list[int]]:
    """The shipments that these entries are about, and the entries that are about anything else."""
    rows = session.connection().execute(_BETWEEN, {"start": start, "end": end}).all()
    heard_of = frozenset(subject for _, about, subject in rows if about == "shipment")
    return heard_of, [index for index, about, _ in rows if about != "shipment"]


def _learnt(book: Book, dossiers: Mapping[str, Dossier]) -> Changes:
    """What these shipments add to what is normal, before any of them is judged by it.

    What some add rests on what others do (whether a buyer is new), so those are asked once more.
    """
    book.expect(dossiers)
    facts = {ref: observing.facts(each) for ref, each in dossiers.items()}
    asked = tuple(book.windows.asked)
    learnt = book.learn(facts)
    unsure = learnt.concern(asked) & facts.keys()
    if unsure:
        facts |= {ref: observing.facts(dossiers[ref]) for ref in unsure}
        learnt = book.learn(facts)
    return learnt
