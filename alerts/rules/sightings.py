"""The buyers of a shipment as every statement wrote them down, and the ways to reach them.

The state of a shipment has its parties as they were stated last, and who clears goods may leave out
the telephone that the notice gave. So all statements are read, but for those of strangers.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from alerts.rules import Dossier
from alerts.rules.aggregates import BUYERS, contact_of, trade_of
from alerts.rules.identities import keys_of
from alerts.rules.names import reached_by
from alerts.rules.questions import Elsewhere
from alerts.rules.remembered import once
from ledger.claims import Parties, Party
from ledger.folding import Stated, by_stranger
from ledger.shipments import Shipment
from ledger.vocabulary import ShipmentEvent

FEW = 5  # earlier orders that are looked into


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighting:
    """A buyer as one statement named it. `key`: its number's, if any statement had that."""

    role: str
    party: Party
    key: str

    @property
    def keys(self) -> frozenset[str]:
        """All keys that it may be known by."""
        return frozenset((self.key, *keys_of(self.party)))


def sighted(shipment: Shipment, timeline: Iterable[Stated]) -> tuple[Sighting, ...]:
    """Every way in which a shipment's buyers were written down, each once, in order of roles."""
    found: dict[tuple[str, Party], None] = {}
    for each in (*_stated(shipment, timeline), shipment.parties):
        for role in BUYERS:
            party = getattr(each, role, None)
            if party is not None:
                found[role, party] = None
    numbered = {keys_of(party)[-1]: party.key for _, party in found if party.identifier}
    return tuple(
        Sighting(role=role, party=party, key=numbered.get(keys_of(party)[-1], party.key))
        for role, party in _ordered(found)
    )


def _ordered(found: Collection[tuple[str, Party]]) -> Collection[tuple[str, Party]]:
    """By roles, and one role's by how they are written; mostly there is one of each."""
    if len({role for role, _ in found}) == len(found):
        return sorted(found, key=lambda pair: BUYERS.index(pair[0]))
    return sorted(found, key=lambda pair: (BUYERS.index(pair[0]), repr(pair[1])))


@once
def own_sightings(dossier: Dossier) -> tuple[Sighting, ...]:
    """The same of the shipment that is looked at."""
    return sighted(dossier.shipment, dossier.timeline)


def begun(shipment: Shipment) -> datetime | None:
    """When it was notified; where nobody told of a notice, the first that is known of it."""
    return shipment.times.get("notified") or min(shipment.times.values(), default=None)


def contacts_of(those: Iterable[Sighting]) -> tuple[tuple[str, str, Sighting], ...]:
    """(kind, aggregate, sighting) for each way to reach each buyer, once."""
    found: dict[tuple[str, str, str], Sighting] = {}
    for each in those:
        for kind, said in reached_by(each.party):
            found.setdefault((kind, contact_of(kind, said), each.key), each)
    return tuple((kind, what, each) for (kind, what, _), each in found.items())


def seen_before(
    elsewhere: Elsewhere, those: Iterable[Sighting], at: datetime
) -> tuple[Sighting, ...]:
    """The same firms as their last few orders before a moment wrote them down."""
    keys = frozenset(key for each in those for key in each.keys)
    refs = {
        order.ref for key in sorted(keys) for order in elsewhere.observed(trade_of(key), at)[-FEW:]
    }
    found = (
        each
        for other in elsewhere.shipments(sorted(refs))
        for each in sighted(other, elsewhere.events_of(other.ref))
    )
    return tuple(each for each in found if not keys.isdisjoint(each.keys))


def _stated(shipment: Shipment, timeline: Iterable[Stated]) -> Iterator[Parties]:
    for each in timeline:
        if not isinstance(each.event, ShipmentEvent):
            continue
        parties: Parties | None = getattr(each.event, "parties", None)
        if parties is not None and not by_stranger(shipment, each.event, each.by):
            yield parties
