"""Seals: what was put on a container, and what was seen on it later."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from alerts.rules import Dossier, Finding, Severity, evidence, rule
from alerts.rules.boxes import other_containers
from alerts.rules.habits import HABIT, left_out, missed
from alerts.rules.names import one_slip
from alerts.rules.parameters import Parameters
from alerts.rules.words import day, series
from ledger.claims import Observed
from ledger.events.controls import Inspected, SealChanged
from ledger.events.movements import Transhipped, TransitEntered, TransitExited
from ledger.events.receptions import Arrived
from ledger.folding import Stated
from ledger.identifiers import normal
from ledger.shipments import Shipment
from ledger.vocabulary import Event

RESEALED = 0.02  # of seals that are changed and not told of, before a country is known
OPENED = frozenset({"physical", "field_test"})
BROKEN = {"broken": "broken", "missing": "missing", "mismatch": "not the one recorded"}


@dataclass(frozen=True, kw_only=True)
class _Mismatch:
    """Seals seen on a container that are not those last recorded on it."""

    container: str
    recorded: frozenset[str]
    seen: frozenset[str]
    stated: Stated

    @property
    def same_make(self) -> bool:
        """Whether what is new begins with the letters of what is gone: whoever put it on had both.

        Officers who open a container far from where it was sealed use seals of their own.
        """
        gone, new = ({_make(s) for s in some} for some in self._changed)
        return bool(new) and "" not in new and new <= gone

    @property
    def _changed(self) -> tuple[frozenset[str], frozenset[str]]:
        return self.recorded - self.seen, self.seen - self.recorded

    @property
    def slip(self) -> bool:
        gone, new = self.recorded - self.seen, self.seen - self.recorded
        return len(gone) == len(new) == 1 and one_slip(*gone, *new)


def _make(seal: str) -> str:
    """The letters that a number begins with: whose seal it is, and of which series."""
    return seal[: len(seal) - len(seal.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))]


def _unexplained(dossier: Dossier, p: Parameters) -> Iterator[tuple[_Mismatch, datetime]]:
    """Mismatches that no change of seals accounts for, and when to stop waiting for one."""
    grace = p.hours("grace_hours")
    for odd in _mismatches(dossier):
        until = odd.stated.by.occurred_at + grace
        new = {n for c, n, at in _changes(dossier) if c == odd.container and at <= until}
        if not odd.seen - odd.recorded or not odd.seen - odd.recorded <= new:
            yield odd, dossier.heard_at(odd.stated.by) + grace


def _grace_ends(dossier: Dossier, p: Parameters) -> Iterator[datetime]:
    yield from (until for _, until in _unexplained(dossier, p))


@rule(
    "RF-16",
    version=4,
    severity=Severity.HIGH,
    family="integrity",
    name="Seal broken, missing or not the one recorded",
    parameters={"grace_hours": 24},
    due=_grace_ends,
)
def seal_mismatch(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """A container was seen with another seal than the last one recorded, or with a broken one.

    A change of seals by an authority explains another number, also one that happened up to
    `grace_hours` after the sighting; reports come late, so a wrong number is believed that long
    after the log heard of it. A broken seal is believed at once, unless officers opened the goods
    within `grace_hours` of it. One wrong or swapped character looks like a typing slip and is low.
    Officers open containers and forget to say so, and seals break: that only adds to what else is
    found, and weighs by how often seals seen in that country are others untold. It stands alone
    where the new seal is of the make of the old one, since only whoever sealed the container first
    has those, or where goods came in one container that nobody had loaded, unless that is not rare
    on the way there; several are loaded anew by a hub that forgets to say so. A sighting that names
    no seal says nothing, and one more seal than recorded is no mismatch.

    Source: ISO 17712; CTPAT seal verification.
    """
    told: dict[str, list[_Mismatch]] = {}
    for odd, until in _unexplained(dossier, p):
        if dossier.now >= until:
            told.setdefault(odd.container, []).append(odd)
    for container, odds in told.items():
        yield _mismatch_told(dossier, container, odds)
    yield from _broken(dossier, p)
    yield from other_containers(dossier)


def _mismatch_told(dossier: Dossier, container: str, odds: list[_Mismatch]) -> Finding:
    by = odds[0].stated.by
    abroad = dossier.shipment.route is None or by.country != dossier.shipment.route.exporting
    make = abroad and all(odd.same_make and not odd.slip for odd in odds)
    habit = left_out(dossier, reseals_of(by.country), by.occurred_at, usual=RESEALED)
    of_make = " It is of the make of the one it replaces, which officers abroad do not have."
    first, slip = odds[0], all(odd.slip for odd in odds)
    said = (
        "it looks like a typing slip" if slip else "no change of seals or typing slip explains it"
    )
    return Finding(
        summary=f"Container {container} was sealed with {series(sorted(first.recorded))} and seen "
        f"with {series(sorted(first.seen))} on {day(first.stated.by.occurred_at)}; {said}."
        f"{of_make if make else ''}",
        evidence=evidence(odd.stated for odd in odds),
        severity=Severity.LOW if slip else None,
        key=f"number:{container}",
        alone=make,
        surprise=None if slip else habit.surprise,
    )


def _mismatches(dossier: Dossier) -> Iterator[_Mismatch]:
    for each in _compared(dossier):
        # An officer who changes one of several seals names only that one.
        change = isinstance(each.stated.event, SealChanged)
        if each.seen - each.recorded if change else each.recorded - each.seen:
            yield each


def _compared(dossier: Dossier) -> Iterator[_Mismatch]:
    """Every sighting of a sealed container, with the seals last recorded on it."""
    for state, each in dossier.steps:
        for container, seals in _seen(each.event):
            recorded, seen = _recorded(state, container), _normal(seals)
            if recorded and seen:
                yield _Mismatch(container=container, recorded=recorded, seen=seen, stated=each)


def reseals_of(country: str) -> str:
    """Of sealed containers seen in a country: 1 where nobody told why the seal was another."""
    return f"{HABIT}reseals/{country}"


def observed_seals(dossier: Dossier) -> Iterator[tuple[str, datetime, Decimal]]:
    """What this shipment adds to what is known of seals that are changed and not told of."""
    changed = _changes(dossier)
    explained = {(container, seal) for container, seal, _ in changed}
    for each in _compared(dossier):
        odd = {(each.container, s) for s in each.seen - each.recorded} - explained
        gone = each.recorded - each.seen
        what, at = reseals_of(each.stated.by.country), each.stated.by.occurred_at
        if odd and gone and not each.slip:
            yield from missed(what, at)
        else:
            yield what, at, Decimal(0)


def _seen(event: Event) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The seals as they were met, by container; not those that were put on."""
    if isinstance(event, SealChanged):
        yield normal("container", event.container), (event.old_seal,)
    elif isinstance(event, Inspected) and (event.seal_before or event.seal_after):
        if event.seal_before and len(event.observed.equipment) == 1:
            container = event.observed.equipment[0].container
            yield normal("container", container), (event.seal_before,)
    elif isinstance(event, Transhipped):
        for item in event.from_equipment:
            yield normal("container", item.container), item.seals
    elif isinstance(event, TransitEntered | TransitExited | Arrived | Inspected):
        for item in event.observed.equipment:
            yield normal("container", item.container), item.seals


def _recorded(state: Shipment, container: str) -> frozenset[str]:
    put = (
        s for c, seals in state.seals.items() if normal("container", c) == container for s in seals
    )
    return _normal(tuple(put))


def _normal(seals: tuple[str, ...]) -> frozenset[str]:
    return frozenset(normal("seal", seal) for seal in seals)


def _changes(dossier: Dossier) -> Iterator[tuple[str, str, datetime]]:
    """The seals that authorities put on under way: container, seal, moment."""
    for each in dossier.timeline:
        event, at = each.event, each.by.occurred_at
        if isinstance(event, SealChanged):
            yield normal("container", event.container), normal("seal", event.new_seal), at
        elif isinstance(event, Inspected) and event.seal_after:
            for item in event.observed.equipment:
                yield normal("container", item.container), normal("seal", event.seal_after), at


def _broken(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    found: dict[tuple[str, str], list[Stated]] = {}
    for each in dossier.timeline:
        event = each.event
        if isinstance(event, SealChanged) and event.old_state in BROKEN:
            what = f"The seal of container {normal('container', event.container)}"
            found.setdefault((what, BROKEN[event.old_state]), []).append(each)
        elif _seals_broken(event) and not _opened_near(dossier, each, p):
            found.setdefault((_containers(event), "broken"), []).append(each)
    for (what, state), stated in found.items():
        yield Finding(
            summary=f"{what} was found {state} on {day(stated[0].by.occurred_at)}.",
            evidence=evidence(stated),
            key=f"{state}:{what.rpartition(' ')[2]}",
            alone=False,
        )


def _seals_broken(event: Event) -> bool:
    observed: Observed | None = getattr(event, "observed", None)
    return observed is not None and observed.seals_intact is False


def _containers(event: Event) -> str:
    observed: Observed | None = getattr(event, "observed", None)
    seen = [normal("container", item.container) for item in observed.equipment] if observed else []
    return f"A seal of container {series(sorted(seen))}" if seen else "A seal of the goods"


def _opened_near(dossier: Dossier, sighting: Stated, p: Parameters) -> bool:
    """Whether officers opened the goods about then, so that the broken seal is their doing."""
    return any(
        isinstance(each.event, Inspected)
        and each.event.inspection in OPENED
        and each.by.jti != sighting.by.jti
        and abs(each.by.occurred_at - sighting.by.occurred_at) <= p.hours("grace_hours")
        for each in dossier.timeline
    )
