"""Departures: whether what left was permitted to leave on that day."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from alerts.rules import Dossier, Finding, Severity, evidence, papers, rule
from alerts.rules.parameters import Parameters
from alerts.rules.words import day
from ledger.events.movements import Departed
from ledger.events.permits import AuthorisationSuspended, ExportAuthorised
from ledger.mentions import normal_number
from ledger.shipments import Authorisation

# Days are local and moments are UTC: a permit that ends today still holds late tonight in Hawaii.
_WEST, _EAST = timedelta(hours=12), timedelta(hours=14)


@rule(
    "RF-35",
    version=1,
    severity=Severity.HIGH,
    family="licensing",
    name="Departure without an authorisation in force",
)
def departed_unauthorised(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """Goods left with no export authorisation, outside its dates, or while it was suspended.

    What counts is what had been authorised when they left; a permit stated to be later than the
    departure does not. Days are taken in every time zone, so the last day of a permit is a whole
    day everywhere. An authorisation that serves several shipments counts on those that cite it.

    Source: EU 111/2005 Art 12 and 18.
    """
    del p
    departures = {each.by.jti for each in dossier.stated(Departed)}
    for state, each in dossier.steps:
        if each.by.jti not in departures:
            continue
        held = [a for a in (*state.authorisations, *_cited(dossier)) if a.kind == "export"]
        if not any(_in_force(a, each.by.occurred_at) for a in held):
            yield Finding(
                summary=f"The goods left on {day(each.by.occurred_at)} "
                f"{_why_not(held, each.by.occurred_at)}.",
                evidence=evidence(
                    dossier.stated(ExportAuthorised),
                    dossier.stated(AuthorisationSuspended),
                    (each,),
                ),
                key=each.by.jti,
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
    if not held:
        return "with no export authorisation"
    if any(a.suspended for a in held):
        return "while the export authorisation was suspended"
    latest = max(held, key=lambda a: a.valid_to)
    if latest.valid_to < at.date():
        return f"under an export authorisation that had expired on {day(latest.valid_to)}"
    return f"before the export authorisation took effect on {day(latest.valid_from)}"
