"""A shipment as its events add up: status, flags, balance, reply clock. A frozen value.

The fold runs in the order things happened (occurred time, then signing time, then id), whatever
order they were heard in, so the same set of events always ends in the same value. Nothing here
raises: a contradiction is recorded as irregular, and a rule speaks about it (DESIGN §5, rule 2).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Self

from ledger.claims import PARTY_ROLES, Line, Parties, Route
from ledger.masses import Weighed, weigh
from ledger.statuses import RANK


@lru_cache(maxsize=4096)
def circle_of(opener: str, declared_by: tuple[tuple[str, frozenset[str]], ...]) -> frozenset[str]:
    """The countries that the opening one named, directly or in turn."""
    circle, grown = frozenset[str](), frozenset({opener})
    while grown != circle:
        circle = grown
        grown = circle.union(*(named for by, named in declared_by if by in circle))
    return circle


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Who stated an event and when: what a fold may know of it beside its content."""

    agency: str
    country: str
    jti: str
    issued_at: int
    occurred_at: datetime

    @property
    def order(self) -> tuple[datetime, int, str]:
        return (self.occurred_at, self.issued_at, self.jti)


@dataclass(frozen=True, kw_only=True, slots=True)
class Irregular:
    """A step that did not follow from the state it met; evidence, never a refusal."""

    jti: str
    kind: str
    met: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """The clock of a pre-export notice. Silence is never consent (DESIGN §5, rule 5)."""

    notice: str
    sent_at: datetime
    due: datetime
    state: str = "awaiting"
    acknowledged: bool = False
    answered_at: datetime | None = None
    stopped_at: datetime | None = None

    @property
    def stopped(self) -> bool:
        """Whether a question has halted the clock until it is answered."""
        return self.stopped_at is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class Authorisation:
    """A permit to export or import, as the issuing authority stated it."""

    number: str
    kind: str
    country: str
    valid_from: date
    valid_to: date
    masses: Weighed
    suspended: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Transit:
    """Goods inside a transit country: entered, and perhaps left."""

    country: str
    entered_at: datetime
    due_out: datetime | None = None
    left_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A parent or a child of a shipment, with what passed between them."""

    shipment: str
    masses: Weighed


@dataclass(frozen=True, kw_only=True)
class Shipment:
    """What is known of one shipment. Balances: measure -> substance/unit -> exact amount."""

    ref: str
    status: str = "announced"
    before_suspension: str | None = None
    suspended_by: tuple[str, ...] = ()
    flags: frozenset[str] = frozenset()
    route: Route | None = None
    declared_by: tuple[tuple[str, frozenset[str]], ...] = ()
    parties: Parties | None = None
    substances: tuple[str, ...] = ()
    concentrations: Mapping[str, Decimal] = field(default_factory=dict)
    balance: Mapping[str, Weighed] = field(default_factory=dict)
    reply: Reply | None = None
    authorisations: tuple[Authorisation, ...] = ()
    transits: tuple[Transit, ...] = ()
    holds: tuple[tuple[str, str], ...] = ()
    seals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parents: tuple[Part, ...] = ()
    children: tuple[Part, ...] = ()
    times: Mapping[str, datetime] = field(default_factory=dict)
    expected: Mapping[str, datetime] = field(default_factory=dict)
    covers: Weighed | None = None
    covers_until: date | None = None
    mode: str | None = None
    risk: int | None = None
    outcomes: tuple[tuple[str, int], ...] = ()
    irregular: tuple[Irregular, ...] = ()
    annulled: tuple[str, ...] = ()

    def but(self, **changes: object) -> Self:
        """Another shipment that differs in these properties; a fifth of what `replace` costs."""
        other = object.__new__(type(self))
        object.__setattr__(other, "__dict__", {**self.__dict__, **changes})
        return other

    @property
    def opener(self) -> str:
        """The country that opened the shipment: the prefix of its reference."""
        return self.ref[:2]

    @property
    def concerned(self) -> frozenset[str]:
        """The countries that may know of it. A stranger's sighting or route joins nobody to it."""
        return circle_of(self.opener, self.declared_by)

    def within(self, roles: Iterable[str], country: str) -> bool:
        """Whether a country holds one of the roles on this route; unknown routes exclude nobody."""
        route = self.route
        return route is None or any(country in route.held_by(role) for role in roles)

    def moved(self, to: str, by: Origin, kind: str, *, met: Iterable[str]) -> Self:
        """Move on to a status, from those in `met`; other moves only ever go forward."""
        if self.status == to:
            return self
        if self.status in met:
            return self.but(status=to)
        odd = Irregular(jti=by.jti, kind=kind, met=self.status)
        shipment = self.but(irregular=(*self.irregular, odd))
        if RANK[to] > RANK[self.status]:
            return shipment.but(status=to)
        if self.before_suspension and RANK[to] > RANK[self.before_suspension]:
            return shipment.but(before_suspension=to)  # it moved although it was halted
        return shipment

    def suspended(self, by: Origin, kind: str, *, met: Iterable[str]) -> Self:
        """Halt, remembering where to go on from and whose words it takes: each country's own."""
        shipment = self.moved("suspended", by, kind, met=met)
        if shipment.status != "suspended":
            return shipment
        before = self.before_suspension if self.status == "suspended" else self.status
        halted_by = tuple(sorted({*self.suspended_by, by.country}))
        return shipment.but(before_suspension=before, suspended_by=halted_by)

    def resumed(self, by: Origin, kind: str) -> Self:
        """Go on, once every country that suspended the shipment has lifted its own suspension."""
        if self.status != "suspended" or by.country not in self.suspended_by:
            return self.odd(by, kind)
        left = tuple(country for country in self.suspended_by if country != by.country)
        if left:
            return self.but(suspended_by=left)
        return self.but(status=self.before_suspension, before_suspension=None, suspended_by=())

    def odd(self, by: Origin, kind: str) -> Self:
        return self.but(
            irregular=(*self.irregular, Irregular(jti=by.jti, kind=kind, met=self.status))
        )

    def flagged(self, *flags: str) -> Self:
        return self.but(flags=self.flags.union(flags))

    def unflagged(self, *flags: str) -> Self:
        return self.but(flags=self.flags.difference(flags))

    def routed(self, route: Route | None, by: Origin) -> Self:
        """Take a route as declared; it becomes the route when its author belongs to the circle."""
        if route is None:
            return self
        shipment = self.but(declared_by=(*self.declared_by, (by.country, route.countries)))
        return shipment.but(route=route) if by.country in shipment.concerned else shipment

    def named(self, parties: Parties | None) -> Self:
        """Take the parties as last stated, keeping roles that the newer statement is silent on."""
        old = self.parties
        if parties is None or old is None:
            return self if parties is None else self.but(parties=parties)
        merged = {name: getattr(parties, name) or getattr(old, name) for name in PARTY_ROLES}
        return self.but(parties=Parties(**merged))

    def carrying(self, goods: Iterable[Line]) -> Self:
        """Learn substances and exact concentrations from goods lines."""
        known = dict(self.concentrations)
        substances = list(self.substances)
        for line in goods:
            if line.substance not in substances:
                substances.append(line.substance)
            strength = line.concentration
            if strength and strength.low == strength.high and strength.basis == "w/w":
                known[line.substance] = strength.low
        return self.but(substances=tuple(substances), concentrations=known)

    def weighed(self, goods: Iterable[Line]) -> Weighed:
        """The goods in canonical mass (pure where the concentration is known), by substance."""
        return weigh(goods, self.concentrations)

    def measured(self, measure: str, goods: Iterable[Line], *, anew: bool = False) -> Self:
        """Add goods to one column of the balance, or set it anew."""
        lines = tuple(goods)
        shipment = self.carrying(lines)
        column = shipment.weighed(lines)
        if not anew:
            column = column.plus(self.balance.get(measure))
        return shipment.but(balance={**self.balance, measure: column})

    def at(self, name: str, moment: datetime) -> Self:
        return self.but(times={**self.times, name: moment})

    def expecting(self, name: str, moment: datetime | None) -> Self:
        return self if moment is None else self.but(expected={**self.expected, name: moment})

    def sealed(self, container: str, seals: tuple[str, ...]) -> Self:
        return self.but(seals={**self.seals, container: seals}) if seals else self
