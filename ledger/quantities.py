"""Quantities: exact decimals with a unit (UNECE Recommendation 20), and the mass they stand for.

Nothing here is a float and nothing is rounded on the way: a result is exact, then rounded once,
half to even, to six decimals of a kilogram (a milligram). What cannot be computed is None, so
nobody mistakes a guess for a mass.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from types import MappingProxyType
from typing import Literal, TypeAlias

Dimension: TypeAlias = Literal["mass", "volume", "count"]

_AMOUNT = re.compile(r"(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,6})?")
_MILLIGRAM = Decimal("0.000001")
# Wide enough that no product of an amount, a factor, a density and a percentage is ever rounded.
_EXACT = Context(prec=120, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Unit:
    """One code of the recommendation: how many kilograms, litres or pieces one of it is."""

    dimension: Dimension
    factor: Decimal


def _units(dimension: Dimension, table: str) -> dict[str, Unit]:
    rows = (line.split() for line in table.split("\n") if line.strip())
    return {code: Unit(dimension, Decimal(factor)) for code, factor in rows}


UNITS = MappingProxyType(
    _units(
        "mass",
        """
        KGM 1
        GRM 0.001
        MGM 0.000001
        MC  0.000000001
        HGM 0.1
        DTN 100
        TNE 1000
        KTN 1000000
        LBR 0.45359237
        ONZ 0.028349523125
        APZ 0.0311034768
        CWA 45.359237
        CWI 50.80234544
        STN 907.18474
        LTN 1016.0469088
        """,
    )
    | _units(
        "volume",
        """
        LTR 1
        MLT 0.001
        CLT 0.01
        DLT 0.1
        HLT 100
        K6  1000
        MTQ 1000
        DMQ 1
        CMQ 0.001
        GLL 3.785411784
        GLI 4.54609
        """,
    )
    | _units(
        "count",
        """
        H87 1
        C62 1
        """,
    )
)
DIMENSION = MappingProxyType({code: unit.dimension for code, unit in UNITS.items()})


@dataclass(frozen=True, slots=True)
class Quantity:
    """So much of a unit. A code we have no factor for is allowed: it has no mass."""

    amount: Decimal
    unit: str


def parse_amount(text: str) -> Decimal:
    """Read a plain decimal: no sign, exponent or leading zeros, at most 15 and 6 digits."""
    if not _AMOUNT.fullmatch(text):
        raise ValueError("an amount is a plain decimal like 1250.5")
    return Decimal(text)


def show(amount: Decimal) -> str:
    """The one spelling of a number: plain, without needless zeros."""
    text = f"{amount:f}"
    plain = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if plain == "-0" else plain


def in_base_unit(quantity: Quantity) -> Decimal | None:
    """So many kilograms, litres or pieces, as DIMENSION says; None for a unit we do not know."""
    unit = UNITS.get(quantity.unit)
    return None if unit is None else _EXACT.multiply(quantity.amount, unit.factor)


def mass_kg(quantity: Quantity, *, density: Decimal | None) -> Decimal | None:
    """The gross mass of the goods; a volume needs a density in kilograms a litre."""
    mass = _mass(quantity, density)
    return None if mass is None else _rounded(mass)


def pure_mass_kg(
    quantity: Quantity, *, density: Decimal | None, percent: Decimal | None, basis: str | None
) -> Decimal | None:
    """The mass of the pure substance in goods of this density and concentration.

    Basis `w/w` is percent by mass; `w/v` is grams in 100 millilitres. `v/v` would need the density
    of the pure substance and how the mixture shrinks, so like an unstated concentration it has no
    answer.
    """
    if percent is None or percent < 0:
        return None
    if basis == "w/w" and percent <= 100:
        whole = _mass(quantity, density)
    elif basis == "w/v":
        whole = _litres(quantity, density)
    else:
        whole = None
    return None if whole is None else _rounded(_EXACT.multiply(whole, percent.scaleb(-2, _EXACT)))


def _mass(quantity: Quantity, density: Decimal | None) -> Decimal | None:
    size, dimension = in_base_unit(quantity), DIMENSION.get(quantity.unit)
    if size is None or dimension == "mass":
        return size
    if dimension == "volume" and density is not None and density > 0:
        return _EXACT.multiply(size, density)
    return None


def _litres(quantity: Quantity, density: Decimal | None) -> Decimal | None:
    size, dimension = in_base_unit(quantity), DIMENSION.get(quantity.unit)
    if size is None or dimension == "volume":
        return size
    if dimension == "mass" and density is not None and density > 0:
        return _EXACT.divide(size, density)
    return None


def _rounded(mass: Decimal) -> Decimal:
    return mass.quantize(_MILLIGRAM, context=_EXACT)
