"""What one shipment adds to what is known as normal: the observations that baselines rest on.

Each is a pure function of the shipment's history, keyed by aggregate and shipment, so it counts
once however often the shipment is looked at, and a correction replaces it. A value of `ASKS` marks
a shipment that is to be looked at again when earlier observations of the aggregate come in late.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from alerts.rules import Dossier
from alerts.rules.columns import goods_of, net_of
from alerts.rules.places import km_between
from ledger.claims import Line, Observed, Party, folded
from ledger.events.enforcement import LossReported
from ledger.events.movements import Departed, ExportReleased
from ledger.events.notices import NoticeExpired, NoticeSent
from ledger.events.receptions import Arrived, ImportCleared
from ledger.shipments import Shipment
from ledger.vocabulary import ShipmentEvent

ASKS = Decimal(-1)
ADVERSE = ("stopped", "seized", "diverted", "attempted_diversion", "objected")
BUYERS = ("importer", "consignee", "end_user", "receiver")
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One observation of an aggregate, as of a moment."""

    what: str
    at: datetime
    value: Decimal


def facts(dossier: Dossier) -> frozenset[Fact]:
    """All that this shipment adds."""
    made = {*_orders(dossier), *_prices(dossier), *_journey(dossier), *_answers(dossier)}
    return frozenset({*made, *_contacts(dossier), *_near(dossier)})


def buyers(shipment: Shipment) -> dict[str, Party]:
    """Those who would have the goods, by their keys; the first role they hold counts."""
    found: dict[str, Party] = {}
    for role in BUYERS:
        party: Party | None = getattr(shipment.parties, role, None)
        if party is not None:
            found.setdefault(party.key, party)
    return found


def trade_of(key: str, substance: str = "") -> str:
    """A buyer's orders: of everything, or of one substance."""
    return f"trade/{substance}/{_mark(key)}"


def orders_of(country: str, substance: str) -> str:
    return f"orders/{country}/{substance}"


def use_of(substance: str, use: str = "") -> str:
    return f"use/{substance}/{use}"


def strength_of(substance: str) -> str:
    return f"strength/{substance}"


def contact_of(kind: str, said: str) -> str:
    return f"contact/{kind}/{_mark(said)}"


def price_of(substance: str, currency: str, route: str = "") -> str:
    return f"price/{substance}/{currency}/{route}"


def near_of(substance: str, country: str) -> str:
    """Losses (1) and sightings (`ASKS`) of a substance in a country."""
    return f"near/{substance}/{country}"


def delay_of(country: str) -> str:
    """Days from an arrival to its report, by importing country."""
    return f"delay/{country}"


def missing_of(country: str) -> str:
    """Of cleared goods: 1 where nobody had reported an arrival, else 0."""
    return f"missing/{country}"


def reply_of(country: str) -> str:
    """Days from a notice to its answer."""
    return f"reply/{country}"


def silence_of(country: str) -> str:
    """Notices that ran out."""
    return f"silence/{country}"


def transits_of(dossier: Dossier) -> tuple[str, ...]:
    """The aggregates of days under way: of the corridor, then of the mode and distance."""
    shipment = dossier.shipment
    if shipment.route is None or shipment.mode is None:
        return ()
    route = shipment.route
    own = f"transit/{shipment.mode}/{route.exporting}-{route.importing}"
    start = dossier.elsewhere.place(route.exit_point) if route.exit_point else None
    end = dossier.elsewhere.place(route.entry_point) if route.entry_point else None
    if start is None or end is None:
        return (own,)
    band = max(int(km_between(start, end)), 1).bit_length()  # each band twice as far as the last
    return own, f"transit/{shipment.mode}/band-{band}"


def contacts_of(shipment: Shipment) -> Iterator[tuple[str, str, Party]]:
    """(kind, aggregate, party) for each phone, e-mail and address of a buyer."""
    for party in buyers(shipment).values():
        for kind in ("phone", "email", "address"):
            said = getattr(party, kind)
            if said:
                yield kind, contact_of(kind, folded(said)), party


def unit_prices(event: ShipmentEvent) -> Iterator[tuple[str, str, Decimal]]:
    """(substance, currency, price a kilogram) of each line that states a value and a mass."""
    for line in goods_of(event):
        unit, amount = net_of(line)
        if line.value is not None and unit == "kg" and amount and line.value.amount:
            yield line.substance, line.value.currency, line.value.amount / amount


def route_of(shipment: Shipment) -> str:
    return f"{shipment.route.exporting}-{shipment.route.importing}" if shipment.route else ""


def is_off(shipment: Shipment) -> bool:
    """Whether it never became an order."""
    return shipment.status == "cancelled" or "withdrawn" in shipment.flags


def notified_kg(shipment: Shipment) -> dict[str, Decimal]:
    """The notified mass of each substance that has one."""
    notified = shipment.balance.get("notified")
    masses = {s: notified.kg(s) for s in shipment.substances} if notified else {}
    return {substance: kg for substance, kg in masses.items() if kg is not None}


def exact_strength(line: Line) -> Decimal | None:
    strength = line.concentration
    return strength.low if strength and strength.low == strength.high else None


def seen_at(event: ShipmentEvent) -> str | None:
    """The UN/LOCODE of where officers saw the goods."""
    observed: Observed | None = getattr(event, "observed", None)
    return observed.place if observed is not None else None


def _mark(said: str) -> str:
    """Aggregates of traders are told apart, and say nothing to whoever reads the table."""
    return hashlib.sha256(said.encode()).hexdigest()[:24]


def _orders(dossier: Dossier) -> Iterator[Fact]:
    shipment, at = dossier.shipment, dossier.shipment.times.get("notified")
    if at is None or shipment.route is None or is_off(shipment):
        return
    masses = notified_kg(shipment)
    for substance, kg in masses.items():
        yield Fact(what=orders_of(shipment.route.importing, substance), at=at, value=kg)
        for key in buyers(shipment):
            yield Fact(what=trade_of(key, substance), at=at, value=kg)
    for key in buyers(shipment):
        yield Fact(what=trade_of(key), at=at, value=sum(masses.values(), Decimal(0)))
    yield from _stated_of(dossier, at)


def _stated_of(dossier: Dossier, at: datetime) -> Iterator[Fact]:
    """What the notice says of the use and the strength of each substance."""
    for sent in dossier.stated(NoticeSent)[-1:]:
        for line in sent.event.goods:
            strength = exact_strength(line)
            if strength is not None:
                yield Fact(what=strength_of(line.substance), at=at, value=strength)
            if sent.event.end_use:
                for use in ("", sent.event.end_use):
                    yield Fact(what=use_of(line.substance, use), at=at, value=Decimal(1))


def _prices(dossier: Dossier) -> Iterator[Fact]:
    for released in dossier.stated(ExportReleased)[:1]:
        for substance, currency, price in unit_prices(released.event):
            for route in ("", route_of(dossier.shipment)):
                what = price_of(substance, currency, route)
                yield Fact(what=what, at=released.by.occurred_at, value=price)


def _journey(dossier: Dossier) -> Iterator[Fact]:
    shipment = dossier.shipment
    arrivals, left = dossier.stated(Arrived), dossier.stated(Departed)
    if shipment.route is None:
        return
    country = shipment.route.importing
    if left and not arrivals:
        for what in transits_of(dossier):
            yield Fact(what=what, at=left[0].by.occurred_at, value=ASKS)
    for arrived in arrivals[:1]:
        at = arrived.by.occurred_at
        signed = Decimal(max(0, arrived.by.issued_at - int(at.timestamp())))
        yield Fact(what=delay_of(country), at=at, value=signed / 86_400)
        if left and left[0].by.occurred_at < at:
            days = Decimal((at - left[0].by.occurred_at) // timedelta(seconds=1)) / 86_400
            for what in transits_of(dossier):
                yield Fact(what=what, at=at, value=days)
    for cleared in dossier.stated(ImportCleared)[:1]:
        value = Decimal(0 if arrivals else 1)
        yield Fact(what=missing_of(country), at=cleared.by.occurred_at, value=value)


def _answers(dossier: Dossier) -> Iterator[Fact]:
    shipment, reply = dossier.shipment, dossier.shipment.reply
    if shipment.route is None:
        return
    country = shipment.route.importing
    if reply is not None and reply.answered_at is not None and reply.answered_at >= reply.sent_at:
        days = Decimal((reply.answered_at - reply.sent_at) // timedelta(seconds=1)) / 86_400
        yield Fact(what=reply_of(country), at=reply.answered_at, value=days)
    for expired in dossier.stated(NoticeExpired)[-1:]:
        yield Fact(what=silence_of(country), at=expired.by.occurred_at, value=Decimal(1))


def _contacts(dossier: Dossier) -> Iterator[Fact]:
    shipment = dossier.shipment
    notified = shipment.times.get("notified")
    ends = [
        shipment.times[n]
        for n in ("stopped", "seized", "diverted", "objected")
        if n in shipment.times
    ]
    adverse = bool(shipment.flags.intersection(ADVERSE)) or shipment.status == "seized"
    at = min(ends) if adverse and ends else notified
    if at is not None:
        for _, what, _ in contacts_of(shipment):
            yield Fact(what=what, at=at, value=Decimal(1) if adverse else ASKS)


def _near(dossier: Dossier) -> Iterator[Fact]:
    for each in dossier.stated(ShipmentEvent):
        lost = isinstance(each.event, LossReported)
        code = each.event.place if isinstance(each.event, LossReported) else seen_at(each.event)
        spot = dossier.elsewhere.place(code) if code else None
        for substance in dossier.shipment.substances if spot else ():
            yield Fact(
                what=near_of(substance, spot.country if spot else ""),
                at=each.by.occurred_at,
                value=Decimal(1) if lost else ASKS,
            )
