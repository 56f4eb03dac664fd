"""Where the goods were handed over: to those who were to have them, or somewhere else."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from alerts.rules import Dossier, Finding, Severity, evidence, rule
from alerts.rules.aggregates import WIDE, buyers, mark_of
from alerts.rules.parameters import Parameters
from alerts.rules.places import Place, km_between
from alerts.rules.words import day
from ledger.claims import folded
from ledger.events.receptions import Delivered

NOT_A_WORKS = "p.o. box, po box, post box, postfach, boîte postale, apartado, poste restante, hotel"


@rule(
    "RF-18",
    version=2,
    severity=Severity.HIGH,
    family="party",
    name="Delivery address differs from notified consignee",
    parameters={"common_words_percent": 50, "limit_km": 5, "not_a_works": NOT_A_WORKS},
    needs=("shipment.delivered", "party.licensed", "shipment.amended", "notice.sent"),
)
def other_address(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """The goods were delivered to an address that nobody had named.

    It is compared with the addresses of the importer, consignee, receiver and end user, and with
    the premises and visited sites of their licences: at least `common_words_percent` of the words
    of the shorter must be in the other, or both name places (UN/LOCODE) within `limit_km`. An
    address with one of the words `not_a_works` is no place to work with chemicals and speaks for
    itself; any other only adds to what else is found, and nothing is said of one where the same
    buyer had goods delivered before. Where no address is known there is nothing to compare with.
    Logistics centres on the licence explain it.

    Source: INCB, freight forwarders as final destination; DEA Suspicious Orders Task Force
    criteria.
    """
    known = _known(dossier)
    odd = [f" {folded(each)} " for each in str(p["not_a_works"]).split(",")]
    for each in dossier.stated(Delivered):
        given = each.event.delivery_address
        no_works = any(word in f" {folded(given)} " for word in odd)
        if not known or (not no_works and any(_same(dossier, given, k, p) for k in known)):
            continue
        if any(folded(given) == folded(other) for other in known):
            continue
        if not no_works and _delivered_before(dossier, given, each.by.occurred_at):
            continue
        where = "at a hotel or a post box" if no_works else "at an address"
        yield Finding(
            summary=f"The delivery of {day(each.by.occurred_at)} was made {where} that is none of "
            f"the {len(known)} known for its buyers.",
            evidence=evidence([each]),
            key=each.by.jti,
            alone=no_works,
        )


def address_mark(said: str) -> Decimal:
    """An address as an observation can hold it: tells two apart and says nothing to a reader."""
    return Decimal(int(mark_of(folded(said))[:10], 16))


def delivered_to(key: str) -> str:
    """Where a buyer's goods were handed over, as marks of addresses. Reopens nothing."""
    return f"{WIDE}delivered/{mark_of(key)}"


def observed_deliveries(dossier: Dossier) -> Iterator[tuple[str, datetime, Decimal]]:
    """What this shipment adds to what is known of where its buyers have goods delivered."""
    for each in dossier.stated(Delivered)[:1]:
        mark = address_mark(each.event.delivery_address)
        for key in buyers(dossier.shipment):
            yield delivered_to(key), each.by.occurred_at, mark


def _delivered_before(dossier: Dossier, given: str, at: datetime) -> bool:
    """Whether the same buyer had goods delivered there already."""
    mark = address_mark(given)
    return any(
        seen.value == mark
        for key in sorted(buyers(dossier.shipment))
        for seen in dossier.elsewhere.observed(delivered_to(key), at)
    )


def _known(dossier: Dossier) -> list[str]:
    found: set[str] = set()
    for key, party in buyers(dossier.shipment).items():
        standing = dossier.elsewhere.standing(key)
        found.update(filter(None, [party.address]))
        found.update(site for each in standing.licences.values() for site in each.premises)
        found.update(each.site for each in standing.evaluations)
    return sorted(found)


def _same(dossier: Dossier, one: str, other: str, p: Parameters) -> bool:
    near = [_place(dossier, said) for said in (one, other)]
    if near[0] is not None and near[1] is not None:
        return km_between(near[0], near[1]) <= float(p.number("limit_km"))
    mine, theirs = set(folded(one).split()), set(folded(other).split())
    shorter = min(len(mine), len(theirs))
    return shorter > 0 and Decimal(len(mine & theirs)) / shorter >= p.share("common_words_percent")


def _place(dossier: Dossier, said: str) -> Place | None:
    """The place that an address names by its UN/LOCODE."""
    words = said.replace(",", " ").split()
    codes = [word for word in words if len(word) == 5 and word.isalnum() and word.isupper()]
    places = (dossier.elsewhere.place(code) for code in codes)
    return next((place for place in places if place), None)
