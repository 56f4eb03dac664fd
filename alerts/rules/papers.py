"""The papers a shipment travels on: their numbers by type, wherever an event states them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from alerts.rules.questions import CITED, Elsewhere
from alerts.rules.remembered import of_event
from ledger.events.movements import ExportReleased
from ledger.events.permits import ExportAuthorised, ImportAuthorised
from ledger.events.receptions import ImportCleared
from ledger.folding import Stated
from ledger.mentions import normal_number
from ledger.shipments import Shipment
from ledger.vocabulary import CaseEvent, Event


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """A document by type and number, and whether it may serve several shipments."""

    type: str
    number: str
    reusable: bool = False


@of_event
def papers_of(event: Event) -> tuple[Paper, ...]:
    """The papers an event cites, as documents or in fields of their own."""
    return tuple(_papers(event))


def _papers(event: Event) -> Iterator[Paper]:
    if isinstance(event, CaseEvent):
        for each in event.documents:
            yield Paper(type=each.type, number=normal_number(each.number), reusable=each.reusable)
    if isinstance(event, ExportAuthorised):
        number = normal_number(event.authorisation)
        yield Paper(type="export_authorisation", number=number, reusable=event.simplified)
    elif isinstance(event, ImportAuthorised):
        yield Paper(type="import_authorisation", number=normal_number(event.authorisation))
    elif isinstance(event, ExportReleased):
        yield Paper(type="export_authorisation", number=normal_number(event.authorisation))
        yield Paper(type="mrn", number=normal_number(event.mrn))
    elif isinstance(event, ImportCleared):
        yield Paper(type="mrn", number=normal_number(event.mrn))
        if event.authorisation is not None:
            yield Paper(type="import_authorisation", number=normal_number(event.authorisation))


def citations(timeline: Iterable[Stated], type_: str, number: str) -> tuple[Stated, ...]:
    """The statements that cite this paper."""
    return tuple(
        each
        for each in timeline
        if any(p.type == type_ and p.number == number for p in papers_of(each.event))
    )


def reusable(timeline: Iterable[Stated]) -> frozenset[tuple[str, str]]:
    """The papers, as (type, number), that somebody marked as good for several shipments."""
    return frozenset(
        (paper.type, paper.number)
        for each in timeline
        for paper in papers_of(each.event)
        if paper.reusable
    )


def citing(elsewhere: Elsewhere, type_: str, number: str) -> tuple[Shipment, ...]:
    """Other shipments that cite this paper, by reference.

    Every paper is found as a plain document, and the timelines say who cites it as one of this
    type. Where an answer is full, others have such a number too, and the typed index is asked.
    """
    found = {other.ref: other for other in elsewhere.citing("document", number)}
    if len(found) >= CITED - 1:  # it leaves out whoever asks
        found |= {other.ref: other for other in elsewhere.citing(f"document:{type_}", number)}
    return tuple(
        other
        for ref, other in sorted(found.items())
        if citations(elsewhere.events_of(ref), type_, number)
    )
