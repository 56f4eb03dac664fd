"""Each field of a notification is read as a careful clerk would read it."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seed import reference
from seed.clerk.amounts import read_amount, read_figure
from seed.clerk.chemicals import read_cas, read_chemical
from seed.clerk.concentrations import read_concentration
from seed.clerk.countries import read_country
from seed.clerk.dates import read_date
from seed.clerk.exporters import read_exporter, read_firm
from seed.clerk.reading import fold, tidy
from seed.clerk.uses import read_category, read_purposes


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("Ukraine", "UA"),
        ("Ucrania", "UA"),
        ("Túnez", "TN"),
        ("TUNEZ", "TN"),
        ("Zimbagüe", "ZW"),
        ("Côte D'Ivoire", "CI"),
        ("Costa de Marfil", "CI"),
        ("Bolivia, Plurinational State of", "BO"),
        ("Tanzania, United Republic Of", "TZ"),
        ("Korea, Republic of", "KR"),
        ("United Kingdom (Great Britain)", "GB"),
        ("Russian Federation", "RU"),
        ("Elfenbeinküste", "CI"),
        ("Émirats arabes unis (les)", "AE"),
    ],
)
def test_a_country_is_known_in_every_spelling_met(raw, code):
    assert read_country(raw).value == code


def test_the_two_congos_and_the_two_koreas_are_kept_apart():
    assert read_country("Congo").value == "CG"
    assert read_country("Democratic Republic of the Congo").value == "CD"
    assert read_country("Democratic People's Republic of Korea").value == "KP"


def test_an_unknown_country_is_remarked_and_not_guessed():
    reading = read_country("Atlantis")
    assert reading.value is None
    assert reading.remarks == ("country 'Atlantis' is not known",)


@given(st.sampled_from(sorted(reference.countries())))
def test_every_country_is_found_by_the_first_of_its_names(code):
    assert read_country(reference.countries()[code].name.upper()).value == code


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
    reading = read_concentration("0.437", authority="BE")
    assert reading.value is not None
    assert reading.value.figure == Decimal("43.7")
    assert "43.7 %" in reading.remarks[0]


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


def test_dates_are_read_day_first_and_year_first():
    expected = date(2024, 1, 10)
    for raw in ("10.01.2024", "2024-01-10", "10/1/2024", "2024-01-10 00:00:00"):
        assert read_date(raw).value == expected


def test_a_missing_date_is_the_first_day_of_the_stated_year_or_of_the_release():
    assert read_date("", export_year="2023", release_year=2024).value == date(2023, 1, 1)
    assert read_date("", release_year=2024).value == date(2024, 1, 1)
    assert read_date("", release_year=2024).remarks
    assert read_date("").value is None


@pytest.mark.parametrize("raw", ["31.02.2024", "2024-13-01", "January", "45292"])
def test_a_date_that_does_not_exist_is_not_repaired(raw):
    reading = read_date(raw, export_year="2024")
    assert reading.value is None
    assert reading.remarks


def test_a_cas_number_mangled_into_a_date_is_restored():
    reading = read_cas("8018-01-07 00:00:00")
    assert reading.value == ("8018-01-7",)
    assert reading.remarks == ("CAS '8018-01-07 00:00:00' was read as 8018-01-7",)


def test_every_wrong_check_digit_is_caught():
    assert read_cas("732-11-6").value == ("732-11-6",)
    assert [read_cas(f"732-11-{digit}").value for digit in "012345789"] == [None] * 9


def test_several_cas_numbers_in_one_field_are_told_apart():
    reading = read_chemical("Cyproconazole", "1897-45-6 / 94361-06-5")
    assert reading.value.cas == ("94361-06-5",)
    assert reading.remarks == ("CAS 1897-45-6 is stated too, and is not Cyproconazole",)


def test_a_chemical_without_a_cas_number_gets_the_only_one_it_has():
    reading = read_chemical("imidacloprid")
    assert reading.value.cas == ("138261-41-3",)
    assert "does not state it" in reading.remarks[0]
    assert read_chemical("Bromoxynil").value.cas == ()


@pytest.mark.parametrize(
    "raw",
    [
        "Diquat, including diquat dibromide",
        "diquat dibromide belongs to the group Diquat, including diquat dibromide",
        "DIQUAT",
    ],
)
def test_a_member_of_a_group_is_read_as_the_group(raw):
    assert read_chemical(raw).value.substance == "diquat"


def test_a_different_chemical_with_a_similar_name_is_kept_apart():
    assert read_chemical("Chlorpyrifos-methyl").value.substance == "chlorpyrifos_methyl"
    assert read_chemical("Chlorpyrifos").value.substance == "chlorpyrifos"
    assert read_chemical("Chlorpyrifosate").value is None


@pytest.mark.parametrize(
    ("raw", "firm"),
    [
        ("Bayer AG (D)", "Bayer"),
        ("Bayer Seeds SAS - TREBES SITE", "Bayer"),
        ("Arysta Lifescience Benelux Srl", "UPL"),
        ("Globachem NV", "Globachem"),
        ("Kanesho Soil Treatment SPRL/BVBA", "Kanesho Soil Treatment"),
        ("KWS SAAT SE & Co. KGaA", "KWS SAAT"),
        ("Teleos Hispania, S.L.U.", "Teleos"),
        ("Bayerische Chemie GmbH", "Bayerische Chemie"),
        ("SA", "SA"),
    ],
)
def test_a_firm_is_merged_by_its_name_and_not_by_its_letters(raw, firm):
    assert read_firm(raw).value == firm


def test_merging_by_ownership_is_remarked():
    assert "acquired by FMC" in read_firm("Cheminova Deutschland GmbH & Co. KG").remarks[0]
    assert read_firm("BASF SE").remarks == ()


def test_an_exporter_sits_where_its_address_says_or_else_where_it_notified():
    stated = read_exporter("BASF SE", "Carl-Bosch-Str. 38 Ludwigshafen 67056 DE", "FR")
    assert (stated.value.country, stated.remarks) == ("DE", ())
    assumed = read_exporter("Globachem NV", "Lichtenberglaan 2019, 3800 Sint-Truiden", "BE")
    assert assumed.value.country == "BE"
    assert "authority" in assumed.remarks[0]
    assert read_exporter("", "", "ES").value is None


@pytest.mark.parametrize(
    ("raw", "purposes"),
    [
        ("Seed treatment and re-export", ("re-export", "seed treatment")),
        ("No using in Columbia, only repackaging and shipping to Mexico", ("repackaging",)),
        ("Category: Pesticide_x000D_ ; Pesticide use: Insecticide", ("insecticide",)),
        ("Uso como insecticida", ("insecticide",)),
        ("Inecticide", ("insecticide",)),
        ("Funigicide", ("fungicide",)),
        ("is used as pesticide", ()),
    ],
)
def test_the_purposes_of_a_use_are_found_in_whatever_spelling(raw, purposes):
    assert read_purposes(raw) == purposes


def test_a_category_has_one_word_in_every_language():
    assert {read_category(raw) for raw in ("Pesticide", "pesticide", "Plaguicida")} == {"pesticide"}


@given(st.text())
def test_folding_and_tidying_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)
    assert tidy(tidy(text)) == tidy(text)


@given(st.text(max_size=40))
def test_whatever_is_typed_a_reader_answers_or_says_why_not(text):
    for reading in (read_amount(text), read_concentration(text), read_chemical(text)):
        assert reading.value is not None or reading.remarks
