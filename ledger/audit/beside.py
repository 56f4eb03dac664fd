"""What lies beside the log, opened for an audit: disclosures, and the record of what was erased.

Nothing that a process opened before counts here: each data key is taken out of its wrapping again.
"""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, true
from sqlmodel import Session

from crypto import CryptoError, Malformed, sdjwt
from ledger import LedgerError, Tampered, Undecided, erased
from ledger.audit.cells import BYTES, NULL, TEXT, Row, is_whole, rows
from ledger.audit.faults import Say
from ledger.concealment import vault_of
from ledger.entries import decode
from ledger.erased import Erasing
from ledger.events.erasure import is_own
from ledger.records import DISCLOSURES
from ledger.roster import Roster
from ledger.store import entries


class Beside:
    """Disclosures as text cells; what does not open is a null with the reason for its value."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._vault = vault_of(session).again()
        self.erased: dict[int, Erasing] = erased.find(session, true())

    def rows(self, *where: ColumnElement[bool]) -> Iterator[Row]:
        """Index and disclosures, in order."""
        stored = rows(self._session, [DISCLOSURES.c.index, DISCLOSURES.c.data], *where)
        yield from map(self._revealed, stored)

    def reveal(self, index: int, stored: bytes) -> bytes:
        return self._vault.reveal(self._session, index, stored).encode("ascii")

    def _revealed(self, row: Row) -> Row:
        index, (rank, stored) = row
        if rank != BYTES or not is_whole(index):
            return index, (NULL, "is not stored as bytes")
        try:
            return index, (TEXT, self.reveal(index[1], stored))
        except (Tampered, Undecided) as error:
            return index, (NULL, str(error))


def check_erased(parsed: sdjwt.Parsed, erasing: Erasing) -> None:
    """Whether what a statement does not disclose is what was erased of it: no more, no less."""
    here = set(map(sdjwt.digest, parsed.disclosures))
    if set(parsed.payload.get("_sd", ())) - here != set(erasing.gone):
        raise Malformed("what is missing is not what was erased")


def check_orders(session: Session, found: dict[int, Erasing], roster: Roster, say: Say) -> None:
    """Whether the log asks for each erasure that was carried out, by four eyes."""
    for index, erasing in sorted(found.items()):
        asked = roster.erasures.get(erasing.request)
        for _, data in entries(session, index, index + 1):
            said = _target(data)
        if asked is None or asked.approved_by is None:
            say(f"erased {index}", "nobody asked for it and approved it in the log")
        elif said is None or asked.target != said.jti or not is_own(asked.by, said.issuer):
            say(f"erased {index}", "the request is about another statement")
        elif (asked.scope, asked.by.agency, asked.approved_by.agency, asked.reason) != (
            erasing.scope,
            erasing.agency,
            erasing.approver,
            erasing.reason,
        ):
            say(f"erased {index}", "is not what was asked for")


def _target(data: bytes) -> sdjwt.Parsed | None:
    try:
        return sdjwt.split(f"{decode(data).jwt}~".encode("ascii"), complete=False)
    except (CryptoError, LedgerError):
        return None
