"""Honest papers that serve more than once, and references that do not match.

Loads of one deal that leave in one month may travel on one bill; a framework permit serves half a
year; an office at the far end may tell of a load under a reference of its own.
"""

import random

from seed import papers
from seed.worlds import draws
from seed.worlds.voyages import Voyage
from seed.worlds.weather import Weather


def groupage(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    """Several orders of one buyer in a month go as one consignment: one bill, one container."""
    del rng
    deal = voyage.order.deal
    dice = _of_deal(voyage, weather, "groupage", f"{voyage.departed:%Y-%m}")
    if "groupage" not in weather.noises or not draws.hit(dice, 0.04):
        return voyage
    bill = papers.number(dice, {"sea": "BL", "air": "AWB"}.get(deal.mode, "CMR"))
    first = {**voyage.boxes[0], "container": papers.container(dice)}
    boxes = (first, *voyage.boxes[1:])
    return voyage.but(bill=bill, boxes=boxes, boxes_in=boxes)


def framework_permits(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    """A permit is good for all loads of a deal in half a year; not every one says so."""
    del rng
    terms = _of_deal(voyage, weather, "framework")
    if "framework_permits" not in weather.noises or not draws.hit(terms, 0.06):
        return voyage
    says_so = draws.hit(terms, 0.75)
    half = f"{voyage.departed.year}/{(voyage.departed.month - 1) // 6}"
    dice = _of_deal(voyage, weather, "permit", half)
    number = papers.number(dice, voyage.exporting, "EXP")
    room = float(round(voyage.order.deal.kg * dice.uniform(8, 16), -2))
    return voyage.but(export_permit=number, framework=says_so, permit_out=room)


def own_references(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    """Customs at the far end give the load a number of their own, and cite no other."""
    habits = weather.habits(f"{voyage.importing}-CUSTOMS")
    if not draws.hit(rng, habits.own_reference):
        return voyage
    ref = f"{voyage.importing}-{voyage.arrived.year % 100}-{draws.digits(rng, 6)}"
    return voyage.but(ref_in=ref)


def _of_deal(voyage: Voyage, weather: Weather, *what: str) -> random.Random:
    """The dice of a deal: the same for every order of it."""
    deal = voyage.order.deal
    return draws.dice(weather.world, deal.importer.identifier, deal.number, *what)
