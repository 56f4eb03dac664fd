"""Each field of a notification is read as a careful clerk would read it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seed import reference
from seed.clerk.chemicals import read_cas, read_chemical
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
