"""Whose key was valid at which entry: an immutable book of enrolments.

The book is what the registry statements add up to. Entries are numbered, so validity is a matter of
numbers and not of clocks: added before n and not revoked before n.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from crypto import Malformed, UnknownKey
from crypto.keys import PublicKey


@dataclass(frozen=True, kw_only=True)
class Enrolment:
    """One key of one holder, from the entry that added it to the one that revoked it."""

    holder: str
    key: PublicKey
    added: int
    revoked: int | None = None
    compromised_since: datetime | None = None  # marks what was signed since; removes nothing

    def is_valid_for(self, entry: int) -> bool:
        # A holder may revoke with the very key that is revoked, so entry n == revoked still counts.
        return self.added < entry and (self.revoked is None or entry <= self.revoked)


@dataclass(frozen=True)
class Keyring:
    """Key ids and their enrolments. A key has one enrolment for ever, so none can change hands."""

    _enrolments: Mapping[str, Enrolment] = field(default_factory=dict)

    def enrol(self, holder: str, key: PublicKey, at: int) -> "Keyring":
        if key.kid in self._enrolments:
            raise Malformed(f"key {key.kid} was enrolled before")
        return self._with(Enrolment(holder=holder, key=key, added=at))

    def revoke(self, kid: str, at: int, compromised_since: datetime | None = None) -> "Keyring":
        enrolment = self._known(kid)
        if enrolment.revoked is not None:
            raise UnknownKey(f"key {kid} is revoked already", revoked=True)
        if at <= enrolment.added:
            raise Malformed(f"key {kid} can't be revoked before it was added")
        return self._with(replace(enrolment, revoked=at, compromised_since=compromised_since))

    def find(self, kid: str, at: int) -> Enrolment:
        """Give the enrolment that lets this key sign entry `at`, or raise UnknownKey."""
        enrolment = self._known(kid)
        if not enrolment.is_valid_for(at):
            revoked = enrolment.added < at
            why = "revoked" if revoked else "not added"
            raise UnknownKey(f"key {kid} was {why} before entry {at}", revoked=revoked)
        return enrolment

    def held_by(self, holder: str) -> tuple[Enrolment, ...]:
        return tuple(each for each in self if each.holder == holder)

    @property
    def holders(self) -> frozenset[str]:
        return frozenset(each.holder for each in self)

    def __contains__(self, kid: object) -> bool:
        return kid in self._enrolments

    def __iter__(self) -> Iterator[Enrolment]:
        return iter(self._enrolments.values())

    def __len__(self) -> int:
        return len(self._enrolments)

    def _known(self, kid: str) -> Enrolment:
        if kid not in self._enrolments:
            raise UnknownKey(f"no key {kid} was enrolled")
        return self._enrolments[kid]

    def _with(self, enrolment: Enrolment) -> "Keyring":
        changed = {**self._enrolments, enrolment.key.kid: enrolment}
        return Keyring(MappingProxyType(changed))
