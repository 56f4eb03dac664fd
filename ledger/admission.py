"""Giving places out: what must be done alone, in one transaction under the pen.

Duplicates are recognised, the rest get an index, a tag, a hash and a link; entries, tiles,
disclosures, projections and one checkpoint are written together. A crash before the commit leaves
nothing; a crash after it leaves everything, and the same bytes again find the receipt they had.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from crypto import CryptoError, frozen
from crypto.notes import Signer as NoteSigner
from ledger import (
    Conflict,
    LedgerError,
    foureyes,
    history,
    pending,
    projections,
    publication,
    records,
    relations,
    store,
)
from ledger import timeline as timelines
from ledger.entries import tag_of
from ledger.events.amendments import EventCorrected
from ledger.events.erasure import ErasureRequested
from ledger.grown import Grown
from ledger.history import Held, Memory
from ledger.intake import Prepared, authorise_again
from ledger.merkle import hash_ranges, inclusion_path
from ledger.receipts import Receipt
from ledger.records import Record
from ledger.registry import Registry
from ledger.roster import Roster
from ledger.store import Draft, Head
from ledger.vocabulary import RegistryEvent, ShipmentEvent

HISTORY_KEY_BYTES = 32

Refusal = LedgerError | CryptoError


@dataclass(frozen=True, kw_only=True)
class Admission:
    """What the submitter is told: the receipt, and what looked odd."""

    receipt: Receipt
    created: bool
    warnings: tuple[tuple[str, str], ...] = ()


Outcome = Admission | Refusal


def unguarded() -> None:
    """Let the log grow: nobody has told a reason against it."""


@dataclass
class Desk:
    """What admission needs beside the session: the log's key, randomness, a process's memory.

    `guard` raises ReadOnly where growing could fork the log.
    """

    signer: NoteSigner
    random: Callable[[int], bytes]
    guard: Callable[[], None] = unguarded
    registry: Registry = field(default_factory=Registry)
    memory: Memory = field(default_factory=Memory)


@dataclass(kw_only=True)
class _Batch:
    """What one transaction gathers before it writes."""

    head: Head
    time: datetime  # of the entries that come
    roster: Roster
    known: dict[str, tuple[int, bytes]]
    held: Mapping[str, Held]
    keys: dict[str, bytes]
    stated: dict[str, tuple[int, str, str, str]]  # statements that are to be corrected or erased
    fresh_keys: dict[str, bytes] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    drafts: list[Draft] = field(default_factory=list)
    accepted: list[Prepared] = field(default_factory=list)

    @property
    def next(self) -> int:
        return self.head.size + len(self.drafts)


def admit(
    session: Session, prepared: Sequence[Prepared], desk: Desk, *, now: datetime
) -> list[Outcome]:
    """Admit statements in order; each one is admitted, known already, or refused by itself.

    The caller holds the pen (`databases.writing`). What is refused leaves no trace.
    """
    waiting = pending.behind(session, prepared, desk.registry, now=now)
    batch = _gathered(session, [*prepared, *waiting.values()], desk, now)
    before = batch.head.size
    places = []
    for each in prepared:
        places.append(_place(session, batch, each, desk))
        if each.verified.jti in waiting and isinstance(places[-1], int):
            _place(session, batch, waiting[each.verified.jti], desk)
    if batch.drafts:
        desk.guard()
    made = _write(session, batch, desk, now) if batch.drafts else []
    pending.settle(session, (each.record for each in batch.accepted))
    prover = Prover(session)
    outcomes: list[Outcome] = []
    for each, place in zip(prepared, places, strict=True):
        if isinstance(place, Exception):
            outcomes.append(place)
            continue
        created = place >= before
        receipt = made[place - before] if created else prover.receipt(place)
        told = {"receipt": receipt, "created": created, "warnings": each.warnings}
        outcomes.append(frozen.made(Admission, **told))
    return outcomes


def _gathered(session: Session, prepared: Sequence[Prepared], desk: Desk, now: datetime) -> _Batch:
    """Read everything the batch will need, in a handful of queries."""
    events = [each.record.event for each in prepared]
    refs = {event.shipment for event in events if isinstance(event, ShipmentEvent)}
    targets = {event.corrects for event in events if isinstance(event, EventCorrected)}
    targets |= {event.target for event in events if isinstance(event, ErasureRequested)}
    jtis = {each.verified.jti for each in prepared}
    head = store.head(session)
    return _Batch(
        head=head,
        time=max(now, head.time),
        roster=desk.registry.current(session),
        known=timelines.known(session, jtis),
        held=history.load(session, refs, desk.memory) if refs else {},
        keys=records.history_keys(session, refs) if refs else {},
        stated=timelines.places(session, targets) if targets else {},
    )


def _dated(record: Record, index: int, time: datetime) -> Record:
    """A record as it will be, where its place and time count for whether it may be stated."""
    counts = isinstance(record.event, RegistryEvent) or foureyes.is_watched(record.event)
    return record.placed(index, time, None) if counts else record


def _place(session: Session, batch: _Batch, each: Prepared, desk: Desk) -> int | Refusal:
    """The index of a statement: a new one, the one it has already, or why it gets none."""
    jti = each.verified.jti
    if jti in batch.known:
        index, digest = batch.known[jti]
        if digest == each.digest:
            return index
        return Conflict("this jti was used for another statement", pointer="/jti")
    index = batch.next
    record = _dated(each.record, index, batch.time)
    try:
        roster = authorise_again(each, record, batch.roster, at=index)
        relations.check(record, batch.stated, batch.held)
        relations.check_eyes(session, record, roster, (own.record for own in batch.accepted))
    except (LedgerError, CryptoError) as refused:
        return refused
    batch.roster = roster
    batch.drafts.append(Draft(jwt=each.verified.jwt, tag=_tag(batch, each, desk)))
    batch.accepted.append(each)
    batch.known[jti] = (index, each.digest)
    batch.stated[jti] = (index, each.verified.issuer, *each.record.event.subject)
    return index


def _tag(batch: _Batch, each: Prepared, desk: Desk) -> bytes | None:
    """The next tag of the shipment's history; its first event brings a new key (DESIGN §3)."""
    event = each.record.event
    if not isinstance(event, ShipmentEvent):
        return None
    ref = event.shipment
    if ref not in batch.keys:
        batch.keys[ref] = batch.fresh_keys[ref] = desk.random(HISTORY_KEY_BYTES)
    k = batch.counts.get(ref, batch.held[ref].events)
    batch.counts[ref] = k + 1
    return tag_of(batch.keys[ref], k)


def _write(session: Session, batch: _Batch, desk: Desk, now: datetime) -> list[Receipt]:
    """Make the entries and all that follows from them; the receipt of each."""
    added = store.append(session, batch.drafts, before=batch.head, signer=desk.signer, now=now)
    placed = added.placed
    texts = [(p.index, each.disclosed) for p, each in zip(placed, batch.accepted, strict=True)]
    records.put(session, texts)
    records.add_history_keys(session, batch.fresh_keys)
    new: list[Record] = [
        each.record.placed(p.index, p.time, draft.tag)
        for p, each, draft in zip(placed, batch.accepted, batch.drafts, strict=True)
    ]
    projections.project(session, new, batch.held, desk.memory)
    proofs = Grown(batch.head.frontier, [p.hash for p in placed]).proofs()
    return [
        frozen.made(
            Receipt,
            index=p.index,
            entry=p.data,
            proof=proof,
            checkpoint=added.note,
            hash=p.hash,  # known already
        )
        for p, proof in zip(placed, proofs, strict=True)
    ]


class Prover:
    """Receipts from one moment of the store; tiles and nodes are read once for all of them."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._read = publication.hashes(session)
        self._hashes: dict[tuple[int, int], bytes] = {}
        self._last: tuple[int, int, bytes] = (0, 0, b"")

    def receipt(self, index: int) -> Receipt:
        """The receipt an entry was given: against the checkpoint that was signed with it."""
        note, size = self._covering(index)
        proof = self._proof(index, size)
        entry = store.entry(self._session, index)
        return Receipt(index=index, entry=entry, proof=proof, checkpoint=note)

    def _covering(self, index: int) -> tuple[bytes, int]:
        low, high, note = self._last
        if not low <= index < high:
            note, high = publication.covering(self._session, index)
            low = index
            self._last = (low, high, note)
        return note, high

    def _proof(self, index: int, size: int) -> tuple[bytes, ...]:
        """Neighbours' paths share all but their lowest hashes, so each range is folded once."""
        path = inclusion_path(index, size)
        missing = [part for part in path if part not in self._hashes]
        if missing:
            self._hashes.update(zip(missing, hash_ranges(missing, self._read), strict=True))
        return tuple([self._hashes[part] for part in path])
