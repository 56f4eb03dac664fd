"""What one shipment adds to what is known as normal: the observations that baselines rest on.

Each is a pure function of the shipment's history, keyed by aggregate and shipment, so it counts
once however often the shipment is looked at, and a correction replaces it. A value of `ASKS` marks
a shipment that is to be looked at again when earlier observations of the aggregate come in late.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple, Self

from alerts.rules import Dossier, Said
from alerts.rules.aggregates import (
    ASKS,
    buyers,
    delay_of,
    endings_of,
    exact_strength,
    firm_of,
    is_off,
    near_of,
    notified_kg,
    orders_of,
    price_of,
    reply_of,
    route_of,
    seen_at,
    silence_of,
    sizes_of,
    strength_of,
    trade_of,
    transits_of,
    unit_prices,
    use_of,
)
from alerts.rules.boxes import observed_boxes
from alerts.rules.deliveries import observed_deliveries
from alerts.rules.habits import HABIT, anywhere, observed_habits
from alerts.rules.headings import observed_headings
from alerts.rules.identities import ended_licences, known_as, observed_firsts
from alerts.rules.process import observed_silences
from alerts.rules.remembered import for_now, once
from alerts.rules.seals import observed_seals
from alerts.rules.sightings import begun, contacts_of, own_sightings, seen_before
from alerts.rules.uses import stated_uses
from alerts.rules.weighbridges import observed_loads
from ledger.events.enforcement import LossReported
from ledger.events.movements import Departed, ExportReleased
from ledger.events.notices import NoticeExpired, NoticeSent
from ledger.events.receptions import Arrived
from ledger.shipments import Shipment
from ledger.vocabulary import ShipmentEvent

MILLIONTHS = 1_000_000
LARGEST = 9 * 10**18
EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


class Fact(NamedTuple):
    """One observation of an aggregate, as of a moment, in the numbers that are stored."""

    what: str
    at: int  # microseconds since 1970
    value: int  # millionths

    @classmethod
    def of(cls, *, what: str, at: datetime, value: Decimal) -> Self:
        millionths = min(int(value * MILLIONTHS), LARGEST)
        return cls(what, (at - EPOCH) // MICROSECOND, millionths)


def facts(dossier: Dossier) -> tuple[Fact, ...]:
    """All that this shipment adds; where it says two values of one thing, the greater counts."""
    known = (*_journey(dossier), *_habits(dossier), *_near(dossier))
    firsts = _made(observed_firsts(dossier))
    return (*_of_history(dossier), *firsts, *known, *_ended(dossier))


@for_now
def _habits(dossier: Dossier) -> tuple[Fact, ...]:
    """How its agencies report: what did not come is left out from a moment on."""
    return tuple(_made(observed_habits(dossier)))


@once
def _of_history(dossier: Dossier) -> tuple[Fact, ...]:
    """What follows from its own history alone."""
    said = (*_orders(dossier), *_prices(dossier), *_answers(dossier), *_contacts(dossier))
    goods = (*observed_loads(dossier), *observed_deliveries(dossier), *observed_headings(dossier))
    things = (*observed_seals(dossier), *observed_boxes(dossier))
    return (*said, *_made((*things, *goods, *observed_silences(dossier))))


def _made(seen: Iterable[tuple[str, datetime, Decimal]]) -> Iterator[Fact]:
    """Observations as facts; a habit is one of everybody's, too."""
    for what, at, value in seen:
        fact = Fact.of(what=what, at=at, value=value)
        yield fact
        if what.startswith(HABIT) and value >= 0:
            yield fact._replace(what=anywhere(what))


def _orders(dossier: Dossier) -> Iterator[Fact]:
    shipment, at = dossier.shipment, dossier.shipment.times.get("notified")
    if at is None or shipment.route is None or is_off(shipment):
        return
    masses = notified_kg(shipment)
    for substance, kg in masses.items():
        yield Fact.of(what=orders_of(shipment.route.importing, substance), at=at, value=kg)
        yield Fact.of(what=sizes_of(substance), at=at, value=kg)
        for key in buyers(shipment):
            yield Fact.of(what=trade_of(key, substance), at=at, value=kg)
    for key in known_as(shipment):
        yield Fact.of(what=trade_of(key), at=at, value=sum(masses.values(), Decimal(0)))
    yield from _stated_of(dossier, at)


def _stated_of(dossier: Dossier, at: datetime) -> Iterator[Fact]:
    """What is said of the use and the strength of each substance."""
    for sent in dossier.stated(NoticeSent)[-1:]:
        for line in sent.event.goods:
            strength = exact_strength(line)
            if strength is not None:
                yield Fact.of(what=strength_of(line.substance), at=at, value=strength)
    for substance, use, _ in stated_uses(dossier):
        for each in ("", use):
            yield Fact.of(what=use_of(substance, each), at=at, value=Decimal(1))


def _prices(dossier: Dossier) -> Iterator[Fact]:
    for released in dossier.stated(ExportReleased)[:1]:
        for substance, currency, price in unit_prices(released.event):
            for route in ("", route_of(dossier.shipment)):
                what = price_of(substance, currency, route)
                yield Fact.of(what=what, at=released.by.occurred_at, value=price)


def _journey(dossier: Dossier) -> Iterator[Fact]:
    shipment = dossier.shipment
    arrivals, left = dossier.stated(Arrived), dossier.stated(Departed)
    if shipment.route is None:
        return
    country = shipment.route.importing
    if left and not arrivals:
        for what in transits_of(dossier):
            yield Fact.of(what=what, at=left[0].by.occurred_at, value=ASKS)
    for arrived in arrivals[:1]:
        at = arrived.by.occurred_at
        signed = Decimal(max(0, arrived.by.issued_at - int(at.timestamp())))
        yield Fact.of(what=delay_of(country), at=at, value=signed / 86_400)
        if left and left[0].by.occurred_at < at:
            days = Decimal((at - left[0].by.occurred_at) // timedelta(seconds=1)) / 86_400
            for what in transits_of(dossier):
                yield Fact.of(what=what, at=at, value=days)


def _answers(dossier: Dossier) -> Iterator[Fact]:
    shipment, reply = dossier.shipment, dossier.shipment.reply
    if shipment.route is None:
        return
    country = shipment.route.importing
    if reply is not None and reply.answered_at is not None and reply.answered_at >= reply.sent_at:
        days = Decimal((reply.answered_at - reply.sent_at) // timedelta(seconds=1)) / 86_400
        yield Fact.of(what=reply_of(country), at=reply.answered_at, value=days)
    for expired in dossier.stated(NoticeExpired)[-1:]:
        yield Fact.of(what=silence_of(country), at=expired.by.occurred_at, value=Decimal(1))


def _contacts(dossier: Dossier) -> Iterator[Fact]:
    known = begun(dossier.shipment)
    if known is None:
        return
    for _, what, each in contacts_of(own_sightings(dossier)):
        yield Fact.of(what=what, at=known, value=firm_of(each.key))


def _ended(dossier: Dossier) -> Iterator[Fact]:
    """Of an order that ended badly, or whose buyer lost its licence: each way to reach its buyers.

    And of every order, whether it is one of those.
    """
    shipment, notified = dossier.shipment, dossier.shipment.times.get("notified")
    known, ends = begun(shipment), sorted((*_ended_badly(shipment), *_unlicensed(dossier)))
    if notified is not None and shipment.route is not None:
        what = endings_of(shipment.route.importing)
        yield Fact.of(what=what, at=notified, value=Decimal(bool(ends)))
    if known is None or not ends:
        return
    # A firm can be reached as before, even where its refused order does not say how.
    mine = own_sightings(dossier)
    earlier = seen_before(dossier.elsewhere, mine, known)
    yield from (Fact.of(what=trade_of(key), at=known, value=ASKS) for key in known_as(shipment))
    for _, what, each in contacts_of((*mine, *earlier)):
        yield Fact.of(what=what, at=ends[0], value=firm_of(each.key, adverse=True))


def _ended_badly(shipment: Shipment) -> Iterator[datetime]:
    """When an order came to a bad end; an objection that a later answer cured is none."""
    times = shipment.times
    yield from (times[name] for name in ("stopped", "seized", "diverted") if name in times)
    objected, agreed = times.get("objected"), times.get("cleared_to_export")
    if objected is not None and (agreed is None or agreed < objected):
        yield objected


def _unlicensed(dossier: Dossier) -> Iterator[datetime]:
    """Since when one of its buyers is without a licence that was suspended or revoked."""
    for party in buyers(dossier.shipment).values():
        for day in ended_licences(dossier.elsewhere, party):
            yield datetime.combine(day, time(), UTC)


def _near(dossier: Dossier) -> Iterator[Fact]:
    for code, lost, each in _spots(dossier):
        spot = dossier.elsewhere.place(code)
        for substance in dossier.shipment.substances if spot else ():
            yield Fact.of(
                what=near_of(substance, spot.country if spot else ""),
                at=each.by.occurred_at,
                value=Decimal(1) if lost else ASKS,
            )


@once
def _spots(dossier: Dossier) -> tuple[tuple[str, bool, Said[ShipmentEvent]], ...]:
    """Where goods were lost, or seen."""
    found = []
    for each in dossier.stated(ShipmentEvent):
        lost = isinstance(each.event, LossReported)
        code = each.event.place if isinstance(each.event, LossReported) else seen_at(each.event)
        if code:
            found.append((code, lost, each))
    return tuple(found)
