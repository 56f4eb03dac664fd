"""Quantities: one spelling, exact factors, and no mass where none can be known."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.quantities import (
    DIMENSION,
    UNITS,
    Quantity,
    in_base_unit,
    mass_kg,
    parse_amount,
    pure_mass_kg,
    show,
)

AMOUNTS = st.decimals(0, 10**15 - 1, places=6)
DENSITIES = st.decimals("0.000001", 30, places=6)
PERCENTS = st.decimals(0, 100, places=6)


def rounded(exact: Fraction) -> Fraction:
    """Half to even at the sixth decimal, as Python's own rational numbers do it."""
    return round(exact, 6)


@given(AMOUNTS)
def test_what_is_shown_is_read_back_as_the_same_number(amount: Decimal):
    assert parse_amount(show(amount)) == amount
    assert show(parse_amount(show(amount))) == show(amount)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("0", "0"),
        ("0.0", "0"),
        ("1250.5", "1250.5"),
        ("1.50", "1.5"),
        ("100", "100"),
        ("100.000000", "100"),
        ("999999999999999.999999", "999999999999999.999999"),
    ],
)
def test_a_plain_decimal_is_read_and_has_one_spelling(text: str, shown: str):
    assert show(parse_amount(text)) == shown


@pytest.mark.parametrize(("amount", "shown"), [("1E+3", "1000"), ("-0.00", "0"), ("-2.50", "-2.5")])
def test_computed_numbers_are_shown_plainly_too(amount: str, shown: str):
    assert show(Decimal(amount)) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "1\n",
        "+1",
        "-1",
        "01",
        "00",
        ".5",
        "5.",
        "1e3",
        "1E3",
        "1,5",
        "1_000",
        "NaN",
        "Infinity",
        "٣",
        "1000000000000000",
        "0.0000001",
        "1.2.3",
    ],
)
def test_any_other_spelling_of_an_amount_is_refused(text: str):
    with pytest.raises(ValueError, match="plain decimal"):
        parse_amount(text)


@pytest.mark.parametrize(
    ("amount", "unit", "kg"),
    [
        ("25", "KGM", "25"),
        ("1", "TNE", "1000"),
        ("1500", "GRM", "1.5"),
        ("1", "MGM", "0.000001"),
        ("1", "LBR", "0.45359237"),
        ("16", "ONZ", "0.45359237"),
        ("1", "LTN", "1016.0469088"),
        ("1", "STN", "907.18474"),
    ],
)
def test_masses_are_exact(amount: str, unit: str, kg: str):
    quantity = Quantity(Decimal(amount), unit)
    assert mass_kg(quantity, density=None) == Decimal(kg).quantize(Decimal("0.000001"))


def test_a_volume_has_a_mass_when_its_density_is_known():
    acetone = Quantity(Decimal(1), "MTQ")
    assert mass_kg(acetone, density=Decimal("0.784")) == Decimal(784)
    assert mass_kg(Quantity(Decimal(1), "HLT"), density=Decimal("0.784")) == Decimal("78.4")
    assert mass_kg(acetone, density=None) is None
    assert mass_kg(acetone, density=Decimal(0)) is None


@pytest.mark.parametrize("unit", ["H87", "C62", "XXX", ""])
def test_pieces_and_unknown_units_have_no_mass(unit: str):
    quantity, one = Quantity(Decimal(5), unit), Decimal(1)
    assert mass_kg(quantity, density=one) is None
    for basis in ("w/w", "w/v"):
        pure = pure_mass_kg(quantity, density=one, percent=one, basis=basis)
        assert pure is None or DIMENSION[unit] != "count"


def test_hydrochloric_acid_counts_as_what_is_in_it():
    drum = Quantity(Decimal(200), "LTR")
    density, percent = Decimal("1.18"), Decimal(37)
    assert pure_mass_kg(drum, density=density, percent=percent, basis="w/w") == Decimal("87.32")
    assert pure_mass_kg(drum, density=None, percent=percent, basis="w/v") == Decimal(74)
    assert pure_mass_kg(drum, density=None, percent=percent, basis="w/w") is None


def test_weight_in_volume_of_a_mass_needs_the_density():
    sack = Quantity(Decimal(10), "KGM")
    third = pure_mass_kg(sack, density=Decimal(3), percent=Decimal(10), basis="w/v")
    assert third == Decimal("0.333333")
    assert pure_mass_kg(sack, density=None, percent=Decimal(10), basis="w/v") is None


@pytest.mark.parametrize(
    ("percent", "basis"),
    [(None, None), (None, "w/w"), ("50", None), ("50", "v/v"), ("101", "w/w"), ("-1", "w/v")],
)
def test_an_unknown_concentration_has_no_pure_mass(percent: str | None, basis: str | None):
    known = None if percent is None else Decimal(percent)
    sack = Quantity(Decimal(10), "KGM")
    assert pure_mass_kg(sack, density=Decimal(1), percent=known, basis=basis) is None


def test_half_a_milligram_is_rounded_to_even():
    for grams, kg in [("0.0005", "0"), ("0.0015", "0.000002"), ("0.0025", "0.000002")]:
        assert mass_kg(Quantity(Decimal(grams), "GRM"), density=None) == Decimal(kg)


@given(AMOUNTS, st.sampled_from(sorted(UNITS)), DENSITIES, PERCENTS)
def test_the_one_rounding_is_the_last_step(amount, unit, density, percent):
    size = Fraction(amount) * Fraction(UNITS[unit].factor)
    quantity, dimension = Quantity(amount, unit), DIMENSION[unit]
    assert Fraction(in_base_unit(quantity)) == size
    if dimension == "count":
        return
    by_volume = dimension == "volume"
    mass = size * Fraction(density) if by_volume else size
    litres = size if by_volume else size / Fraction(density)
    part = Fraction(percent) / 100
    assert Fraction(mass_kg(quantity, density=density)) == rounded(mass)
    for basis, whole in (("w/w", mass), ("w/v", litres)):
        pure = pure_mass_kg(quantity, density=density, percent=percent, basis=basis)
        assert Fraction(pure) == rounded(whole * part)


def test_a_unit_we_do_not_know_has_no_base():
    assert in_base_unit(Quantity(Decimal(1), "XXX")) is None
