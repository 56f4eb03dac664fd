"""Who else mentions a container, a seal or a paper: asked once for all shipments of a step."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, select
from sqlmodel import Session

from alerts.rules.questions import CITED
from alerts.shelf import pieces
from ledger.history import MENTIONS, SHIPMENTS
from ledger.statuses import ENDED

# What very many mention says nothing of any of them, and reading them all would take longer the
# larger the ledger is: of so many, by reference, the oldest are taken.
LOOKED_AT = 2_000
SHARED = ("container", "seal", "document")  # typed documents are mentioned untyped as well
REUSED = frozenset({"container", "seal"})
# What has come in: whoever takes the container after that is no concern of such a shipment.
DONE = ENDED | {"cleared", "delivered", "received", "in_use"}

Key = tuple[str, str]

_PLACE = (
    SHIPMENTS.c.first_occurred,
    SHIPMENTS.c.last_occurred,
    SHIPMENTS.c.status,
    SHIPMENTS.c.events,
)
_MENTIONS = (
    select(MENTIONS.c.value, MENTIONS.c.ref, *_PLACE)
    .join(SHIPMENTS, SHIPMENTS.c.ref == MENTIONS.c.ref)
    .where(MENTIONS.c.kind == bindparam("kind"))
)
_ONE = (
    _MENTIONS.where(MENTIONS.c.value == bindparam("value"))
    .order_by(MENTIONS.c.ref)
    .limit(LOOKED_AT)
)
_SEVERAL = (
    select(MENTIONS.c.kind, MENTIONS.c.value, MENTIONS.c.ref, *_PLACE)
    .join(SHIPMENTS, SHIPMENTS.c.ref == MENTIONS.c.ref)
    .where(
        MENTIONS.c.kind.in_(bindparam("kinds", expanding=True)),
        MENTIONS.c.value.in_(bindparam("values", expanding=True)),
    )
    .limit(bindparam("most"))
)
_LAST = (
    select(MENTIONS.c.ref)
    .where(MENTIONS.c.kind == bindparam("kind"), MENTIONS.c.value == bindparam("value"))
    .order_by(MENTIONS.c.ref.desc())
    .limit(CITED + 1)
)
_OWN = select(MENTIONS.c.ref, MENTIONS.c.kind, MENTIONS.c.value).where(
    MENTIONS.c.ref.in_(bindparam("refs", expanding=True)), MENTIONS.c.kind.in_(SHARED)
)


@dataclass
class Mentioned:
    """The shipments that mention something, the oldest first."""

    session: Session
    events: dict[str, int] = field(default_factory=dict)  # entries about each that was found
    _own: dict[str, set[Key]] = field(default_factory=dict)
    _known: dict[Key, tuple[str, ...]] = field(default_factory=dict)
    _asked: set[str] = field(default_factory=set)
    _met: set[str] = field(default_factory=set)  # found for all at once, and not told yet
    _over: dict[str, int] = field(default_factory=dict)  # since when goods that came in are still

    def prepare(self, refs: Iterable[str]) -> None:
        """Learn what these shipments mention themselves: what will be asked about."""
        self._own = {ref: set() for ref in refs}
        self._asked.clear()
        for some in pieces(list(self._own)):
            for ref, kind, value in self.session.connection().execute(_OWN, {"refs": some}).all():
                self._own[ref].add((kind, value))

    def by(self, kind: str, value: str) -> tuple[str, ...]:
        """The shipments that mention it, the oldest first, and not more than some."""
        if (kind, value) not in self._known and kind not in self._asked:
            kinds = SHARED if kind in SHARED else (kind,)
            self._asked.update(kinds)
            self._ask_of_all(kinds)
        if (kind, value) not in self._known:
            asked = {"kind": kind, "value": value}
            rows = self.session.connection().execute(_ONE, asked).all()
            places = [(first, ref) for _, ref, first, *_ in rows]
            self._over.update((ref, last) for _, ref, _, last, status, _ in rows if status in DONE)
            self.events.update((row[1], row[5]) for row in rows)
            self._known[kind, value] = _oldest(places)
        return self._known[kind, value]

    def met(self) -> set[str]:
        """Those that were found since this was asked: others will be asked about most of them."""
        found, self._met = self._met, set()
        return found

    def sharing(self, ref: str, began: int) -> set[str]:
        """Those that mention a container, seal or document of this one; the last by reference.

        Containers and seals are used again. Goods that had come in before this shipment began
        (`began`, in microseconds) have nothing to do with it: it is neither where they are, nor who
        announced them, and of two that use a thing at once the later one is to blame.
        """
        others: set[str] = set()
        for kind, value in self._own[ref]:
            found = self.by(kind, value)
            if len(found) == CITED:
                others.update(self._last(kind, value))
            elif kind in REUSED:
                others.update(o for o in found if self._over.get(o, began) >= began)
            else:
                others.update(found)
        return set(sorted(others - {ref})[-CITED:])

    def _last(self, kind: str, value: str) -> list[str]:
        asked = {"kind": kind, "value": value}
        return list(self.session.connection().execute(_LAST, asked).scalars())

    def _ask_of_all(self, kinds: Sequence[str]) -> None:
        """Ask once what the shipments of a step can be asked in these ways, if it is not much."""
        wanted = {(value, kind) for kind in kinds for value in self._values(kind)}
        for some in pieces(sorted(wanted - {(value, kind) for kind, value in self._known})):
            most = LOOKED_AT + 10 * len(some)
            asked = {"kinds": kinds, "values": sorted({value for value, _ in some}), "most": most}
            rows = self.session.connection().execute(_SEVERAL, asked).all()
            if len(rows) == most:
                return
            found: dict[Key, list[tuple[int, str]]] = {(kind, value): [] for value, kind in some}
            for kind, value, ref, first, last, status, events in rows:
                self.events[ref] = events
                if (kind, value) in found:
                    found[kind, value].append((first, ref))
                if status in DONE:
                    self._over[ref] = last
            told = {key: _oldest(those) for key, those in found.items()}
            self._known.update(told)
            self._met.update(*told.values())

    def _values(self, kind: str) -> Collection[str]:
        if kind == "part":
            return self._own.keys()
        plain = kind.partition(":")[0]
        return {value for said in self._own.values() for k, value in said if k == plain}


def _oldest(places: Iterable[tuple[int, str]]) -> tuple[str, ...]:
    return tuple(ref for _, ref in sorted(places)[:CITED])
