"""Four eyes: what takes two people counts only once the second has agreed (issue 4, DESIGN §6).

Pure, and asked twice: by the door before a statement gets its place, and by whoever folds the log
again. Nothing is applied at the approval: it makes one statement postable, named by its hash. So
the fold of each kind stays as it is, and what was agreed to is exactly what was signed.
"""

from collections.abc import Sequence
from datetime import datetime

from ledger import NotPermitted
from ledger.roster import Roster, Signer
from ledger.vocabulary import Event, RegistryEvent


def is_watched(event: Event) -> bool:
    """Whether this kind of event ever takes two people: most never do."""
    return type(event).needs_four_eyes is not Event.needs_four_eyes


def take(event: RegistryEvent, roster: Roster, by: Signer) -> Roster:
    """The roster after a registry statement, which must be approved where it takes two people."""
    if is_watched(event) and event.needs_four_eyes(roster):
        countries = event.authorities(by)
        if roster.is_bound(countries[0]):
            approved = roster.approval(by.statement, by.time, *countries)
            if approved is None:
                raise _needed(event, countries[0])
    return event.apply(roster, by)


def check(
    event: Event,
    earlier: Sequence[Event],
    roster: Roster,
    *,
    country: str,
    statement: str,
    now: datetime,
) -> None:
    """Refuse a statement about a case that takes two people and has not got them.

    `earlier` are the events about what it rests on, in order of the log.
    """
    if not (is_watched(event) and roster.is_bound(country)):
        return
    if event.needs_four_eyes(earlier) and roster.approval(statement, now, country) is None:
        raise _needed(event, country)


def _needed(event: Event, country: str) -> NotPermitted:
    return NotPermitted(
        f"{event.kind} takes two people of {country}: request it, and let another approve it",
        code="needs-approval",
    )
