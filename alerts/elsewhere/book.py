"""What a step asks of the ledger beside the shipments' own histories, each thing once."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from sqlalchemy import bindparam, select

from alerts.elsewhere import observations
from alerts.elsewhere.amounts import Amounts
from alerts.elsewhere.mentioned import Mentioned
from alerts.elsewhere.observations import Changes, Row
from alerts.elsewhere.windows import Windows, reader, whole_reader
from alerts.matching import book as pairs
from alerts.rules.observing import Fact
from alerts.shelf import Shelf
from ledger import standings, states
from ledger.standing import Standing
from ledger.standings import STANDINGS

_STANDING = select(STANDINGS.c.state).where(
    STANDINGS.c.about == bindparam("about"), STANDINGS.c.subject == bindparam("subject")
)

SEVERAL = 20  # shipments for which it is worth asking ahead


@dataclass
class Book:
    """Answers of one moment, kept for all shipments of a step."""

    shelf: Shelf
    _standings: dict[tuple[str, str], Standing] = field(default_factory=dict)
    _licensed: dict[tuple[str, str, str], bool] = field(default_factory=dict)
    _same: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _halves: dict[str, str | None] = field(default_factory=dict)
    _stored: frozenset[Row] | None = None

    @cached_property
    def mentioned(self) -> Mentioned:
        return Mentioned(self.shelf.session)

    @cached_property
    def amounts(self) -> Amounts:
        return Amounts(self.shelf.session)

    @cached_property
    def windows(self) -> Windows:
        return Windows(reader(self.shelf.session))

    def prepare(self, refs: Iterable[str]) -> None:
        """Read what will be asked about these shipments."""
        wanted = list(refs)
        self.shelf.fetch(wanted)
        self.mentioned.prepare(wanted)
        self.amounts.prepare(wanted)
        self._halves = {**dict.fromkeys(wanted), **pairs.other_halves(self.shelf.session, wanted)}

    def learn(self, facts: Mapping[str, Collection[Fact]]) -> Changes:
        """What these shipments add to what is normal: from here on it is answered with."""
        if self._stored is None:
            self._stored = observations.stored(self.shelf.session, facts)
        changed = observations.changes(self._stored, facts)
        self.windows.lay_over(changed)
        if len(facts) >= SEVERAL:
            whats = {fact.what for mine in facts.values() for fact in mine}
            self.windows.expect(whats, whole_reader(self.shelf.session))
        return changed

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
            self._licensed[key] = standings.licensed(self.shelf.session, *key)
        return self._licensed[key]

    def same_as(self, trader: str) -> tuple[str, ...]:
        """The keys of traders that agencies stated to be this one."""
        if trader not in self._same:
            self._same[trader] = standings.same_as(self.shelf.session, trader)
        return self._same[trader]


@lru_cache(maxsize=4_096)
def _decoded(state: bytes) -> Standing:
    found: Standing = states.decode(Standing, state)
    return found
