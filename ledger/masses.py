"""Exact sums of goods by substance, in canonical mass of the pure substance where it is known."""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal

from ledger.claims import Line
from ledger.quantities import DIMENSION, Quantity, in_base_unit, pure_mass_kg

ZERO = Decimal(0)
# The default context keeps 28 digits; 21 of an amount times 13 of a pound would be rounded.
EXACT = Context(prec=120)


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighed:
    """Amounts by `substance/unit`: kg where a mass is known, else l (litres) or pcs (pieces)."""

    amounts: Mapping[str, Decimal] = field(default_factory=dict)

    def plus(self, other: "Weighed | None") -> "Weighed":
        if other is None:
            return self
        keys = sorted({*self.amounts, *other.amounts})
        return Weighed(
            amounts={
                k: EXACT.add(self.amounts.get(k, ZERO), other.amounts.get(k, ZERO)) for k in keys
            }
        )

    def minus(self, other: "Weighed") -> "Weighed":
        keys = sorted({*self.amounts, *other.amounts})
        return Weighed(
            amounts={
                k: EXACT.subtract(self.amounts.get(k, ZERO), other.amounts.get(k, ZERO))
                for k in keys
            }
        )

    def kg(self, substance: str) -> Decimal | None:
        return self.amounts.get(f"{substance}/kg")

    @property
    def total_kg(self) -> Decimal:
        masses = (a for k, a in self.amounts.items() if k.endswith("/kg"))
        return functools.reduce(EXACT.add, masses, ZERO)


BASE = {"mass": "kg", "volume": "l", "count": "pcs"}


def weigh(goods: Iterable[Line], concentrations: Mapping[str, Decimal]) -> Weighed:
    """Sum goods lines; a line without a concentration takes the one known for the shipment.

    Goods whose concentration nobody stated, or stated as a range, count at their net amount.
    """
    total: dict[str, Decimal] = {}
    for line in goods:
        unit, amount = canonical(line, concentrations.get(line.substance))
        key = f"{line.substance}/{unit}"
        total[key] = EXACT.add(total.get(key, ZERO), amount)
    return Weighed(amounts=dict(sorted(total.items())))


def canonical(line: Line, known: Decimal | None) -> tuple[str, Decimal]:
    """The base unit and exact amount of one line, pure where that can be told."""
    quantity = Quantity(line.quantity.amount, line.quantity.unit)
    strength = line.concentration
    exact = strength is not None and strength.low == strength.high
    percent = strength.low if strength is not None and exact else known
    basis = strength.basis if strength is not None and exact else "w/w"
    pure = pure_mass_kg(quantity, density=None, percent=percent, basis=basis)
    if pure is not None:
        return "kg", pure
    net = in_base_unit(quantity)
    if net is None:  # the schema admits only units of the table
        raise ValueError(quantity.unit)
    return BASE[DIMENSION[quantity.unit]], net
