"""Goods that are lost between departure and arrival: skimmed, swapped, never seen again."""

import random
from dataclasses import replace
from datetime import timedelta

from seed import papers
from seed.worlds import draws
from seed.worlds.cases import Plot, family
from seed.worlds.deals import Order
from seed.worlds.delays import transhipped
from seed.worlds.voyages import Extra, Voyage

FAR_END = ("shipment.arrived", "import.cleared", "shipment.delivered", "receipt.confirmed")
LATE = timedelta(days=25)


def by_sea(order: Order) -> bool:
    return order.deal.mode == "sea"


def through(order: Order) -> bool:
    return order.deal.transit is not None


def shrunk(voyage: Voyage, share: float) -> Voyage:
    """Less arrives than left; the rest was sold on the way."""
    return voyage.but(came=voyage.came * (1 - share), got=voyage.got * (1 - share))


def admitted(voyage: Voyage, rng: random.Random) -> Voyage:
    """What the papers of the far end say of a loss: all as sent, or what is there."""
    if draws.hit(rng, 0.5):
        return voyage
    return voyage.but(doc_in=voyage.came, confirmed=voyage.got)


@family(
    "RF-17",
    "RF-24",
    topics=("integrity", "trade value"),
    shows=FAR_END,
    taken=(0.01, 0.5),
)
def skimmed_in_transit(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """Some of one load was sold on the way; the papers of the far end may cover it."""
    return admitted(shrunk(voyage, plot.scaled(0.01, 0.5)), rng)


@family(
    "RF-17",
    "RF-24",
    topics=("integrity", "trade value"),
    cast="run",
    many=(4, 9),
    shows=FAR_END,
    taken=(0.004, 0.04),
)
def skimmed_again_and_again(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """A little of every load of one buyer is sold on the way, within what scales explain."""
    share = plot.scaled(0.004, 0.04) * rng.uniform(0.6, 1.4)
    return admitted(shrunk(voyage, share), rng)


@family(
    "RF-17",
    "RF-24",
    "RF-16",
    topics=("integrity", "trade value"),
    cast="carrier",
    many=(3, 6),
    shows=FAR_END,
    taken=(0.01, 0.12),
)
def stolen_by_a_carrier(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """One carrier's drivers take some of the loads of several shippers, and seal them again."""
    voyage = shrunk(voyage, plot.scaled(0.01, 0.12) * rng.uniform(0.5, 1.6))
    if draws.hit(rng, 0.5):
        voyage = resealed(voyage, rng)
    return admitted(voyage, rng)


@family(
    "RF-13",
    "RF-14",
    topics=("movement",),
    since="shipment.departed",
    silence=timedelta(days=70),
)
def never_arrived(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """The ship called elsewhere and the goods with it; the consignee never existed as a buyer."""
    del plot, rng
    return voyage.only_until("shipment.departed")


@family(
    "RF-14", "RF-13", topics=("movement",), suits=through, since="transit.entered", silence=LATE
)
def vanished_in_transit(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """The goods were unloaded in the transit country and sold there."""
    del plot
    voyage = voyage.only_until("transit.entered")
    if draws.hit(rng, 0.25):  # its customs were told that they had left
        out = voyage.at["transit.entered"] + draws.days(rng, 1, 4)
        voyage = voyage.but(at={**voyage.at, "transit.exited": out})
    return voyage


@family(
    "RF-15",
    "RF-16",
    "RF-24",
    "RF-09",
    topics=("movement", "integrity", "documents", "trade value"),
    suits=by_sea,
    shows=("shipment.transhipped", "import.cleared"),
    taken=(0.3, 1.0),
)
def relabelled_in_a_free_zone(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """In a free zone the goods were swapped into other containers; something else went on."""
    hubs = plot.weather.geography.hubs
    hub = plot.dice.choice([h for h in hubs if h not in {voyage.exporting, voyage.importing}])
    if draws.hit(rng, 0.6):
        boxes = tuple(
            {"container": papers.container(rng), "seals": [papers.seal(rng, hub)]}
            for _ in voyage.boxes
        )
        voyage = voyage.but(boxes_in=boxes)
    else:
        voyage = resealed(voyage, rng)
    voyage = transhipped(voyage, plot.weather, rng, hub, free_zone=draws.hit(rng, 0.7))
    if draws.hit(rng, 0.5):
        voyage = voyage.but(price_in=voyage.price_in * rng.uniform(0.2, 0.7))
    return voyage


@family(
    "RF-16",
    "RF-17",
    "RF-24",
    topics=("integrity", "trade value"),
    shows=FAR_END,
    taken=(0.02, 0.35),
)
def opened_by_an_insider(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """A warehouse hand opened a container, took some and put on a seal of the same make."""
    voyage = resealed(shrunk(voyage, plot.scaled(0.02, 0.35)), rng)
    return voyage.but(intact=draws.hit(rng, 0.85))


@family(
    "RF-15",
    "RF-13",
    "RF-17",
    "RF-24",
    topics=("movement", "integrity", "trade value"),
    suits=by_sea,
    shows=("transit.entered", "shipment.arrived"),
    taken=(0.05, 0.6),
)
def out_of_the_way(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """The ship called at a port off every route, where some of the goods stayed."""
    geography = plot.weather.geography
    ends = {voyage.exporting, voyage.importing, *voyage.transit}
    port = rng.choice([iso for iso in geography.participants if iso not in ends])
    share = rng.uniform(0.3, 0.7)
    at = voyage.departed + (voyage.arrived - voyage.departed) * share
    seen = {
        "country": port,
        "observed": {
            "place": rng.choice(geography.nations[port].ports),
            "equipment": [dict(box) for box in voyage.boxes],
            "seals_intact": True,
            "means": voyage.means,
        },
        "transit_document": papers.number(rng, "T1", port),
    }
    called = Extra(kind="transit.entered", agency=f"{port}-CUSTOMS", at=at, claims=seen)
    longer = draws.days(rng, 3, 20)
    voyage = shrunk(voyage, plot.scaled(0.05, 0.6)).postponed(longer, after=at)
    return voyage.plus(called)


def resealed(voyage: Voyage, rng: random.Random) -> Voyage:
    """Another seal on one container than the one that it left with."""
    place = rng.randrange(len(voyage.boxes_in))
    boxes = list(voyage.boxes_in)
    boxes[place] = {**boxes[place], "seals": [papers.seal(rng, voyage.exporting)]}
    return replace(voyage, boxes_in=tuple(boxes))
