"""Papers that say what is not so: permits, bills, codes, values, identifiers."""

import random
from datetime import timedelta

from seed import papers
from seed.worlds import draws
from seed.worlds.cases import Plot, family
from seed.worlds.deals import Order
from seed.worlds.voyages import Voyage
from seed.worlds.wares import wares

OUT = ("export.released", "shipment.departed")
# Goods that nobody controls and that look like the others on a paper: HS code and name.
ALIKE = (
    ("381400", "Organic composite solvents"),
    ("320890", "Paint thinner"),
    ("310590", "Mixed fertiliser"),
    ("283329", "Mineral salts"),
    ("340290", "Cleaning preparation"),
    ("250100", "Industrial salt"),
)


def by_sea(order: Order) -> bool:
    return order.deal.mode == "sea"


@family("RF-04", topics=("licensing",), shows=OUT, taken=(0.03, 0.5))
def more_than_permitted(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """The permit was altered or ignored: more was loaded than it names."""
    less = fewer(voyage, 1 - plot.scaled(0.03, 0.5))
    return voyage.but(permit_out=less) if draws.hit(rng, 0.5) else voyage.but(permit_in=less)


def fewer(voyage: Voyage, share: float) -> float:
    """A share of the goods in whole packages, but not all of them; of one package, a part."""
    package = voyage.order.deal.ware.package_kg
    count = round(voyage.doc / package)
    return float(min(count - 1, max(1, round(count * share))) * package or voyage.doc * share)


@family("RF-26", "RF-04", topics=("integrity", "licensing"), cast="run", many=(2, 4), shows=OUT)
def permit_used_again(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """One permit, or one bill, covers several loads of one buyer."""
    del rng
    dice = plot.dice
    what = dice.choice(("export", "import", "bill", "all"))
    changed = {
        "export": {"export_permit": papers.number(dice, voyage.exporting, "EXP")},
        "import": {"import_permit": papers.number(dice, voyage.importing, "IMP")},
        "bill": {"bill": papers.number(dice, "BL")},
    }
    for name, number in changed.items():
        voyage = voyage.but(**number) if what in {name, "all"} else voyage
    return voyage


@family(
    "RF-11",
    "RF-35",
    "RF-26",
    "RF-04",
    topics=("process", "licensing", "integrity"),
    shows=OUT,
)
def permit_invented(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """The importing authority knows nothing of the order: the permit was made at a desk."""
    gone = ["notice.no_objection", "import.authorised"]
    if draws.hit(rng, 0.4):
        gone.append("notice.acknowledged")
    if plot.size > 0.5:
        gone.append("export.authorised")
        number = papers.number(rng, voyage.exporting, "EXP")
        voyage = voyage.but(export_permit=number, framework=False)
    return voyage.without(*gone)


@family(
    "RF-26",
    topics=("integrity",),
    cast="ware",
    many=(2, 3),
    shows=("shipment.departed",),
)
def papers_cloned(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """The same bill and container numbers travel on papers of different sellers and countries."""
    del rng
    dice = plot.dice
    bill, container = papers.number(dice, "BL"), papers.container(dice)
    if dice.random() < 0.6:
        voyage = voyage.but(bill=bill)
    if dice.random() < 0.7:
        first = {**voyage.boxes[0], "container": container}
        boxes = (first, *voyage.boxes[1:])
        voyage = voyage.but(boxes=boxes, boxes_in=boxes)
    return voyage.but(bill=bill) if voyage.boxes[0]["container"] != container else voyage


@family(
    "RF-09",
    "RF-24",
    "RF-10",
    topics=("documents", "trade value"),
    shows=("export.released", "import.cleared"),
)
def declared_as_a_look_alike(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """At one of the borders the goods went through as something that nobody controls."""
    code, name = plot.dice.choice(ALIKE)
    hidden = {"hs": code}
    if plot.size > 0.4:
        hidden["declared_name"] = name
    if plot.size > 0.8:  # or as another of the wares
        other = plot.dice.choice([w for w in wares() if w.form == voyage.line["form"]])
        hidden = {"hs": other.hs, "cas": other.cas, "un": other.un, "declared_name": other.name}
    if draws.hit(rng, 0.5):
        return voyage.but(line_in={**voyage.line_in, **hidden})
    return voyage.but(line={**voyage.line, **hidden})


@family("RF-24", "RF-23", topics=("trade value",), shows=("import.cleared",))
def paid_for_something_else(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """The values at export and import differ: the rest pays for what is not written."""
    factor = plot.scaled(1.15, 4)
    return voyage.but(price_in=voyage.price_in * (factor if draws.hit(rng, 0.4) else 1 / factor))


@family(
    "RF-27",
    "RF-26",
    "RF-13",
    topics=("documents", "integrity", "movement"),
    suits=by_sea,
    shows=("export.released", "shipment.departed"),
)
def numbers_made_up(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """Ship and containers on the papers do not exist: their numbers were made up."""
    if plot.size > 0.35 and voyage.imo:
        voyage = voyage.but(imo=_spoilt(voyage.imo))
    boxes = tuple({**box, "container": _spoilt(box["container"])} for box in voyage.boxes)
    if plot.size > 0.7:
        voyage = voyage.but(mrn_out=voyage.mrn_out[:-1] + "X")
    voyage = voyage.but(boxes=boxes, boxes_in=boxes)
    return voyage if draws.hit(rng, 0.6) else voyage.only_until("shipment.departed")


def _spoilt(number: str) -> str:
    """The number with a check digit that does not fit."""
    return number[:-1] + str((int(number[-1]) + 1) % 10)


@family("RF-35", "RF-04", topics=("licensing",), shows=OUT)
def permit_over(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """The goods left after their permit had ended, when nobody looked at the order any more."""
    del rng
    last = voyage.departed.date() - timedelta(days=round(plot.scaled(2, 60)))
    begun = min(voyage.at["export.authorised"].date(), last) - timedelta(days=90)
    return voyage.but(valid_out=(begun, last))


@family(
    "RF-24",
    "RF-17",
    topics=("trade value", "integrity"),
    shows=("import.cleared",),
    taken=(0.03, 0.6),
)
def less_declared_at_import(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """The importer declares less than was exported, with the help of whoever should weigh it."""
    declared = fewer(voyage, 1 - plot.scaled(0.03, 0.6))
    voyage = voyage.but(
        doc_in=declared, confirmed=declared, unweighed=frozenset({"import.cleared"})
    )
    less = declared / voyage.doc
    return voyage.but(got=voyage.got * less) if draws.hit(rng, 0.7) else voyage


@family(
    "RF-17",
    "RF-24",
    topics=("integrity", "trade value"),
    shows=("import.cleared", "shipment.arrived"),
    taken=(0.5, 0.6),
)
def slip_as_a_cover(voyage: Voyage, plot: Plot, rng: random.Random) -> Voyage:
    """Half of the load was sold, and the rest declared as if pounds were kilograms."""
    del plot
    pounds = 0.45359237 * rng.uniform(0.997, 1.003)
    kept = voyage.doc * pounds
    return voyage.but(
        doc_in=kept,
        came=kept,
        got=kept,
        confirmed=kept,
        unweighed=frozenset({"import.cleared"}),
    )
