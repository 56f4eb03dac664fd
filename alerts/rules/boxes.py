"""Containers: whether what came is in what left."""

from collections.abc import Iterable, Iterator

from alerts.rules import Dossier, Finding, Said, Severity, evidence
from alerts.rules.names import one_slip
from alerts.rules.words import count, day, series
from ledger.claims import Equipment, Observed
from ledger.events.amendments import Amended
from ledger.events.movements import (
    Departed,
    ExportReleased,
    Transhipped,
    TransitEntered,
    TransitExited,
)
from ledger.events.receptions import Arrived
from ledger.identifiers import normal
from ledger.vocabulary import ShipmentEvent

LOADED = (ExportReleased, Departed, Amended)
SEEN = (TransitEntered, TransitExited, Transhipped, Arrived)


def other_containers(dossier: Dossier) -> Iterator[Finding]:
    """Goods that left in some containers and were seen in others.

    Officers who say that they were loaded anew explain it, but for a free zone: nobody looks into
    what is taken out of a container there, so that is found all the same, and less grave.
    """
    loaded = {c for said in dossier.stated(*LOADED) for c in _loaded(said.event)}
    moved = dossier.stated(Transhipped)
    put_into = {c for said in moved for c in _numbers(said.event.to_equipment)}
    odd: dict[str, list[Said[ShipmentEvent]]] = {}
    for said in dossier.stated(*SEEN):
        for container in _seen(said.event) if loaded else ():
            if container not in loaded and not any(one_slip(container, c) for c in loaded):
                odd.setdefault(container, []).append(said)
    untold = sorted(odd.keys() - put_into)
    if untold:
        yield _told(untold, [said for c in untold for said in odd[c]], loaded)
    yield from _loaded_anew(moved, loaded)


def _told(containers: list[str], said: list[Said[ShipmentEvent]], loaded: Iterable[str]) -> Finding:
    were = "was" if len(containers) == 1 else "were"
    first = min(said, key=lambda each: each.by.order)
    return Finding(
        summary=f"{count(len(containers), 'container')} ({series(containers)}) {were} seen on "
        f"{day(first.by.occurred_at)} that nobody had loaded; {series(sorted(loaded))} had left. "
        "No typing slip or reported transhipment explains it.",
        evidence=evidence(said),
        key="container",
    )


def _loaded_anew(moved: Iterable[Said[Transhipped]], loaded: set[str]) -> Iterator[Finding]:
    for said in moved:
        new = {c for c in _numbers(said.event.to_equipment) if c not in loaded}
        new = {c for c in new if not any(one_slip(c, other) for other in loaded)}
        if loaded and new and said.event.free_zone:
            yield Finding(
                summary=f"The goods were taken out of their containers in a free zone on "
                f"{day(said.by.occurred_at)} and put into {series(sorted(new))}.",
                evidence=evidence([said]),
                severity=Severity.MEDIUM,
                key=f"anew:{said.by.jti}",
            )


def _loaded(event: ShipmentEvent) -> Iterator[str]:
    transport = getattr(event, "transport", None)
    if transport is not None:
        yield from _numbers(transport.equipment)


def _seen(event: ShipmentEvent) -> Iterator[str]:
    observed: Observed | None = getattr(event, "observed", None)
    if observed is not None:
        yield from _numbers(observed.equipment)


def _numbers(equipment: Iterable[Equipment]) -> Iterator[str]:
    for item in equipment:
        if item.container:
            yield normal("container", item.container)
