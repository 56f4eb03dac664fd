"""Firms that share what strangers do not share."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from alerts.rules import Dossier, Finding, Severity, evidence, rule
from alerts.rules.aggregates import ended_badly, endings_of, firm_of, notified_kg
from alerts.rules.identities import YOUNG, first_order, usually_new
from alerts.rules.names import similarity
from alerts.rules.normal import share_of
from alerts.rules.parameters import Parameters
from alerts.rules.sightings import Sighting, begun, contacts_of, own_sightings, sighted
from alerts.rules.words import amount, count, series
from ledger.claims import Party
from ledger.events.notices import NoticeSent
from ledger.shipments import Shipment

WORDS = {"phone": "telephone", "email": "mailbox", "domain": "mail domain", "address": "address"}
RARELY, ITS_WEIGHT = 0.03, 20  # of orders end badly, where few are known
MOSTLY = 0.5  # of orders first ones: then nobody is new
FEW = 40  # shipments that are looked into


@dataclass(frozen=True, kw_only=True)
class Link:
    """An order of another firm that is reached like a buyer of this shipment, and how."""

    kind: str
    shipment: Shipment
    firm: Sighting
    mine: Sighting
    at: datetime
    bad: bool


@rule(
    "RF-28",
    version=6,
    severity=Severity.MEDIUM,
    family="network",
    name="Shared identifiers across unrelated companies",
    parameters={
        "window_days": 730,
        "most_sharing": 8,
        "name_similarity_percent": 85,
        "web_firms": 3,
        "web_days": 365,
    },
    needs=("notice.sent", "shipment.amended", "trader.merged", "trader.separated"),
)
def shared_contacts(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """A buyer is reached like a firm that came to a bad end, or is one of a web of new firms.

    The other firm, under a name less than `name_similarity_percent` alike and on an order that is
    not this buyer's as well, has its telephone, mailbox, mail domain or address, or had it in its
    orders before, and was buyer of a shipment that was stopped, seized, objected to (and not cured)
    or found diverted in the `window_days` before, or lost its licence then; an address, a telephone
    or a mail domain alone is weak, since honest firms share buildings, switchboards and providers,
    and so is all of it where this buyer had ordered before that firm did: a crook writes an honest
    firm's address under its name. Or at least `web_firms` such firms, this one with them, whose
    first orders are of the last half year, ordered one substance from several sellers within
    `web_days`: each order is modest, and the summary has their sum. A value that `most_sharing`
    other firms gave is a business centre's or a mail provider's and says nothing. One shared value
    with nothing adverse beside it is nothing.

    Source: FATF, structural indicators; INCB Guidelines for a Voluntary Code of Practice for the
    Chemical Industry.
    """
    at = begun(dossier.shipment)
    if at is None:
        return
    mine = own_sightings(dossier)
    own = frozenset(
        float(firm_of(key, adverse=adverse))  # exact: below 2 to the 53rd
        for each in mine
        for key in each.keys
        for adverse in (False, True)
    )
    links = [link for each in contacts_of(mine) for link in _links(dossier, each, own, at, p)]
    yield from _adverse(dossier, links, at)
    yield from _web(dossier, links, at, p)


def _links(
    dossier: Dossier,
    contact: tuple[str, str, Sighting],
    own: frozenset[float],
    at: datetime,
    p: Parameters,
) -> Iterator[Link]:
    """The orders of other firms that are reached this way, unless it is a way of many."""
    kind, what, mine = contact
    seen = dossier.elsewhere.observed(what, at, since=at - p.days("window_days"))
    others = [each for each in seen if each.number not in own]
    firms = {each.value - ended_badly(each.value) for each in others}
    if not firms or len(firms) >= p.whole("most_sharing"):
        return
    bad = {each.ref for each in others if ended_badly(each.value)}
    moments = {each.ref: each.at for each in reversed(others)}
    alike = float(p.share("name_similarity_percent"))
    refs = sorted(moments, key=lambda ref: (ref in bad, moments[ref], ref))[-FEW:]
    for other in dossier.elsewhere.shipments(sorted(refs)):
        there = sighted(other, dossier.elsewhere.events_of(other.ref))
        if not mine.keys.isdisjoint(key for each in there for key in each.keys):
            continue  # its own order, with a sister beside it: what became of it is for RF-12
        found = {each.key: each for each in there if firms & {firm_of(key) for key in each.keys}}
        for firm in found.values():
            if _are_two(firm, mine, alike):
                yield Link(
                    kind=kind,
                    shipment=other,
                    firm=firm,
                    mine=mine,
                    at=moments[other.ref],
                    bad=other.ref in bad,
                )


def _are_two(one: Sighting, other: Sighting, alike: float) -> bool:
    names = one.party.name, other.party.name
    return one.keys.isdisjoint(other.keys) and similarity(*names) < alike


def _adverse(dossier: Dossier, links: Sequence[Link], at: datetime) -> Iterator[Finding]:
    bad = [link for link in links if link.bad]
    if not bad:
        return
    kinds = sorted({link.kind for link in bad}, key=list(WORDS).index)
    firms = {link.firm.key for link in bad}
    refs = {link.shipment.ref for link in bad}
    linked = {link.shipment.ref for link in links}
    borrowed = not any(_came_after(dossier, link, at) for link in bad)
    alone = not borrowed and (len(kinds) > 1 or kinds == ["email"])
    but = "; this buyer had ordered before it, which may have borrowed them" if borrowed else ""
    yield Finding(
        summary=f"A buyer has the {series(WORDS[kind] for kind in kinds)} of "
        f"{count(len(firms), 'other firm')} whose orders were refused, stopped, seized or "
        f"diverted, or whose licence was ended, in {len(refs)} of "
        f"{count(len(linked), 'shipment')}{but}.",
        evidence=evidence(dossier.stated(NoticeSent)),
        severity=None if alone else Severity.LOW,
        alone=alone,
        key="adverse",
        surprise=_chance(dossier, len(linked), at),
    )


def _came_after(dossier: Dossier, link: Link, at: datetime) -> bool:
    """Whether the buyer here is the newer of the two: who returns under another name is."""
    mine = first_order(dossier.elsewhere, link.mine.party, at)
    other = first_order(dossier.elsewhere, link.firm.party, at) or link.at
    return mine is None or mine >= other


def _chance(dossier: Dossier, orders: int, at: datetime) -> float:
    """Minus the logarithm of how often one of so many orders ends badly."""
    route = dossier.shipment.route
    seen = dossier.elsewhere.observed(endings_of(route.importing), at) if route else ()
    bad = sum([each.number > 0 for each in seen])
    each_one = share_of(bad, len(seen), prior=RARELY, weight=ITS_WEIGHT)
    return -math.log(1 - (1 - each_one) ** orders)


def _web(dossier: Dossier, links: Sequence[Link], at: datetime, p: Parameters) -> Iterator[Finding]:
    """This order as one of several by linked new firms: of one substance, from several sellers."""
    recent = [link for link in links if at - link.at <= p.days("web_days")]
    for substance, kg in notified_kg(dossier.shipment).items():
        those = [link for link in recent if substance in notified_kg(link.shipment)]
        sellers = {_seller(s) for s in (dossier.shipment, *(link.shipment for link in those))}
        if len({link.firm.key for link in those}) + 1 < p.whole("web_firms") or len(sellers) < 2:
            continue
        mine = those[0].mine
        firms = {link.firm.key: link.firm.party for link in those}
        chances = {
            key: chance
            for key, firm in {**firms, mine.key: mine.party}.items()
            if (chance := _new(dossier, firm, at)) is not None
        }
        if mine.key in chances and len(chances) >= p.whole("web_firms"):
            new = [link for link in those if link.firm.key in chances]
            yield _told(dossier, substance, kg, new, sum(chances.values()))


def _new(dossier: Dossier, firm: Party, at: datetime) -> float | None:
    """How surprising it is that a firm is new; None where it had ordered half a year before."""
    first = first_order(dossier.elsewhere, firm, at) or at
    usual = usually_new(dossier, first) if at - first < YOUNG else None
    return None if usual is None or usual > MOSTLY else -math.log(usual)


def _told(
    dossier: Dossier, substance: str, kg: Decimal, those: Sequence[Link], surprise: float
) -> Finding:
    orders = {link.shipment.ref: link.shipment for link in those}
    total = kg + sum((notified_kg(each)[substance] for each in orders.values()), Decimal(0))
    firms = {link.firm.key for link in those}
    kinds = sorted({link.kind for link in those}, key=list(WORDS).index)
    sellers = {_seller(each) for each in (dossier.shipment, *orders.values())}
    oldest = min(those, key=lambda link: (link.at, link.firm.key)).firm.key
    # The subject is a firm of another order: only who knows of all these orders is told of it.
    knowing = dossier.shipment.concerned.intersection(*(s.concerned for s in orders.values()))
    return Finding(
        summary=f"{len(firms) + 1} new firms that share one {series(WORDS[k] for k in kinds)} "
        f"ordered {amount(total, 'kg')} of one substance in {len(orders) + 1} orders from "
        f"{count(len(sellers), 'seller')}.",
        evidence=evidence(dossier.stated(NoticeSent)),
        about=("trader", oldest) if knowing else None,
        countries=knowing or None,
        key=f"web:{substance}",
        surprise=surprise,
    )


def _seller(shipment: Shipment) -> str:
    exporter = shipment.parties and shipment.parties.exporter
    return exporter.key if exporter else ""
