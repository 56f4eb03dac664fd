"""Buyers who are not what they say: new, refused, unlicensed, or greedy."""

import random
from dataclasses import replace
from datetime import timedelta

from seed import papers
from seed.worlds import draws, firms, standings
from seed.worlds.afterwards import objected, refused
from seed.worlds.cases import Plot, family
from seed.worlds.deals import Order
from seed.worlds.telling import Said
from seed.worlds.voyages import Extra, Voyage

MASSES = (
    "asked",
    "doc",
    "doc_in",
    "confirmed",
    "sent",
    "came",
    "got",
    "permit_out",
    "permit_in",
)
ORDERED = ("notice.sent",)
OUT = ("export.released", "shipment.departed")


def licensed(order: Order) -> bool:
    return order.deal.licence is not None


def resized(voyage: Voyage, factor: float) -> Voyage:
    """The same consignment with more, or less, of the goods, in whole packages."""
    package = voyage.order.deal.ware.package_kg
    factor = max(1, round(voyage.doc * factor / package)) * package / voyage.doc
    masses = (
        "asked",
        "doc",
        "doc_in",
        "confirmed",
        "sent",
        "came",
        "got",
        "permit_out",
        "permit_in",
    )
    return voyage.but(**{name: getattr(voyage, name) * factor for name in masses})


@family(
    "RF-02",
    "RF-03",
    "RF-33",
    topics=("quantity",),
    cast="run",
    many=(2, 5),
    shows=ORDERED,
    taken=(0.2, 0.8),
)
def more_than_anybody_needs(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """A buyer orders several times what it uses, and sells the rest."""
    return resized(voyage, 1 / (1 - plot.scaled(0.2, 0.8)) * rng.uniform(0.9, 1.15))


@family(
    "RF-02",
    "RF-19",
    "RF-03",
    "RF-20",
    topics=("quantity", "process", "use"),
    cast="run",
    many=(2, 4),
    shows=ORDERED,
    taken=(0.3, 0.8),
)
def stocked_up_and_gone(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """A buyer orders more and more, the last loads are confirmed by nobody, and it is gone."""
    growth = 1 + plot.scaled(0.3, 2.5) * (voyage.order.place + 1) / len(plot.orders)
    voyage = resized(voyage, growth * rng.uniform(0.9, 1.1))
    if voyage.order.place == len(plot.orders) - 1:
        return voyage.without("receipt.confirmed", "shipment.closed")
    return voyage


@family("RF-25", topics=("quantity",), cast="split", many=(4, 9), shows=ORDERED)
def split_below_the_threshold(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """What would need a licence is ordered as many small loads that need none."""
    del plot, rng
    return voyage


@family(
    "RF-29",
    "RF-01",
    "RF-19",
    "RF-18",
    "RF-02",
    topics=("party", "process", "quantity"),
    cast="newcomer",
    many=(1, 4),
    shows=ORDERED,
)
def front_company(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """A firm was founded to buy: large orders from the first, and nobody at its address."""
    voyage = resized(voyage, plot.scaled(1.2, 4))
    if draws.hit(rng, 0.35):
        voyage = voyage.without("receipt.confirmed", "shipment.closed")
    if draws.hit(rng, 0.3):
        voyage = voyage.but(delivery_address=firms.address(rng, voyage.importing))
    return voyage


@family(
    "RF-12",
    "RF-28",
    "RF-29",
    "RF-01",
    topics=("network", "party"),
    cast="sibling",
    many=(2, 4),
    shows=ORDERED,
)
def phoenix(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """A refused firm comes back under another name, with its telephone or its address."""
    if voyage.order.place == 0:
        return refused(voyage, rng)
    return resized(voyage, plot.scaled(0.6, 2))


@family("RF-12", topics=("network",), cast="elsewhere", many=(2, 2), shows=ORDERED)
def refused_and_shopping(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """A buyer who was refused orders the same from a seller in another country."""
    if voyage.order.place == 0:
        return refused(voyage, rng)
    if plot.size < 0.3:  # under a name that is spelt in another way, without its number
        known = {k: v for k, v in voyage.parties["importer"].items() if k != "identifier"}
        known = {k: v for k, v in known.items() if k != "scheme"}
        spelt = {**known, "name": firms.transliterated(rng, known["name"])}
        voyage = voyage.named("importer", spelt)
    return voyage


@family(
    "RF-28",
    "RF-29",
    "RF-01",
    "RF-25",
    "RF-12",
    topics=("network", "party", "quantity"),
    cast="web",
    many=(3, 6),
    shows=ORDERED,
)
def web_of_brokers(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """Several new firms with one owner order modest amounts of one substance from many sellers."""
    share = plot.scaled(0.15, 1.0)
    voyage = resized(voyage, share)
    if plot.size > 0.5 and voyage.order.place == 0 and draws.hit(rng, 0.7):
        return refused(voyage, rng)
    return voyage


@family("RF-35", "RF-11", topics=("licensing", "process"), shows=OUT)
def objected_yet_exported(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """The importing authority objected; the goods left all the same."""
    if "notice.no_objection" not in voyage.at:
        at = voyage.at["notice.sent"] + timedelta(days=4)
    else:
        at = voyage.at["notice.no_objection"]
    voyage = objected(voyage, rng, reason="company_unknown", at=at)
    if plot.size <= 0.4:
        return voyage
    number = papers.number(rng, voyage.exporting, "EXP")
    return voyage.but(export_permit=number, framework=False).without("export.authorised")


@family("RF-05", topics=("licensing",), cast="licensee", many=(1, 5), suits=licensed, shows=ORDERED)
def licence_ended(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """The buyer's licence was revoked or had run out; it went on buying."""
    deal, since = voyage.order.deal, standings.granted(voyage.order.deal)
    if voyage.order.place:
        return voyage
    at = max(plot.orders[0].at - timedelta(days=plot.scaled(1, 25)), since + timedelta(days=5))
    if draws.hit(rng, 0.5):
        status = rng.choice(("revoked", "suspended"))
        until = max(since + standings.TERM, at + timedelta(days=rng.randint(100, 900)))
    else:
        status, until = "active", at
    again = plot.orders[-1].at + draws.days(rng, 60, 90)
    new = papers.number(rng, deal.importing, "LIC")
    last = again + standings.TERM
    said = (
        standings.licence(deal, at, status=status, since=since, until=until),
        standings.licence(deal, again, status="active", since=again, until=last, number=new),
    )
    return replace(voyage, more=(*voyage.more, *(_beside(each) for each in said)))


def _beside(said: Said) -> Extra:
    claims = {k: v for k, v in said.body.items() if k not in {"kind", "occurred_at", "simulated"}}
    return Extra(kind=said.kind, agency=said.agency, at=said.at, claims=claims, shipment=False)
