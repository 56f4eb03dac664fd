"""Published checkpoints and what witnesses said to them: stored, served, and counted.

A published checkpoint is one that also bears the log's ML-DSA-44 line and was offered to witnesses.
Its bytes are kept, since signing again would give others. Lines are verified before they come here;
what is old and superseded is forgotten, for a receipt leads to the newest witnessed checkpoint.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import BigInteger, LargeBinary, Row, delete, func
from sqlmodel import Field, Session, SQLModel, col, select

from crypto.notes import Cosigner, Verifier, attach, open_note, signature_line, split
from ledger import NotFound, Undecided, checkpoints, entries, publication, store
from ledger.bulk import insert_new
from ledger.merkle import prove_inclusion
from ledger.policies import Policy, check_quorum, satisfied
from ledger.receipts import Receipt
from ledger.store import BOOK, micros
from ledger.witnessing import with_lines

MAX_LINES = 16  # what every verifier must accept: the log's two, and fourteen of cosigners
KEPT = timedelta(hours=1)


class PublishedRow(SQLModel, table=True):
    """A checkpoint as it is shown to witnesses: the log's own lines, and no others."""

    __tablename__ = "published"
    book: str = Field(primary_key=True)
    size: int = Field(primary_key=True, sa_type=BigInteger)
    note: bytes = Field(sa_type=LargeBinary)
    time: int = Field(sa_type=BigInteger)


class CosignatureRow(SQLModel, table=True):
    """One verified line of one key of a witness under one published checkpoint."""

    __tablename__ = "cosignature"
    book: str = Field(primary_key=True)
    size: int = Field(primary_key=True, sa_type=BigInteger)
    witness: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    line: str
    time: int = Field(sa_type=BigInteger)


PUBLISHED = PublishedRow.__table__  # type: ignore[attr-defined]
COSIGNATURES = CosignatureRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Published:
    """A checkpoint's note and its size."""

    size: int
    note: bytes


@dataclass(frozen=True, slots=True)
class Lag:
    """How far the witnesses are behind: entries, and seconds since the first of them was added.

    `fresh` is how many seconds ago a quorum last said that what it saw is the newest; None, never.
    """

    entries: int
    seconds: int
    fresh: int | None = None


def publishable(note: bytes, signer: Cosigner) -> bytes:
    """The note with the log's second line; another one at each call, so store it."""
    return attach(note, [signature_line(split(note)[0], signer)])


def publish(session: Session, note: bytes, *, now: datetime) -> Published:
    """Store a checkpoint for publication; when another process was first, its bytes count."""
    size = checkpoints.decode(split(note)[0]).size
    row = {"book": BOOK, "size": size, "note": note, "time": micros(now)}
    insert_new(session, PUBLISHED, [row])
    stored = find_published(session, size)
    if stored is None:
        raise NotFound(f"no checkpoint of size {size} is published")
    return stored


def find_published(session: Session, size: int) -> Published | None:
    note = session.execute(
        select(PUBLISHED.c.note).where(PUBLISHED.c.book == BOOK, PUBLISHED.c.size == size)
    ).scalar_one_or_none()
    return None if note is None else Published(size, bytes(note))


def find_latest(session: Session) -> Published | None:
    """What was published last."""
    row = session.execute(
        select(PUBLISHED.c.size, PUBLISHED.c.note)
        .where(PUBLISHED.c.book == BOOK)
        .order_by(PUBLISHED.c.size.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Published(row.size, bytes(row.note))


def add(session: Session, size: int, lines: Mapping[Verifier, str], *, now: datetime) -> None:
    """Keep verified lines; a refreshed one takes the place of the one before it."""
    rows = [
        {
            "book": BOOK,
            "size": size,
            "witness": verifier.name,
            "key": verifier.id.hex(),
            "line": line,
            "time": micros(now),
        }
        for verifier, line in lines.items()
    ]
    for row in rows:
        known = [COSIGNATURES.c[name] == row[name] for name in ("book", "size", "witness", "key")]
        session.execute(delete(COSIGNATURES).where(*known))
    insert_new(session, COSIGNATURES, rows)


def last_cosigned(session: Session, witness: str) -> int:
    """The largest size this witness cosigned, as far as we remember; 0 when it never did."""
    size = session.execute(
        select(func.max(COSIGNATURES.c.size)).where(
            COSIGNATURES.c.book == BOOK, COSIGNATURES.c.witness == witness
        )
    ).scalar_one()
    return size or 0


def newest(session: Session) -> bytes:
    """The newest checkpoint with all the lines it has: what the log serves."""
    note = publication.checkpoint(session)
    published = find_published(session, checkpoints.decode(split(note)[0]).size)
    return note if published is None else cosigned(session, published)


def cosigned(session: Session, published: Published) -> bytes:
    """The published note with its witnesses' lines, as many as everybody can read."""
    rows = session.execute(
        select(COSIGNATURES.c.line, COSIGNATURES.c.witness).where(
            COSIGNATURES.c.book == BOOK, COSIGNATURES.c.size == published.size
        )
    )
    # Ed25519 lines, which are short, come first: they are what the registry's quorum counts.
    ordered = sorted(rows.all(), key=lambda row: (len(row.line), row.witness))
    return with_lines(published.note, [row.line for row in ordered], most=MAX_LINES)


def find_witnessed(session: Session, policy: Policy, *, above: int = 0) -> Published | None:
    """The newest checkpoint beyond that size which the policy's quorum has seen."""
    if not policy.asks_for_witnesses:
        return None
    known = {(each.name, each.id.hex()): each for each in policy.witnesses.values()}
    for size, rows in groupby(_cosigners(session, above), key=lambda row: int(row.size)):
        signed = [known[key] for row in rows if (key := (row.witness, row.key)) in known]
        published = find_published(session, size) if satisfied(policy, signed) else None
        if published is not None:
            return Published(size, cosigned(session, published))
    return None


def _cosigners(session: Session, above: int) -> Iterator[Row[tuple[int, str, str]]]:
    rows = session.execute(
        select(COSIGNATURES.c.size, COSIGNATURES.c.witness, COSIGNATURES.c.key)
        .where(COSIGNATURES.c.book == BOOK, COSIGNATURES.c.size > above)
        .order_by(COSIGNATURES.c.size.desc())
    )
    return iter(rows)


def witnessed_receipt(session: Session, index: int, policy: Policy) -> Receipt:
    """A receipt against the newest checkpoint that the quorum has seen.

    NotFound when there is no such entry; Undecided, code not-witnessed, until a quorum covers it.
    """
    entry = store.entry(session, index)
    witnessed = find_witnessed(session, policy, above=index)
    if witnessed is None:
        raise Undecided(f"no quorum of witnesses has seen entry {index} yet", code="not-witnessed")
    check_quorum(policy, witnessed.note)
    proof = prove_inclusion(index, witnessed.size, publication.hashes(session))
    return Receipt(index=index, entry=entry, proof=proof, checkpoint=witnessed.note)


def lag(session: Session, policy: Policy, *, now: datetime) -> Lag:
    """How many entries no quorum has seen, and for how long the first of them has waited."""
    size = store.head(session).size
    witnessed = find_witnessed(session, policy)
    seen = witnessed.size if witnessed is not None else 0
    fresh = None if witnessed is None else _freshness(witnessed.note, policy, now)
    if seen >= size:
        return Lag(0, 0, fresh)
    waiting = now - entries.decode(store.entry(session, seen)).time
    return Lag(size - seen, max(0, int(waiting.total_seconds())), fresh)


def _freshness(note: bytes, policy: Policy, now: datetime) -> int | None:
    """How long ago the last of a quorum signed: by the times that they signed themselves."""
    signed = open_note(note, policy.witnesses.values()).signatures
    newest_first = sorted(signed, key=lambda each: -(each.time or 0))
    for count, last in enumerate(newest_first, 1):
        if satisfied(policy, [each.verifier for each in newest_first[:count]]):
            return max(0, int(now.timestamp()) - (last.time or 0))
    return None


def forget(session: Session, policy: Policy, *, now: datetime) -> None:
    """Drop published checkpoints that are old and superseded, with their lines."""
    latest = session.execute(
        select(func.max(PUBLISHED.c.size)).where(PUBLISHED.c.book == BOOK)
    ).scalar_one()
    witnessed = find_witnessed(session, policy)
    kept = {latest, witnessed.size if witnessed else latest}
    for row in (PublishedRow, CosignatureRow):
        old = (col(row.book) == BOOK, col(row.time) < micros(now - KEPT))
        session.execute(delete(row).where(*old, col(row.size).not_in(kept)))
