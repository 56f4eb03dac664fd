"""Refused orders that might be of the same buyer: asked once for all shipments of a step."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, select
from sqlmodel import Session

from alerts.likeness import LIKENESS, MOST
from alerts.shelf import pieces

_EACH = 4  # refused orders a key, by and large, that are read at once

_held = LIKENESS.c
_WITH = (_held.key.in_(bindparam("keys", expanding=True)), _held.refused.is_(True))
_LIKE = (
    select(_held.ref)
    .where(*_WITH, _held.ref != bindparam("its"))
    .distinct()
    .order_by(_held.ref.desc())
    .limit(MOST)
)
_ALL = select(_held.key, _held.ref).where(*_WITH).limit(bindparam("most"))


@dataclass
class Refusals:
    """The refused shipments that have a key, by key."""

    session: Session
    _known: dict[str, Sequence[str]] = field(default_factory=dict)

    def expect(self, keys: Iterable[str]) -> None:
        """Read at once what will be asked about, where that is not much."""
        for some in pieces(sorted(set(keys) - self._known.keys())):
            most = MOST + _EACH * len(some)
            asked = {"keys": some, "most": most}
            rows = self.session.connection().execute(_ALL, asked).all()
            if len(rows) == most:
                continue
            found: dict[str, list[str]] = {key: [] for key in some}
            for key, ref in rows:
                found[key].append(ref)
            self._known.update(found)

    def like(self, keys: frozenset[str], *, but: str) -> list[str]:
        """The last, by reference, of those that have one of these keys."""
        if not self._known.keys() >= keys:
            asked = {"keys": sorted(keys), "its": but}
            return list(self.session.connection().execute(_LIKE, asked).scalars())
        found = {ref for key in keys for ref in self._known[key]}
        return sorted(found - {but}, reverse=True)[:MOST]
