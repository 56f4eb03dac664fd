"""Goods that reach their country, and not their use."""

import random
from datetime import timedelta

from seed.worlds import draws, firms
from seed.worlds.afterwards import reexported, used
from seed.worlds.cases import Plot, family
from seed.worlds.voyages import Extra, Voyage


@family(
    "RF-17",
    "RF-20",
    "RF-37",
    topics=("integrity", "use", "enforcement"),
    shows=("loss.reported", "receipt.confirmed", "shipment.delivered"),
    taken=(0.03, 0.6),
)
def stolen_from_the_warehouse(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """Goods went out of the warehouse by the back door; sometimes the theft is reported."""
    share = plot.scaled(0.03, 0.6)
    voyage = voyage.but(got=voyage.got * (1 - share))
    if draws.hit(rng, 0.6):
        voyage = voyage.but(confirmed=voyage.got)
    if not draws.hit(rng, 0.35):
        return voyage
    claims = {"loss": rng.choice(("theft", "unexplained_loss")), "place": voyage.entry_port}
    at = draws.later(voyage.at["import.cleared"], rng, 0.2, 6)
    agency = f"{voyage.importing}-CNA"
    lost = Extra(
        kind="loss.reported", agency=agency, at=at, claims=claims, goods_kg=voyage.doc_in * share
    )
    return voyage.plus(lost)


@family("RF-22", topics=("storage",), since="shipment.arrived", silence=timedelta(days=40))
def left_in_the_port(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """Nobody comes for the goods: the buyer never was, and they wait to be taken."""
    del plot, rng
    return voyage.only_until("shipment.arrived")


@family(
    "RF-19",
    topics=("process",),
    cast="run",
    many=(1, 4),
    since="import.cleared",
    silence=timedelta(days=35),
)
def never_received(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """The goods were cleared and driven off; the importer's stores never saw them."""
    del plot
    gone = ["receipt.confirmed", "shipment.closed"]
    return voyage.without(*gone, *(["shipment.delivered"] if draws.hit(rng, 0.5) else []))


@family(
    "RF-20",
    topics=("use",),
    cast="run",
    many=(2, 4),
    shows=("use.reported",),
    taken=(0.03, 0.7),
)
def stock_that_is_not_there(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """What was received was neither used nor is it in store."""
    gone = plot.scaled(0.03, 0.7) * rng.uniform(0.7, 1.3)
    return used(voyage, rng, gone=min(0.9, gone))


@family(
    "RF-21",
    topics=("movement",),
    shows=("shipment.reexported",),
    taken=(0.5, 1.0),
)
def sent_back_round(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """Goods that had hardly come in went out again, back to where they came from or to a third."""
    days = 45 ** (1 - plot.size)
    onward = voyage.exporting
    if draws.hit(rng, 0.5):
        near = plot.weather.geography.neighbours(voyage.importing)[:6]
        onward = rng.choice([iso for iso in near if iso != voyage.exporting])
    return reexported(voyage, rng, onward, share=rng.uniform(0.6, 1), days=days)


@family(
    "RF-18",
    "RF-34",
    topics=("party", "process"),
    shows=("shipment.amended", "shipment.delivered"),
)
def consignee_changed_on_the_way(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """The goods were sold on to a firm that no authority had seen, about when they left."""
    since = plot.weather.starts - timedelta(days=rng.randint(50, 900))
    firm = firms.founded(rng, voyage.importing, since)
    old = voyage.parties["consignee"]
    parties = {**voyage.parties, "consignee": firm.party}
    change = {"field": "/parties/consignee", "old": old["name"], "new": firm.name}
    claims = {"changes": [change], "material": draws.hit(rng, 0.7), "parties": parties}
    at = draws.later(voyage.departed, rng, -4, 6)
    agency = f"{voyage.exporting}-CUSTOMS"
    amended = Extra(kind="shipment.amended", agency=agency, at=at, claims=claims)
    elsewhere = firm.address if draws.hit(rng, 0.6) else voyage.delivery_address
    return voyage.plus(amended).but(delivery_address=elsewhere)


@family("RF-18", topics=("party",), shows=("shipment.delivered",))
def delivered_elsewhere(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """The lorry went to an address that no paper names."""
    del plot
    return voyage.but(delivery_address=firms.address(rng, voyage.importing))


@family(
    "RF-36",
    topics=("process",),
    shows=("import.cleared",),
)
def unannounced(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """A load came in that the exporting country never announced, permitted or released."""
    kept = {
        kind: at
        for kind, at in voyage.at.items()
        if kind in {"import.cleared", "shipment.delivered"}
    }
    ref = f"{voyage.importing}-{voyage.arrived.year % 100}-{draws.digits(rng, 6)}"
    del plot
    return voyage.but(at=kept, ref=ref, ref_in=ref, more=()).saying(
        "import.cleared", authorisation=None
    )
