"""Papers, containers and seals that serve two shipments at once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from alerts.rules import Dossier, Finding, Severity, evidence, papers, rule
from alerts.rules.names import same_trader
from alerts.rules.parameters import Parameters
from alerts.rules.questions import Times
from alerts.rules.remembered import once, things_of
from alerts.rules.words import count, day
from ledger.folding import Stated
from ledger.shipments import Shipment

PAPERS = {
    "bill_of_lading": "Bill of lading",
    "export_authorisation": "Export authorisation",
    "import_authorisation": "Import authorisation",
    "invoice": "Invoice",
    "mrn": "MRN",
}
THINGS = {"container": "Container", "seal": "Seal"}
EMPTIED = ("cleared", "delivered", "received", "returned", "seized", "stopped", "closed")
_SHORTEST_SEAL = 5  # shorter numbers meet by chance


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


@rule(
    "RF-26",
    version=3,
    severity=Severity.HIGH,
    family="integrity",
    name="Duplicate use of a document or container",
    parameters={"together_hours": 48, "papers": 3},
)
def duplicate_use(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """A paper, a container or a seal that this shipment uses serves an earlier one too.

    Bills of lading, authorisations, invoices and MRNs serve one shipment each, unless somebody
    marked them as good for several; a container or seal may be used again once it is free. Numbers
    are only unique where they were given: an invoice is compared within one exporter, an
    authorisation within one issuing country. Parts of one shipment share its papers, and so do the
    two references under which its ends were likely told. The later of the two shipments carries the
    finding. Shipments of the same traders that left within `together_hours` look like one
    consignment under several notices and are low. Loads of the same traders share a permit that
    does not say it is good for several, or a bill and a container: that only adds to what else is
    found, unless it is `papers` kinds of papers at once. So does a number that one statement alone
    has where the others have another: it may be filed under the wrong reference.

    Source: EU 2015/1013, one authorisation and its remaining quantity; FATF, multiple invoicing.
    """
    if dossier.shipment.status == "cancelled" or not dossier.timeline:
        return
    found = [
        (used, others)
        for used in _used(dossier)
        if (others := [o for o in _others(dossier, used) if _earlier(dossier, o)])
    ]
    kinds = len({used.kind for used, _ in found if used.kind in PAPERS})
    for used, others in found:
        among = all(_of_same_traders(dossier.shipment, other) for other in others)
        alone = (not among or kinds >= p.whole("papers")) and not _misfiled(dossier, used)
        yield _told(dossier, used, others, near=p.hours("together_hours"), alone=alone)


def _told(
    dossier: Dossier, used: _Used, others: list[Shipment], *, near: timedelta, alone: bool
) -> Finding:
    together = all(_together(dossier.shipment, other, near) for other in others)
    said = "; they look like one consignment under several notices" if together else ""
    firsts = [dossier.elsewhere.events_of(other.ref)[0].by.occurred_at for other in others]
    where = [used.by(dossier.elsewhere.events_of(other.ref)) for other in others]
    when = "is also under way" if used.kind in THINGS else "is also used"
    return Finding(
        summary=f"{used.word} {used.number} {when} on {count(len(others), 'other shipment')}, "
        f"first reported on {day(min(firsts))}{said}.",
        evidence=evidence(used.mine, *where),
        severity=Severity.LOW if together else None,
        alone=alone and not together,
        key=f"{used.kind}:{used.number}",
    )


def _misfiled(dossier: Dossier, used: _Used) -> bool:
    """Whether one statement alone has the number, and others of its kind have other numbers."""
    if len(used.mine) > 1:
        return False
    others = [s for s in dossier.timeline if s.by.jti != used.mine[0].by.jti]
    return any(
        kind == used.kind and number != used.number
        for each in others
        for kind, number in {(p.type, p.number) for p in papers.papers_of(each.event)}
        | _things(each)
    )


@once
def _used(dossier: Dossier) -> tuple[_Used, ...]:
    several = papers.reusable(dossier.timeline)
    found: dict[tuple[str, str], list[Stated]] = {}
    for each in dossier.timeline:
        cited = {(p.type, p.number) for p in papers.papers_of(each.event)}
        for kind, number in (cited - several) | _things(each):
            found.setdefault((kind, number), []).append(each)
    return tuple(
        _Used(kind=kind, number=number, mine=tuple(mine))
        for (kind, number), mine in sorted(found.items(), key=lambda item: item[0])
        if kind in PAPERS or kind in THINGS
    )


def _things(stated: Stated) -> set[tuple[str, str]]:
    return {(k, n) for k, n in things_of(stated.event) if len(n) >= _SHORTEST_SEAL}


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
    start = times.get("departed", times.get("released"))
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


def _together(one: Shipment, other: Shipment, near: timedelta) -> bool:
    starts = [s.times.get("departed", s.times.get("released")) for s in (one, other)]
    if starts[0] is None or starts[1] is None or abs(starts[0] - starts[1]) > near:
        return False
    return _of_same_traders(one, other)


def _of_same_traders(one: Shipment, other: Shipment) -> bool:
    if one.parties is None or other.parties is None:
        return False
    roles = [(getattr(one.parties, r), getattr(other.parties, r)) for r in ("exporter", "importer")]
    return all(a and b and same_trader(a, b, alike=0.95) for a, b in roles)
