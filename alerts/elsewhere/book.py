"""What a step asks of the ledger beside the shipments' own histories, each thing once."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from sqlalchemy import bindparam, select

from alerts.elsewhere import observations
from alerts.elsewhere.amounts import Amounts
from alerts.elsewhere.mentioned import Mentioned
from alerts.elsewhere.observations import Changes, Told
from alerts.elsewhere.refusals import Refusals
from alerts.elsewhere.stretches import reader, whole_reader
from alerts.elsewhere.windows import Stretches, Windows
from alerts.likeness import keys_of
from alerts.matching import book as pairs
from alerts.rules import Dossier
from alerts.rules.aggregates import trade_of
from alerts.rules.identities import keys_of as known_by
from alerts.rules.identities import known_as
from alerts.rules.observing import Fact
from alerts.rules.questions import When
from alerts.rules.sightings import own_sightings
from alerts.shelf import AT_ONCE, Shelf, pieces
from ledger import standings, states
from ledger.claims import PARTY_ROLES, Party
from ledger.shipments import Shipment
from ledger.standing import Standing
from ledger.standings import LICENSED, SAME, STANDINGS

_STANDING = select(STANDINGS.c.state).where(
    STANDINGS.c.about == bindparam("about"), STANDINGS.c.subject == bindparam("subject")
)

_STANDINGS = select(STANDINGS.c.about, STANDINGS.c.subject, STANDINGS.c.state).where(
    STANDINGS.c.about.in_(bindparam("abouts", expanding=True)),
    STANDINGS.c.subject.in_(bindparam("subjects", expanding=True)),
)
# As `ledger.standings.licensed`, put together once.
_LICENSED = (
    select(LICENSED.c.licence)
    .where(
        LICENSED.c.country == bindparam("country"), LICENSED.c.substance == bindparam("licensed")
    )
    .limit(1)
)
SEVERAL = 20  # shipments for which it is worth asking ahead


@dataclass
class Book:
    """Answers of one moment, kept for all shipments of a step."""

    shelf: Shelf
    stretches: Stretches = field(default_factory=Stretches)
    _standings: dict[tuple[str, str], Standing] = field(default_factory=dict)
    _licensed: dict[tuple[str, str, str], bool] = field(default_factory=dict)
    _same: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _halves: dict[str, str | None] = field(default_factory=dict)
    _stored: Told | None = None

    @cached_property
    def mentioned(self) -> Mentioned:
        return Mentioned(self.shelf.session)

    @cached_property
    def amounts(self) -> Amounts:
        return Amounts(self.shelf.session)

    @cached_property
    def refusals(self) -> Refusals:
        return Refusals(self.shelf.session)

    @cached_property
    def windows(self) -> Windows:
        known = self.stretches
        return Windows(reader(self.shelf.session), _windows=known.windows, _long=known.long)

    def prepare(self, refs: Iterable[str]) -> None:
        """Read what will be asked about these shipments."""
        wanted = list(refs)
        self.shelf.fetch(wanted)
        self.mentioned.prepare(wanted)
        self.amounts.prepare(wanted)
        self.shelf.lay_out(wanted)
        self._halves = {**dict.fromkeys(wanted), **pairs.other_halves(self.shelf.session, wanted)}

    def expect(self, dossiers: Mapping[str, Dossier]) -> None:
        """Ask at once what will be asked of the traders of these, and of what they observed."""
        before = self._before(dossiers)
        named = {key for each in dossiers.values() for key in _traders(each.shipment)}
        for some in pieces(sorted(named)):
            asked = {"abouts": ["trader", SAME], "subjects": some}
            found = self.shelf.session.connection().execute(_STANDINGS, asked)
            held = {(about, subject): state for about, subject, state in found}
            for key in ((about, subject) for about in ("trader", SAME) for subject in some):
                self._standings[key] = (
                    _decoded(bytes(held[key])) if key in held else Standing(subject=key[1])
                )
        if len(dossiers) == 1:
            return
        self.refusals.expect(
            key
            for each in dossiers.values()
            for key in self._keys_of(
                {s.party for s in own_sightings(each)}, each.shipment.substances
            )
        )
        if len(dossiers) < SEVERAL:
            return
        orders = {trade_of(key) for each in dossiers.values() for key in known_as(each.shipment)}
        self._ask_ahead(orders.union(what for rows in before.values() for _, what, _, _ in rows))

    def learn(self, facts: Mapping[str, Collection[Fact]]) -> Changes:
        """What these shipments add to what is normal: from here on it is answered with."""
        before = self._before(facts)  # asked first: what they say now takes its place
        wanted = {ref: self.stretches.rows(ref, mine) for ref, mine in facts.items()}
        changed = observations.changes(before, wanted)
        self.windows.lay_over(changed)
        if len(facts) >= SEVERAL:
            self._ask_ahead({fact.what for mine in facts.values() for fact in mine})
        return changed

    def mentioning(self, kind: str, number: str) -> tuple[str, ...]:
        """Who mentions it; states of those that the step's shipments meet so are read at once."""
        found = self.mentioned.by(kind, number)
        met = self.mentioned.met()
        if met and len(met) <= AT_ONCE:
            self.shelf.lay_out(self.shelf.unseen(met, self.mentioned.events))
        return found

    def glanced(self, refs: Sequence[str], when: When) -> list[str]:
        """Those of the mentioning shipments of whose times this is true."""
        events = self.mentioned.events
        self.shelf.lay_out(self.shelf.unseen(refs, events))
        return [ref for ref in refs if when(self.shelf.times(ref, events[ref]))]

    def _before(self, refs: Collection[str]) -> Told:
        if self._stored is None:
            said = self.stretches.said
            known = {ref: said[ref][1] for ref in refs if ref in said}
            unknown = [ref for ref in refs if ref not in said]
            self._stored = known | observations.stored(self.shelf.session, unknown)
            self.windows.know(self._stored)
        return self._stored

    def _ask_ahead(self, whats: Iterable[str]) -> None:
        self.windows.expect(whats, whole_reader(self.shelf.session))

    def refused_like(
        self, buyers: Iterable[Party], substances: Collection[str], *, but: str
    ) -> list[str]:
        """Refused shipments that might have one of these buyers."""
        return self.refusals.like(self._keys_of(buyers, substances), but=but)

    def _keys_of(self, buyers: Iterable[Party], substances: Collection[str]) -> frozenset[str]:
        each = frozenset(buyers)
        also = {key for party in each for key in self.same_as(party.key)}
        return keys_of(each, substances, also=also)

    def other_half(self, ref: str) -> str | None:
        """The reference of the other half of a shipment, where one is likely."""
        if ref not in self._halves:
            return pairs.other_half(self.shelf.session, ref)
        return self._halves[ref]

    def standing(self, about: str, subject: str) -> Standing:
        """What the ledger says of a trader or a country."""
        key = about, subject
        if key not in self._standings:
            asked = {"about": about, "subject": subject}
            row = self.shelf.session.connection().execute(_STANDING, asked).first()
            self._standings[key] = _decoded(bytes(row[0])) if row else Standing(subject=subject)
        return self._standings[key]

    def licensed(self, country: str, substance: str, activity: str) -> bool:
        """Whether a country has stated any licence for this."""
        key = country, substance, activity
        if key not in self._licensed:
            asked = {"country": country, "licensed": f"{activity} {substance}"}
            row = self.shelf.session.connection().execute(_LICENSED, asked).first()
            self._licensed[key] = row is not None
        return self._licensed[key]

    def same_as(self, trader: str) -> tuple[str, ...]:
        """The keys of traders that agencies stated to be this one."""
        if trader not in self._same:
            self._same[trader] = standings.same_as(self.standing, trader)
        return self._same[trader]


def _traders(shipment: Shipment) -> Iterator[str]:
    for role in PARTY_ROLES:
        party = getattr(shipment.parties, role, None)
        if isinstance(party, Party):
            yield from known_by(party)


@lru_cache(maxsize=4_096)
def _decoded(state: bytes) -> Standing:
    found: Standing = states.decode(Standing, state)
    return found
