"""The order of things: answers before exports, closing after delivery."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from alerts.rules import Dossier, Finding, Severity, evidence, rule
from alerts.rules.aggregates import ASKS, importing, reply_of, silence_of
from alerts.rules.habits import (
    PRIOR_WEIGHT,
    Habit,
    Value,
    import_permits_of,
    left_out,
    papers_take,
    takes_part,
    wait_of,
)
from alerts.rules.normal import share_of
from alerts.rules.parameters import Parameters
from alerts.rules.words import count, day, percent_of
from ledger.events.movements import Departed
from ledger.events.notices import NoticeExpired, NoticeNoObjection, NoticeObjected, NoticeSent
from ledger.events.permits import ExportAuthorised, ImportAuthorised
from ledger.folding import Stated
from ledger.roster import Role
from ledger.shipments import Reply, Shipment

NO_IMPORT_PERMIT = 0.3  # of what comes in, before a country is known: not all ask for one
UNANSWERED = 0.15  # of notices, before an authority is known


def _answer_may_come(dossier: Dossier, p: Parameters) -> Iterator[datetime]:
    for _, each, _ in _unanswered(dossier):
        yield _answered_by(dossier, each, p)


@rule(
    "RF-11",
    version=3,
    severity=Severity.MEDIUM,
    family="process",
    name="Exported without a reply",
    parameters={"least_wait_days": 3, "most_wait_days": 30},
    due=_answer_may_come,
)
def exported_without_reply(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """The export was authorised, or left, after the deadline had passed without an answer.

    Silence is not consent, but many authorities are often silent: it is believed when all but one
    in fifty of that authority's answers would have come (from `least_wait_days` to
    `most_wait_days`), and weighs by how many of its notices it leaves unanswered, and where it gave
    no import permit either by how seldom it reports none: then it may never have heard of the
    order. It only adds to what else is found, unless a late answer objects, which is high. Where
    the exporting country's policy lets an export go ahead after an unanswered deadline, or a late
    answer does not object, it is low; where its policy bars it, it stands alone. A country that
    takes no part cannot answer and is not asked about.

    Source: EU 111/2005 Art 11; INCB recommendations on replies to pre-export notifications.
    """
    for state, each, reply in _unanswered(dossier):
        if dossier.now < _answered_by(dossier, each, p):
            return
        habit = _habit(dossier, state, reply)
        unknown = _unknown_there(dossier, state, each)
        severity, alone, words = _weight(dossier, state, each)
        did = "authorised" if isinstance(each.event, ExportAuthorised) else "carried out"
        yield Finding(
            summary=f"The export was {did} on {day(each.by.occurred_at)} although the notice, "
            f"due to be answered by {day(reply.due)}, was unanswered{words}."
            f"{_habit_told(habit)}{unknown.said}",
            evidence=evidence(dossier.stated(NoticeSent), dossier.stated(NoticeExpired), (each,)),
            severity=severity,
            alone=alone,
            surprise=habit.surprise + unknown.surprise,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Silence:
    """What else that authority did not say, and how seldom it does not."""

    said: str = ""
    surprise: float = 0.0


def _unknown_there(dossier: Dossier, state: Shipment, export: Stated) -> _Silence:
    """Whether the importing side reported no permit of its own, which would have been an answer."""
    route = state.route
    if route is None or dossier.stated(ImportAuthorised):
        return _Silence()
    what = import_permits_of(route.importing)
    habit = left_out(dossier, what, export.by.occurred_at, usual=NO_IMPORT_PERMIT)
    share = percent_of(habit.share)
    said = f" It reported no import permit either, as with {share} of what comes in."
    return _Silence(said=said, surprise=habit.surprise)


def _unanswered(dossier: Dossier) -> Iterator[tuple[Shipment, Stated, Reply]]:
    """The first step that went ahead after silence, where somebody was there to answer."""
    entitled = {s.by.jti for s in (*dossier.stated(ExportAuthorised), *dossier.stated(Departed))}
    for state, each in dossier.steps:
        reply, route = state.reply, state.route
        if each.by.jti in entitled and reply and _silent(reply, each.by.occurred_at):
            if route is None or takes_part(dossier, route.importing, Role.AUTHORITY):
                yield state, each, reply
            return


def _answered_by(dossier: Dossier, export: Stated, p: Parameters) -> datetime:
    """When an answer given in time would have been reported, and the export's own paper is in."""
    least, most = p.days("least_wait_days"), p.days("most_wait_days")
    what = wait_of("reply", importing(dossier.shipment))
    take = papers_take(dossier, what, export.by.occurred_at, least=least, most=most)
    return max(dossier.heard_at(export.by), export.by.occurred_at + take)


def observed_silences(dossier: Dossier) -> Iterator[Value]:
    """What went on after a deadline asks how many others went unanswered, and how many did not."""
    for state, each in dossier.steps:
        reply, route = state.reply, state.route
        if route is not None and reply is not None and _silent(reply, each.by.occurred_at):
            for what in (silence_of(route.importing), reply_of(route.importing)):
                yield what, reply.due, ASKS


def _habit(dossier: Dossier, state: Shipment, reply: Reply) -> Habit:
    """How many notices this authority leaves unanswered, of those it had had before."""
    country, elsewhere = importing(state), dossier.elsewhere
    silent = len(elsewhere.observed(silence_of(country), reply.due))
    answered = len(elsewhere.observed(reply_of(country), reply.due))
    known = silent + answered
    share = share_of(silent, known, prior=UNANSWERED, weight=PRIOR_WEIGHT)
    return Habit(share=share, known=known)


def _habit_told(habit: Habit) -> str:
    if not habit.known:
        return ""
    notices = count(habit.known, "notice")
    return f" That authority leaves {percent_of(habit.share)} unanswered ({notices} known)."


def _silent(reply: Reply, at: datetime) -> bool:
    if reply.state == "expired_no_reply":
        return True
    return reply.state == "awaiting" and not reply.stopped and at > reply.due


def _weight(dossier: Dossier, state: Shipment, export: Stated) -> tuple[Severity | None, bool, str]:
    """How grave it is, whether it stands alone, and why in words."""
    against = [s for s in dossier.stated(NoticeObjected) if s.by.order > export.by.order]
    if against:
        on = day(against[0].by.occurred_at)
        return Severity.HIGH, True, f"; the reply of {on}, too late, objects"
    late = [s for s in dossier.stated(NoticeNoObjection) if s.by.order > export.by.order]
    if late:
        on = day(late[0].by.occurred_at)
        return Severity.LOW, False, f"; a late reply on {on} does not object"
    policy = dossier.roster.policy_for(state.route.exporting) if state.route else None
    if policy is not None and policy.silence == "may_proceed":
        words = "; the exporting country's policy lets an export go ahead then"
        return Severity.LOW, False, words
    if policy is not None and policy.silence == "barred":
        return Severity.HIGH, True, "; the exporting country's policy bars an export then"
    return None, False, ""
