"""Each entry's statement by itself: whole, signed, and stated by who might at that entry."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from crypto import CryptoError, sdjwt
from ledger import LedgerError
from ledger.audit.cells import TEXT, Cell
from ledger.audit.faults import Say
from ledger.entries import Entry
from ledger.intake import prepare
from ledger.records import record_of
from ledger.registry import folded
from ledger.roster import Roster

# The door compared times with its clock, which may have stood a little ahead of the entry's time.
CLOCKS = timedelta(days=1)
LATEST = datetime.max.replace(tzinfo=UTC) - 2 * CLOCKS


@dataclass
class Statements:
    """The same door again, with the roster as it was at each entry."""

    say: Say
    roster: Roster = field(default_factory=Roster)

    def take(self, entry: Entry, disclosures: Cell | None) -> bool:
        """Tell what is wrong with a statement; whether it can be read back all the same."""
        place = f"disclosure {entry.index}"
        if disclosures is None:
            self.say(place, "is missing")
            return False
        if disclosures[0] != TEXT:
            self.say(place, "is not stored as text")
            return False
        statement = b"%s~%s" % (entry.jwt.encode("ascii"), disclosures[1])
        try:
            now = min(entry.time, LATEST) + CLOCKS
            made = prepare(statement, self.roster, size=entry.index, now=now)
            self.roster = folded(self.roster, [made.record])
        except (CryptoError, LedgerError) as error:
            signed = _is_form(b"%s~" % entry.jwt.encode("ascii"), complete=False)
            beside = signed and not _is_form(statement)
            self.say(place if beside else f"entry {entry.index}", str(error))
            return _is_readable(entry, disclosures[1])
        return True


def _is_form(statement: bytes, *, complete: bool = True) -> bool:
    try:
        sdjwt.split(statement, complete=complete)
    except CryptoError:
        return False
    return True


def _is_readable(entry: Entry, disclosures: bytes) -> bool:
    try:
        record_of(entry, disclosures.decode("ascii"))
    except (CryptoError, LedgerError, UnicodeDecodeError):
        return False
    return True
