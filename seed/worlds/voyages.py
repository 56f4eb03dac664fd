"""What truly happens to one consignment: the facts, before anybody states any of them.

A voyage holds what is on the papers and what is in the containers, apart from each other. Noise and
diversions change these facts; the same agencies then tell of them in the same way (`telling`), so
that a diverted consignment differs from an honest one in nothing that the diversion did not change.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from seed.world import Body
from seed.worlds.deals import Order


@dataclass(frozen=True, kw_only=True, slots=True)
class Extra:
    """A statement beside the usual ones: about the shipment, or about a trader or a country."""

    kind: str
    agency: str
    at: datetime
    claims: Body
    goods_kg: float | None = None
    shipment: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Voyage:
    """One consignment as it truly goes. Masses are kilograms net; `at` is kind -> moment."""

    order: Order
    ref: str
    ref_in: str  # under which the far end tells of it
    pen: str
    at: Mapping[str, datetime]
    announced: datetime  # the dispatch that the notice tells
    eta: datetime
    transit_due: datetime | None
    reply_due: datetime
    asked: float  # what the notice names
    doc: float  # what bill, invoice and release name
    doc_in: float  # what the importer declares
    confirmed: float  # what the consignee says that it received
    sent: float  # what truly left,
    came: float  # arrived
    got: float  # and reached the works
    permit_out: float
    permit_in: float
    valid_out: tuple[date, date]
    valid_in: tuple[date, date]
    line: Body  # what the exporting side declares of the goods
    line_in: Body
    parties: Mapping[str, Body]
    parties_in: Mapping[str, Body]
    transit: tuple[str, ...]
    transit_port: str | None
    exit_port: str
    entry_port: str
    mode: str
    means: str
    means_in: str  # what brought the goods to the end of the way
    imo: str | None
    boxes: tuple[Body, ...]
    boxes_in: tuple[Body, ...]  # as anybody sees them on arrival
    intact: bool
    export_permit: str
    framework: bool  # the permit says that it is good for several loads
    import_permit: str
    bill: str
    invoice: str
    mrn_out: str
    mrn_in: str
    price: float
    price_in: float
    delivery_address: str
    lots: tuple[float, ...] = (1.0,)
    rest_after: timedelta | None = None  # half of the containers come with a later ship
    unweighed: frozenset[str] = frozenset()  # steps at which nobody does
    said: Mapping[str, Body] = field(default_factory=dict)  # kind -> claims instead of the usual
    more: tuple[Extra, ...] = ()

    @property
    def exporting(self) -> str:
        return self.order.deal.exporting

    @property
    def importing(self) -> str:
        return self.order.deal.importing

    @property
    def departed(self) -> datetime:
        return self.at["shipment.departed"]

    @property
    def arrived(self) -> datetime:
        return self.at["shipment.arrived"]

    def but(self, **facts: Any) -> "Voyage":
        return replace(self, **facts)

    def without(self, *kinds: str) -> "Voyage":
        return replace(self, at={kind: at for kind, at in self.at.items() if kind not in kinds})

    def only_until(self, kind: str) -> "Voyage":
        """Nothing happens after this step: what was to happen later does not."""
        last = self.at[kind]
        kept = {name: at for name, at in self.at.items() if at <= last}
        return replace(self, at=kept, more=tuple(each for each in self.more if each.at <= last))

    def postponed(self, much: timedelta, *, after: datetime) -> "Voyage":
        """Everything after a moment happens later."""
        at = {kind: when + much if when > after else when for kind, when in self.at.items()}
        more = tuple(replace(e, at=e.at + much) if e.at > after else e for e in self.more)
        return replace(self, at=at, more=more)

    def saying(self, kind: str, **claims: Any) -> "Voyage":
        """Another claim in one kind of step than it would have had."""
        return replace(self, said={**self.said, kind: {**self.said.get(kind, {}), **claims}})

    def plus(self, *extra: Extra) -> "Voyage":
        return replace(self, more=(*self.more, *extra))

    def named(self, role: str, party: Body, *, sides: tuple[str, ...] = ("out", "in")) -> "Voyage":
        """Another party in a role, on the papers of one side or both."""
        out = {**self.parties, role: party} if "out" in sides else self.parties
        far = {**self.parties_in, role: party} if "in" in sides else self.parties_in
        return replace(self, parties=out, parties_in=far)
