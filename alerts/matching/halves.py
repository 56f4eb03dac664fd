"""What a shipment shows by which its other half could be recognised.

Which half it is follows from what was stated: announced or sent and not seen at the far end, seen
at the far end and never announced, or both, which is whole. Whole ones need no other half; they
show what is usual in their trade.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from alerts.matching.goods import HOMEWARD, OUTWARD, Mass, masses, notified
from alerts.rules import Dossier, papers
from alerts.rules.remembered import once, things_of
from ledger import states
from ledger.claims import Observed, Party, Transport, folded
from ledger.events.movements import Departed, ExportReleased
from ledger.events.notices import NoticeSent
from ledger.events.permits import ExportAuthorised
from ledger.events.receptions import Arrived, Delivered, ImportCleared, ReceiptConfirmed
from ledger.folding import Stated
from ledger.mentions import normal_number
from ledger.shipments import Shipment

DEPARTED, ARRIVED, WHOLE = "departed", "arrived", "whole"
SENT = (NoticeSent, ExportAuthorised, ExportReleased, Departed)
CAME = (Arrived, ImportCleared)
SEEN = (*CAME, Delivered, ReceiptConfirmed)
_TELLING = 24  # numbers of one sort that a half is known by; more say nothing
_GENERIC = frozenset({"manifest", "certificate", "report", "other"})


@dataclass(frozen=True, kw_only=True)
class Half:
    """What one shipment shows. `at`: its departure, or the nearest to it; its arrival."""

    ref: str
    side: str
    at: datetime
    exporting: str | None = None
    importing: str | None = None
    masses: tuple[Mass, ...] = ()
    sellers: tuple[Party, ...] = ()
    buyers: tuple[Party, ...] = ()
    containers: tuple[str, ...] = ()
    seals: tuple[str, ...] = ()
    documents: tuple[tuple[str, str], ...] = ()  # type and number
    place: str | None = None
    means: tuple[str, ...] = ()
    mode: str | None = None
    expected: datetime | None = None

    @cached_property
    def encoded(self) -> bytes:
        """As it is stored."""
        return states.encode(self)

    @property
    def substances(self) -> frozenset[str]:
        return frozenset(each.substance for each in self.masses)

    @property
    def trades(self) -> frozenset[str]:
        """The trades that it belongs to: substance and countries. None where one is unknown."""
        if self.exporting is None or self.importing is None:
            return frozenset()
        pair = f"{self.exporting}-{self.importing}"
        return frozenset(f"{pair} {substance}" for substance in self.substances)


def half_of(dossier: Dossier) -> Half | None:
    """What a shipment shows; None for one that neither left nor came."""
    side = side_of(dossier)
    if side == ARRIVED:
        return _arrived(dossier)
    if side is None:
        return None
    return _whole(dossier) if side == WHOLE else _departed(dossier)


def side_of(dossier: Dossier) -> str | None:
    told = [each.event for each in dossier.stated(*SENT, *SEEN)]
    if any(isinstance(event, SENT) for event in told):
        return WHOLE if any(isinstance(event, CAME) for event in told) else DEPARTED
    if dossier.shipment.parents or not told:
        return None
    # A part of another shipment is known under that one's reference.
    return None if dossier.elsewhere.parent_of(dossier.shipment.ref) else ARRIVED


@once
def _whole(dossier: Dossier) -> Half | None:
    return _sent(dossier, WHOLE)


@once
def _departed(dossier: Dossier) -> Half | None:
    made = _sent(dossier, DEPARTED)
    return _numbered(made, dossier) if made is not None else None


def _sent(dossier: Dossier, side: str) -> Half | None:
    """What is usual in a trade; of a whole shipment that is all, since its numbers lead nowhere."""
    shipment, route = dossier.shipment, dossier.shipment.route
    at = _left(shipment)
    if at is None:
        return None
    return Half(
        ref=shipment.ref,
        side=side,
        at=at,
        exporting=route.exporting if route else shipment.opener,
        importing=route.importing if route else None,
        masses=masses(dossier, OUTWARD) or notified(shipment),
        sellers=_parties(shipment, "exporter"),
        buyers=_parties(shipment, "importer", "consignee"),
        place=route.entry_point if route else None,
        mode=shipment.mode,
    )


def _numbered(made: Half, dossier: Dossier) -> Half:
    """With what leads to another half, and when that is expected."""
    numbers = _numbers(dossier.timeline)
    return replace(
        made,
        containers=numbers["container"],
        seals=numbers["seal"],
        documents=_documents(dossier.timeline),
        means=_means(dossier.timeline),
        expected=dossier.shipment.expected.get("arrival"),
    )


def _arrived(dossier: Dossier) -> Half:
    shipment = dossier.shipment
    seen = dossier.stated(*SEEN)
    sellers = _parties(shipment, "exporter")
    places = (each.event.observed.place for each in dossier.stated(Arrived))
    made = Half(
        ref=shipment.ref,
        side=ARRIVED,
        at=min(each.by.occurred_at for each in seen),
        exporting=_origin(dossier) or next((each.country for each in sellers), None),
        importing=seen[0].by.country,
        masses=masses(dossier, HOMEWARD),
        sellers=sellers,
        buyers=_parties(shipment, "importer", "consignee"),
        place=next((place for place in places if place), None),
    )
    return _numbered(made, dossier)


def _left(shipment: Shipment) -> datetime | None:
    """When it left; where nobody said, when it was to."""
    times, expected = shipment.times, shipment.expected
    known = (
        times.get("departed"),
        times.get("released"),
        expected.get("dispatch"),
        times.get("notified"),
        min(times.values(), default=None),
    )
    return next((moment for moment in known if moment is not None), None)


def _origin(dossier: Dossier) -> str | None:
    said = (each.event.origin_country for each in dossier.stated(ImportCleared))
    return next((country for country in said if country), None)


# --- numbers and names ---


def _parties(shipment: Shipment, *roles: str) -> tuple[Party, ...]:
    """Who holds these roles, with what tells one trader from another and nothing else."""
    found = (getattr(shipment.parties, role, None) for role in roles)
    bare = (
        Party(name=each.name, country=each.country, scheme=each.scheme, identifier=each.identifier)
        for each in found
        if each is not None
    )
    return tuple(dict.fromkeys(bare))


def _numbers(timeline: Iterable[Stated]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {"container": set(), "seal": set()}
    for each in timeline:
        for kind, value in things_of(each.event):
            found[kind].add(value)
    return {kind: _few(values) for kind, values in found.items()}


def _documents(timeline: Iterable[Stated]) -> tuple[tuple[str, str], ...]:
    found = {
        (paper.type, paper.number)
        for each in timeline
        for paper in papers.papers_of(each.event)
        if paper.type not in _GENERIC
    }
    pens = (getattr(each.event, "pen", None) for each in timeline)
    found.update(("pen", normal_number(pen)) for pen in pens if isinstance(pen, str))
    return tuple(sorted(found)[:_TELLING])


def _means(timeline: Iterable[Stated]) -> tuple[str, ...]:
    return _few(set(_named(timeline)))


def _named(timeline: Iterable[Stated]) -> Iterator[str]:
    """The ships, vehicles and flights that somebody named."""
    for each in timeline:
        for claim in ("transport", "observed"):
            stated: Transport | Observed | None = getattr(each.event, claim, None)
            if stated is not None and stated.means:
                yield folded(stated.means)


def _few(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(values)[:_TELLING])
