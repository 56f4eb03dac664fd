"""Who is behind an order: buyers that were refused once and try another way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from alerts.rules import Dossier, Finding, Severity, evidence, rule
from alerts.rules.aggregates import contact_of, trade_of
from alerts.rules.identities import are_stated_one, keys_of
from alerts.rules.names import ALIKE, closeness, reached_by, same_trader
from alerts.rules.parameters import Parameters
from alerts.rules.sightings import Sighting, begun, own_sightings, sighted
from alerts.rules.words import count, day
from ledger.claims import Party
from ledger.events.enforcement import ShipmentStopped
from ledger.events.notices import NoticeObjected, NoticeSent, NoticeWithdrawn
from ledger.folding import Stated
from ledger.shipments import Shipment

REFUSALS = {
    "stopped": ("stopped", "stopped"),
    "objected": ("objected", "objected to"),
    "withdrawn": ("cancelled", "withdrawn"),
}
# The strongest sort of match first.
WORDS = {
    "identifier": "identifier",
    "merger": "identity, as an agency stated it",
    "phone": "phone number",
    "email": "e-mail address",
    "name": "name",
    "address": "address",
}
FEW = 20  # shipments that are looked into


@dataclass(frozen=True, kw_only=True)
class _Match:
    """A buyer of this order that may be one of a refused order, and by what."""

    role: str
    what: str
    mine: Party
    theirs: Party

    @property
    def renamed(self) -> bool:
        """Whether it comes back as somebody else: under a name that is not alike."""
        return (
            self.what in {"merger", "phone", "email"}
            and closeness(self.mine.name, self.theirs.name) < ALIKE
        )


@rule(
    "RF-12",
    version=5,
    severity=Severity.HIGH,
    family="network",
    name="Company shopping after refusal",
    parameters={
        "window_days": 365,
        "name_similarity": Decimal("0.88"),
        "most_sharing": 8,
        "soon_days": 180,
    },
    needs=(
        "notice.sent",
        "shipment.amended",
        "notice.objected",
        "notice.no_objection",
        "notice.withdrawn",
        "shipment.stopped",
        "shipment.cancelled",
        "trader.merged",
        "trader.separated",
    ),
)
def company_shopping(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """A buyer whose order was refused orders the same substance another way.

    The importer, consignee, end user or receiver matches one of an order that was objected to,
    stopped or withdrawn in the `window_days` before this notice, and the exporter, the exporting
    country or the buyer's name is another. A match is the same identifier, phone, e-mail or
    address, unless `most_sharing` firms gave it; or that an agency stated the two to be one; or, in
    the same country, a name of at least `name_similarity` (Jaro-Winkler in Latin letters, legal
    forms and words any firm may have left out, word by word where they changed places). It is weak
    where an address is all they share (honest firms share buildings), and information from
    `soon_days` after the refusal on, where the buyer ordered the substance from this exporter
    before it was refused, or where the order was withdrawn (plans change, and no authority had
    refused it). A refusal that was cured by a later answer without objection does not count. An
    objection that was not to be shared with suppliers is told only where both shipments are known.

    Source: INCB, share suspicious requests to prevent company shopping.
    """
    shipment = dossier.shipment
    at, mine = begun(shipment), own_sightings(dossier)
    if not mine or at is None:
        return
    substances = frozenset(shipment.substances)
    candidates = dossier.elsewhere.refused([each.party for each in mine], substances)
    for other in sorted(candidates, key=lambda each: each.ref):
        refusal = _refusal(other)
        if refusal is None or other.ref == shipment.ref or not substances & {*other.substances}:
            continue
        word, refused_at = refusal
        if not at - p.days("window_days") <= refused_at < at:
            continue
        match = _match(dossier, mine, other, at, p)
        way = match and _other_way(shipment, other, match)
        soon = at - refused_at <= p.days("soon_days")
        if match and way:
            yield _told(dossier, other, match, way, (word, refused_at, at), soon=soon)


def _told(
    dossier: Dossier,
    other: Shipment,
    match: _Match,
    way: str,
    when: tuple[str, datetime, datetime],
    *,
    soon: bool,
) -> Finding:
    word, refused_at, at = when
    since = count((at.date() - refused_at.date()).days, "day")
    refusing = _refusing(dossier, other)
    before = not match.renamed and _had_before(dossier, match, refused_at)
    habit = "; it had ordered from this exporter before" if before else ""
    usual = before or word == "withdrawn" or not soon
    return Finding(
        summary=f"The {match.role.replace('_', ' ')} matches one of an order {word} on "
        f"{day(refused_at)}, {since} before this notice, by its {WORDS[match.what]}; this order "
        f"goes through another {way}{habit}.",
        evidence=evidence(dossier.stated(NoticeSent), refusing),
        severity=Severity.INFO if usual else None,
        alone=match.what != "address" and not usual,
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


def _other_way(shipment: Shipment, other: Shipment, match: _Match) -> str:
    """What is another on this way to the same goods; empty where nothing is."""
    if shipment.route and other.route and shipment.route.exporting != other.route.exporting:
        return "exporting country"
    mine = shipment.parties and shipment.parties.exporter
    theirs = other.parties and other.parties.exporter
    if mine and theirs and not same_trader(mine, theirs, alike=0.95):
        return "exporter"
    return "name" if match.renamed else ""


def _had_before(dossier: Dossier, match: _Match, refused_at: datetime) -> bool:
    """Whether the buyer ordered one of the substances from this exporter before its refusal."""
    mine = dossier.shipment.parties and dossier.shipment.parties.exporter
    refs = {
        each.ref
        for key in {*keys_of(match.mine), *keys_of(match.theirs)}
        for substance in dossier.shipment.substances
        for each in dossier.elsewhere.observed(trade_of(key, substance), refused_at)[-FEW:]
    }
    before = dossier.elsewhere.shipments(sorted(refs)) if mine else ()
    sellers = [s.parties.exporter for s in before if s.parties and s.parties.exporter]
    return any(mine and same_trader(mine, each, alike=0.95) for each in sellers)


def _match(
    dossier: Dossier, mine: Sequence[Sighting], other: Shipment, at: datetime, p: Parameters
) -> _Match | None:
    """The strongest match between a buyer of the one and a buyer of the other."""
    found: dict[str, _Match] = {}
    theirs = sighted(other, dossier.elsewhere.events_of(other.ref))
    for one in mine:
        for each in theirs:
            what = _same(dossier, one, each, at, p)
            if what:
                made = _Match(role=one.role, what=what, mine=one.party, theirs=each.party)
                found.setdefault(what, made)
    return next((found[what] for what in WORDS if what in found), None)


def _same(
    dossier: Dossier, mine: Sighting, theirs: Sighting, at: datetime, p: Parameters
) -> str | None:
    one, other = mine.party, theirs.party
    if mine.key == theirs.key and ":" in mine.key[3:]:
        return "identifier"
    if are_stated_one(dossier.elsewhere, one, other):
        return "merger"
    reached = frozenset(reached_by(other))
    shared = {
        kind: said for kind, said in reached_by(one) if (kind, said) in reached and kind in WORDS
    }
    kinds = [kind for kind, said in shared.items() if _is_rare(dossier, kind, said, at, p)]
    strong = [kind for kind in kinds if kind != "address"]
    if not strong and same_trader(one, other, alike=float(p.number("name_similarity"))):
        return "name"
    return next(iter(strong or kinds), None)


def _is_rare(dossier: Dossier, kind: str, said: str, at: datetime, p: Parameters) -> bool:
    """Whether few firms gave this: what many gave is a business centre's or a provider's."""
    seen = dossier.elsewhere.observed(contact_of(kind, said), at)
    return len({each.value // 2 for each in seen}) < p.whole("most_sharing")


def _refusing(dossier: Dossier, other: Shipment) -> list[Stated]:
    kinds = NoticeObjected | ShipmentStopped | NoticeWithdrawn
    return [s for s in dossier.elsewhere.events_of(other.ref) if isinstance(s.event, kinds)]


def _told_to(dossier: Dossier, other: Shipment, refusing: list[Stated]) -> frozenset[str] | None:
    secret = any(
        isinstance(each.event, NoticeObjected) and not each.event.share_with_suppliers
        for each in refusing
    )
    return dossier.shipment.concerned & other.concerned if secret else None
