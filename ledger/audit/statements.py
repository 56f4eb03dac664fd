"""Each entry's statement by itself: whole, signed, and stated by who might at that entry."""

from datetime import UTC, datetime, timedelta

from crypto import BadSignature, CryptoError, sdjwt
from ledger import LedgerError
from ledger.audit.beside import check_erased
from ledger.audit.cells import TEXT, Cell
from ledger.audit.faults import Say
from ledger.entries import Entry
from ledger.erased import Erasing
from ledger.intake import judge, prepare
from ledger.records import Record, record_of
from ledger.roster import Roster
from ledger.vocabulary import Erased

# The door compared times with its clock, which may have stood a little ahead of the entry's time.
CLOCKS = timedelta(days=1)
LATEST = datetime.max.replace(tzinfo=UTC) - 2 * CLOCKS


def check(
    entry: Entry,
    disclosures: Cell | None,
    roster: Roster,
    say: Say,
    *,
    erasing: Erasing | None = None,
) -> bool:
    """The same door again: tell what is wrong; whether it can be read back all the same."""
    place = f"disclosure {entry.index}"
    if disclosures is None:
        say(place, "is missing")
        return False
    if disclosures[0] != TEXT:
        say(place, str(disclosures[1]))
        return False
    if erasing is not None:
        return _check_rest(entry, disclosures[1], roster, say, erasing)
    statement = b"%s~%s" % (entry.jwt.encode("ascii"), disclosures[1])
    try:
        prepare(statement, roster, size=entry.index, now=clock_of(entry), time=entry.time)
    except (CryptoError, LedgerError) as error:
        signed = _is_form(b"%s~" % entry.jwt.encode("ascii"), complete=False)
        beside = signed and not _is_form(statement)
        say(place if beside else f"entry {entry.index}", str(error))
        return _is_readable(entry, disclosures[1])
    return True


def _check_rest(
    entry: Entry, disclosures: bytes, roster: Roster, say: Say, erasing: Erasing
) -> bool:
    """What an erasure left of a statement: its signature holds, and nothing else is missing."""
    try:
        statement = b"%s~%s" % (entry.jwt.encode("ascii"), disclosures)
        parsed = sdjwt.split(statement, complete=False)
        sdjwt.check(parsed, roster.keyring.find(parsed.kid, entry.index).key)
        check_erased(parsed, erasing)
        judge_rest(record_of(entry, disclosures.decode("ascii"), erasing), roster)
    except (CryptoError, LedgerError, UnicodeDecodeError) as error:
        say(f"disclosure {entry.index}", str(error))
        return False
    return True


def judge_rest(record: Record, roster: Roster) -> None:
    """Form, authority and times, as far as there is anything left to judge."""
    if not isinstance(record.event, Erased):
        judge(record, roster, now=clock_of(record))
    elif roster.keyring.find(record.parsed.kid, record.index).holder != record.parsed.issuer:
        raise BadSignature(f"the key is not {record.parsed.issuer}'s")


def read(
    entry: Entry,
    disclosures: bytes,
    roster: Roster,
    say: Say,
    *,
    erasing: Erasing | None = None,
) -> Record | None:
    """What a statement says, once its signature and digests were checked; None if it says nothing.

    Form, vocabulary and permission are judged here, and a fault in them told.
    """
    try:
        record = record_of(entry, disclosures.decode("ascii"), erasing)
    except (CryptoError, LedgerError, UnicodeDecodeError) as error:
        say(f"entry {entry.index}", str(error))
        return None
    try:
        judge_rest(record, roster)
    except (CryptoError, LedgerError) as error:
        say(f"entry {entry.index}", str(error))
    return record


def clock_of(there: Entry | Record) -> datetime:
    """The latest that the door's clock may have shown."""
    return min(there.time, LATEST) + CLOCKS


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
