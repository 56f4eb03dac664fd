"""Statements about cases that take two people: whether the log shows that two agreed.

Whether one took two depends on what was stated before it, so these few are looked at once all has
been read. Of what was erased nobody can tell any more; it is not accused.
"""

from dataclasses import dataclass, field

from sqlmodel import Session

from crypto import CryptoError
from ledger import LedgerError, foureyes, relations
from ledger.audit.faults import Say
from ledger.decisions import digest_of
from ledger.events.access import AccessEvent
from ledger.records import Record
from ledger.roster import Roster
from ledger.vocabulary import RegistryEvent


@dataclass
class Eyes:
    """The statements that two people did not agree to, of kinds that may take two."""

    alone: list[tuple[Record, Roster]] = field(default_factory=list)

    def watch(self, record: Record, roster: Roster) -> None:
        """Remember a statement with the roster at its entry, if it may have taken two."""
        event, country = record.event, record.by.country
        if isinstance(event, RegistryEvent) or not foureyes.is_watched(event):
            return
        if isinstance(event, AccessEvent):
            self.alone.append((record, roster))
            return
        statement = digest_of(record.parsed.jwt)
        if roster.is_bound(country) and not roster.approval(statement, record.time, country):
            self.alone.append((record, roster))

    def check(self, session: Session, say: Say) -> None:
        """Tell of those that did take two, by what was stated before them."""
        for record, roster in self.alone:
            try:
                relations.check_eyes(session, record, roster)
            except (LedgerError, CryptoError) as error:
                say(f"entry {record.index}", str(error))
