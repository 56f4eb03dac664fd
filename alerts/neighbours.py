"""Whom else an event concerns: the shipments that must be looked at again because of it.

What is found here is put on the due-list, not looked at at once, so that a step stays small however
popular a container is. The relation is symmetric, so it doesn't matter who came first.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Select
from sqlmodel import Session, select

from alerts.elsewhere.book import Book
from alerts.lives import Life
from alerts.rules.identities import keys_of
from ledger.claims import Party
from ledger.events.keys import KeyRevoked
from ledger.events.reference import RequirementDeclared
from ledger.history import MENTIONS, SHIPMENTS
from ledger.records import Record
from ledger.roster import Roster
from ledger.shipments import Shipment
from ledger.statuses import ENDED
from ledger.store import micros
from ledger.timeline import TIMELINE
from ledger.vocabulary import Event, StandingEvent
from ledger.volumes import IMPORTS, imports_of

MOST = 200

Group = tuple[str, str, int]  # country, substance, year


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """Shipments to look at again: by reference, and by queries that may find many."""

    refs: frozenset[str] = frozenset()
    queries: tuple[Select[tuple[str]], ...] = ()


def neighbours(
    book: Book, heard_of: Iterable[str], new: Sequence[Record], roster: Roster
) -> Neighbours:
    """Whom the new entries concern, beside the shipments that they are about."""
    refs: set[str] = set()
    groups: dict[Group, int] = {}
    for ref in heard_of:
        stated = book.shelf.life(ref).stated
        began = micros(stated[0].by.occurred_at) if stated else 0
        refs |= book.mentioned.sharing(ref, began)
        refs |= _family(book.shelf.shipments([ref])[ref])
        for group, first in _groups(book.shelf.life(ref)).items():
            groups[group] = min(first, groups.get(group, first))
    for trader, ended in sorted(_traders(book, new).items()):
        refs |= _dealing_with(book.shelf.session, trader, ended=ended)
    queries = [
        _later_imports(group, first)
        for group, first in sorted(groups.items())
        if _is_limited(book, group)
    ]
    queries += [
        _imports_of_year(record.event)
        for record in new
        if isinstance(record.event, RequirementDeclared)
    ]
    queries += [query for record in new for query in _signed_in_doubt(record, roster)]
    return Neighbours(refs=frozenset(refs), queries=tuple(queries))


def _of(record: Record, about: str) -> bool:
    return isinstance(record.event, StandingEvent) and record.event.subject[0] == about


def _traders(book: Book, new: Sequence[Record]) -> dict[str, bool]:
    """The traders of these statements, by key: whether their ended orders count as well.

    Who is said to be the same is judged by the licences of either.
    """
    found: dict[str, bool] = {}
    for party in (party for r in new if _of(r, "trader") for party in _parties(r.event)):
        ended = any(_lost_a_licence(book, key) for key in keys_of(party))
        for key in (party.key, *book.same_as(party.key)):
            found[key] = ended or found.get(key, False)
    return found


def _parties(event: Event) -> Iterator[Party]:
    """Whom a statement about a trader is about: two, where it says who is who."""
    for said in (getattr(event, name, None) for name in ("trader", "customer", "other")):
        if isinstance(said, Party):
            yield said


def _family(shipment: Shipment) -> set[str]:
    return {part.shipment for part in (*shipment.parents, *shipment.children)}


def _lost_a_licence(book: Book, trader: str) -> bool:
    """Whether a licence ever stood suspended or revoked: that counts among its holder's orders."""
    told = book.standing("trader", trader).words.values()
    return any(each.licence.ended_on is not None for said in told for each in said)


def _dealing_with(session: Session, trader: str, *, ended: bool) -> set[str]:
    """The newest open shipments that mention a trader, or the ended ones as well."""
    kind, value = _mentioned_as(trader)
    mentioning = (
        select(MENTIONS.c.ref)
        .join(SHIPMENTS, SHIPMENTS.c.ref == MENTIONS.c.ref)
        .where(MENTIONS.c.kind == kind, MENTIONS.c.value == value)
    )
    if not ended:
        mentioning = mentioning.where(SHIPMENTS.c.status.not_in(sorted(ENDED)))
    rows = session.execute(mentioning.order_by(SHIPMENTS.c.first_index.desc()).limit(MOST))
    return set(rows.scalars())


def _mentioned_as(trader: str) -> tuple[str, str]:
    """How shipments mention who is known by this key.

    What is said of a country's firm by its name holds for who adds its number, too
    (`alerts.rules.identities.standing_of`). Schemes of numbers are in small letters.
    """
    scheme, _, name = trader.partition(":")
    return ("trader", trader) if scheme.islower() else ("name", name)


def _groups(life: Life) -> dict[Group, int]:
    """The yearly imports that a shipment ever counted in, with its own place among them.

    Ever, because one that was cancelled or rerouted makes room in the imports that it left.
    """
    if not life.stated:
        return {}
    found = {group for state in life.ever for group in imports_of(state)}
    return dict.fromkeys(found, micros(life.stated[0].by.occurred_at))


def _is_limited(book: Book, group: Group) -> bool:
    country, substance, year = group
    return f"{substance}/{year}" in book.standing("country", country).requirements


def _later_imports(group: Group, first: int) -> Select[tuple[str]]:
    """Those that come after a shipment in a year's imports: their totals change with it."""
    country, substance, year = group
    return select(IMPORTS.c.ref).where(
        IMPORTS.c.country == country,
        IMPORTS.c.substance == substance,
        IMPORTS.c.year == year,
        IMPORTS.c.began >= first,
    )


def _signed_in_doubt(record: Record, roster: Roster) -> Iterator[Select[tuple[str]]]:
    """The shipments of which an agency spoke since its key was in doubt: a rare, long query."""
    event = record.event
    if not isinstance(event, KeyRevoked) or event.compromised_since is None:
        return
    holders = {each.holder for each in roster.keyring if each.key.kid == event.kid}
    yield (
        select(TIMELINE.c.subject)
        .where(
            TIMELINE.c.about == "shipment",
            TIMELINE.c.agency.in_(sorted(holders)),
            TIMELINE.c.issued >= int(event.compromised_since.timestamp()),
        )
        .distinct()
    )


def _imports_of_year(event: RequirementDeclared) -> Select[tuple[str]]:
    return select(IMPORTS.c.ref).where(
        IMPORTS.c.country == event.country,
        IMPORTS.c.substance == event.substance,
        IMPORTS.c.year == event.year,
    )
