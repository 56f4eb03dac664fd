"""From changed findings to statements and queued mail, inside the transaction of the scan."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, func, select
from sqlmodel import Session

from alerts import findings, openings, outbox, recipients, suppressing
from alerts.hub import Saying
from alerts.lifecycle import Move, move
from alerts.outbox import Errand
from alerts.recipients import Recipient
from ledger import casebook, states
from ledger.cases import Case
from ledger.events.alerts import AlertAcknowledged, AlertRaised, AlertShared
from ledger.records import Record
from ledger.roster import HUB
from ledger.timeline import TIMELINE

# Asked wherever an alert changes, so they are put together once.
_ALERTS: BindParameter[list[str]] = bindparam("alerts", expanding=True)
_STATES = select(casebook.CASES.c.alert, casebook.CASES.c.state).where(
    casebook.CASES.c.alert.in_(_ALERTS)
)
_STATED = (
    select(TIMELINE.c.subject, func.count())
    .where(TIMELINE.c.about == "alert", TIMELINE.c.subject.in_(_ALERTS))
    .group_by(TIMELINE.c.subject)
)


def moves(session: Session, alerts: Collection[str], *, at: datetime) -> dict[str, Move]:
    """What has to be stated about these alerts so that their cases say what was found."""
    wanted = sorted(alerts)
    if not wanted:
        return {}
    cases = _cases(session, wanted)
    places = _places(session, wanted)
    standing = suppressing.held_back(session, findings.standing(session, wanted), at=at)
    found = {
        alert: move(alert, cases.get(alert), standing.get(alert), at=at, place=places.get(alert, 0))
        for alert in wanted
    }
    return {alert: each for alert, each in found.items() if each is not None}


def sayings(of: Collection[Move]) -> list[Saying]:
    return [each.saying for each in of]


def queue(session: Session, made: dict[str, Move], *, now: datetime) -> None:
    """Queue the mail that these moves cause; the cases say already what was stated."""
    if not made:
        return
    quiet = suppressing.hushed(session, findings.standing(session, made), at=now)
    cases = _cases(session, sorted(made))
    desks = recipients.in_countries(session, {c for case in cases.values() for c in case.countries})
    for alert, case in sorted(cases.items()):
        each = made[alert]
        if each.reason == "lapsed":
            continue
        told = set() if each.everyone else outbox.told(session, alert)
        told |= quiet.get(alert, frozenset())
        theirs = [to for to in desks if to.country in case.countries and to.country not in told]
        _queue(session, case, each.reason, theirs, now)


def heard(session: Session, new: Sequence[Record], *, now: datetime) -> None:
    """What people stated about alerts: mail for those newly told, an end to it when taken up."""
    openings.tell(session, new, now=now)
    for record in new:
        event = record.event
        if isinstance(event, AlertAcknowledged):
            case = casebook.find(session, event.alert)
            if case is not None and case.within(record.by.agency):
                outbox.acknowledge(session, event.alert, record.by.country)
        elif isinstance(event, AlertShared) or (
            isinstance(event, AlertRaised) and record.by.agency != HUB
        ):
            case = casebook.find(session, event.alert)
            if case is not None:
                told = outbox.told(session, event.alert)
                told.add(record.by.country)  # whoever shares it knows of it
                reason = "shared" if isinstance(event, AlertShared) else "raised"
                _mail(session, case, reason, set(case.countries) - told, now)


def _mail(
    session: Session, case: Case, reason: str, countries: Collection[str], now: datetime
) -> None:
    _queue(session, case, reason, recipients.in_countries(session, countries), now)


def _queue(
    session: Session, case: Case, reason: str, theirs: Sequence[Recipient], now: datetime
) -> None:
    errand = Errand(alert=case.alert, occurrence=case.occurrences, reason=reason)
    wanted = [to for to in theirs if to.wants(case.severity)]
    outbox.enqueue(session, errand, wanted, now=now)


def _cases(session: Session, alerts: Sequence[str]) -> dict[str, Case]:
    rows = session.connection().execute(_STATES, {"alerts": alerts})
    return {alert: states.decode(Case, bytes(state)) for alert, state in rows}


def _places(session: Session, alerts: Sequence[str]) -> dict[str, int]:
    """How many statements each case has."""
    rows = session.connection().execute(_STATED, {"alerts": alerts})
    return {alert: int(count) for alert, count in rows}
