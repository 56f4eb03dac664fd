"""Who is behind an order: buyers that were refused once and try another way."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from alerts.rules import Dossier, Finding, Severity, evidence, rule
from alerts.rules.names import same_trader
from alerts.rules.parameters import Parameters
from alerts.rules.words import count, day
from ledger.claims import Parties, Party, folded
from ledger.events.enforcement import ShipmentStopped
from ledger.events.notices import NoticeObjected, NoticeSent, NoticeWithdrawn
from ledger.folding import Stated
from ledger.shipments import Shipment

# Those who would have the goods. Declarants and carriers serve everybody.
BUYERS = ("importer", "consignee", "end_user", "receiver")
REFUSALS = {
    "stopped": ("stopped", "stopped"),
    "objected": ("objected", "objected to"),
    "withdrawn": ("cancelled", "withdrawn"),
}


@rule(
    "RF-12",
    version=1,
    severity=Severity.HIGH,
    family="network",
    name="Company shopping after refusal",
    parameters={"window_days": 365, "name_similarity": Decimal("0.88")},
    needs=(
        "notice.sent",
        "shipment.amended",
        "notice.objected",
        "notice.no_objection",
        "notice.withdrawn",
        "shipment.stopped",
        "shipment.cancelled",
    ),
)
def company_shopping(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """A buyer whose order was refused orders the same substance through somebody else.

    The importer, consignee, end user or receiver matches one of an order that was objected to,
    stopped or withdrawn in the `window_days` before this notice, and the exporter or the exporting
    country is another. A match is the same identifier, phone, e-mail or address, or, in the same
    country, a name of at least `name_similarity` (Jaro-Winkler, legal forms and words any firm may
    have left out). An address alone is medium: honest firms share buildings. A refusal that was
    cured by a later answer without objection does not count. An objection that was not to be shared
    with suppliers is told only where both shipments are known.

    Source: INCB, share suspicious requests to prevent company shopping.
    """
    shipment = dossier.shipment
    at = shipment.times.get("notified")
    if shipment.parties is None or at is None:
        return
    substances = frozenset(shipment.substances)
    candidates = dossier.elsewhere.refused(shipment.parties, substances)
    for other in sorted(candidates, key=lambda each: each.ref):
        refusal = _refusal(other)
        if refusal is None or not _elsewhere(shipment, other) or other.ref == shipment.ref:
            continue
        word, refused_at = refusal
        match = _match(shipment.parties, other.parties, float(p.number("name_similarity")))
        if match and at - p.days("window_days") <= refused_at < at:
            yield _told(dossier, other, match, (word, refused_at, at))


def _told(
    dossier: Dossier, other: Shipment, match: tuple[str, str], when: tuple[str, datetime, datetime]
) -> Finding:
    role, what = match
    word, refused_at, at = when
    since = count((at.date() - refused_at.date()).days, "day")
    refusing = _refusing(dossier, other)
    return Finding(
        summary=f"The {role.replace('_', ' ')} matches one of an order {word} on "
        f"{day(refused_at)}, {since} before this notice, by its {what}; this order goes through "
        f"another {_other(dossier.shipment, other)}.",
        evidence=evidence(dossier.stated(NoticeSent), refusing),
        severity=Severity.MEDIUM if what == "address" else None,
        key=other.ref,
        countries=_told_to(dossier, other, refusing),
    )


def _refusal(other: Shipment) -> tuple[str, datetime] | None:
    """The gravest refusal that still stands, in words, and its moment."""
    for flag, (moment, word) in REFUSALS.items():
        at = other.times.get(moment)
        if flag in other.flags and at is not None and not _cured(other, flag, at):
            return word, at
    return None


def _cured(other: Shipment, flag: str, at: datetime) -> bool:
    agreed = other.times.get("cleared_to_export")
    return flag == "objected" and agreed is not None and agreed > at


def _elsewhere(shipment: Shipment, other: Shipment) -> bool:
    """Whether this is another way to the same goods: another exporter, or another country."""
    if not set(shipment.substances) & set(other.substances):
        return False
    return bool(_other(shipment, other))


def _other(shipment: Shipment, other: Shipment) -> str:
    if shipment.route and other.route and shipment.route.exporting != other.route.exporting:
        return "exporting country"
    mine = shipment.parties and shipment.parties.exporter
    theirs = other.parties and other.parties.exporter
    if mine and theirs and not same_trader(mine, theirs, alike=0.95):
        return "exporter"
    return ""


def _match(mine: Parties, theirs: Parties | None, alike: float) -> tuple[str, str] | None:
    """The first role that matches, and by what; the strongest sort of match first."""
    if theirs is None:
        return None
    known = [party for role in BUYERS if (party := getattr(theirs, role))]
    by_what: dict[str, str] = {}
    for role in BUYERS:
        party = getattr(mine, role)
        for other in known if party else ():
            what = _same(party, other, alike)
            if what:
                by_what.setdefault(what, role)
    for what in ("identifier", "phone number", "e-mail address", "name", "address"):
        if what in by_what:
            return by_what[what], what
    return None


def _same(one: Party, other: Party, alike: float) -> str | None:
    if one.identifier and one.key == other.key:
        return "identifier"
    if one.phone and other.phone and _digits(one.phone) == _digits(other.phone) != "":
        return "phone number"
    if one.email and other.email and one.email.casefold() == other.email.casefold():
        return "e-mail address"
    if same_trader(one, other, alike=alike):
        return "name"
    if one.address and other.address and folded(one.address) == folded(other.address):
        return "address"
    return None


def _digits(phone: str) -> str:
    """A number as dialled abroad: without signs, blanks and the zeros that open a trunk."""
    return "".join(c for c in phone if c.isdigit()).lstrip("0")


def _refusing(dossier: Dossier, other: Shipment) -> list[Stated]:
    kinds = NoticeObjected | ShipmentStopped | NoticeWithdrawn
    return [s for s in dossier.elsewhere.events_of(other.ref) if isinstance(s.event, kinds)]


def _told_to(dossier: Dossier, other: Shipment, refusing: list[Stated]) -> frozenset[str] | None:
    secret = any(
        isinstance(each.event, NoticeObjected) and not each.event.share_with_suppliers
        for each in refusing
    )
    return dossier.shipment.concerned & other.concerned if secret else None
