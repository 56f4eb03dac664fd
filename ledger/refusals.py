"""Refusals as every exporter of the substance may hear of them: in minimal form (DESIGN §6).

What, why and on which day; the trader only as salted slow hashes, so that who knows a customer
recognises it and nobody can list the others. No name, no shipment, no country, no entry's index.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, select

from crypto.encodings import b64u_decode, b64u_encode
from ledger import folding, records, refusalbook, timeline
from ledger.claims import Party, folded
from ledger.events.enforcement import ShipmentStopped
from ledger.events.notices import NoticeObjected
from ledger.events.reference import TransactionSuspected
from ledger.history import MENTIONS
from ledger.records import Record
from ledger.refusalbook import REFUSALS
from ledger.roster import Roster
from ledger.shipments import Shipment
from ledger.store import micros
from ledger.timeline import TIMELINE
from ledger.views import marking_of
from ledger.visibility import Viewer, travels
from ledger.vocabulary import ShipmentEvent

BUYERS: Final = ("importer", "consignee", "end_user", "receiver")
# What one guess costs (RFC 7914): 16 MiB and some 40 ms. The key itself is easy to guess.
COST: Final = {"n": 2**14, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024, "dklen": 32}
MAX_READ: Final = 1_000  # entries that one request looks at


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """One refusal as others may hear of it. `salt` is its own; `keys` never leave the ledger."""

    id: str
    substances: tuple[str, ...]
    reason: str
    day: date
    salt: bytes
    keys: tuple[str, ...]

    @property
    def traders(self) -> tuple[str, ...]:
        """The hash of every key that the refused traders are known by, sorted."""
        return tuple(sorted(slow_hash(self.salt, key) for key in self.keys))


@lru_cache(maxsize=8_192)
def slow_hash(salt: bytes, key: str) -> str:
    return b64u_encode(hashlib.scrypt(key.encode(), salt=salt, **COST))


def keys_of(party: Party) -> frozenset[str]:
    """What a trader is recognised by: its registered identifier, and its country and name."""
    return frozenset({party.key, f"{party.country}:{folded(party.name)}"})


def substances_for(session: Session, viewer: Viewer, roster: Roster) -> frozenset[str]:
    """What the viewer's country exports, or lists by a law of its own: it hears of these."""
    if viewer.auditor:
        return frozenset()
    joined = roster.participants.get(viewer.country)
    laws = {viewer.country, *(joined.jurisdictions if joined else ())}
    listed = {item.substance for item in roster.listings.values() if item.jurisdiction in laws}
    return refusalbook.exported_by(session, viewer.country) | listed


def newest(
    session: Session,
    substances: frozenset[str],
    *,
    now: datetime,
    limit: int,
    before: datetime | None = None,
) -> list[Refusal]:
    """The newest refusals of these substances that may be told, newest first."""
    which = _of_substances(substances)
    if before is not None:
        which = and_(which, TIMELINE.c.occurred < micros(before))
    found: list[Refusal] = []
    for refusal in _told(session, which, substances, now):
        found.append(refusal)
        if len(found) == limit:
            break
    return found


def hits(
    session: Session, party: Party, substances: frozenset[str], *, now: datetime
) -> list[Refusal]:
    """The refusals of this very trader: for who has the customer before it."""
    keys = keys_of(party)
    refs = select(MENTIONS.c.ref).where(
        or_(
            and_(MENTIONS.c.kind == "trader", MENTIONS.c.value.in_(sorted(keys))),
            and_(MENTIONS.c.kind == "name", MENTIONS.c.value == folded(party.name)),
        )
    )
    which = or_(
        and_(REFUSALS.c.about == "shipment", REFUSALS.c.subject.in_(refs)),
        and_(REFUSALS.c.about == "trader", REFUSALS.c.subject.in_(sorted(keys))),
    )
    told = _told(session, which, substances, now)
    return [each for each in told if not keys.isdisjoint(each.keys)]


def _of_substances(substances: frozenset[str]) -> ColumnElement[bool]:
    wanted = sorted(substances)
    refs = select(MENTIONS.c.ref).where(
        MENTIONS.c.kind == "substance", MENTIONS.c.value.in_(wanted)
    )
    of_shipment = and_(REFUSALS.c.about == "shipment", REFUSALS.c.subject.in_(refs))
    found: ColumnElement[bool] = or_(of_shipment, REFUSALS.c.substance.in_(wanted))
    return found


def _told(
    session: Session, which: ColumnElement[bool], substances: frozenset[str], now: datetime
) -> Iterable[Refusal]:
    rows = session.execute(
        select(REFUSALS.c.index)
        .join(TIMELINE, TIMELINE.c.index == REFUSALS.c.index)
        .where(which)
        .distinct()
        .order_by(REFUSALS.c.index.desc())
        .limit(MAX_READ)
    )
    for index in list(rows.scalars()):
        (record,) = records.read(session, [index])
        made = _refusal(session, record, now)
        if made is not None and not substances.isdisjoint(made.substances):
            yield made


def _refusal(session: Session, record: Record, now: datetime) -> Refusal | None:
    """What may be told of a statement; None where it may not, or was taken back."""
    event = record.event
    if not refusalbook.is_shared(event) or not travels(marking_of(record), now):
        return None
    if isinstance(event, TransactionSuspected):
        goods = tuple(sorted({line.substance for line in event.goods}))
        return _made(
            record, goods, event.reasons[0] if event.reasons else "other", [event.customer]
        )
    if not isinstance(event, NoticeObjected | ShipmentStopped):
        return None
    state = _known(session, event, now)
    if record.by.jti in state.annulled or folding.by_stranger(state, event, record.by):
        return None
    buyers = [getattr(state.parties, role) for role in BUYERS] if state.parties else []
    return _made(record, state.substances, event.reason, [each for each in buyers if each])


def _known(session: Session, event: ShipmentEvent, now: datetime) -> Shipment:
    """The shipment from those statements alone that may be passed on."""
    told = timeline.history(session, "shipment", event.shipment)
    open_ones = [each.stated for each in told if travels(marking_of(each), now)]
    return folding.shipment(event.shipment, open_ones)


def _made(
    record: Record, substances: Sequence[str], reason: str, traders: Iterable[Party]
) -> Refusal:
    secret = _secret(record)
    return Refusal(
        id=hashlib.sha256(b"shield/refusal/id\x00" + secret).hexdigest()[:24],
        substances=tuple(substances),
        reason=reason,
        day=record.event.occurred_at.date(),
        salt=hashlib.sha256(b"shield/refusal/salt\x00" + secret).digest()[:16],
        keys=tuple(sorted(frozenset().union(*map(keys_of, traders)))),
    )


def _secret(record: Record) -> bytes:
    """The disclosure of `kind`, whose 128-bit salt nobody knows who may not see the statement.

    So the id and salt stay the same without being stored, and lead nobody to the entry.
    """
    disclosed = ((json.loads(b64u_decode(each)), each) for each in record.parsed.disclosures)
    return next(each for (_, name, _value), each in disclosed if name == "kind").encode()
