"""Which shipments might share a buyer: candidates for rules about orders refused elsewhere.

A shipment has one key for each substance with each identifier, phone, e-mail, address and telling
word of its buyers. Keys are hashed: they are equal or not, and show nothing. Rules do the matching;
this only spares them looking at everybody.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping

from sqlalchemy import Index, delete, select
from sqlmodel import Field, Session, SQLModel

from alerts.rules.names import COMMON_WORDS
from ledger.bulk import insert_new
from ledger.claims import Parties, Party, folded
from ledger.shipments import Shipment

REFUSED = frozenset({"objected", "stopped", "withdrawn"})
MOST = 200
_BUYERS = ("importer", "consignee", "end_user", "receiver")
_BEGINNING = 3  # letters of a word: names that differ by a slip mostly begin alike


class LikenessRow(SQLModel, table=True):
    """One key of one shipment."""

    __tablename__ = "likeness"
    __table_args__ = (Index("likeness_ref", "ref"), Index("likeness_refused", "key", "refused"))
    key: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    refused: bool


LIKENESS = LikenessRow.__table__  # type: ignore[attr-defined]


def keys_of(parties: Parties | None, substances: Iterable[str]) -> frozenset[str]:
    """What a shipment of these substances to these buyers may be recognised by."""
    found = [party for role in _BUYERS if parties and (party := getattr(parties, role))]
    said = {each for party in found for each in _said_of(party)}
    return frozenset(_hashed(each, substance) for each in said for substance in substances)


def _said_of(party: Party) -> Iterator[str]:
    yield f"trader {party.key}"
    if party.phone:
        yield "phone " + "".join(c for c in party.phone if c.isdigit())
    if party.email:
        yield f"email {party.email.casefold()}"
    if party.address:
        yield f"address {folded(party.address)}"
    words = folded(party.name).split()
    for word in [w for w in words if w not in COMMON_WORDS] or words:
        yield f"name {party.country} {word[:_BEGINNING]}"


def _hashed(said: str, substance: str) -> str:
    return hashlib.sha256(f"{substance}\x00{said}".encode()).hexdigest()[:24]


def refused_like(
    session: Session, parties: Parties, substances: Iterable[str], *, but: str
) -> list[str]:
    """Refused shipments that might share a buyer with these parties."""
    rows = session.execute(
        select(LIKENESS.c.ref)
        .where(
            LIKENESS.c.key.in_(sorted(keys_of(parties, substances))),
            LIKENESS.c.refused.is_(True),
            LIKENESS.c.ref != but,
        )
        .distinct()
        .order_by(LIKENESS.c.ref.desc())
        .limit(MOST)
    )
    return list(rows.scalars())


def keep(
    session: Session, shipments: Mapping[str, Shipment], *, heard_of: Collection[str]
) -> frozenset[str]:
    """Write the keys of these shipments; those whose refusal others must be judged by anew.

    A refusal is news when something was said about its shipment (it may have been cured, or moved)
    or when its keys changed. Being looked at again is none, or two refused neighbours would wake
    each other for ever.
    """
    held: dict[str, dict[str, bool]] = {ref: {} for ref in shipments}
    rows = session.execute(select(*LIKENESS.c).where(LIKENESS.c.ref.in_(sorted(shipments))))
    for key, ref, refused in rows:
        held[ref][key] = bool(refused)
    stale, fresh, news = [], [], set()
    for ref, shipment in shipments.items():
        refused = not REFUSED.isdisjoint(shipment.flags)
        wanted = dict.fromkeys(keys_of(shipment.parties, shipment.substances), refused)
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
