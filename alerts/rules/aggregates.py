"""The names of what is observed, and the parts of a shipment that observations are made of.

An aggregate is what a baseline is about: a corridor, a buyer's orders of a substance, a country's
answers. Those of traders are hashed: they tell traders apart and say nothing to a reader.
"""

import functools
import hashlib
from collections.abc import Iterator
from decimal import Decimal

from alerts.rules import Dossier
from alerts.rules.columns import goods_of, net_of
from alerts.rules.places import km_between
from ledger.claims import Line, Observed, Party
from ledger.shipments import Shipment
from ledger.vocabulary import ShipmentEvent

ASKS = Decimal(-1)
WIDE = "wide/"  # what so many shipments share that a late one has none looked at again
BUYERS = ("importer", "consignee", "end_user", "receiver")


def buyers(shipment: Shipment) -> dict[str, Party]:
    """Those who would have the goods, by their keys; the first role they hold counts."""
    found: dict[str, Party] = {}
    for role in BUYERS:
        party: Party | None = getattr(shipment.parties, role, None)
        if party is not None:
            found.setdefault(party.key, party)
    return found


def importing(shipment: Shipment) -> str:
    """The country that the goods go to; empty where nobody said."""
    return shipment.route.importing if shipment.route else ""


def trade_of(key: str, substance: str = "") -> str:
    """A buyer's orders: of everything, or of one substance."""
    return f"trade/{substance}/{mark_of(key)}"


def orders_of(country: str, substance: str) -> str:
    return f"orders/{country}/{substance}"


def use_of(substance: str, use: str = "") -> str:
    return f"use/{substance}/{use}"


def strength_of(substance: str) -> str:
    return f"strength/{substance}"


def firsts_of(*, to: str = "", out_of: str = "") -> str:
    """Of the orders to or out of a country: 1 where it was the buyer's first. Reopens nothing."""
    return f"{WIDE}firsts/{out_of}-{to}"


def sizes_of(substance: str) -> str:
    """What is ordered of a substance anywhere, in kg. Reopens nothing."""
    return f"{WIDE}sizes/{substance}"


def endings_of(country: str) -> str:
    """Of the orders towards a country: 1 where one ended badly, else 0. Reopens nothing."""
    return f"{WIDE}endings/{country}"


def firm_of(key: str, *, adverse: bool = False) -> Decimal:
    """A trader as an observation can hold it, and whether its order ended badly."""
    return Decimal(2 * int(mark_of(key)[:10], 16) + adverse)


def ended_badly(value: Decimal) -> bool:
    """Whether such an observation is of an order that ended badly."""
    return value % 2 == 1


def contact_of(kind: str, said: str) -> str:
    return f"contact/{kind}/{mark_of(said)}"


def price_of(substance: str, currency: str, route: str = "") -> str:
    return f"price/{substance}/{currency}/{route}"


def near_of(substance: str, country: str) -> str:
    """Losses (1) and sightings (`ASKS`) of a substance in a country."""
    return f"near/{substance}/{country}"


def delay_of(country: str) -> str:
    """Days from an arrival to its report, by importing country."""
    return f"delay/{country}"


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


@functools.lru_cache(maxsize=16_384)
def mark_of(said: str) -> str:
    """Aggregates of traders are told apart, and say nothing to whoever reads the table."""
    return hashlib.sha256(said.encode()).hexdigest()[:24]
