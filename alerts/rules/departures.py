"""Departures: whether what left was permitted to leave on that day, and wanted where it goes."""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta

from alerts.rules import Dossier, Finding, Said, Severity, evidence, papers, rule
from alerts.rules.habits import left_out, papers_take, permits_of, releases_of, wait_of
from alerts.rules.parameters import Parameters
from alerts.rules.weighbridges import MOST
from alerts.rules.words import day, percent_of
from ledger.events.amendments import Cancelled
from ledger.events.enforcement import ShipmentStopped, ShipmentSuspended
from ledger.events.movements import Departed, ExportReleased, TransitEntered
from ledger.events.notices import NoticeNoObjection, NoticeObjected, NoticeSent, NoticeWithdrawn
from ledger.events.permits import AuthorisationSuspended, ExportAuthorised
from ledger.events.receptions import Arrived, ImportCleared
from ledger.folding import Stated
from ledger.mentions import normal_number
from ledger.shipments import Authorisation
from ledger.vocabulary import ShipmentEvent

# Days are local and moments are UTC: a permit that ends today still holds late tonight in Hawaii.
_WEST, _EAST = timedelta(hours=12), timedelta(hours=14)
WENT_ON = {
    Departed: "left",
    TransitEntered: "were in transit",
    Arrived: "arrived",
    ImportCleared: "were cleared",
}
USUALLY_LATE = 2  # days: so much more after the end of a permit is e times rarer
USUAL = 0.04  # of permits, or releases, that are never reported, before a country is known


def _permit_may_come(dossier: Dossier, p: Parameters) -> Iterator[datetime]:
    for _, _, until in _unpermitted(dossier, p):
        yield until


@rule(
    "RF-35",
    version=6,
    severity=Severity.HIGH,
    family="licensing",
    name="Departure without an authorisation in force",
    parameters={"least_wait_days": 3, "most_wait_days": 45, "one_in": 10},
    due=_permit_may_come,
)
def departed_unauthorised(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """Goods left against an objection or a stop, or with no export authorisation in force.

    An objection, or a stop, that nobody took back before the goods went on stands against any
    permit; whoever objected must have agreed again. So does the exporting side's own word that the
    shipment was called off. What counts of a permit is what had been authorised when they left: one
    outside its dates, suspended, or stated to be later than the departure does not count. Ships are
    late: that a permit had ended weighs by the days since, and by few of them (more than once in
    `one_in`) only adds to what else is found. Days are taken in every time zone, so the last day of
    a permit is a whole day everywhere. An authorisation that serves several shipments counts on
    those that cite it. A permit that only begins later adds to what else is found: papers are made
    anew. Where no permit was reported at all the paper may be late or missing: that is believed
    when all but one in fifty of that country's permits would have come (from `least_wait_days` to
    `most_wait_days`), only adds to what else is found, and weighs by how seldom the country leaves
    them out; where no release was reported either, by how seldom it leaves out both, and where a
    release names one it is information.

    Source: EU 111/2005 Art 11, 12 and 18; INCB, objections to pre-export notifications.
    """
    yield from _against_objections(dossier)
    yield from _against_stops(dossier)
    yield from _against_cancelling(dossier)
    for each, held, until in _unpermitted(dossier, p):
        if held:
            yield _told(dossier, each, held, p)
        elif dossier.now >= until:
            yield _unreported(dossier, each)


def _against_objections(dossier: Dossier) -> Iterator[Finding]:
    """Objections that were never taken back, and what went on all the same."""
    went_on = dossier.stated(*WENT_ON)
    for said in _last_by_country(dossier.stated(NoticeObjected)):
        later = [s for s in went_on if s.by.order > said.by.order]
        agreed = _agreed_after(dossier, said)
        before = [s for s in later if not any(a.by.order < s.by.order for a in agreed)]
        if not before:
            continue
        first = before[0]
        known = dossier.heard_at(said.by) <= dossier.heard_at(first.by)
        words = "" if known else ", though the objection was reported later than that"
        after = f"; it agreed on {day(agreed[0].by.occurred_at)} only" if agreed else ""
        yield Finding(
            summary=f"{said.by.country} objected on {day(said.by.occurred_at)}, and the goods "
            f"{WENT_ON[type(first.event)]} on {day(first.by.occurred_at)}{words}{after}.",
            evidence=evidence((said, first), agreed, dossier.stated(ExportAuthorised)),
            severity=Severity.MEDIUM if agreed else None,
            key=f"objected/{said.by.country}",
        )


def _last_by_country(said: tuple[Said[NoticeObjected], ...]) -> list[Said[NoticeObjected]]:
    return list({each.by.country: each for each in said}.values())


def _agreed_after(
    dossier: Dossier, objection: Said[NoticeObjected]
) -> list[Said[NoticeNoObjection]]:
    return [
        each
        for each in dossier.stated(NoticeNoObjection)
        if each.by.country == objection.by.country and each.by.order > objection.by.order
    ]


def _against_stops(dossier: Dossier) -> Iterator[Finding]:
    """Goods that left although they had been stopped or suspended, and nobody had lifted that."""
    departures = {each.by.jti for each in dossier.stated(Departed)}
    for state, each in dossier.steps:
        by_permit = any(permit.suspended for permit in state.authorisations)
        halted = state.status == "stopped" or (state.status == "suspended" and not by_permit)
        if each.by.jti in departures and halted:
            halts = dossier.stated(ShipmentStopped, ShipmentSuspended)
            yield Finding(
                summary=f"The goods left on {day(each.by.occurred_at)} while the shipment was "
                f"{state.status}.",
                evidence=evidence(halts, (each,)),
                key=f"{state.status}/{each.by.jti}",
            )


def _against_cancelling(dossier: Dossier) -> Iterator[Finding]:
    """Goods that went on, or came in, although the exporting side had called the shipment off."""
    anew = [s.by.order for s in dossier.stated(NoticeSent)]
    for said in dossier.stated(Cancelled, NoticeWithdrawn):
        later = [s for s in dossier.stated(*WENT_ON) if s.by.order > said.by.order]
        if later and not any(said.by.order < each < later[0].by.order for each in anew):
            yield Finding(
                summary=f"The shipment was called off on {day(said.by.occurred_at)}, and the goods "
                f"{WENT_ON[type(later[0].event)]} on {day(later[0].by.occurred_at)}.",
                evidence=evidence((said, later[0])),
                key="called off",
            )
            return


def _unpermitted(
    dossier: Dossier, p: Parameters
) -> Iterator[tuple[Stated, list[Authorisation], datetime]]:
    """Departures with no permit in force, the permits there were, and how long to wait for one."""
    departures = {each.by.jti for each in dossier.stated(Departed)}
    for state, each in dossier.steps:
        if each.by.jti in departures:
            at = each.by.occurred_at
            held = [a for a in (*state.authorisations, *_cited(dossier)) if a.kind == "export"]
            if not any(_in_force(a, at) for a in held):
                held = held or _later(dossier)
                yield each, held, dossier.heard_at(each.by) if held else _until(dossier, each, p)


def _until(dossier: Dossier, left: Stated, p: Parameters) -> datetime:
    least, most = p.days("least_wait_days"), p.days("most_wait_days")
    at, what = left.by.occurred_at, wait_of("permit", left.by.country)
    return dossier.heard_at(left.by) + papers_take(dossier, what, at, least=least, most=most)


def _later(dossier: Dossier) -> list[Authorisation]:
    """The permits that were given when the goods had left already."""
    return [a for a in dossier.shipment.authorisations if a.kind == "export"]


def _told(dossier: Dossier, left: Stated, held: list[Authorisation], p: Parameters) -> Finding:
    at = left.by.occurred_at
    surprise = _overrun(held, at)
    return Finding(
        summary=f"The goods left on {day(at)} {_why_not(held, at)}.",
        evidence=evidence(
            dossier.stated(ExportAuthorised), dossier.stated(AuthorisationSuspended), (left,)
        ),
        key=left.by.jti,
        alone=surprise is not None and surprise >= math.log(p.number("one_in")),
        surprise=surprise,
    )


def _overrun(held: list[Authorisation], at: datetime) -> float | None:
    """How surprising it is to leave after the end of a permit: a ship may be days late.

    None where it is not over: one that begins later may be a newer paper's date.
    """
    if any(a.suspended for a in held):
        return MOST
    over = [(at.date() - a.valid_to).days for a in held if a.valid_to < at.date()]
    return min(MOST, min(over) / USUALLY_LATE) if over else None


def _unreported(dossier: Dossier, left: Stated) -> Finding:
    """No permit at all: the paper of a country that leaves out some of them proves nothing."""
    habit = left_out(dossier, permits_of(left.by.country), left.by.occurred_at, usual=USUAL)
    released: tuple[Said[ShipmentEvent], ...] = dossier.stated(ExportReleased)
    share = percent_of(habit.share)
    known = f" Of {left.by.country}'s permits {share} go unreported." if habit.known else ""
    cites = "; the release names one that nobody reported" if released else ""
    rare = habit.surprise
    if not released:
        also = left_out(dossier, releases_of(left.by.country), left.by.occurred_at, usual=USUAL)
        rare = min(MOST, rare + also.surprise)
        seldom = f", as with {percent_of(also.share)} of what leaves there" if also.known else ""
        known += f" It reported no release either{seldom}."
    return Finding(
        summary=f"The goods left on {day(left.by.occurred_at)} with no export authorisation"
        f"{cites}.{known}",
        evidence=evidence(released, (left,)),
        key=left.by.jti,
        severity=Severity.INFO if released else None,
        alone=False,
        surprise=rare,
    )


def _cited(dossier: Dossier) -> Iterator[Authorisation]:
    """Authorisations stated on other shipments that serve this one too."""
    kind = "export_authorisation"
    cited = {
        p.number for s in dossier.timeline for p in papers.papers_of(s.event) if p.type == kind
    }
    for number in sorted(cited):
        for other in papers.citing(dossier.elsewhere, kind, number):
            several = papers.reusable(dossier.elsewhere.events_of(other.ref))
            if (kind, number) in several:
                yield from (a for a in other.authorisations if normal_number(a.number) == number)


def _in_force(permit: Authorisation, at: datetime) -> bool:
    first, last = (at - _WEST).date(), (at + _EAST).date()
    return not permit.suspended and permit.valid_from <= last and first <= permit.valid_to


def _why_not(held: list[Authorisation], at: datetime) -> str:
    if any(a.suspended for a in held):
        return "while the export authorisation was suspended"
    latest = max(held, key=lambda a: a.valid_to)
    if _in_force(latest, at):
        return "before the export authorisation was given"
    if latest.valid_to < at.date():
        return f"under an export authorisation that had expired on {day(latest.valid_to)}"
    return f"before the export authorisation took effect on {day(latest.valid_from)}"
