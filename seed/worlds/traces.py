"""Weak traces: oddities that honest trade has too, and that diverted goods have more often.

None says anything alone. Each case leaves a few of them beside what gives it away, and every kind
occurs on honest voyages, so that a rule for one of them fires on both.
"""

import random
from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType

from seed.world import Body
from seed.worlds import draws, firms
from seed.worlds.afterwards import reexported, refused, used
from seed.worlds.delays import transhipped
from seed.worlds.voyages import Extra, Voyage
from seed.worlds.weather import Weather

Trace = Callable[[Voyage, Weather, random.Random], Voyage]
GENERIC = (
    "chemical product",
    "chemicals",
    "raw material",
    "industrial goods",
    "solvent",
    "samples",
)
USES = ("laboratory", "cleaning", "resale", "research", "industrial_use", "agriculture")


def left(voyage: Voyage, weather: Weather, rng: random.Random, *, diverted: bool) -> Voyage:
    """The voyage with the traces that fell to it."""
    for trace, (honest, staged) in TRACES.items():
        if draws.hit(rng, staged if diverted else honest):
            voyage = trace(voyage, weather, rng)
    return voyage


def vaguely_named(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    del weather
    return voyage.but(line={**voyage.line, "declared_name": rng.choice(GENERIC)})


def oddly_priced(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    del weather
    factor = rng.choice((draws.between(rng, 0.25, 0.7), draws.between(rng, 1.4, 3.5)))
    return voyage.but(price=voyage.price * factor, price_in=voyage.price_in * factor)


def hastily_announced(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    """The notice comes a few days before the goods leave, and the answers with it."""
    del weather
    begin, end = voyage.at["notice.sent"], voyage.at["export.released"]
    late = end - draws.days(rng, 2, 8)
    if late <= begin:
        return voyage
    span, left = end - begin, end - late
    at = {
        k: late + (when - begin) * (left / span) if when < end else when
        for k, when in voyage.at.items()
    }
    more = tuple(each for each in voyage.more if each.at > end)
    return voyage.but(at=at, more=more, reply_due=voyage.reply_due + (late - begin))


def delivered_to_a_depot(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    del weather
    return voyage.but(delivery_address=firms.address(rng, voyage.importing))


def seal_found_broken(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    del weather, rng
    return voyage.but(intact=False)


def left_early(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    del weather
    return voyage.but(announced=voyage.announced + draws.days(rng, 2.5, 7))


def receipt_forgotten(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    del weather, rng
    return voyage.without("receipt.confirmed", "shipment.closed")


def way_round(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    """By way of a hub that no paper names."""
    hubs = [h for h in weather.geography.hubs if h not in {voyage.exporting, voyage.importing}]
    if voyage.mode != "sea" or not hubs or "shipment.arrived" not in voyage.at:
        return voyage
    return transhipped(voyage, weather, rng, rng.choice(hubs))


def new_contact(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    del weather
    known: Body = dict(voyage.parties_in["importer"])
    known["phone"] = firms.phone(rng)
    known["email"] = f"office{rng.randint(1, 999)}@mail{rng.randint(1, 99)}.example"
    return voyage.named("importer", known, sides=("in",))


def odd_use(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    del weather
    return voyage.saying("notice.sent", end_use=rng.choice(USES))


def new_consignee(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    """Shortly before departure another consignee is named, by the paper that there is for it."""
    firm = firms.founded(rng, voyage.importing, weather.starts - timedelta(days=700))
    old = voyage.parties["consignee"]
    parties = {**voyage.parties, "consignee": firm.party}
    change = {"field": "/parties/consignee", "old": old["name"], "new": firm.name}
    claims: Body = {"changes": [change], "material": True, "parties": dict(parties)}
    at = draws.later(voyage.departed, rng, -9, -0.5)
    amended = Extra(
        kind="shipment.amended", agency=f"{voyage.exporting}-CUSTOMS", at=at, claims=claims
    )
    return voyage.plus(amended).named("consignee", firm.party)


def waits_in_port(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    del weather
    return voyage.postponed(draws.days(rng, 12, 60), after=voyage.arrived)


def code_mistyped(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    del weather
    code = voyage.line_in["hs"]
    place = rng.randrange(3, 6)
    digit = str((int(code[place]) + rng.randint(1, 9)) % 10)
    typed = {**voyage.line_in, "hs": code[:place] + digit + code[place + 1 :]}
    return voyage.but(line_in=typed)


def sent_on(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    """Part of the goods goes on to a neighbour, as entrepôts live by."""
    others = weather.geography.neighbours(voyage.importing)[:6]
    onward = rng.choice([iso for iso in others if iso != voyage.exporting])
    return reexported(voyage, rng, onward, share=rng.uniform(0.2, 1), days=rng.uniform(2, 60))


def use_told(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    """The importing authority reports the use; its sums are out by a little."""
    if "receipt.confirmed" not in voyage.at:
        return voyage
    del weather
    process = rng.uniform(0.01, 0.05) if draws.hit(rng, 0.1) else 0.0
    return used(voyage, rng, gone=process + abs(rng.gauss(0, 0.004)))


def turned_down(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    """An order that an authority did not want, for reasons that hold for honest buyers too."""
    del weather
    return refused(voyage, rng)


def spilt(voyage: Voyage, weather: Weather, rng: random.Random) -> Voyage:
    """Some of the goods were lost in an accident, and that is told."""
    del weather
    if "import.cleared" not in voyage.at:
        return voyage
    share = draws.between(rng, 0.005, 0.15)
    claims: Body = {"loss": "unexplained_loss", "place": voyage.entry_port}
    at = draws.later(voyage.at["import.cleared"], rng, 0.2, 6)
    lost = Extra(
        kind="loss.reported",
        agency=f"{voyage.importing}-CNA",
        at=at,
        claims=claims,
        goods_kg=voyage.doc_in * share,
    )
    return voyage.but(got=voyage.got * (1 - share)).plus(lost)


# How often each is left: on an honest voyage, and on one of a case.
TRACES: Mapping[Trace, tuple[float, float]] = MappingProxyType(
    {
        vaguely_named: (0.015, 0.08),
        oddly_priced: (0.015, 0.08),
        hastily_announced: (0.02, 0.09),
        delivered_to_a_depot: (0.012, 0.06),
        seal_found_broken: (0.004, 0.03),
        left_early: (0.015, 0.06),
        receipt_forgotten: (0.02, 0.10),
        way_round: (0.012, 0.05),
        new_contact: (0.02, 0.09),
        odd_use: (0.01, 0.06),
        new_consignee: (0.004, 0.02),
        waits_in_port: (0.012, 0.05),
        code_mistyped: (0.006, 0.03),
        sent_on: (0.02, 0.03),
        use_told: (0.10, 0.10),
        spilt: (0.003, 0.006),
        turned_down: (0.008, 0.0),  # a case needs its goods to leave
    }
)
