"""Imports that nobody announced."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial

from alerts.rules import Dossier, Finding, Said, Severity, evidence, papers, rule
from alerts.rules.columns import column
from alerts.rules.habits import papers_take, takes_part, wait_of
from alerts.rules.otherhalf import announced_elsewhere
from alerts.rules.parameters import Parameters
from alerts.rules.questions import Times, When
from alerts.rules.remembered import things_of
from alerts.rules.words import amount, count, day
from ledger.events.movements import Departed, ExportReleased
from ledger.events.notices import NoticeSent
from ledger.events.permits import ExportAuthorised
from ledger.events.receptions import ImportCleared
from ledger.shipments import Shipment
from ledger.vocabulary import ShipmentEvent

ANNOUNCED = (NoticeSent, ExportAuthorised, ExportReleased, Departed)
LINKS = ("mrn", "ucr", "bill_of_lading", "air_waybill", "export_authorisation", "consignment_note")


def _papers_may_come(dossier: Dossier, p: Parameters) -> Iterator[datetime]:
    for each, _ in _unannounced(dossier, p):
        yield _waited(dossier, each, p)


@rule(
    "RF-36",
    version=3,
    severity=Severity.HIGH,
    family="process",
    name="Import with no notice or export",
    parameters={"match_window_days": 120, "least_wait_days": 5, "most_wait_days": 45},
    due=_papers_may_come,
)
def import_unannounced(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """A listed substance was cleared for import, and the exporting country said nothing of it.

    There is no notice, authorisation, release or departure on the shipment, no part of another
    shipment in it, and no notice it cites covers it: one sent in the `match_window_days` before, or
    one for several shipments that still holds. It is believed when all but one in fifty of that
    country's reports of departures would have come (from `least_wait_days` to `most_wait_days`). It
    only adds to what else is found when a paper or a container leads to another shipment of the
    same substance in that time: then it is known under another reference. An exporting country that
    does not take part cannot be expected to say anything.

    Source: gaps in coverage; a major producer outside the notice system (Customs News, 2015).
    """
    for each, origin in _unannounced(dossier, p):
        if dossier.now >= _waited(dossier, each, p):
            yield _told(dossier, each, origin, p)


def _unannounced(dossier: Dossier, p: Parameters) -> Iterator[tuple[Said[ImportCleared], str]]:
    for each in dossier.stated(ImportCleared)[:1]:
        listed = [s for s in dossier.shipment.substances if dossier.roster.listed(s)]
        origin = _exporting(dossier)
        if not listed or origin is None or not takes_part(dossier, origin) or _announced(dossier):
            continue
        on, window = each.by.occurred_at.date(), p.days("match_window_days")
        if not any(_covered(dossier, number, on, window) for number in _notices_cited(dossier)):
            yield each, origin


def _waited(dossier: Dossier, first: Said[ImportCleared], p: Parameters) -> datetime:
    """When the exporting country's papers would have come, late as they usually are."""
    least, most = p.days("least_wait_days"), p.days("most_wait_days")
    what = wait_of("departed", _exporting(dossier) or "")
    take = papers_take(dossier, what, first.by.occurred_at, least=least, most=most)
    return dossier.heard_at(first.by) + take


def _told(dossier: Dossier, first: Said[ImportCleared], origin: str, p: Parameters) -> Finding:
    known = _known_elsewhere(dossier, first.by.occurred_at.date(), p.days("match_window_days"))
    cleared = column(dossier, "cleared")
    kg = amount(cleared.masses.total_kg, "kg") if cleared else "Goods"
    said = "; papers or a container lead to another shipment of it" if known else ""
    window = count(p.number("match_window_days"), "day")
    return Finding(
        summary=f"{kg} of a listed substance from {origin} were cleared on "
        f"{day(first.by.occurred_at)} with no notice or export reported in {window}{said}.",
        evidence=evidence(dossier.stated(ImportCleared)),
        severity=Severity.LOW if known else None,
        alone=not known,
    )


def _exporting(dossier: Dossier) -> str | None:
    if dossier.shipment.route is not None:
        return dossier.shipment.route.exporting
    stated = [each.event.origin_country for each in dossier.stated(ImportCleared)]
    return next((country for country in stated if country), None)


def _announced(dossier: Dossier) -> bool:
    stated: tuple[Said[ShipmentEvent], ...] = dossier.stated(*ANNOUNCED)
    if stated or dossier.shipment.parents:
        return True
    if announced_elsewhere(dossier) is not None:
        return True
    return dossier.elsewhere.parent_of(dossier.shipment.ref) is not None


def _notices_cited(dossier: Dossier) -> list[str]:
    cited = {
        p.number for s in dossier.timeline for p in papers.papers_of(s.event) if p.type == "pen"
    }
    return sorted(cited)


def _covered(dossier: Dossier, number: str, on: date, window: timedelta) -> bool:
    notice = dossier.elsewhere.notice(number)
    if notice is None or not set(notice.substances) & set(dossier.shipment.substances):
        return False
    if notice.covers_until is not None:
        return on <= notice.covers_until
    return _recent(notice.times, on=on, window=window)


def _recent(times: Times, *, on: date, window: timedelta) -> bool:
    starts = [times[name] for name in ("notified", "departed") if name in times]
    return any(on - window <= start.date() <= on for start in starts)


def _known_elsewhere(dossier: Dossier, on: date, window: timedelta) -> bool:
    substances = set(dossier.shipment.substances)
    when = partial(_recent, on=on, window=window)
    return any(set(other.substances) & substances for other in _linked(dossier, when))


def _linked(dossier: Dossier, when: When) -> Iterator[Shipment]:
    for each in dossier.timeline:
        for paper in papers.papers_of(each.event):
            if paper.type in LINKS:
                found = papers.citing(dossier.elsewhere, paper.type, paper.number)
                yield from (other for other in found if when(other.times))
        for kind, number in sorted(things_of(each.event)):
            if kind == "container":
                yield from dossier.elsewhere.citing(kind, number, when=when)
