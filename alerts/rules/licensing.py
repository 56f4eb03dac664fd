"""Licences and registrations: whether a trader may do what the shipment has it do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from alerts.rules import Dossier, Finding, Severity, evidence, rule
from alerts.rules.parameters import Parameters
from alerts.rules.questions import Elsewhere
from alerts.rules.words import day
from ledger.claims import Party, folded
from ledger.events.movements import Departed, ExportReleased
from ledger.events.notices import NoticeSent
from ledger.events.permits import ExportAuthorised, ImportAuthorised
from ledger.events.receptions import ImportCleared
from ledger.standing import Licence

# The role, what it does, and the moments at which it must have been licensed to do it.
ROLES = (
    ("exporter", "export", ("notified", "authorised", "released", "departed")),
    ("importer", "import", ("notified", "cleared")),
)


@dataclass(frozen=True, kw_only=True)
class _Trader:
    """A trader on this shipment, what it does there, on which day, and its licences."""

    role: str
    activity: str
    party: Party
    on: date
    licences: tuple[Licence, ...]


@rule(
    "RF-05",
    version=1,
    severity=Severity.HIGH,
    family="licensing",
    name="No valid licence or registration",
    parameters={"exempt_traders": "-"},
    needs=(
        "notice.sent",
        "import.authorised",
        "export.authorised",
        "export.released",
        "shipment.departed",
        "shipment.amended",
        "import.cleared",
        "receipt.confirmed",
        "shipment.cancelled",
        "notice.withdrawn",
        "shipment.closed",
        "party.licensed",
    ),
)
def unlicensed(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """The exporter or the importer has no licence for this substance and activity on the day.

    A licence that had expired, was not yet valid, or had been suspended or revoked by the latest
    day that counts is high; what was done before a suspension is not blamed on it. A trader with no
    record at all is low, and only where its country reports licences for the substance: the silence
    of a country accuses nobody. Exempt bodies are listed in `exempt_traders`, by key.

    Source: EU 111/2005 Art 6 and 7; EU 2015/1011 Art 3 to 6.
    """
    for trader in _traders(dossier):
        if trader.party.key in p.words("exempt_traders"):
            continue
        for substance in dossier.shipment.substances:
            found = _unlicensed(dossier, trader, substance)
            if found is not None:
                said, severity = found
                yield Finding(
                    summary=f"The {trader.role} {said}.",
                    evidence=_basis(dossier),
                    severity=severity,
                    key=f"{trader.role}:{substance}",
                )


def _traders(dossier: Dossier) -> Iterator[_Trader]:
    shipment = dossier.shipment
    for role, activity, moments in ROLES:
        party: Party | None = getattr(shipment.parties, role, None)
        days = [shipment.times[m].date() for m in moments if m in shipment.times]
        if party is not None and days:
            held = licences_of(dossier.elsewhere, party)
            yield _Trader(role=role, activity=activity, party=party, on=max(days), licences=held)


def licences_of(elsewhere: Elsewhere, party: Party) -> tuple[Licence, ...]:
    """By registered identifier, else by name: one agency writes the number, another does not."""
    known = elsewhere.standing(party.key).licences
    if not known:
        known = elsewhere.standing(f"{party.country}:{folded(party.name)}").licences
    return tuple(known.values())


def _unlicensed(
    dossier: Dossier, trader: _Trader, substance: str
) -> tuple[str, Severity | None] | None:
    if any(held.covers(substance, trader.activity, trader.on) for held in trader.licences):
        return None
    for held in sorted(trader.licences, key=lambda each: (each.valid_from, each.number)):
        if substance in held.substances and trader.activity in held.activities:
            return _why_not(held, trader.on), None
    if not dossier.elsewhere.licensed(trader.party.country, substance):
        return None
    if trader.licences:
        return f"is licensed, but not to {trader.activity} this substance", None
    said = f"has no licence on record on {day(trader.on)}, and its country reports such licences"
    return said, Severity.LOW


def _why_not(held: Licence, on: date) -> str:
    if not held.stands(on):
        since = f" since {day(held.ended_on)}" if held.ended_on else ""
        return f"had a licence for this that stood {held.status}{since}, and acted on {day(on)}"
    if on < held.valid_from:
        return f"was licensed from {day(held.valid_from)} only, and acted on {day(on)}"
    return f"had a licence that expired on {day(held.valid_to or on)}, and acted on {day(on)}"


def _basis(dossier: Dossier) -> tuple[str, ...]:
    kinds = (NoticeSent, ExportAuthorised, ImportAuthorised, ExportReleased, Departed)
    return evidence(*(dossier.stated(kind) for kind in (*kinds, ImportCleared)))
