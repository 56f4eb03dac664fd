"""What befalls honest goods on the way: noise in the facts, each kind with its own intensity.

An intensity belongs to a port, a carrier, a corridor or a trader, so that some see much of a noise
and others none: a rule that knows one rate for everybody would drown.
"""

import math
import random
from collections.abc import Callable
from datetime import timedelta

from seed import papers
from seed.worlds import delays, draws, sharing
from seed.worlds.teller import minute
from seed.worlds.voyages import Extra, Voyage
from seed.worlds.weather import Weather

BULK_KG = 20_000


Mishap = Callable[[Voyage, Weather, random.Random], Voyage]


def befallen(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    """The voyage after whatever happened to it."""
    for mishap in MISHAPS:
        voyage = mishap(voyage, weather, rng)
    return voyage


def natural_loss(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    """Bulk is never loaded to the kilogram, and some of it evaporates, sticks or spills."""
    if "natural_loss" not in weather.noises:
        return voyage
    bulk = voyage.doc > BULK_KG
    sent = voyage.doc * (1 + rng.gauss(0, 0.0025)) if bulk else voyage.sent
    most = 0.004 if voyage.line["form"] == "liquid" else 0.0025
    came = sent * (1 - most * rng.betavariate(1, 4))
    got = came * (1 - most / 2 * rng.betavariate(1, 5))
    return voyage.but(sent=sent, came=came, got=got)


def partial_deliveries(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    """The goods reach the works in two or three lots, days apart."""
    often = weather.rate("partial_deliveries", voyage.order.deal.importer.identifier, 0.08)
    if not draws.hit(rng, often):
        return voyage
    first = rng.uniform(0.3, 0.75)
    rest = 1 - first
    lots = (first, rest) if draws.hit(rng, 0.75) else (first, rest * 0.5, rest * 0.5)
    shift = timedelta(days=4 * (len(lots) - 1))
    return voyage.but(lots=lots).postponed(shift, after=voyage.at["shipment.delivered"])


def seals_changed(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    """Customs on the way open a container and seal it again; not all of them say so."""
    country = voyage.transit[0] if voyage.transit else voyage.importing
    habits = weather.habits(f"{country}-CUSTOMS")
    opened = habits.seal_changes + 0.015
    if not draws.hit(rng, opened):
        return voyage
    box, *others = voyage.boxes_in
    new = papers.seal(rng, country)
    changed = voyage.but(boxes_in=({**box, "seals": [new]}, *others))
    if draws.hit(rng, habits.seal_changes / opened):
        return changed
    kind = "transit.entered" if "transit.entered" in voyage.at else "shipment.arrived"
    claims = {
        "container": box["container"],
        "old_seal": box["seals"][0],
        "old_state": "intact",
        "new_seal": new,
        "reason": "inspection",
        "place": voyage.transit_port or voyage.entry_port,
    }
    at = voyage.at[kind] - timedelta(minutes=rng.randint(5, 90))
    said = Extra(kind="seal.changed", agency=f"{country}-CUSTOMS", at=at, claims=claims)
    return changed.plus(said)


def price_swings(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    """Prices move from month to month, and a grade or a sample costs something else."""
    if "price_swings" not in weather.noises:
        return voyage
    dice = draws.dice(weather.world, "price", voyage.line["substance"])
    months = (voyage.departed - weather.starts).days / 30
    wave = 0.25 * math.sin(months / dice.uniform(1, 3) + dice.uniform(0, 6))
    odd = rng.choice((0.4, 0.6, 1.8, 2.6)) if draws.hit(rng, 0.012) else 1.0
    factor = math.exp(wave) * odd
    return voyage.but(price=voyage.price * factor, price_in=voyage.price_in * factor)


def silent_authorities(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    """The importing authority answers nothing; some of them still issue the import permit."""
    habits = weather.habits(f"{voyage.importing}-CNA")
    if not draws.hit(rng, habits.silent):
        return voyage
    silent = ["notice.acknowledged", "notice.no_objection"]
    silent += ["import.authorised"] if draws.hit(rng, 0.5) else []
    waited = max(voyage.at["export.authorised"], voyage.reply_due + timedelta(hours=3))
    latest = voyage.at["export.released"] - timedelta(hours=2)
    at = {**voyage.at, "export.authorised": min(waited, latest)}
    return voyage.but(at=at).without(*silent)


def plans_changed(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    """Before anything is loaded the exporter puts off the day, or brings it forward."""
    often = weather.rate("plans_changed", voyage.order.deal.exporter.identifier, 0.08)
    if not draws.hit(rng, often):
        return voyage
    day = voyage.announced + draws.days(rng, -2, 6)
    change = {"field": "/dispatch_expected", "old": minute(voyage.announced), "new": minute(day)}
    claims = {"changes": [change], "material": False, "dispatch_expected": minute(day)}
    at = draws.later(voyage.at["export.authorised"], rng, -6, -0.2)
    return voyage.plus(delays.amendment(voyage, max(at, voyage.at["notice.sent"]), claims))


def own_address(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    """Some firms give an office's address on one paper and the works' on another."""
    often = weather.rate("shared_addresses", voyage.order.deal.importer.identifier, 0.02)
    if not draws.hit(rng, often):
        return voyage
    office = {**voyage.parties_in["importer"]}
    office["address"] = f"Suite {rng.randint(1, 60)}, {office['address']}"
    return voyage.named("importer", office, sides=("in",))


def inspected(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    """Officers open some loads on arrival, find all in order, and say so."""
    if not draws.hit(rng, 0.04) or "shipment.arrived" not in voyage.at:
        return voyage
    del weather
    agency = f"{voyage.importing}-CUSTOMS"
    seen = {"place": voyage.entry_port, "equipment": [dict(b) for b in voyage.boxes_in]}
    claims = {"inspection": rng.choice(("physical", "document", "scan")), "result": "conform"}
    at = draws.later(voyage.arrived, rng, 0.05, 0.25)
    extra = Extra(
        kind="shipment.inspected", agency=agency, at=at, claims={**claims, "observed": seen}
    )
    return voyage.plus(extra)


MISHAPS: tuple[Mishap, ...] = (
    natural_loss,
    price_swings,
    partial_deliveries,
    delays.rolled_cargo,
    delays.rest_on_a_later_ship,
    delays.congestion,
    delays.route_shock,
    delays.rerouting,
    seals_changed,
    silent_authorities,
    plans_changed,
    own_address,
    inspected,
    sharing.groupage,
    sharing.framework_permits,
    sharing.own_references,
)
