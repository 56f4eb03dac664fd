"""Diversion of the goods: taken, thinned, swapped, or gone from the store."""

from datetime import timedelta

from outsider import passage
from outsider.boxes import resealed
from outsider.casting import Book, Crime, bond, buyer, carrier, lane, weighs
from outsider.facts import Cargo, Extra, Leg, days


def short(book: Book, leg: Leg, share: float, *, honest: bool) -> float:
    """A share is missing at the far end; an honest receiver signs for what is there."""
    gone = leg.came_kg * share
    leg.came_kg -= gone
    leg.signed_kg = leg.came_kg if honest else leg.declared_kg
    if honest and book.rng.random() < 0.4:
        leg.entry_kg = leg.came_kg
    return gone


def skim(book: Book) -> Crime:
    """A carrier takes a little of each load."""
    taken = book.take(3, 8, carrier, weighs)
    share, honest = book.scaled(0.006, 0.07), book.rng.random() < 0.6
    gone = 0.0
    for cargo in taken:
        for leg in cargo.legs:
            gone += short(book, leg, share * book.rng.uniform(0.7, 1.3), honest=honest)
            if book.rng.random() < 0.4 * book.size + 0.1:
                leg.there = [resealed(book.rng, leg.there[0]), *leg.there[1:]]
    return book.crime(
        f"the carrier takes {share:.1%} of each load", "17 16 24 20", taken, gone,
        "shipment.arrived", "import.cleared", "receipt.confirmed",
    )  # fmt: skip


def swap(book: Book) -> Crime:
    """The goods are taken on the way and something of the same weight put in."""
    taken = book.take(1, 2, lane, lambda c: c.mode != "air")
    gone = 0.0
    for cargo in taken:
        leg = cargo.legs[0]
        gone += leg.came_kg
        cargo.strength_there = cargo.strength * book.rng.uniform(0.0, 0.35)
        leg.came_kg *= 1 + book.rng.gauss(0, 0.015)
        leg.there = [resealed(book.rng, box) for box in leg.there]
        if leg.delivered and book.rng.random() < 0.65:
            _tested(book, cargo, leg)
    return book.crime(
        "the goods were swapped for something else on the way", "16 17 07 09 24", taken, gone,
        "sample.analysed", "shipment.arrived", "import.cleared",
    )  # fmt: skip


def _tested(book: Book, cargo: Cargo, leg: Leg) -> None:
    at = (leg.delivered or leg.eta) + days(book.rng, 3, 20)
    number, strength = f"S{book.rng.randrange(10**5)}", cargo.strength_there
    cargo.extras.append(
        Extra(
            kind="sample.analysed",
            agency=f"{cargo.target.code}-CUSTOMS",
            at=at,
            claims=lambda: {
                "sample": number,
                "laboratory": "Customs laboratory",
                "method": "spectroscopy",
                "identity_confirmed": strength > 20,
                "result_on": f"{at:%F}",
                "concentration": {"low": f"{strength:.1f}", "high": f"{strength:.1f}"},
            },
        )
    )


def thin(book: Book) -> Crime:
    """Part of the goods is drawn off and made up with something cheap."""
    taken = book.take(
        2, 4, bond, lambda c: c.chem.form == "liquid" and c.target.customs.strength and weighs(c)
    )
    share = book.scaled(0.03, 0.35)
    gone = 0.0
    for cargo in taken:
        cargo.strength_there = round(cargo.strength * (1 - share), 1)
        gone += share * sum(leg.came_kg for leg in cargo.legs)
        if book.rng.random() < 0.4:
            _tested(book, cargo, cargo.legs[0])
    return book.crime(
        f"{share:.0%} was drawn off and made up", "07 17 24", taken, gone,
        "import.cleared", "sample.analysed",
    )  # fmt: skip


def missing_lot(book: Book) -> Crime:
    """An order in lots; the last one leaves and comes nowhere, and nobody asks."""
    taken = book.take(1, 2, bond, lambda c: c.mode == "sea" and c.kg > 8 * c.chem.unit_kg)
    gone = 0.0
    for cargo in taken:
        passage.in_parts(book.rng, cargo, book.rng.choice((2, 3)))
        leg = cargo.legs[-1]
        leg.arrived = None
        passage.onward(book.rng, leg)
        gone += leg.sent_kg
    return book.crime(
        "the last lot of an order never came", "13 17 19 24", taken, gone, "receipt.confirmed"
    )


def robbery(book: Book) -> Crime:
    """The driver is in league with the robbers; the loss is reported as theft."""
    taken = book.take(1, 3, carrier)
    gone = 0.0
    for cargo in taken:
        leg = cargo.legs[0]
        whole = book.rng.random() < 0.3 + 0.5 * book.size
        kg = leg.came_kg * (1.0 if whole else book.rng.uniform(0.1, 0.5))
        gone += kg
        near = book.rng.random() < 0.5
        office = cargo.target.code if near else cargo.source.code
        at = leg.eta if near else leg.departed + timedelta(days=1)
        if whole:
            leg.arrived = None
            passage.onward(book.rng, leg)
        else:
            short(book, leg, kg / leg.came_kg, honest=True)
        place, box = cargo.entry if near else cargo.source.ports[0], leg.boxes[0].number
        cargo.extras.append(
            Extra(
                kind="loss.reported",
                agency=f"{office}-CUSTOMS",
                at=at + days(book.rng, 0, 3),
                claims=lambda kg=kg, place=place, box=box: {  # type: ignore[misc]
                    "goods": kg,
                    "loss": "theft",
                    "place": place,
                    "container": box,
                    "suspected_cause": "hijacked",
                },
            )
        )
    return book.crime(
        "a staged robbery by the carrier's people", "37 17 13 19", taken, gone, "loss.reported"
    )


def books(book: Book) -> Crime:
    """The plant uses less than came and has less on hand: the rest went out of the back door."""
    taken = book.take(2, 6, buyer, lambda c: "use.reported" not in c.target.cna.silent)
    share = book.scaled(0.04, 0.45)
    gone = 0.0
    for cargo in taken:
        cargo.stock, cargo.lost = True, share * book.rng.uniform(0.8, 1.2)
        gone += cargo.lost * sum(leg.signed_kg for leg in cargo.legs)
    return book.crime(
        f"{share:.0%} of what came is neither used nor in stock", "20", taken, gone, "use.reported"
    )


def bonded(book: Book) -> Crime:
    """Left in a bonded store under nobody's eye until it is no longer there."""
    taken = book.take(1, 2, lane)
    gone = 0.0
    for cargo in taken:
        for leg in cargo.legs:
            leg.cleared = leg.delivered = leg.received = None
            gone += leg.came_kg
        cargo.fate = "aged"
        if book.rng.random() < 0.5:
            at = cargo.legs[-1].eta + days(book.rng, 70, 160)
            kg = gone * book.rng.uniform(0.5, 1.0)
            place = cargo.entry
            cargo.extras.append(
                Extra(
                    kind="loss.reported",
                    agency=f"{cargo.target.code}-CUSTOMS",
                    at=at,
                    claims=lambda kg=kg, place=place: {  # type: ignore[misc]
                        "goods": kg,
                        "loss": "significant_disappearance",
                        "place": place,
                    },
                )
            )
    return book.crime(
        "goods left in a bonded store went missing there",
        "22 19 17 37",
        taken,
        gone,
        "loss.reported",
    )


def last_mile(book: Book) -> Crime:
    """All is well at customs; less comes to the plant than left the port."""
    taken = book.take(2, 5, buyer, lambda c: "receipt.confirmed" not in c.target.cna.silent)
    share = book.scaled(0.02, 0.3)
    gone = 0.0
    for cargo in taken:
        for leg in cargo.legs:
            gone += leg.came_kg * share
            leg.signed_kg = leg.came_kg * (1 - share)
    return book.crime(
        f"{share:.0%} left the lorry between port and plant", "17 20 24", taken, gone,
        "receipt.confirmed", "shipment.delivered",
    )  # fmt: skip


def overfill(book: Book) -> Crime:
    """More is loaded than the papers say, and the surplus is sold where it lands."""
    taken = book.take(2, 4, bond, weighs)
    share = book.scaled(0.03, 0.3)
    extra = 0.0
    for cargo in taken:
        for leg in cargo.legs:
            extra += leg.sent_kg * share
            leg.sent_kg *= 1 + share
            if book.rng.random() < 0.5:
                leg.came_kg *= 1 + share
    return book.crime(
        f"{share:.0%} more was loaded than declared", "17 04 24", taken, extra,
        "shipment.departed", "shipment.arrived", "import.cleared",
    )  # fmt: skip


def hidden_fix(book: Book) -> Crime:
    """Goods are short; weeks later a friend in the office corrects the weight to the papers'."""
    taken = book.take(2, 4, lambda c: c.target.code, lambda c: c.target.customs.weighs > 0.35)
    share = book.scaled(0.02, 0.2)
    gone = 0.0
    for cargo in taken:
        for leg in cargo.legs:
            gone += short(book, leg, share, honest=False)
        cargo.retold = book.rng.uniform(10, 60)
    return book.crime(
        f"{share:.0%} was short, and an insider corrected the books", "17 24 40 20", taken, gone,
        "shipment.arrived", "event.corrected",
    )  # fmt: skip


FAMILIES = {
    "skimming carrier": skim,
    "cargo swapped": swap,
    "drawn off and made up": thin,
    "missing last lot": missing_lot,
    "staged robbery": robbery,
    "books that do not balance": books,
    "left in bond": bonded,
    "leak on the last mile": last_mile,
    "undeclared surplus": overfill,
    "insider's correction": hidden_fix,
}
