"""Diversion on the way: goods that turn off, stay behind, go round, or never travel at all."""

from datetime import timedelta

from outsider import boxes, passage
from outsider.boxes import resealed
from outsider.casting import Book, Crime, NoCast, bond, carrier, goods, lane, seller
from outsider.facts import Call, Cargo, Leg, days
from outsider.nations import HUBS, Nation


def lost(book: Book, cargo: Cargo, leg: Leg) -> float:
    """From here on it is not seen again."""
    leg.arrived = None
    passage.onward(book.rng, leg)
    cargo.fate = "gone"
    return leg.sent_kg


def hub_for(book: Book, cargo: Cargo) -> Nation:
    """A hub off the notified way."""
    nations = book.made.nations
    known = {cargo.source.code, cargo.target.code, *cargo.transit}
    hubs = [h for h in HUBS if h in nations and h not in known and nations[h].member]
    if not hubs:
        raise NoCast
    return nations[book.rng.choice(hubs)]


def arrives(cargo: Cargo) -> bool:
    """The far end tells of arrivals."""
    return "shipment.arrived" not in cargo.target.customs.silent


def hub(book: Book, cargo: Cargo) -> Nation:
    return book.made.nations[cargo.legs[0].calls[-1].country]


def stays_behind(book: Book) -> Crime:
    """It enters a transit country as announced and never leaves it."""
    taken = book.take(1, 2, lane, lambda c: bool(c.legs[0].calls) and bool(c.transit)
                      and "transit.exited" not in hub(book, c).customs.silent)  # fmt: skip
    gone = 0.0
    for cargo in taken:
        leg = cargo.legs[0]
        call = leg.calls[-1]
        call.tranship, call.left = False, None
        gone += lost(book, cargo, leg)
    return book.crime(
        "it went into transit and did not come out", "14 13 19", taken, gone, "transit.entered"
    )


def never_there(book: Book) -> Crime:
    """Shipped by the papers, unloaded who knows where; the importer never asks for it."""
    taken = book.take(1, 3, bond, arrives)
    gone = sum(lost(book, cargo, leg) for cargo in taken for leg in cargo.legs)
    return book.crime("it left and arrived nowhere", "13 19", taken, gone, "shipment.departed")


def sold_at_sea(book: Book) -> Crime:
    """In an unannounced port it is put on a ship to somewhere else."""
    taken = book.take(1, 3, seller, lambda c: c.mode == "sea")
    gone = 0.0
    for cargo in taken:
        leg = cargo.legs[0]
        land = hub_for(book, cargo)
        leg.calls.clear()
        call = passage.relay(book.rng, cargo, leg, land, planned=False)
        call.free_zone = book.rng.random() < 0.7
        gone += lost(book, cargo, leg)
    return book.crime(
        "sent on elsewhere from a port that was never announced", "15 13 32 19 14", taken, gone,
        "shipment.transhipped", "transit.entered",
    )  # fmt: skip


def stopover(book: Book) -> Crime:
    """A stop in a free zone off the way, other boxes, and less on board afterwards."""
    taken = book.take(1, 4, bond, lambda c: c.mode == "sea" and not c.legs[0].calls)
    share = book.scaled(0.02, 0.4)
    gone = 0.0
    for cargo in taken:
        leg = cargo.legs[0]
        call = passage.relay(book.rng, cargo, leg, hub_for(book, cargo), planned=False)
        call.free_zone = True
        leg.there = [boxes.box(book.rng) for _ in leg.there]
        if book.rng.random() < 0.5:
            call.boxes = list(leg.there)
        gone += leg.came_kg * share
        leg.came_kg *= 1 - share
        leg.signed_kg = leg.came_kg if book.rng.random() < 0.5 else leg.declared_kg
    return book.crime(
        f"{share:.0%} was unloaded at a stop that nobody announced", "15 16 17 24", taken, gone,
        "shipment.transhipped", "shipment.arrived",
    )  # fmt: skip


def opened(book: Book) -> Crime:
    """Seals are broken and replaced on the way, for a small part of the load."""
    taken = book.take(2, 5, carrier, lambda c: c.mode != "air" and arrives(c))
    share = book.scaled(0.003, 0.08)
    gone = 0.0
    for cargo in taken:
        for leg in cargo.legs:
            leg.there = [resealed(book.rng, box) for box in leg.there]
            leg.intact = book.rng.random() > 0.3 + 0.4 * book.size
            for call in leg.calls:
                call.boxes = None
            gone += leg.came_kg * share
            leg.came_kg *= 1 - share
            leg.signed_kg = leg.came_kg
    return book.crime("the boxes were opened on the way", "16 17", taken, gone, "shipment.arrived")


def by_night(book: Book) -> Crime:
    """Lorries leave days off the plan, by night, and call at a place that is not on their way."""
    taken = book.take(1, 4, carrier, lambda c: c.mode == "road")
    gone = 0.0
    for cargo in taken:
        leg = cargo.legs[0]
        off = book.rng.choice((-1, 1, 1)) * book.scaled(1.5, 9)
        if off < 0:
            off = max(off, (cargo.at["released"] - leg.departed) / timedelta(days=1))
        leg.departed = (leg.departed + timedelta(days=off)).replace(hour=2, minute=10)
        away = book.rng.uniform(2, 6)
        land = hub_for(book, cargo)
        leg.calls.append(
            Call(
                country=land.code,
                place=land.ports[0],
                entered=leg.departed + timedelta(days=1),
                left=leg.departed + timedelta(days=away),
                planned=False,
            )
        )
        late = leg.departed + timedelta(days=away + 1) - (leg.arrived or leg.eta)
        passage.later(book.rng, leg, max(0.0, late / timedelta(days=1)))
        share = book.scaled(0.02, 0.3)
        gone += leg.came_kg * share
        leg.came_kg *= 1 - share
    return book.crime(
        "a lorry went its own way by night and came in short", "38 15 17 13", taken, gone,
        "shipment.departed", "transit.entered", "shipment.arrived",
    )  # fmt: skip


def sold_on(book: Book) -> Crime:
    """A dealer sends what it bought straight on to a third country, all of it."""
    pairs = book.some(1, 2)
    target = book.land()
    dealer = book.firm(book.land(weak=True), "dealer", licensed=book.rng.random() < 0.7)
    taken = book.take(pairs, pairs, goods, lambda c: c.source.code != dealer.country)
    if target.code == dealer.country:
        raise NoCast
    final = book.firm(target, "dealer", licensed=False)
    free = (c for c in book.made.cargoes if c.case is None and not c.children and c.notice)
    children = [c for c in free if c.chem is taken[0].chem and not c.cancelled][:pairs]
    if len(children) < len(taken):
        raise NoCast
    when = book.day(40, 230)
    for cargo, child in zip(taken, book.mine(children), strict=True):
        book.resend(cargo, dealer, when, cargo.chem.lot * book.scaled(0.6, 3))
        cleared = cargo.legs[-1].cleared or cargo.legs[-1].eta
        book.sold_by(child, dealer)
        book.resend(child, final, cleared + days(book.rng, 2, 9), cargo.kg)
        child.notice = book.rng.random() < 0.5
        child.permit = child.notice
        cargo.children.append((child, child.kg))
        when += days(book.rng, 15, 50)
    both = [*taken, *children]
    return book.crime(
        "a dealer sent it straight on to a country that was never named", "21 32 36 35 01 29", both,
        sum(c.kg for c in taken), "shipment.reexported",
    )  # fmt: skip


def carousel(book: Book) -> Crime:
    """The same goods go round between two friends, for the papers and the money."""
    taken = book.take(2, 2, lambda c: c.chem.code)
    out, back = taken
    home = out.seller
    when = book.day(40, 200)
    book.resend(out, out.buyer, when, out.kg)
    book.sold_by(back, out.buyer)
    stay = days(book.rng, 5, 45)
    book.resend(back, home, (out.legs[-1].cleared or out.legs[-1].eta) + stay, out.kg)
    factor = book.scaled(1.2, 4)
    back.price, back.entry_price = out.price * factor, out.entry_price * factor
    out.children.append((back, back.kg))
    return book.crime(
        "the goods went there and back at another price", "21 23", taken, out.kg,
        "shipment.reexported", "export.released",
    )  # fmt: skip


def phantom(book: Book) -> Crime:
    """Cheap stuff is exported under the papers; the real goods stay at home."""
    taken = book.take(2, 4, seller)
    gone = 0.0
    for cargo in taken:
        for leg in cargo.legs:
            gone += leg.sent_kg
            light = book.scaled(0.05, 0.5)
            leg.sent_kg *= 1 - light
            leg.came_kg = leg.sent_kg
        if book.rng.random() < 0.5:
            cargo.strength_there = round(cargo.strength * book.rng.uniform(0.05, 0.6), 1)
        cargo.entry_price = cargo.price * book.rng.uniform(0.2, 0.7)
    return book.crime(
        "something cheaper and lighter travelled under the papers", "17 23 24 07 09", taken, gone,
        "shipment.departed", "import.cleared",
    )  # fmt: skip


FAMILIES = {
    "stays behind in transit": stays_behind,
    "arrives nowhere": never_there,
    "sold at sea": sold_at_sea,
    "secret stopover": stopover,
    "boxes opened": opened,
    "by night": by_night,
    "sold straight on": sold_on,
    "carousel": carousel,
    "phantom export": phantom,
}
