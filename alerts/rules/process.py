"""The order of things: answers before exports, closing after delivery."""

from collections.abc import Iterator
from datetime import datetime

from alerts.rules import Dossier, Finding, Severity, evidence, rule
from alerts.rules.otherhalf import closed_elsewhere
from alerts.rules.parameters import Parameters
from alerts.rules.words import count, day
from ledger.events.movements import Departed
from ledger.events.notices import NoticeExpired, NoticeNoObjection, NoticeSent
from ledger.events.permits import ExportAuthorised
from ledger.events.receptions import Delivered, ImportCleared
from ledger.folding import Stated
from ledger.shipments import Reply, Shipment


@rule(
    "RF-11",
    version=1,
    severity=Severity.MEDIUM,
    family="process",
    name="Exported without a reply",
)
def exported_without_reply(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """The export was authorised, or left, after the deadline had passed without an answer.

    Silence is not consent. Where the exporting country's policy lets an export go ahead after an
    unanswered deadline it is low, and so it is where a late answer did not object; where its policy
    bars it, it is high.

    Source: EU 111/2005 Art 11; INCB recommendations on replies to pre-export notifications.
    """
    del p
    entitled = {s.by.jti for s in (*dossier.stated(ExportAuthorised), *dossier.stated(Departed))}
    for state, each in dossier.steps:
        reply = state.reply
        if each.by.jti in entitled and reply and _silent(reply, each.by.occurred_at):
            severity, words = _weight(dossier, state, each)
            did = "authorised" if isinstance(each.event, ExportAuthorised) else "carried out"
            yield Finding(
                summary=f"The export was {did} on {day(each.by.occurred_at)} although the notice, "
                f"due to be answered by {day(reply.due)}, was unanswered{words}.",
                evidence=evidence(
                    dossier.stated(NoticeSent), dossier.stated(NoticeExpired), (each,)
                ),
                severity=severity,
            )
            return


def _silent(reply: Reply, at: datetime) -> bool:
    if reply.state == "expired_no_reply":
        return True
    return reply.state == "awaiting" and not reply.stopped and at > reply.due


def _weight(dossier: Dossier, state: Shipment, export: Stated) -> tuple[Severity | None, str]:
    late = [s for s in dossier.stated(NoticeNoObjection) if s.by.order > export.by.order]
    if late:
        on = day(late[0].by.occurred_at)
        return Severity.LOW, f"; a late reply on {on} does not object"
    policy = dossier.roster.policy_for(state.route.exporting) if state.route else None
    if policy is not None and policy.silence == "may_proceed":
        return Severity.LOW, "; the exporting country's policy lets an export go ahead then"
    if policy is not None and policy.silence == "barred":
        return Severity.HIGH, "; the exporting country's policy bars an export then"
    return None, ""


def _never_closed(dossier: Dossier, p: Parameters) -> Iterator[datetime]:
    shipment = dossier.shipment
    if shipment.status in {"cleared", "delivered"} and "received" not in shipment.times:
        reached = [shipment.times[t] for t in ("cleared", "delivered") if t in shipment.times]
        yield from (moment + p.days("limit_days") for moment in sorted(reached)[-1:])


@rule(
    "RF-19",
    version=1,
    severity=Severity.MEDIUM,
    family="process",
    name="Loop never closed",
    parameters={"limit_days": 30},
    due=_never_closed,
)
def loop_never_closed(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """Goods were cleared or delivered, and nobody confirms that they were received.

    The receipt, or the closing of the books, is expected within `limit_days` of the last of these
    steps. Goods that were split, sent on, seized or destroyed meanwhile have another end.

    Source: return of copy 3 under EU 111/2005; confirmation of receipt in Argentina (RENPRE).
    """
    for due in _never_closed(dossier, p):
        if dossier.now >= due and not closed_elsewhere(dossier):
            status = dossier.shipment.status
            limit = count(p.number("limit_days"), "day")
            yield Finding(
                summary=f"The goods were {status} on {day(due - p.days('limit_days'))} and no "
                f"receipt was confirmed within {limit}.",
                evidence=evidence(dossier.stated(ImportCleared), dossier.stated(Delivered)),
            )
