"""A yearly amount as it was typed ("60000KG", "1.000,5 t") to an exact figure and a unit."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from ledger.quantities import UNITS
from seed.clerk.reading import Reading

AMOUNT = re.compile(r"(?P<figure>\d[\d.,'’\s]*?)\s*(?P<unit>[^\W\d]+3?)?\.?", re.UNICODE)
THOUSANDS_THEN_DECIMALS = re.compile(r"\d{1,3}([.,'’\s])\d{3}(\1\d{3})*([.,]\d+)?")

# What people write -> UNECE Rec 20.
WRITTEN = {
    **dict.fromkeys(("kg", "kgs", "kilo", "kilos", "kgm"), "KGM"),
    **dict.fromkeys(("g", "gr", "grm"), "GRM"),
    **dict.fromkeys(("t", "to", "mt", "tne", "tonne", "tonnes", "tons"), "TNE"),
    **dict.fromkeys(("l", "lt", "ltr", "litre", "litres", "liter"), "LTR"),
    **dict.fromkeys(("ml", "mlt"), "MLT"),
    **dict.fromkeys(("m3", "mtq"), "MTQ"),
}


@dataclass(frozen=True, slots=True)
class Amount:
    """Kilograms (KGM), litres (LTR), or a bare figure whose unit nobody stated."""

    value: Decimal
    unit: Literal["KGM", "LTR"] | None


def read_amount(raw: str) -> Reading[Amount]:
    """The amount of the goods as shipped; of a mixture, the mixture's, not the substance's."""
    text = raw.strip()
    if not text:
        return Reading(None, ("no amount is stated",))
    match = AMOUNT.fullmatch(text)
    figure = read_figure(match["figure"]) if match else None
    if match is None or figure is None or figure.value is None:
        return Reading(None, (f"amount {text!r} cannot be read",))
    return _in_known_unit(figure.value, match["unit"] or "", figure.remarks)


def _in_known_unit(value: Decimal, unit: str, remarks: tuple[str, ...]) -> Reading[Amount]:
    if not unit:
        return Reading(Amount(value, None), (*remarks, "the amount has no unit"))
    if unit.casefold() not in WRITTEN:
        return Reading(Amount(value, None), (*remarks, f"unit {unit!r} is not known"))
    known = UNITS[WRITTEN[unit.casefold()]]
    code: Literal["KGM", "LTR"] = "KGM" if known.dimension == "mass" else "LTR"
    if known.factor != 1:
        remarks = (*remarks, f"{value} {unit} was converted to {code}")
    return Reading(Amount(value * known.factor, code), remarks)


def read_figure(text: str) -> Reading[Decimal]:
    """A decimal written with either comma or point; one group of three is taken as thousands."""
    figure = text.strip()
    if re.fullmatch(r"\d+", figure):
        return Reading(Decimal(figure))
    if match := THOUSANDS_THEN_DECIMALS.fullmatch(figure):
        decimals = match[3] or ""
        if decimals[:1] == match[1]:
            return Reading(None)
        whole = re.sub(r"\D", "", figure.removesuffix(decimals))
        guess = () if decimals else (f"{figure!r} was read as {whole}: groups of thousands",)
        return Reading(Decimal(whole + decimals.replace(",", ".")), guess)
    if re.fullmatch(r"\d+[.,]\d+", figure):
        return Reading(Decimal(figure.replace(",", ".")))
    return Reading(None)
