"""How much of what a half tells: its goods at the first step that says, in canonical mass."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from alerts.rules import Dossier, columns
from alerts.rules.columns import Column
from ledger.claims import Line
from ledger.quantities import Quantity, in_base_unit
from ledger.shipments import Shipment

OUTWARD = ("departed", "released")
HOMEWARD = ("cleared", "arrived", "delivered", "received")


@dataclass(frozen=True, kw_only=True, slots=True)
class Mass:
    """How much of a substance, in canonical kilograms, and what may be wrong with that.

    `gross`: what gross mass is to net, where the papers give both; `rounded`: to whole tonnes.
    """

    substance: str
    kg: Decimal
    gross: Decimal | None = None
    rounded: bool = False


def masses(dossier: Dossier, steps: Iterable[str]) -> tuple[Mass, ...]:
    """By the first of these steps at which somebody stated goods."""
    for step in steps:
        column = columns.column(dossier, step)
        if column is not None:
            return tuple(_mass(column, key, kg) for key, kg in _kilograms(column))
    return ()


def _kilograms(column: Column) -> list[tuple[str, Decimal]]:
    amounts = column.masses.amounts.items()
    return sorted((key[:-3], kg) for key, kg in amounts if key.endswith("/kg"))


def _mass(column: Column, substance: str, kg: Decimal) -> Mass:
    lines = column.of(substance)
    whole = any(q.unit == "TNE" and q.amount % 1 == 0 for q in (line.quantity for line in lines))
    return Mass(substance=substance, kg=kg, gross=_packing(lines), rounded=whole)


def _packing(lines: Iterable[Line]) -> Decimal | None:
    """What gross mass is to net, where every line gives both."""
    gross = net = Decimal(0)
    for line in lines:
        unit, amount = columns.net_of(line)
        stated = line.gross_mass
        size = in_base_unit(Quantity(stated.amount, stated.unit)) if stated is not None else None
        if size is None or unit != "kg":
            return None
        gross, net = gross + size, net + amount
    packed = net < gross < net * 2
    return (gross / net).quantize(Decimal("0.0001")) if packed else None


def notified(shipment: Shipment) -> tuple[Mass, ...]:
    for name in ("notified", "authorised"):
        stated = shipment.balance.get(name)
        found = [(s, stated.kg(s)) for s in shipment.substances] if stated else []
        masses = tuple(Mass(substance=s, kg=kg) for s, kg in sorted(found) if kg is not None)
        if masses:
            return masses
    return ()
