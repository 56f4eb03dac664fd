"""Containers: whether what came is in what left."""

import math
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from alerts.rules import Dossier, Finding, Said, Severity, evidence
from alerts.rules.habits import HABIT, left_out, missed
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

REBOXED = 0.02  # of loads that come in other containers untold, before a country is known
RARE = math.log(30)  # nats: no oftener than that, and it stands alone
LOADED = (ExportReleased, Departed, Amended)
SEEN = (TransitEntered, TransitExited, Transhipped, Arrived)


def other_containers(dossier: Dossier) -> Iterator[Finding]:
    """Goods that left in some containers and were seen in others.

    Officers who say that they were loaded anew explain it, but for a free zone: nobody looks into
    what is taken out of a container there, so that is found all the same, and less grave. Hubs
    load part loads anew and forget to say so: it weighs by how often that happens on the way to a
    country, and is weak where that is not rare, or where several containers are others: who swaps
    goods swaps one, and who puts a whole load into others is a hub.
    """
    loaded = {c for said in dossier.stated(*LOADED) for c in _loaded(said.event)}
    moved = dossier.stated(Transhipped)
    put_into = {c for said in moved for c in _numbers(said.event.to_equipment)}
    odd: dict[str, list[Said[ShipmentEvent]]] = {}
    for said in dossier.stated(*SEEN):
        for container in _strange(_seen(said.event), loaded) if loaded else ():
            odd.setdefault(container, []).append(said)
    untold = sorted(odd.keys() - put_into)
    if untold:
        yield _told(dossier, untold, [said for c in untold for said in odd[c]], loaded)
    yield from _loaded_anew(moved, loaded)


def reboxed_of(country: str) -> str:
    """Of goods seen to arrive: 1 where they came in containers that nobody had loaded."""
    return f"{HABIT}boxes/{country}"


def observed_boxes(dossier: Dossier) -> Iterator[tuple[str, datetime, Decimal]]:
    """What this shipment adds to what is known of goods that are loaded anew and not told of."""
    loaded = {c for said in dossier.stated(*LOADED) for c in _loaded(said.event)}
    into = {c for said in dossier.stated(Transhipped) for c in _numbers(said.event.to_equipment)}
    for said in dossier.stated(Arrived)[:1]:
        seen = frozenset(_seen(said.event))
        if loaded and _strange(seen - into, loaded):
            yield from missed(reboxed_of(said.by.country), said.by.occurred_at)
        elif loaded and seen:
            yield reboxed_of(said.by.country), said.by.occurred_at, Decimal(0)


def _told(
    dossier: Dossier,
    containers: list[str],
    said: list[Said[ShipmentEvent]],
    loaded: Iterable[str],
) -> Finding:
    were = "was" if len(containers) == 1 else "were"
    first = min(said, key=lambda each: each.by.order)
    importing = dossier.shipment.route.importing if dossier.shipment.route else first.by.country
    habit = left_out(dossier, reboxed_of(importing), first.by.occurred_at, usual=REBOXED)
    return Finding(
        summary=f"{count(len(containers), 'container')} ({series(containers)}) {were} seen on "
        f"{day(first.by.occurred_at)} that nobody had loaded; {series(sorted(loaded))} had left. "
        "No typing slip or reported transhipment explains it.",
        evidence=evidence(said),
        key="container",
        alone=habit.surprise >= RARE and len(containers) == 1,
        surprise=habit.surprise,
    )


def _loaded_anew(moved: Iterable[Said[Transhipped]], loaded: set[str]) -> Iterator[Finding]:
    for said in moved:
        new = _strange(_numbers(said.event.to_equipment), loaded)
        if loaded and new and said.event.free_zone:
            yield Finding(
                summary=f"The goods were taken out of their containers in a free zone on "
                f"{day(said.by.occurred_at)} and put into {series(sorted(new))}.",
                evidence=evidence([said]),
                severity=Severity.MEDIUM,
                key=f"anew:{said.by.jti}",
            )


def _strange(seen: Iterable[str], loaded: set[str]) -> set[str]:
    """Those that are none of the loaded ones, nor one of these mistyped."""
    return {c for c in seen if c not in loaded and not any(one_slip(c, other) for other in loaded)}


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
