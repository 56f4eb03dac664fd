"""A stretch of the log checked by itself: what each worker does, with a connection of its own.

Entries are taken in blocks of 256. A block in which all is in order is told as one; anything odd in
it, whatever it is, is left to the walk, which goes over it again and says what and where.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from crypto import BadSignature, CryptoError, Malformed, UnknownKey
from crypto.keyring import Enrolment
from crypto.keys import PublicKey
from crypto.notes import Verifier
from ledger import LedgerError
from ledger.audit.beside import Beside
from ledger.audit.blocks import Block
from ledger.audit.skimming import Reader, Speaker
from ledger.audit.speakers import Voices
from ledger.checkpoints import Checkpoint, open_checkpoint
from ledger.entries import decode, hash_of, moment, skim
from ledger.store import BOOK, CHECKPOINTS
from ledger.tiles import WIDTH

Range = tuple[int, int]
Row = tuple[int, bytes | None, bytes | None]
Signed = tuple[PublicKey, bytes, bytes]  # whose signature it is to be, and of what

_ROWS = """
SELECT entry."index", {entry}, {disclosure} FROM entry
JOIN disclosure ON disclosure."index" = entry."index"
WHERE entry.book = {0} AND entry."index" >= {0} AND entry."index" < {0}
ORDER BY entry."index" LIMIT {0}
"""
_BLOB = "CASE WHEN typeof({0}) = 'blob' THEN {0} END"
_ON_SQLITE = _ROWS.format(
    "?", entry=_BLOB.format("entry.data"), disclosure=_BLOB.format("disclosure.data")
)
_ON_POSTGRESQL = _ROWS.format("%s", entry="entry.data", disclosure="disclosure.data")


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a range came to: a block, or None for one to be walked, with their bounds.

    `opened` are the checkpoints over it that the log signed; their roots are yet to be compared.
    """

    blocks: tuple[tuple[Range, Block | None], ...]
    opened: dict[bytes, Checkpoint]


class Checker:
    """Checks ranges one after the other and remembers keys and headers meanwhile."""

    def __init__(self, session: Session, voices: Voices) -> None:
        self._session, self._voices = session, voices
        self._errors = (DBAPIError, session.get_bind().dialect.loaded_dbapi.Error)
        self._beside = Beside(session)
        self._reader = Reader()
        self._enrolments: dict[Speaker, Enrolment] = {}
        self._verifier = Verifier.parse(voices.vkey) if voices.vkey else None

    def check(self, within: Range) -> Found:
        start, end = within
        bounds = [(at, min(end, at + WIDTH)) for at in range(start, end, WIDTH)]
        try:
            rows = _rows(self._session, within)
            opened = self._opened(within)
        except self._errors:  # the walk will meet it again, and tell
            return Found(blocks=tuple((each, None) for each in bounds), opened={})
        if len(rows) != end - start:
            return Found(blocks=tuple((each, None) for each in bounds), opened=opened)
        blocks = [
            (each, self._block(each[0], rows[each[0] - start : each[1] - start])) for each in bounds
        ]
        return Found(blocks=tuple(blocks), opened=opened)

    def _block(self, start: int, rows: Sequence[Row]) -> Block | None:
        """These rows as a block, or None as soon as anything about them is odd."""
        try:
            prev = decode(rows[0][1] or b"").prev
            return self._joined(start, prev, rows)
        except (CryptoError, LedgerError):
            return None

    def _joined(self, start: int, prev: bytes, rows: Sequence[Row]) -> Block:
        """Everything else first and then the signatures.

        In turns, each evicts the other's code from the processor's nearest cache: that costs twice
        as much as skimming.
        """
        hashes: list[bytes] = []
        times: list[tuple[int, datetime]] = []
        signed: list[Signed] = []
        last, time = prev, b""
        for expected, (index, data, disclosures) in enumerate(rows, start):
            if index != expected or data is None or disclosures is None:
                raise Malformed("not what belongs here")
            skimmed = skim(data, expected, last)
            if skimmed is None or expected in self._beside.erased:
                raise Malformed("not the entry that belongs here, or one that lost something")
            said = self._beside.reveal(expected, disclosures)
            if said or expected not in self._voices.stated:
                signed.append(self._signed(expected, skimmed[0], said))
            if skimmed[1] != time:
                if skimmed[1] < time:
                    raise Malformed("older than the entry before it")
                time = skimmed[1]
                times.append((expected, moment(time.decode("ascii"))))
            last = hash_of(data)
            hashes.append(last)
        for key, signature, text in signed:
            key.check(signature, text)
        return Block(start=start, prev=prev, hashes=tuple(hashes), times=tuple(times))

    def _signed(self, index: int, jwt: bytes, disclosures: bytes) -> Signed:
        """For this log, by an agency, with a key of its own that was valid here: if it signed."""
        said = self._reader.read(jwt, disclosures)
        if said is None:
            raise Malformed("a registry statement that does not pass")
        speaker, text, signature = said
        enrolment = self._enrolments.get(speaker)
        if enrolment is None:
            enrolment = self._enrolments[speaker] = self._enrolled(speaker)
        if not enrolment.is_valid_for(index):
            raise UnknownKey("not valid here")
        return enrolment.key, signature, text

    def _enrolled(self, speaker: Speaker) -> Enrolment:
        """The key of an agency that may state to this log with it, at some entry or other."""
        if speaker.audience != self._voices.origin:
            raise Malformed("for another log")
        enrolment = self._voices.enrolment(speaker.kid)
        if enrolment.holder != speaker.issuer or speaker.issuer not in self._voices.agencies:
            raise BadSignature("not the issuer's key")
        if enrolment.key.alg != speaker.alg:
            raise BadSignature("signed for another algorithm")
        return enrolment

    def _opened(self, within: Range) -> dict[bytes, Checkpoint]:
        if self._verifier is None:
            return {}
        made: dict[bytes, Checkpoint] = {}
        for note in _notes(self._session, within):
            try:
                made[note] = open_checkpoint(note, self._verifier.name, [self._verifier])
            except (CryptoError, LedgerError):
                continue  # the walk opens it again, and tells
        return made


def _rows(session: Session, within: Range) -> list[Row]:
    """Entries with their disclosures; a value of the wrong type is null, and so is odd.

    Taken as the driver gives them: to make rows of them costs a third of reading them.
    """
    start, end = within
    connection = session.connection()
    sql = _ON_SQLITE if connection.dialect.name == "sqlite" else _ON_POSTGRESQL
    found: Any = connection.exec_driver_sql(sql, (BOOK, start, end, end - start + 1))
    return found.cursor.fetchall()  # type: ignore[no-any-return]


def _notes(session: Session, within: Range) -> Sequence[bytes]:
    start, end = within
    query = select(CHECKPOINTS.c.note).where(
        CHECKPOINTS.c.book == BOOK, CHECKPOINTS.c.size > start, CHECKPOINTS.c.size <= end
    )
    if session.get_bind().dialect.name == "sqlite":
        query = query.where(func.typeof(CHECKPOINTS.c.note) == "blob")
    return [bytes(note) for note in session.execute(query.limit(end - start + 1)).scalars()]
