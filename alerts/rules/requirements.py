"""What a country may need in a year, and what is on its way there."""

from collections.abc import Iterator
from decimal import Decimal

from alerts.rules import Dossier, Finding, Severity, evidence, rule
from alerts.rules.parameters import Parameters
from alerts.rules.words import amount, percent
from ledger.events.amendments import Amended
from ledger.events.notices import NoticeSent
from ledger.standing import Requirement

USUALLY_OVER = 0.1  # of a requirement: so much more makes an honest excess e times rarer


@rule(
    "RF-03",
    version=2,
    severity=Severity.HIGH,
    family="quantity",
    name="National annual requirement exceeded",
    parameters={"high_percent": 100, "warn_percent": 80},
    needs=(
        "notice.sent",
        "import.authorised",
        "shipment.amended",
        "shipment.cancelled",
        "notice.withdrawn",
        "requirement.declared",
    ),
)
def requirement_exceeded(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """More of a substance is notified towards a country in a year than it says it needs.

    The year is that of the expected dispatch, and only shipments before this one in time count with
    it, so the shipment that crosses the line carries the finding. Above `high_percent` of the
    declared annual requirement it is high, and weighs by how far: estimates are off by a tenth or
    two everywhere. Above `warn_percent` it is a warning that only adds to what else is found. A
    requirement can be revised during the year: the latest counts, and a finding that no longer
    holds lapses. Only the importing country is told: the total holds what other countries sent
    there.

    Source: INCB, annual legitimate requirements.
    """
    shipment = dossier.shipment
    dispatch = shipment.expected.get("dispatch")
    if shipment.route is None or dispatch is None:
        return
    country = shipment.route.importing
    declared = dossier.elsewhere.country(country).requirements
    for substance in shipment.substances:
        requirement = declared.get(f"{substance}/{dispatch.year}")
        if requirement is None:
            continue
        total = dossier.elsewhere.imported_by(country, substance, dispatch.year)
        if total is not None:
            yield from _measured_against(requirement, total, country, dossier, p)


def _measured_against(
    requirement: Requirement, total: Decimal, country: str, dossier: Dossier, p: Parameters
) -> Iterator[Finding]:
    needed = requirement.masses.kg(requirement.substance)
    if needed is None or total <= needed * p.share("warn_percent"):
        return
    over = total / needed - p.share("high_percent") if needed else total
    share = f"{percent(total / needed)} of " if needed else "against "
    yield Finding(
        summary=f"With this shipment {amount(total, 'kg')} are notified towards {country} in "
        f"{requirement.year}, {share}the {amount(needed, 'kg')} that it declared as its annual "
        "requirement.",
        evidence=evidence(dossier.stated(NoticeSent), dossier.stated(Amended)),
        severity=None if over > 0 else Severity.LOW,
        alone=over > 0,
        surprise=float(over) / USUALLY_OVER if needed and over > 0 else None,
        about=("country", f"{country}/{requirement.substance}/{requirement.year}"),
        countries=frozenset({country}),
    )
