"""Amounts and concentrations are read exactly, or not at all."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seed.clerk.amounts import read_amount, read_figure
from seed.clerk.concentrations import read_concentration


@pytest.mark.parametrize(
    ("raw", "value", "unit"),
    [
        ("60000KG", "60000", "KGM"),
        ("10000L", "10000", "LTR"),
        ("200000 kg", "200000", "KGM"),
        ("13.5L", "13.5", "LTR"),
        ("1.000,5 t", "1000500", "KGM"),
        ("1,234.5 kg", "1234.5", "KGM"),
        ("200 000 kg", "200000", "KGM"),
        ("2 m3", "2000", "LTR"),
        ("500 g", "0.5", "KGM"),
        ("1000", "1000", None),
        ("12 drums", "12", None),
    ],
)
def test_an_amount_is_read_exactly(raw, value, unit):
    amount = read_amount(raw).value
    assert amount is not None
    assert (amount.value, amount.unit) == (Decimal(value), unit)


@pytest.mark.parametrize("raw", ["", "Data (complete list) up-to-date", "-5 kg", "1.2.3 kg", "kg"])
def test_what_is_no_amount_is_remarked(raw):
    reading = read_amount(raw)
    assert reading.value is None
    assert reading.remarks


def test_a_group_of_three_is_taken_as_thousands_and_said_so():
    reading = read_amount("1.000 kg")
    assert reading.value is not None
    assert reading.value.value == 1000
    assert "thousands" in reading.remarks[0]


@given(st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False))
def test_a_figure_reads_the_same_in_english_and_in_german(figure):
    english = f"{figure:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert read_figure(english).value == read_figure(german).value == figure


@pytest.mark.parametrize(
    ("raw", "low", "high", "basis"),
    [
        ("29.79", "29.79", "29.79", "unstated"),
        ("10,9", "10.9", "10.9", "unstated"),
        ("41.3%%", "41.3", "41.3", "unstated"),
        (">= 2,5 - < 10", "2.5", "10", "unstated"),
        ("90-<91", "90", "91", "unstated"),
        (">= 30 -< 50%", "30", "50", "unstated"),
        (">= 0,1 – < 0,25", "0.1", "0.25", "unstated"),
        ("20% à 30%", "20", "30", "unstated"),
        ("<=22,5%", None, "22.5", "unstated"),
        ("=>90 (1110 g/l)", "90", None, "unstated"),
        ("15,85% - 187 g/l", "15.85", "15.85", "unstated"),
        ("15.85 % (W/W)", "15.85", "15.85", "w/w"),
        ("80% p/p%", "80", "80", "w/w"),
        ("42 % p/v%", "42", "42", "w/v"),
        ("36,9& w/v ; 37,1% w/w", "37.1", "37.1", "w/w"),
        ("4,12% w/w; 4,29% w/v; 42.9 g/L", "4.12", "4.12", "w/w"),
        ("2,03% w/w; 20 g/Kg", "2.03", "2.03", "w/w"),
    ],
)
def test_a_concentration_is_a_range_by_weight_wherever_it_can_be(raw, low, high, basis):
    read = read_concentration(raw).value
    assert read is not None
    assert (read.low, read.high) == tuple(bound and Decimal(bound) for bound in (low, high))
    assert read.basis == basis


@pytest.mark.parametrize(
    ("raw", "grams"),
    [
        ("15,85 % ; 187 g/l", "187"),
        ("37,1%; 45g/100ml", "450"),
        ("28,57% w/w; 36% w/v", "360"),
        ("40% (w/v)", "400"),
        ("29.79", None),
    ],
)
def test_mass_per_volume_is_kept_beside_the_share(raw, grams):
    read = read_concentration(raw).value
    assert read is not None
    assert read.grams_per_litre == (grams and Decimal(grams))


@given(
    st.decimals(min_value=0, max_value=100, places=2, allow_nan=False),
    st.decimals(min_value=0, max_value=100, places=2, allow_nan=False),
)
def test_the_figure_of_a_range_lies_within_it(one, other):
    low, high = sorted((one, other))
    read = read_concentration(f">= {low} - < {high} %").value
    assert read is not None
    assert read.figure == (low + high) / 2


def test_the_belgian_list_shows_per_cent_as_fractions():
    reading = read_concentration("0.6", authority="BE")
    assert reading.value is not None
    assert reading.value.figure == 60
    assert "60 %" in reading.remarks[0]


def test_a_small_share_elsewhere_stays_small():
    assert read_concentration("0.61", authority="DE").value.figure == Decimal("0.61")
    assert read_concentration("0,5%", authority="BE").value.figure == Decimal("0.5")


def test_a_fraction_is_known_by_its_trade_name_or_its_precision():
    named = read_concentration("0.6", trade_name="MANCOZEB 60 % + CYMOXANIL 8% WDG").value
    assert named.figure == 60
    assert read_concentration("0.6", trade_name="MANCOZEB 160 %").value.figure == Decimal("0.6")
    assert read_concentration("0.1585").value.figure == Decimal("15.85")


def test_a_blank_concentration_is_pure_only_where_the_form_shows_a_substance():
    for pure in ({"subject_type": "CHEMICAL"}, {"subject_type": "Sustancia"}, {}):
        read = read_concentration("", **pure).value
        assert (read.figure, read.basis) == (100, "substance")
    assert read_concentration("", subject_type="MIXTURE").value is None
    assert read_concentration("", trade_name="Mitac").value is None


@pytest.mark.parametrize("raw", ["2367", "50 or so", "10; 20; 30", "30 - 10", "187 g/l"])
def test_a_concentration_that_cannot_be_is_unknown_and_remarked(raw):
    reading = read_concentration(raw, subject_type="MIXTURE")
    assert reading.value is None
    assert reading.remarks


@given(st.text(max_size=40))
def test_whatever_is_typed_a_reader_answers_or_says_why_not(text):
    for reading in (read_amount(text), read_concentration(text)):
        assert reading.value is not None or reading.remarks
