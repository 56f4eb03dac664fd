"""Diversion by papers: permits, codes, numbers and prices that say what is not so."""

from datetime import timedelta

from outsider import boxes
from outsider.boxes import Box
from outsider.casting import Book, Crime, bond, buyer, lane, seller
from outsider.facts import DAYS, START, Cargo, days


def weight(cargoes: list[Cargo]) -> float:
    return sum(cargo.kg for cargo in cargoes)


def in_spite(book: Book) -> Crime:
    """The importing authority says no, and it is shipped all the same."""
    taken = book.take(1, 2, bond)
    for cargo in taken:
        cargo.answer, cargo.why = "objected", "no_authorisation"
        cargo.at["answered"] = min(cargo.at["answered"], cargo.departed - timedelta(days=1))
        cargo.permit = book.rng.random() < 0.5
        cargo.import_permit = False
    return book.crime(
        "shipped in spite of an objection", "35 11 12", taken, weight(taken),
        "notice.objected", "shipment.departed",
    )  # fmt: skip


def silence(book: Book) -> Crime:
    """Sent where nobody answers; shipped the day the time is up, to a buyer nobody knows."""
    land = book.land(weak=True)
    taken = book.abroad(book.some(2, 4), land)
    firm = book.firm(land, "dealer", licensed=False)
    book.orders(taken, firm, book.day(), (12, 40), taken[0].chem.lot * book.scaled(0.5, 2.5))
    for cargo in taken:
        cargo.answer, cargo.import_permit, cargo.permit = "silent", False, True
        cargo.asked, cargo.at["permitted"] = False, cargo.at["due"] + days(book.rng, 0.1, 1.5)
        wait = cargo.at["permitted"] + days(book.rng, 0.3, 2) - cargo.departed
        if wait > timedelta(0):
            cargo.delayed(wait)
    return book.crime(
        "silence was used as consent for an unknown buyer", "11 01 05 29 39", taken, weight(taken),
        "export.authorised",
    )  # fmt: skip


def without_notice(book: Book) -> Crime:
    """No notice and no permit: it just shows up at the other end's customs, or leaves here."""
    taken = book.take(1, 3, buyer)
    for cargo in taken:
        cargo.notice, cargo.permit, cargo.import_permit = False, False, False
        if book.rng.random() < 0.6:
            cargo.alias = True
    return book.crime(
        "traded without any notice", "36 35", taken, weight(taken),
        "import.cleared", "shipment.departed",
    )  # fmt: skip


def one_permit(book: Book) -> Crime:
    """One permit is shown for several loads."""
    taken = book.take(2, 4, lambda c: (c.seller.number, c.target.code), lambda c: not c.framework)
    first = taken[0]
    for cargo in taken[1:]:
        cargo.numbers["export"] = first.numbers["export"]
        cargo.numbers["import"] = first.numbers["import"]
        if book.rng.random() < 0.5:
            cargo.numbers["invoice"] = first.numbers["invoice"]
    return book.crime(
        "one permit served for several loads", "26 04", taken, weight(taken[1:]),
        "export.authorised", "export.released",
    )  # fmt: skip


def over_permit(book: Book) -> Crime:
    """More is shipped than was permitted."""
    taken = book.take(1, 3, bond, lambda c: not c.framework)
    factor = 1 + book.scaled(0.03, 0.8)
    for cargo in taken:
        cargo.permit_kg = cargo.import_kg = cargo.kg / factor
        cargo.import_permit = True
    return book.crime(
        f"{factor - 1:.0%} more than was permitted", "04 17", taken,
        weight(taken) * (1 - 1 / factor), "export.released", "shipment.departed", "import.cleared",
    )  # fmt: skip


def stale(book: Book) -> Crime:
    """The permit had long run out, or there was none, when it left."""
    taken = book.take(1, 3, bond, lambda c: not c.framework)
    for cargo in taken:
        if book.rng.random() < 0.5:
            cargo.permit = False
        else:
            gap = (cargo.departed - cargo.at["permitted"]) / timedelta(days=1)
            cargo.permit_days = max(1, int(gap / 2))
            if gap < 6:
                cargo.at["permitted"] -= timedelta(days=40)
                cargo.permit_days = 20
    return book.crime(
        "it left without a permit in force", "35", taken, weight(taken), "shipment.departed"
    )


def invented(book: Book) -> Crime:
    """Papers made at home: boxes, ships and firms that do not exist."""
    taken = book.take(1, 3, seller)
    for cargo in taken:
        for leg in cargo.legs:
            false = [Box(number=boxes.container(book.rng, false=True), seal=b.seal)
                     for b in leg.boxes]  # fmt: skip
            leg.boxes = leg.there = false
            if leg.means.imo and book.rng.random() < 0.6:
                imo = leg.means.imo
                last = (int(imo[-1]) + book.rng.randint(1, 9)) % 10
                leg.means = boxes.Means(name=leg.means.name, imo=f"{imo[:-1]}{last}")
        cargo.numbers["mrn out"] = cargo.numbers["mrn out"][:-3]
        if book.rng.random() < 0.5:
            cargo.legs[-1].received = None
    return book.crime(
        "numbers that cannot exist on forged papers", "27 19", taken, weight(taken),
        "shipment.departed", "export.released",
    )  # fmt: skip


def twin(book: Book) -> Crime:
    """Two loads under one bill, one box and one seal; only one of them is real."""
    taken = book.take(2, 2, lane)
    one, two = taken
    leg, other = one.legs[0], two.legs[0]
    other.boxes, other.there = list(leg.boxes), list(leg.there)
    two.numbers["bill"] = one.numbers["bill"]
    gap = (one.departed - two.departed) / timedelta(days=1) + book.rng.uniform(0.2, 6)
    two.shifted(gap)
    if book.rng.random() < 0.6:
        other.received = None
    return book.crime(
        "two loads in one box at one time", "26 19", taken, two.kg,
        "shipment.departed", "shipment.arrived",
    )  # fmt: skip


def renamed(book: Book) -> Crime:
    """Declared as something else: a vague name, a code of other goods, a price to match."""
    taken = book.take(1, 4, bond)
    name = book.rng.choice(("Cleaning agent", "Chemical raw material", "Industrial additive",
                            "Sample, no commercial value", "Process chemical"))  # fmt: skip
    code = book.rng.choice(("340290", "382499", "391000", "320890", "271019"))
    factor = book.scaled(1.1, 3)
    for cargo in taken:
        cargo.name = name
        cargo.hs = code
        cargo.price /= factor
        cargo.entry_price /= factor
    return book.crime(
        f"declared as {name.lower()} under {code}", "09 10 23", taken, weight(taken),
        "notice.sent", "export.released",
    )  # fmt: skip


def overpaid(book: Book) -> Crime:
    """Someone pays far too much, or next to nothing, or each side tells another price."""
    taken = book.take(1, 4, bond)
    factor = book.scaled(1.6, 6)
    factor = factor if book.rng.random() < 0.6 else 1 / factor
    both = book.rng.random() < 0.5
    for cargo in taken:
        cargo.entry_price *= factor
        cargo.price *= factor if both else 1
    return book.crime(
        "a price that nobody would pay" if both else "each side told another price",
        "23 24 30" if not both else "23 30", taken, weight(taken),
        "export.released", "import.cleared",
    )  # fmt: skip


def creeping(book: Book) -> Crime:
    """A user of good name orders more each time than it could need."""
    taken = book.take(3, 7, buyer)
    top = book.scaled(1.6, 5)
    for number, cargo in enumerate(taken):
        cargo.scaled(1 + (top - 1) * (number + 1) / len(taken))
        cargo.used = min(cargo.used, 1 / top + 0.2)
    return book.crime(
        "orders that grow beyond any need", "02 03 33 20", taken,
        weight(taken) * (1 - 1 / top), "notice.sent",
    )  # fmt: skip


def border_rush(book: Book) -> Crime:
    """All at once several firms near one border buy what was seldom sold there."""
    land = book.land()
    taken = book.abroad(book.some(4, 8), land)
    when, chem = book.day(120, 280), taken[0].chem
    firms = [book.firm(land, "dealer", licensed=book.rng.random() < 0.6) for _ in range(3)]
    for number, cargo in enumerate(taken):
        book.resend(cargo, firms[number % 3], when, chem.lot * book.scaled(0.5, 1.8))
        when = min(when + days(book.rng, 1, 9), START + timedelta(days=DAYS))
    return book.crime(
        "a rush of orders near one border", "33 32 01 03 02 28", taken, weight(taken), "notice.sent"
    )


def unlicensed(book: Book) -> Crime:
    """A firm without any licence buys through a broker."""
    land = book.land()
    taken = book.abroad(book.some(1, 3), land)
    firm = book.firm(land, "dealer", licensed=False)
    book.orders(taken, firm, book.day(), (15, 60), taken[0].chem.lot * book.scaled(0.4, 2))
    middle = book.rng.choice(book.made.brokers)
    for cargo in taken:
        cargo.broker = middle
        cargo.import_permit = False
    return book.crime(
        "a firm without a licence bought through a broker", "05 01", taken,
        sum(c.kg for c in taken), "notice.sent",
    )  # fmt: skip


FAMILIES = {
    "unlicensed buyer": unlicensed,
    "in spite of an objection": in_spite,
    "silence as consent": silence,
    "without notice": without_notice,
    "one permit for many": one_permit,
    "more than permitted": over_permit,
    "permit not in force": stale,
    "invented numbers": invented,
    "twins": twin,
    "renamed goods": renamed,
    "price that tells": overpaid,
    "creeping orders": creeping,
    "rush at a border": border_rush,
}
