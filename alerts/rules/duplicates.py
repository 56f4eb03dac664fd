"""Papers, containers and seals that serve two shipments at once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from alerts.rules import Dossier, Finding, Severity, evidence, papers, rule
from alerts.rules.names import same_trader
from alerts.rules.parameters import Parameters
from alerts.rules.questions import Times
from alerts.rules.remembered import once, things_of
from alerts.rules.sharing import (
    aboard,
    as_one,
    left_at,
    misfiled,
    numbers_of,
    of_same_traders,
    told_twice,
)
from alerts.rules.words import count, day, series
from ledger.folding import Stated
from ledger.shipments import Shipment

PAPERS = {
    "bill_of_lading": "Bill of lading",
    "export_authorisation": "Export authorisation",
    "import_authorisation": "Import authorisation",
    "invoice": "Invoice",
    "mrn": "MRN",
}
PERMITS = frozenset({"export_authorisation", "import_authorisation"})
THINGS = {"container": "Container", "seal": "Seal"}
ABOARD = frozenset({"bill_of_lading", *THINGS})  # what shippers share who fill a container together
EMPTIED = ("cleared", "delivered", "received", "returned", "seized", "stopped", "closed")


@dataclass(frozen=True, kw_only=True)
class _Used:
    """A number that this shipment uses, and the statements where it says so."""

    kind: str
    number: str
    mine: tuple[Stated, ...]

    @property
    def word(self) -> str:
        return PAPERS.get(self.kind) or THINGS[self.kind]

    def by(self, timeline: Iterable[Stated]) -> tuple[Stated, ...]:
        """The statements of another shipment that use it."""
        if self.kind in PAPERS:
            return papers.citations(timeline, self.kind, self.number)
        return tuple(s for s in timeline if (self.kind, self.number) in things_of(s.event))

    def misfiled(self, timeline: Sequence[Stated]) -> bool:
        """Whether a shipment's statement that uses it may belong to another shipment."""
        return misfiled(timeline, self.by(timeline), self.kind, self.number)


@rule(
    "RF-26",
    version=5,
    severity=Severity.HIGH,
    family="integrity",
    name="Duplicate use of a document or container",
    parameters={"together_hours": 48, "aboard_hours": 168, "papers": 2},
)
def duplicate_use(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """A paper, a container or a seal that this shipment uses serves an earlier one too.

    Bills of lading, authorisations, invoices and MRNs serve one shipment each, unless somebody
    marked them as good for several; a container or seal may be used again once it is free. Numbers
    are only unique where they were given: an invoice is compared within one exporter, an
    authorisation within one issuing country. Parts of one shipment share its papers, and so do the
    two references under which its ends were likely told. The later of the two shipments carries the
    finding. Shipments of the same traders that left within `together_hours` with other goods look
    like one consignment under several notices and are low. Loads of the same traders share a permit
    that does not say it is good for several, or a bill and a container: that only adds to what else
    is found, unless it is `papers` kinds of papers at once and a permit among them, or one
    substance that left in the same container twice at once. So does a number that one statement
    alone of either has where the others have another, or tell of other goods, and a paper that one
    statement alone of the importing side cites: it may be filed under the wrong reference. So do a
    bill, a container or a seal of shipments that left one country for the same other within
    `aboard_hours`: several shippers fill a container together; and an invoice alone, of which a
    seller sends several loads. All that is shared with the same shipments is one finding.

    Source: EU 2015/1013, one authorisation and its remaining quantity; FATF, multiple invoicing.
    """
    if dossier.shipment.status == "cancelled" or not dossier.timeline:
        return
    shared: dict[tuple[str, ...], tuple[list[Shipment], list[_Used]]] = {}
    for used in _used(dossier):
        others = [each for each in _others(dossier, used) if _earlier(dossier, each)]
        if others:
            _, numbers = shared.setdefault(tuple(each.ref for each in others), (others, []))
            numbers.append(used)
    for others, numbers in shared.values():
        yield _told(dossier, numbers, others, p)


def _told(
    dossier: Dossier, numbers: Sequence[_Used], others: Sequence[Shipment], p: Parameters
) -> Finding:
    """What is shared with the same other shipments, together: it is one thing to look into."""
    reasons = [_honestly(dossier, each, others, p) for each in numbers]
    why = None if None in reasons else reasons[0]
    timelines = [dossier.elsewhere.events_of(other.ref) for other in others]
    first = min(timeline[0].by.occurred_at for timeline in timelines)
    kinds = {each.kind for each in numbers}
    verb = "is" if len(numbers) == 1 else "are"
    when = "also under way" if kinds <= THINGS.keys() else "also used"
    mine = [stated for each in numbers for stated in each.mine]
    theirs = [each.by(timeline) for each in numbers for timeline in timelines]
    return Finding(
        summary=f"{_named(numbers)} {verb} {when} on {count(len(others), 'other shipment')}, "
        f"first reported on {day(first)}{f'; {why}' if why else ''}.",
        evidence=evidence(mine, *theirs),
        severity=Severity.LOW if why else None,
        alone=why is None and _is_grave(dossier.shipment, kinds, others, p),
        key=f"{numbers[0].kind}:{numbers[0].number}",
    )


def _named(numbers: Sequence[_Used]) -> str:
    """`Bill of lading 1, container 2 and seal 3`."""
    first, *others = (f"{each.word} {each.number}" for each in numbers)
    return series([first, *(each if each.startswith("MRN") else _lower(each) for each in others)])


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


def _is_grave(mine: Shipment, kinds: set[str], others: Sequence[Shipment], p: Parameters) -> bool:
    """Whether sharing these is worth an alert by itself."""
    cited = kinds & PAPERS.keys()
    several = len(cited) >= p.whole("papers") and not cited.isdisjoint(PERMITS)
    strangers = not all(of_same_traders(mine, other) for other in others)
    twice = not kinds.isdisjoint(THINGS) and any(
        told_twice(mine, other, p.hours("together_hours")) for other in others
    )
    return (strangers or several or twice) and kinds != {"invoice"}


def _honestly(
    dossier: Dossier, used: _Used, others: Sequence[Shipment], p: Parameters
) -> str | None:
    """Why all these may share a number though nothing is wrong."""
    mine = dossier.shipment
    if all(as_one(mine, other, p.hours("together_hours")) for other in others):
        return "they look like one consignment under several notices"
    timelines = [dossier.timeline], [dossier.elsewhere.events_of(each.ref) for each in others]
    if any(all(map(used.misfiled, those)) for those in timelines):
        return "the statement may be filed under the wrong reference"
    if used.kind in ABOARD and all(aboard(mine, o, p.hours("aboard_hours")) for o in others):
        return "several shippers may have filled a container together"
    return None


@once
def _used(dossier: Dossier) -> tuple[_Used, ...]:
    several = papers.reusable(dossier.timeline)
    found: dict[tuple[str, str], list[Stated]] = {}
    for each in dossier.timeline:
        for kind, number in numbers_of(each) - several:
            found.setdefault((kind, number), []).append(each)
    return tuple(
        _Used(kind=kind, number=number, mine=tuple(mine))
        for (kind, number), mine in sorted(found.items(), key=lambda item: item[0])
        if kind in PAPERS or kind in THINGS
    )


def _others(dossier: Dossier, used: _Used) -> Iterator[Shipment]:
    mine, half = dossier.shipment, dossier.elsewhere.matched()
    found = _users(dossier, used)
    for other in sorted(found, key=lambda each: each.ref):
        if half is not None and half.ref == other.ref:
            continue
        if other.status != "cancelled" and not _related(mine, other, found):
            yield other


def _users(dossier: Dossier, used: _Used) -> tuple[Shipment, ...]:
    """Who else uses this number in a way that it should not be used twice."""
    mine, elsewhere = dossier.shipment, dossier.elsewhere
    if used.kind in THINGS:
        when = partial(_overlap, mine.times)
        return elsewhere.citing(used.kind, used.number, when=when)
    found = papers.citing(elsewhere, used.kind, used.number)
    # One statement that a paper serves several shipments holds for all that cite it.
    marked = (papers.reusable(elsewhere.events_of(other.ref)) for other in found)
    if any((used.kind, used.number) in several for several in marked):
        return ()
    return tuple(other for other in found if _same_issuer(used.kind, mine, other))


def _same_issuer(kind: str, one: Shipment, other: Shipment) -> bool:
    if kind == "invoice":
        a, b = (s.parties.exporter if s.parties else None for s in (one, other))
        return a is not None and b is not None and same_trader(a, b, alike=0.95)
    if one.route is None or other.route is None:
        return True
    if kind == "export_authorisation":
        return one.route.exporting == other.route.exporting
    return kind != "import_authorisation" or one.route.importing == other.route.importing


def _related(one: Shipment, other: Shipment, found: tuple[Shipment, ...]) -> bool:
    """Whether one was made of the other, or both of a third that shares the paper."""
    if one.ref in _parts(other) or other.ref in _parts(one):
        return True
    return any({one.ref, other.ref} <= _parts(third) for third in found)


def _parts(shipment: Shipment) -> set[str]:
    return {part.shipment for part in (*shipment.parents, *shipment.children)}


def _period(times: Times) -> tuple[datetime, datetime | None] | None:
    start = left_at(times)
    if start is None:
        return None
    ends = [times[name] for name in EMPTIED if name in times]
    return start, min((end for end in ends if end >= start), default=None)


def _overlap(one: Times, other: Times) -> bool:
    a, b = _period(one), _period(other)
    if a is None or b is None:
        return False
    return (b[1] is None or a[0] < b[1]) and (a[1] is None or b[0] < a[1])


def _earlier(dossier: Dossier, other: Shipment) -> bool:
    events = dossier.elsewhere.events_of(other.ref)
    return bool(events) and events[0].by.order < dossier.timeline[0].by.order
