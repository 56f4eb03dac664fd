"""Which shipments might share a buyer: candidates for rules about orders refused elsewhere.

A shipment has one key for each substance with each identifier, phone, e-mail, address, telling word
of its buyers and how that sounds. Keys are hashed: they are equal or not, and show nothing. Rules
do the matching; this only spares them looking at everybody.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache

from sqlalchemy import Index, bindparam, delete, select
from sqlmodel import Field, Session, SQLModel

from alerts.rules.identities import keys_of as known_by
from alerts.rules.names import COMMON_WORDS, reached_by
from ledger.bulk import insert_new
from ledger.claims import Party
from ledger.shipments import Shipment
from ledger.spellings import latin, sounds

REFUSED = frozenset({"objected", "stopped", "withdrawn"})
MOST = 200
_BEGINNING = 3  # letters of a word: names that differ by a slip mostly begin alike


class LikenessRow(SQLModel, table=True):
    """One key of one shipment."""

    __tablename__ = "likeness"
    __table_args__ = (Index("likeness_ref", "ref"), Index("likeness_refused", "key", "refused"))
    key: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    refused: bool


LIKENESS = LikenessRow.__table__  # type: ignore[attr-defined]
_OF = select(*LIKENESS.c).where(LIKENESS.c.ref.in_(bindparam("refs", expanding=True)))


def keys_of(
    buyers: Iterable[Party], substances: Collection[str], *, also: Iterable[str] = ()
) -> frozenset[str]:
    """What a shipment of these substances to these buyers may be recognised by.

    `also`: what agencies stated to be other keys of theirs.
    """
    named = frozenset(_hashed(f"trader {key}", each) for key in also for each in substances)
    return named.union(*(_keys(party, each) for party in buyers for each in substances))


@lru_cache(maxsize=16_384)
def _keys(party: Party, substance: str) -> frozenset[str]:
    return frozenset(_hashed(each, substance) for each in _said_of(party))


def _said_of(party: Party) -> Iterator[str]:
    for key in known_by(party):
        yield f"trader {key}"
    for kind, said in reached_by(party):
        yield f"{kind} {said}"
    words = latin(party.name)
    for word in [w for w in words if w not in COMMON_WORDS] or words:
        yield f"name {party.country} {word[:_BEGINNING]}"
    for sound in sounds(party.name):
        yield f"sound {party.country} {sound}"


def _hashed(said: str, substance: str) -> str:
    return hashlib.sha256(f"{substance}\x00{said}".encode()).hexdigest()[:24]


def keep(
    session: Session,
    shipments: Mapping[str, Shipment],
    buyers: Mapping[str, Collection[Party]],
    *,
    heard_of: Collection[str],
) -> frozenset[str]:
    """Write the keys of these shipments; those whose refusal others must be judged by anew.

    A refusal is news when something was said about its shipment (it may have been cured, or moved)
    or when its keys changed. Being looked at again is none, or two refused neighbours would wake
    each other for ever.
    """
    if not shipments:
        return frozenset()
    held: dict[str, dict[str, bool]] = {ref: {} for ref in shipments}
    rows = session.connection().execute(_OF, {"refs": sorted(shipments)}).all()
    for key, ref, refused in rows:
        held[ref][key] = bool(refused)
    stale, fresh, news = [], [], set()
    for ref, shipment in shipments.items():
        refused = not REFUSED.isdisjoint(shipment.flags)
        wanted = dict.fromkeys(keys_of(buyers[ref], shipment.substances), refused)
        if (refused or any(held[ref].values())) and (ref in heard_of or wanted != held[ref]):
            news.add(ref)
        if wanted != held[ref]:
            stale.append(ref)
            fresh += [{"key": k, "ref": ref, "refused": r} for k, r in sorted(wanted.items())]
    if stale:
        session.execute(delete(LIKENESS).where(LIKENESS.c.ref.in_(stale)))
    insert_new(session, LIKENESS, fresh)
    return frozenset(news)


def alike(session: Session, refs: Iterable[str]) -> set[str]:
    """The shipments that might share a buyer with one of these."""
    found: set[str] = set()
    for ref in sorted(refs):
        mine = select(LIKENESS.c.key).where(LIKENESS.c.ref == ref)
        rows = session.execute(
            select(LIKENESS.c.ref)
            .where(LIKENESS.c.key.in_(mine), LIKENESS.c.ref != ref)
            .distinct()
            .order_by(LIKENESS.c.ref.desc())
            .limit(MOST)
        )
        found.update(rows.scalars())
    return found
