"""Hit or no hit: whether an identifier is known, as far as those who know it let others hear.

A no and a not-allowed are one answer, and take one way: only statements of the asking agency and of
agencies that let hits be told are ever looked at, whatever else there is. A marking that keeps a
statement from the asking country keeps its hit too. Nominal data is in no index, so it never hits.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from typing import Final

from sqlmodel import Session, select

from ledger import records
from ledger.claims import folded
from ledger.history import AUDIENCE, MENTIONS
from ledger.identifiers import normal
from ledger.mentions import Mention, mentions_of, normal_number
from ledger.records import Record
from ledger.timeline import TIMELINE
from ledger.visibility import Viewer, released
from ledger.vocabulary import CaseEvent

KINDS: Final = ("address", "container", "document", "email", "name", "phone", "seal", "trader")
TRIED: Final = 20  # shipments of one agency that are looked into before it counts as a no

NAMED, UNNAMED = "yes", "yes_without_name"


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """Whether it is known, and in which countries, as far as these let themselves be named."""

    known: bool
    owners: tuple[str, ...] = ()


def mention(kind: str, value: str) -> Mention:
    """An identifier as events are found by it, however it was typed."""
    if kind in {"container", "seal"}:
        return kind, normal(kind, value)
    if kind == "document":
        return kind, normal_number(value)
    if kind == "trader":
        return kind, _trader(value.strip())
    return kind, folded(value)


def _trader(key: str) -> str:
    """A trader's key: a registered identifier after its scheme, or a name after its country."""
    before, colon, rest = key.partition(":")
    if len(before) == 2:
        return f"{before.upper()}{colon}{folded(rest)}"
    return f"{before.lower()}{colon}{rest.upper()}"


def ask(
    session: Session,
    kind: str,
    value: str,
    viewer: Viewer,
    *,
    answers: Mapping[str, str],
    now: datetime,
) -> Hit:
    """What the viewer may hear; `answers` has what each agency declared (`Roster.hits`)."""
    telling = {agency for agency, answer in answers.items() if answer in {NAMED, UNNAMED}}
    telling.add(viewer.agency)
    sought = mention(kind, value)
    hits = [
        agency
        for agency, refs in _candidates(session, sought, telling)
        if any(
            sought in mentions_of(record.event) and _is_told(record, viewer, now)
            for record in _stated(session, agency, refs)
        )
    ]
    named = {each for each in hits if each == viewer.agency or answers.get(each) == NAMED}
    return Hit(known=bool(hits), owners=tuple(sorted({agency[:2] for agency in named})))


def _candidates(
    session: Session, sought: Mention, telling: set[str]
) -> Iterator[tuple[str, list[str]]]:
    """Agencies that stated something about shipments which mention it, with some of these."""
    kind, value = sought
    rows = session.execute(
        select(AUDIENCE.c.viewer, AUDIENCE.c.ref)
        .join(MENTIONS, MENTIONS.c.ref == AUDIENCE.c.ref)
        .where(MENTIONS.c.kind == kind, MENTIONS.c.value == value)
        .where(AUDIENCE.c.viewer.in_(sorted(telling)))
        .order_by(AUDIENCE.c.viewer, AUDIENCE.c.ref.desc())
    )
    for agency, pairs in groupby(rows, key=lambda row: str(row[0])):
        yield agency, [ref for _, ref in islice(pairs, TRIED)]


def _stated(session: Session, agency: str, refs: list[str]) -> list[Record]:
    """What this very agency stated about these shipments."""
    mine = (TIMELINE.c.about == "shipment") & (TIMELINE.c.agency == agency)
    query = select(TIMELINE.c.index).where(mine, TIMELINE.c.subject.in_(refs))
    return records.read(session, session.execute(query).scalars())


def _is_told(record: Record, viewer: Viewer, now: datetime) -> bool:
    event = record.event
    return isinstance(event, CaseEvent) and released(event.marking, record.by, viewer, now)
