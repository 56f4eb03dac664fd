"""Carrying erasures out: what was asked for, approved by other eyes, and is not held by law.

The disclosures go, and whatever was derived from them; the entry, the signed part, its tag and all
proofs stay. Afterwards `databases.scrub` takes the old bytes out of the database's files.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from crypto import sdjwt
from ledger import erased, pending, projections, records, timeline
from ledger.claims import Marking
from ledger.concealment import DATA_KEYS
from ledger.erased import ERASED, Erasing
from ledger.events.erasure import is_erasable, is_own
from ledger.records import DISCLOSURES, Record
from ledger.roster import Erasure, Roster
from ledger.vocabulary import CaseEvent

TABLES = (DISCLOSURES, ERASED, DATA_KEYS, pending.PENDING, *projections.TABLES)
OPEN = Marking()


class Stage(StrEnum):
    """How far an erasure has come."""

    REQUESTED = "requested"
    HELD = "held"
    APPROVED = "approved"
    ERASED = "erased"
    VOID = "void"


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One requested erasure, and where it stands; `index` is None where there is no such target."""

    asked: Erasure
    stage: Stage
    index: int | None
    done: Erasing | None = None


def cases(session: Session, roster: Roster) -> list[Case]:
    """Every erasure that was ever requested, in order of the log."""
    asked = sorted(roster.erasures.values(), key=lambda each: each.by.index)
    places = timeline.places(session, {each.target for each in asked})
    done = erased.at(session, [place[0] for place in places.values()])
    return [_case(each, places.get(each.target), done, roster) for each in asked]


def _case(
    asked: Erasure,
    place: tuple[int, str, str, str] | None,
    done: dict[int, Erasing],
    roster: Roster,
) -> Case:
    if place is None or not is_own(asked.by, place[1]) or not is_erasable(place[2], asked.scope):
        return Case(asked=asked, stage=Stage.VOID, index=None)
    index = place[0]
    so_far = done.get(index)
    if so_far is not None and (so_far.is_whole or so_far.scope == asked.scope):
        return Case(asked=asked, stage=Stage.ERASED, index=index, done=so_far)
    if asked.approved_by is None:
        return Case(asked=asked, stage=Stage.REQUESTED, index=index)
    stage = Stage.HELD if roster.held(asked.target) else Stage.APPROVED
    return Case(asked=asked, stage=stage, index=index)


def carry_out(session: Session, roster: Roster, *, now: datetime) -> list[Erasing]:
    """Erase whatever may be erased now; the caller holds the pen, and scrubs afterwards.

    `roster` must be of this session's moment, so that no hold is missed. Who runs this again does
    nothing twice; a database that was restored from before an erasure loses the same once more.
    """
    done: list[Erasing] = []
    while ready := [c for c in cases(session, roster) if c.stage is Stage.APPROVED]:
        done.append(_erase(session, ready[0], now))
    return done


def _erase(session: Session, case: Case, now: datetime) -> Erasing:
    assert case.index is not None  # noqa: S101 - narrows the type: an approved one has a target
    (record,) = records.read(session, [case.index])
    gone, kept = _parted(record, case.asked.scope)
    erasing = _erasing(record, case.asked, gone, now)
    records.replace(session, [(record.index, records.text_of(kept))])
    erased.note(session, erasing)
    if erasing.is_whole:
        (left,) = records.read(session, [record.index])
        timeline.forget(session, left)
        projections.again(session, record)
    return erasing


def _parted(record: Record, scope: str) -> tuple[list[str], list[str]]:
    """The disclosures that go, and those that stay."""
    gone: list[str] = []
    kept: list[str] = []
    for name, disclosure in zip(record.parsed.claims, record.parsed.disclosures, strict=True):
        (gone if scope == "body" or name == "nominal" else kept).append(disclosure)
    return gone, kept


def _erasing(record: Record, asked: Erasure, gone: list[str], now: datetime) -> Erasing:
    before = record.erased.gone if record.erased else ()
    about, subject = record.event.subject
    event = record.event
    assert asked.approved_by is not None  # noqa: S101 - narrows the type: it is approved
    return Erasing(
        index=record.index,
        scope=asked.scope,
        time=now,
        request=asked.request,
        agency=asked.by.agency,
        approver=asked.approved_by.agency,
        reason=asked.reason,
        digest=record.digest,
        gone=tuple(sorted({*before, *map(sdjwt.digest, gone)})),
        about=about,
        subject=subject,
        restricted=isinstance(event, CaseEvent) and event.marking != OPEN,
    )
