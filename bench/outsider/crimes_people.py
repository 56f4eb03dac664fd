"""Diversion by people: firms that are not what they say, and those who hide behind others."""

from dataclasses import replace
from datetime import timedelta

from outsider import chems, passage
from outsider.casting import Book, Crime, NoCast, buyer
from outsider.facts import START, Cargo, days


def delivers(cargo: Cargo) -> bool:
    """Somebody tells where the goods are unloaded."""
    land = cargo.target
    return "shipment.delivered" not in land.office(land.hears).silent


def shell(book: Book) -> Crime:
    """A firm is founded, orders a lot within weeks, and is gone."""
    land = book.land()
    taken = book.abroad(book.some(2, 5), land)
    first = book.day()
    chem = taken[0].chem
    firm = book.firm(land, chem.uses[0], since=first - days(book.rng, 50, 120),
                     licensed=book.rng.random() < 0.6)  # fmt: skip
    book.orders(taken, firm, first, (6, 25), chem.lot * book.scaled(0.5, 4))
    for cargo in taken[len(taken) // 2 :]:
        cargo.stock = False
        for leg in cargo.legs:
            leg.received = None
            leg.delivered = leg.delivered if book.rng.random() < 0.5 else None
    return book.crime(
        "a firm made for the purpose ordered, took and vanished", "01 29 19 02 05", taken,
        sum(c.kg for c in taken), "notice.sent", "import.cleared",
    )  # fmt: skip


def impostor(book: Book) -> Crime:
    """Orders in the name of a well-known firm, from another mailbox, for another door."""
    taken = book.take(1, 3, buyer, delivers)
    real = taken[0].buyer
    street = f"Unit {book.rng.randint(2, 60)}, {book.rng.choice(('Dock', 'Yard', 'Depot'))} Street"
    false = replace(
        real,
        address=f"{street}, {taken[0].entry[2:]} {book.rng.randint(10, 99)}",
        phone=f"+{book.rng.randint(20, 98)} 7{book.rng.randint(10**7, 10**8)}",
        email=f"purchase.{real.name.split()[0].lower()}@mail{book.rng.randint(10, 99)}.example",
    )
    for cargo in taken:
        cargo.buyer = false
        cargo.user = None
        cargo.address = false.address
        cargo.stock = False
        if book.rng.random() < 0.5:
            cargo.legs[-1].received = None
    return book.crime(
        "somebody ordered in the name of a firm that knew nothing of it", "18 28 19 31 01", taken,
        sum(c.kg for c in taken), "notice.sent", "shipment.delivered",
    )  # fmt: skip


def shopping(book: Book) -> Crime:
    """Refused in one country, the buyer asks in others until somebody sells."""
    land = book.land()
    taken = book.abroad(book.some(2, 4), land)
    first = book.day()
    chem = taken[0].chem
    old = book.rng.random() < 0.4
    firm = book.firm(land, chem.uses[0], licensed=book.rng.random() < 0.7,
                     since=None if old else first - timedelta(days=90))  # fmt: skip
    book.orders(taken, firm, first, (15, 40), chem.lot * book.scaled(0.5, 2.5))
    refused = taken[0]
    _refuse(book, refused)
    _after(book, refused, taken[1:])
    return book.crime(
        "refused by one supplier, served by another", "12 31 01 30 02 29", taken,
        sum(c.kg for c in taken[1:]), "notice.sent",
    )  # fmt: skip


def _refuse(book: Book, cargo: Cargo) -> None:
    cargo.answer, cargo.permit = "objected", False
    cargo.why = book.rng.choice(("company_unknown", "under_investigation", "documents_false",
                                 "quantity_exceeds_requirement"))  # fmt: skip
    cargo.at["answered"] = min(cargo.at["answered"], cargo.at["due"])
    cargo.cancelled = cargo.at["answered"] + days(book.rng, 1, 6)
    how = "supplier" if book.rng.random() < 0.5 else "no"
    book.made.refused.append(
        (cargo.buyer, cargo.chem, cargo.source.code, cargo.at["answered"], how)
    )


def _after(book: Book, refused: Cargo, others: list[Cargo]) -> None:
    """The orders that follow are placed after the refusal, where they were not."""
    for cargo in others:
        wait = refused.at["answered"] + days(book.rng, 3, 30) - cargo.at["notified"]
        if wait > timedelta(0):
            cargo.shifted(wait / timedelta(days=1))
        cargo.answer = "fine" if cargo.answer == "objected" else cargo.answer


def alter_ego(book: Book) -> Crime:
    """The refused buyer comes back under another name, at the same door or telephone."""
    land = book.land()
    taken = book.abroad(book.some(2, 3), land)
    first = book.day()
    chem = taken[0].chem
    firm = book.firm(land, chem.uses[0])
    shared = book.rng.choice(({"address": firm.address, "phone": firm.phone},
                              {"phone": firm.phone, "email": firm.email},
                              {"address": firm.address}))  # fmt: skip
    other = book.firm(land, chem.uses[0], since=first, licensed=book.rng.random() < 0.7, **shared)
    kg = chem.lot * book.scaled(0.5, 2.5)
    book.orders(taken[:1], firm, first, (5, 9), kg)
    book.orders(taken[1:], other, first + timedelta(days=20), (12, 30), kg)
    _refuse(book, taken[0])
    _after(book, taken[0], taken[1:])
    return book.crime(
        "refused, and back under another name", "12 28 01 29 31", taken,
        sum(c.kg for c in taken[1:]), "notice.sent",
    )  # fmt: skip


def small_parcels(book: Book) -> Crime:
    """One need, shared out among firms of one house in amounts too small to notice."""
    land = book.land()
    taken = book.abroad(book.some(4, 8), land)
    chem, when = taken[0].chem, book.day()
    lead = book.firm(land, "dealer", licensed=book.rng.random() < 0.6)
    others = [book.firm(land, "dealer", address=lead.address, licensed=book.rng.random() < 0.5)
              for _ in range(book.rng.randint(1, 2))]  # fmt: skip
    kg = chem.lot * book.scaled(0.02, 0.25)
    for number, cargo in enumerate(taken):
        who = [lead, *others][number % (1 + len(others))]
        book.resend(cargo, who, when, kg * book.rng.uniform(0.9, 1.1))
        when += days(book.rng, 1, 6)
    return book.crime(
        "one order in small parcels to firms of one house", "25 28 01 29 05", taken,
        sum(c.kg for c in taken), "notice.sent",
    )  # fmt: skip


def wrong_trade(book: Book) -> Crime:
    """A firm whose trade has no use for it buys a good deal of it."""
    land = book.land()
    taken = book.abroad(book.some(1, 3), land)
    chem = taken[0].chem
    sector = book.rng.choice([s for s in chems.SECTORS if s not in chem.uses])
    firm = book.firm(land, sector, licensed=book.rng.random() < 0.7)
    book.orders(taken, firm, book.day(), (15, 60), chem.lot * book.scaled(0.3, 2))
    for cargo in taken:
        cargo.use = sector
    return book.crime(
        "its trade has no use for what it bought", "06 01 07 02 29", taken,
        sum(c.kg for c in taken), "notice.sent",
    )  # fmt: skip


def basket(book: Book) -> Crime:
    """A small new shop orders several controlled goods at once, from several countries."""
    land = book.land()
    taken = book.take(3, 4, lambda _: 0, lambda c: c.source is not land)
    first = book.day()
    firm = book.firm(land, "dealer", since=first - timedelta(days=60),
                     licensed=book.rng.random() < 0.5)  # fmt: skip
    for cargo in taken:
        book.resend(cargo, firm, first, cargo.chem.lot * book.scaled(0.1, 0.8))
        first += days(book.rng, 2, 16)
    return book.crime(
        "one newcomer collects several controlled goods", "08 01 29 05", taken,
        sum(c.kg for c in taken), "notice.sent",
    )  # fmt: skip


def struck_off(book: Book) -> Crime:
    """Its licence was taken away; abroad they go on selling to it."""
    taken = book.take(2, 4, buyer)
    firm = taken[0].buyer
    if firm.since or not firm.number:
        raise NoCast
    when = taken[0].at["notified"] - days(book.rng, 3, 25)
    kind = book.rng.choice(("revoked", "suspended"))
    book.made.revoked.append((firm, kind, max(when, START), "records not kept"))
    for cargo in taken:
        cargo.import_permit = False
    book.end_trade(firm, when)
    return book.crime(
        "it went on buying after its licence was gone", "05 31", taken,
        sum(c.kg for c in taken), "party.licensed", "notice.sent",
    )  # fmt: skip


def other_door(book: Book) -> Crime:
    """Cleared for a known plant, unloaded at a forwarder's yard or a flat."""
    taken = book.take(1, 4, buyer, delivers)
    place = book.rng.choice(("P.O. Box {0}", "Flat {0}, Garden Court", "Lock-up {0}, Ring Road",
                             "Hotel Astor, room {0}", "Forwarder's yard {0}"))  # fmt: skip
    door = place.format(book.rng.randint(2, 90)) + f", {taken[0].entry[2:]}"
    for cargo in taken:
        cargo.address = door
        cargo.stock = False
        if book.rng.random() < 0.4:
            cargo.receiver = book.firm(cargo.target, "dealer", address=door, licensed=False)
    return book.crime(
        "unloaded at another door than the plant's", "18 19", taken,
        sum(c.kg for c in taken), "shipment.delivered",
    )  # fmt: skip


def late_switch(book: Book) -> Crime:
    """After the consent the consignee or the amount is changed, days before loading."""
    taken = book.take(1, 3, buyer)
    new = book.firm(taken[0].target, "dealer", licensed=False)
    for cargo in taken:
        leaves = cargo.departed
        at = max(cargo.at["answered"], leaves - days(book.rng, 0.5, 5))
        at = min(at, leaves - timedelta(hours=5))
        old = cargo.buyer
        change = {"field": "parties/consignee", "old": old.name, "new": new.name}
        said = {"changes": [change], "material": True,
                "parties": {"importer": old, "consignee": new}}  # fmt: skip
        if book.rng.random() < 0.5:
            before = cargo.kg
            cargo.scaled(book.scaled(1.1, 2.5))
            cargo.first_kg = before
            if at > cargo.at["permitted"]:
                cargo.permit_kg = before
            said["goods"] = True
        cargo.amends.append((at, said))
        cargo.receiver, cargo.address = new, new.address
        cargo.extras = [e for e in cargo.extras if e.kind != "receipt.disputed"]
        passage.onward(book.rng, cargo.legs[-1])
    return book.crime(
        "another consignee at the last minute", "34 18 01 02 04", taken,
        sum(c.kg for c in taken), "shipment.amended", "shipment.delivered",
    )  # fmt: skip


FAMILIES = {
    "shell company": shell,
    "impostor": impostor,
    "shopping after refusal": shopping,
    "alter ego": alter_ego,
    "small parcels": small_parcels,
    "wrong trade": wrong_trade,
    "basket": basket,
    "struck off": struck_off,
    "another door": other_door,
    "switch after consent": late_switch,
}
