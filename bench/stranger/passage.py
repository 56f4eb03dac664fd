"""When the steps of a shipment happen, what goes wrong honestly, and what becomes of the goods."""

import random
from datetime import datetime, timedelta

from stranger import facts
from stranger.facts import Box, Change, Haul, Loss, Lot, Reseal, Use
from stranger.firms import Firm
from stranger.lands import sea_days
from stranger.trade import Trade

CANAL_SHUT = (datetime.fromisoformat("2024-11-20T00:00:00+00:00"), 75)  # and for how many days
EAST = {"IN", "PK", "LK", "BD", "SG", "MY", "TH", "VN", "ID", "PH", "CN", "KR", "JP", "AE"}
WEST = {"NL", "DE", "BE", "FR", "ES", "IT", "PL", "GB", "TR", "EG", "MA"}


def timed(made: Trade, haul: Haul, at: datetime) -> None:
    """Set when each step happens if nothing goes wrong but what goes wrong every day."""
    rng, when = made.rng, haul.at
    regional = haul.transit is None and made.lands[haul.importing].gate is not None
    haul.mode = "road" if regional else rng.choices(("sea", "rail", "air"), (94, 3, 3))[0]
    when["notified"] = at
    answer = at + _days(rng.lognormvariate(2.0, 0.55))
    if haul.reply != "silence":
        when["answered"] = answer
    when["due"] = at + _days(rng.choice((15, 21, 21, 30)))
    settled = answer if haul.reply != "silence" else when["due"] + _days(rng.uniform(0.5, 4))
    when["import_permit"] = at + _days(rng.uniform(1, 8))
    when["permitted"] = settled + _days(rng.uniform(0.3, 3))
    when["planned"] = at + _days(rng.uniform(24, 40))
    released = max(when["permitted"] + _days(0.5), when["planned"] - _days(rng.uniform(0.5, 3)))
    when["released"] = released
    when["departed"] = released + _days(rng.uniform(0.3, 2.5))
    if rng.random() < 0.12 and haul.mode == "sea":
        rolled = rng.choice((7.0, 7.0, 14.0))
        haul.later(rolled, "departed")
        haul.means = rng.choice(made.ships)
        haul.note(f"rolled by {rolled:.0f} days")
    _sailed(made, haul)


def _sailed(made: Trade, haul: Haul) -> None:
    rng, when = made.rng, haul.at
    pace = {"sea": 1.0, "rail": 0.7, "air": 0.08, "road": 0.12}[haul.mode]
    usual = pace * sea_days(haul.exporting, haul.importing)
    departed = when["departed"]
    haul.usual = _days(usual * 1.05 + 1)
    when["eta"] = departed + haul.usual
    days = usual * rng.lognormvariate(0, 0.12)
    shut = timedelta(days=CANAL_SHUT[1])
    crossing = {haul.exporting, haul.importing}
    closed = CANAL_SHUT[0] <= departed < CANAL_SHUT[0] + shut
    if haul.mode == "sea" and crossing & EAST and crossing & WEST and closed:
        days += rng.uniform(10, 18)
        haul.note("sailed the long way round")
    if haul.hub:
        when["hub"] = departed + _days(days * rng.uniform(0.35, 0.7))
        days += rng.uniform(2, 12)
    for place, begins, ends, wait in made.queues:
        there = departed + _days(days)
        if place == (haul.transit or haul.importing) and begins <= there < ends:
            days += wait * rng.uniform(0.5, 1.3)
            haul.note(f"queue at {place}")
    if haul.transit:
        when["entered"] = departed + _days(days)
        days += rng.lognormvariate(1.3, 0.5)
        when["exited"] = departed + _days(days)
        days += 0.4
    when["arrived"] = departed + _days(days)
    when["cleared"] = when["arrived"] + _days(rng.lognormvariate(1.1, 0.6))
    if rng.random() < 0.03:
        haul.later(rng.uniform(20, 45), "cleared")
        haul.note("clearance waits for papers")
    when["delivered"] = when["cleared"] + _days(rng.lognormvariate(0.6, 0.6))
    when["received"] = when["delivered"] + _days(rng.lognormvariate(1.6, 0.6))


def mishaps(made: Trade, haul: Haul) -> None:
    """What befalls honest goods now and then."""
    rng = made.rng
    if rng.random() < 0.045 and haul.mass("said") > 5000:
        share = round(rng.uniform(0.4, 0.8), 2)
        late = timedelta(days=rng.uniform(4, 35))
        haul.lots = (Lot(share=share, shift=timedelta(0)), Lot(share=1 - share, shift=late))
        haul.later(late / timedelta(days=1), "delivered", "received")
        haul.note(f"split: {share:.0%} first, the rest {late.days} days later")
    if rng.random() < 0.018:
        spilt = haul.mass("loaded") * rng.uniform(0.01, 0.12)
        haul.kg["landed"] -= spilt
        haul.note(f"spilt {spilt:.0f} kg")
        if rng.random() < 0.6:
            haul.losses.append(
                Loss(
                    agency=f"{haul.importing}-CUSTOMS",
                    at=haul.at["arrived"] + timedelta(hours=8),
                    kg=spilt,
                    loss="unexplained_loss",
                    cause="leaking packages",
                )
            )
    _reseals(made, haul)
    _amendments(made, haul)
    if rng.random() < 0.02:
        haul.means = f"{haul.means} II"


def refused(rng: random.Random, haul: Haul) -> None:
    """After an objection the exporter calls the shipment off: nothing of it moves."""
    haul.permitted = haul.import_permitted = False
    haul.never("released", "departed", "hub", "entered", "exited", "arrived", "cleared")
    haul.never("delivered", "received")
    haul.uses, haul.losses, haul.reseals = [], [], []
    haul.cancelled = haul.at["answered"] + _days(rng.uniform(1, 20))
    haul.note("objected to and called off")


def befall(made: Trade, haul: Haul) -> None:
    """Honest turns in the trade itself: refusals, samples, entrepot, another consignee."""
    rng, draw = made.rng, made.rng.random()
    if draw < 0.012 and haul.reply == "yes":
        haul.reply, haul.objection = "objected", rng.choice(("no_licence", "other"))
        refused(rng, haul)
    elif draw < 0.03 and len(haul.lots) == 1:
        shrink = rng.uniform(0.002, 0.02)
        haul.kg = {name: max(1.0, kg * shrink) for name, kg in haul.kg.items()}
        haul.boxes["out"] = haul.boxes["out"][:1]
        haul.boxes.pop("hub", None)
        haul.boxes.pop("in", None)
        haul.boxes.pop("transit", None)
        haul.reseals, haul.losses, haul.changes = [], [], []
        haul.kg.pop("first_said", None)
        haul.price *= rng.uniform(2, 6)
        haul.note("a sample")
        set_uses(rng, haul)
    elif draw < 0.042 and len(haul.lots) == 1:
        kg = haul.mass("landed") * rng.uniform(0.2, 1.0)
        country = rng.choice(sorted(c for c in made.lands if c != haul.importing))
        at = haul.at["received"] + _days(rng.uniform(5, 90))
        haul.reexported = (f"{haul.importing}-RX-{haul.bill[2:]}", country, at, kg)
        haul.uses = []
        haul.note(f"entrepot trade: on to {country}")
    elif draw < 0.05 and haul.reply == "yes":
        peers = [b for b in made.buyers if b.country == haul.importing and b is not haul.buyer]
        if peers:
            _handed_over(rng, haul, rng.choice(peers))


def _handed_over(rng: random.Random, haul: Haul, other: Firm) -> None:
    """A buyer sells the cargo afloat to another honest firm, and says so."""
    at = haul.at["departed"] - _days(rng.uniform(0.5, 10))
    other.substances.add(haul.ware.substance)
    haul.changes.append(
        Change(
            at=max(at, haul.at["answered"] + _days(0.2)),
            field="consignee",
            old=haul.buyer.name,
            new=other.name,
            material=True,
            consignee=other,
        )
    )
    haul.delivery_address = other.address
    haul.note("sold on to another honest buyer")


def _reseals(made: Trade, haul: Haul) -> None:
    """Officers open a container for a check and put their own seal on; not all of them say so."""
    rng = made.rng
    if haul.hub and rng.random() < 0.1:
        boxes = tuple(facts.box(rng) for _ in haul.boxes["out"])
        haul.boxes["hub"] = boxes
        haul.note("stuffed into other containers at the hub")
        return
    draw = rng.random()
    if draw > 0.06:
        return
    stage, place, at = "in", haul.importing, haul.at["arrived"] - timedelta(hours=6)
    if haul.transit and draw < 0.05:
        stage, place, at = "transit", haul.transit, haul.at["entered"] + timedelta(hours=9)
    elif haul.hub and draw < 0.05:
        stage, place, at = "hub", haul.hub, haul.at["hub"] - timedelta(hours=9)
    old = haul.carried(stage)
    new = tuple(Box(number=box.number, seal=facts.official(rng, place)) for box in old)
    told = rng.random() < 0.75 and made.takes_part(place)
    haul.boxes[stage] = new
    haul.reseals.append(Reseal(agency=f"{place}-CUSTOMS", at=at, old=old, new=new, told=told))
    haul.note(f"resealed by officers of {place}, {'told' if told else 'untold'}")


def _amendments(made: Trade, haul: Haul) -> None:
    rng, draw = made.rng, made.rng.random()
    before = haul.at["departed"] - timedelta(days=rng.uniform(1, 12))
    at = max(before, haul.at["notified"] + timedelta(days=1))
    if draw < 0.02:
        said = haul.kg["said"]
        more = round(said * rng.choice((0.8, 0.9, 1.05, 1.1)))
        for name in ("said", "loaded", "landed", "declared"):
            if name in haul.kg:
                haul.kg[name] *= more / said
        haul.changes.append(
            Change(
                at=at, field="quantity", old=f"{said:g}", new=f"{more:g}", kg=more, material=True
            )
        )
        haul.kg["first_said"] = said
        haul.note("the buyer changed the quantity")
    elif draw < 0.06:
        new = rng.choice(made.ships)
        haul.changes.append(Change(at=at, field="vessel", old=haul.means, new=new, material=False))
        haul.means = new


def set_uses(rng: random.Random, haul: Haul) -> None:
    """One or two periods of honest use: what is used up, what is left, what was lost in work."""
    haul.uses = []
    left, start = haul.mass("received"), haul.at["received"]
    quick = rng.uniform(0.5, 1.0)
    for n in range(rng.choices((0, 1, 2), (35, 50, 15))[0]):
        end = start + _days(rng.uniform(30, 75))
        used = left * (quick if n == 0 else rng.uniform(0.85, 1.0))
        wasted = used * abs(rng.gauss(0, 0.004)) + left * max(0.0, haul.ware.loss) * 0.3
        left = max(0.0, left - used - wasted)
        haul.uses.append(Use(start=start, end=end, used=used, on_hand=left, wasted=wasted))
        start = end


def _days(number: float) -> timedelta:
    return timedelta(days=number)
